"""The ready client against a real server, and against one that fails on command."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ticket_triage.client import ServiceError, TriageClient, UnreachableError

TICKET = {
    "ticket_id": "T-1",
    "subject": "Checkout is down for everyone",
    "body": "Nobody can pay since 9 o'clock: 支付 ü.",
}
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def asking(live):
    with TriageClient(f"http://127.0.0.1:{live.port}") as client:
        yield client


def test_a_ticket_gets_the_receipt_that_the_service_gives(asking):
    receipt = asking.predict(TICKET, now=NOW)
    assert (receipt["ticket_id"], receipt["priority"], receipt["now"]) == ("T-1", "P1", "2026-03-02T09:30:00Z")


def test_a_batch_gets_a_receipt_or_an_error_for_each_row(asking):
    good, bad = asking.predict_batch([TICKET, {"ticket_id": ""}])
    assert (good["receipt"]["priority"], bad["error"]["code"]) == ("P1", "bad-value")


def test_a_refusal_carries_status_code_and_what_was_wrong(asking):
    with pytest.raises(ServiceError, match="annual_value") as refused:
        asking.predict({"ticket_id": "T-1", "annual_value": -1})
    assert (refused.value.status, refused.value.code) == (422, "bad-value")
    assert refused.value.errors


def test_one_connection_serves_many_requests_and_may_be_closed_between(asking):
    assert {asking.predict(TICKET)["priority"] for _ in range(3)} == {"P1"}
    asking.close()
    assert asking.ready()["status"] == "ready"


class Scripted:
    """A server that answers in turn what it is told: a status, with headers, or None for hanging up."""

    def __init__(self, answers):
        self.answers, self.seen = list(answers), []

    def handler(self):
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                script.seen.append((self.path, dict(self.headers), json.loads(body)))
                answer = script.answers.pop(0)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, content = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                """Say nothing."""

        return Handler


@contextmanager
def scripted(*answers):
    script = Scripted(answers)
    server = ThreadingHTTPServer(("127.0.0.1", 0), script.handler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    waits = []
    client = TriageClient(f"http://127.0.0.1:{server.server_port}/desk/", "k-1", timeout_s=2, sleep=waits.append)
    try:
        with client:
            yield client, script, waits
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ok(content=b'{"priority":"P1"}'):
    return 200, {}, content


def busy(**headers):
    return 503, headers, b'{"code":"busy","detail":"Too many at once."}'


def test_a_busy_service_is_asked_again_after_the_wait_it_names():
    with scripted(busy(**{"Retry-After": "7"}), busy(), busy(**{"Retry-After": "86400"}), ok()) as (client, _, waits):
        assert client.predict(TICKET) == {"priority": "P1"}
    assert waits == [7.0, 0.4, 30.0]


def test_a_dropped_connection_is_tried_again_with_the_same_key():
    with scripted(None, None, ok()) as (client, script, waits):
        assert client.predict(TICKET)["priority"] == "P1"
    keys = {headers["Idempotency-Key"] for _, headers, _ in script.seen}
    assert (len(script.seen), len(keys), waits) == (3, 1, [0.2, 0.4])


def test_two_requests_have_two_keys():
    with scripted(ok(), ok()) as (client, script, _):
        client.event("T 1/2", {"kind": "reply"})
        client.feedback("T-1", {"kind": "accept"})
    assert [path for path, _, _ in script.seen] == [
        "/desk/v1/tickets/T%201%2F2/events",
        "/desk/v1/tickets/T-1/feedback",
    ]
    assert len({headers["Idempotency-Key"] for _, headers, _ in script.seen}) == 2


def test_text_travels_as_it_is_and_the_key_is_sent_but_never_shown():
    with scripted(ok()) as (client, script, _):
        client.predict(TICKET, record=False)
    path, headers, body = script.seen[0]
    assert (path, headers["Authorization"], body) == ("/desk/v1/predict?record=false", "Bearer k-1", TICKET)
    assert "k-1" not in repr(client)


def test_patience_ends_with_the_last_answer():
    with (
        scripted(*[busy()] * 4) as (client, script, waits),
        pytest.raises(ServiceError, match="Too many at once") as refused,
    ):
        client.predict(TICKET)
    assert (refused.value.code, len(script.seen), waits) == ("busy", 4, [0.2, 0.4, 0.8])


def test_a_refusal_is_final():
    with (
        scripted((422, {}, b'{"code":"bad-value","detail":"No."}')) as (client, script, waits),
        pytest.raises(ServiceError, match="No"),
    ):
        client.predict(TICKET)
    assert (len(script.seen), waits) == (1, [])


@pytest.mark.parametrize("content", [b"<html>hello</html>", b"[1]"])
def test_an_answer_of_something_else_is_said_to_be_none(content):
    with scripted(ok(content)) as (client, _, _), pytest.raises(ServiceError, match="is this the service"):
        client.predict(TICKET)


def test_nobody_there_is_told_after_the_last_try():
    waits = []
    client = TriageClient("http://127.0.0.1:9", retries=2, sleep=waits.append)
    with pytest.raises(UnreachableError, match="gave no answer"):
        client.predict(TICKET)
    assert waits == [0.2, 0.4]


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://desk", "http://", "http://desk/?a=1"])
def test_what_is_no_address_of_a_service_is_refused(url):
    with pytest.raises(ValueError, match="no address of a service"):
        TriageClient(url)


def test_a_moment_without_a_zone_is_refused(asking):
    with pytest.raises(ValueError, match="no time zone"):
        asking.predict(TICKET, now=NOW.replace(tzinfo=None))
