"""Connections as no client should hold them: each comes to an end, and healthy clients notice nothing."""

import json
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from ticket_triage.api.connection import MAX_HEAD_BYTES, MAX_HEADERS

BODY = b'{"ticket_id":"T-1","subject":"Checkout is down"}'
HEAD = b"POST /v1/predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
HALF = {
    "nothing": b"",
    "half a first line": b"POST /v1/pre",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 500\r\n\r\n{",
    "half a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{",
    "line ends": b"\r\n\r\n\r\n",
    "a second half": WHOLE + HEAD,
    "line ends after an answer": WHOLE + b"\r\n",
}


def read_all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def ask(live, sent: bytes) -> bytes:
    with live.connect() as connection:
        connection.sendall(sent)
        return read_all(connection)


@pytest.mark.parametrize("sent", HALF.values(), ids=HALF)
def test_a_request_that_stays_incomplete_is_closed(live, sent):
    began = time.monotonic()
    answer = ask(live, sent)
    assert time.monotonic() - began < 3
    assert answer.count(b"HTTP/1.1 200") == sent.startswith(WHOLE)
    assert b" 500 " not in answer
    if sent and sent.strip() and not sent.endswith(WHOLE + b"\r\n"):
        assert b"HTTP/1.1 408" in answer
        assert b'"code":"body-too-slow"' in answer


@pytest.mark.parametrize("head", [HEAD, b"POST /v1/predict HTTP/1.1\r\nx: "], ids=["headers", "one header"])
def test_a_head_that_drips_is_held_to_the_same_time(live, head):
    began = time.monotonic()
    with live.connect() as connection:
        connection.sendall(head)
        while time.monotonic() - began < 5:
            try:
                connection.sendall(b"a: b\r\n")
            except OSError:
                break
            time.sleep(0.05)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nx: " + b"a" * 10 * MAX_HEAD_BYTES,
        b"GET /healthz HTTP/1.1\r\nx: " + b"a" * MAX_HEAD_BYTES + b"\r\n\r\n",
        b"GET /" + b"a" * 2 * MAX_HEAD_BYTES + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"a: b\r\n" * (MAX_HEADERS + 1) + b"\r\n",
    ],
    ids=["endless header", "large header", "large address", "many headers"],
)
def test_a_head_that_is_too_large_is_refused(live, sent):
    with live.connect() as connection:
        connection.sendall(sent)
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 431")
    assert b'"code":"head-too-large"' in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"POST /v1/predict HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/predict HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}",
        b"POST /v1/predict HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX-Y: a\x00b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n folded: x\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_plain_request_is_refused_as_a_problem(live, sent):
    answer = ask(live, sent)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer
    assert b"evil" not in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
        b"GET http://evil.example/healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.0\r\n\r\n",
    ],
)
def test_a_request_that_asks_for_more_than_http_is_answered_plainly(live, sent):
    assert ask(live, sent).startswith(b"HTTP/1.1 200")


def test_pipelined_requests_are_answered_before_a_broken_one_ends_the_connection(live):
    asked = b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n"
    assert ask(live, asked * 3 + b"\x00\x00").count(b"HTTP/1.1 200") == 3


def test_a_header_that_stands_twice_is_refused(live):
    answer = ask(live, b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b'"code":"header-twice"' in answer


def test_healthy_clients_are_served_among_sockets_that_hold_on(live):
    took = []

    def healthy():
        with live.connect() as connection:
            for _ in range(100):
                began = time.monotonic()
                connection.sendall(WHOLE)
                answer = connection.recv(65536)
                took.append(time.monotonic() - began)
                assert answer.startswith(b"HTTP/1.1 200")

    with ExitStack() as held:
        for sent in [*HALF.values()] * 25:
            held.enter_context(live.connect()).sendall(sent)
        client = threading.Thread(target=healthy)
        client.start()
        client.join()
    assert len(took) == 100


def test_who_does_not_read_is_let_go(live):
    rows = json.dumps({"tickets": [{"ticket_id": f"T-{n}", "subject": "x"} for n in range(600)]}).encode()
    head = b"POST /v1/predict/batch HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
    with live.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall((head + b"Content-Length: %d\r\n\r\n" % len(rows) + rows) * 4)
        until = time.monotonic() + 20
        while time.monotonic() < until and not closed(connection):
            time.sleep(0.2)
        assert closed(connection)


def closed(connection: socket.socket) -> bool:
    try:
        connection.send(b"\r\n")
    except OSError:
        return True
    return False
