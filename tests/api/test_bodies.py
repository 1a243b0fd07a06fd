"""Bodies as no client should send them: answered plainly, never with a 500, an echo or a growing process."""

import json
import resource
import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

JSON = {"content-type": "application/json"}
HEAD = b"POST /v1/predict HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
CANARY = "canary-4711"


def post(client, body, headers=JSON, path="/v1/predict"):
    return client.post(path, content=body, headers=headers)


def ticket(**fields) -> str:
    """A ticket whose fields are given as raw JSON."""
    return "{" + ",".join(f'"{name}":{raw}' for name, raw in {"ticket_id": '"T-1"', **fields}.items()) + "}"


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (ticket(ticket_id=r'"\ud800"'), 422, "/ticket_id"),
        (ticket(channel=r'"\udfff"'), 422, "/channel"),
        (ticket(tags=r'["\ud800"]'), 422, "/tags/0"),
        (ticket(custom=r'{"a":"\ud800"}'), 422, "/custom/a"),
        (ticket(custom=r'{"\ud800":1}'), 422, "/custom"),
        (ticket(**{r"\ud800": "1"}), 422, ""),
        (ticket(subject="NaN"), 422, "/subject"),
        (ticket(subject="1e999"), 422, "/subject"),
        (ticket(annual_value="NaN"), 422, "/annual_value"),
        (ticket(annual_value="-Infinity"), 422, "/annual_value"),
        (ticket(annual_value="1e999"), 422, "/annual_value"),
        (ticket(custom='{"a":1e999}'), 422, "/custom/a"),
        (ticket(custom='{"a":Infinity}'), 422, "/custom/a"),
        (ticket(affected_users="9" * 5000), 422, "/affected_users"),
        (ticket(annual_value="9" * 5000), 422, "/annual_value"),
        ('{"ticket_id":"a","ticket_id":"b"}', 422, ""),
        (ticket(custom='{"a":1,"a":2}'), 422, "/custom"),
        ("NaN", 422, ""),
        ("[" * 19_000, 400, None),
        ('{"a":' * 3_000, 400, None),
        (ticket(tags="[" * 900 + "]" * 900), 422, "/tags/0"),
        ("", 400, None),
        ("{", 400, None),
        (ticket() + ticket(), 400, None),
        ('{"subject": "line\nbreak"}', 400, None),
        (b'{"ticket_id": "\xff\xfe"}', 400, None),
        (ticket().encode("utf-16"), 400, None),
        (b"\x00" * 100, 400, None),
    ],
)
def test_a_hostile_body_is_a_plain_refusal(client, body, status, pointer):
    answer = post(client, body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [fault["pointer"] for fault in answer.json()["errors"][:1]] == ([] if pointer is None else [pointer])


def test_half_a_surrogate_pair_in_a_text_is_replaced(client):
    broken = post(client, ticket(subject=r'"Checkout \ud800is down"', body=r'"\udc00"'))
    assert broken.status_code == 200
    assert broken.text == post(client, ticket(subject='"Checkout \ufffdis down"', body='"\ufffd"')).text


def test_a_byte_order_mark_does_no_harm(client):
    assert post(client, b"\xef\xbb\xbf" + ticket().encode()).text == post(client, ticket()).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=latin-1"},
        {**JSON, "content-encoding": "gzip"},
    ],
)
def test_a_body_declared_otherwise_is_refused(client, headers):
    answer = post(client, ticket().encode(), headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_json_may_name_its_encoding(client):
    assert post(client, ticket(), {"content-type": 'application/json; charset="UTF-8"'}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        ticket(subject=f'["{CANARY}"]'),
        ticket(channel=json.dumps(CANARY * 100)),
        ticket(**{f"{CANARY} <b>": "1"}),
        ticket(custom=json.dumps({f"<{CANARY}>": []})),
        ticket(custom=json.dumps({"a": [CANARY]})),
        ticket(opened_at=json.dumps(CANARY)),
        "{" + CANARY,
        ticket(body=json.dumps(CANARY * 2000)),
    ],
)
def test_no_refusal_repeats_what_was_sent(client, body):
    answer = post(client, body)
    assert 400 <= answer.status_code < 500
    assert CANARY not in answer.text


@settings(deadline=None, max_examples=150)
@given(body=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_at_all_make_it_fail(client, body):
    assert post(client, body).status_code in (200, 400, 422)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    ["subject", "body", "opened_at", "vip", "annual_value", "affected_users", "tags", "custom", "x"]
)


@settings(deadline=None, max_examples=200)
@given(fields=st.dictionaries(FIELDS, VALUES, max_size=4))
def test_no_value_at_all_makes_it_fail(client, fields):
    answer = post(client, json.dumps({"ticket_id": "T-1", **fields}))
    assert answer.status_code in (200, 422)
    assert answer.json()


def read_all(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_body_announced_too_large_is_refused_before_it_comes(live):
    with live.connect() as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 300000000\r\n\r\n")
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"code":"body-too-large"' in answer
    assert b"connection: close" in answer


def test_a_sender_of_a_large_body_can_read_why(live):
    with live.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 10000000\r\n\r\n" + b"x" * 10_000_000)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413")


def test_an_endless_chunked_body_is_refused_and_never_held(live):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    chunk = b"%x\r\n%b\r\n" % (1 << 20, b" " * (1 << 20))
    with live.connect() as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = _send_until_closed(connection, chunk, 300)
        answer = connection.recv(65536) if sent else b""
    assert answer.startswith(b"HTTP/1.1 413")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


def _send_until_closed(connection: socket.socket, chunk: bytes, times: int) -> int:
    for sent in range(times):
        try:
            connection.sendall(chunk)
        except OSError:
            return sent
    return times


def test_a_chunked_body_within_the_limit_is_read(live):
    body = b'{"ticket_id":"T-1"}'
    with live.connect() as connection:
        connection.sendall(HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        for byte in body:
            connection.sendall(b"1\r\n%c\r\n" % byte)
        connection.sendall(b"0\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("framing", [b"Content-Length: 100\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"])
def test_half_a_body_is_waited_for_no_longer_than_allowed(live, framing):
    began = time.monotonic()
    with live.connect() as connection:
        connection.sendall(HEAD + framing)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"body-too-slow"' in answer
    assert 0.3 < time.monotonic() - began < 5


def test_a_body_that_drips_is_held_to_the_same_time(live):
    with live.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        for _ in range(6):
            time.sleep(0.1)
            try:
                connection.sendall(b" ")
            except OSError:
                break
        assert connection.recv(65536).startswith(b"HTTP/1.1 408")


def test_a_sender_that_goes_away_is_forgotten(live):
    with live.connect() as connection:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
    with live.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
        assert read_all(connection).startswith(b"HTTP/1.1 200")


def test_other_addresses_have_the_same_limit(client):
    assert post(client, "x" * 30_000, path="/nowhere").status_code == 413
