"""Notices reach a real server: signed, tried again at the right moments, given up, tried anew, never twice at once."""

import base64
import hashlib
import hmac
import json
import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError, HookNotFoundError
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.deliver import LONGEST_WAIT_S, Deliverer, Schedule
from ticket_triage.service.gauges import standing
from ticket_triage.service.holds import taking
from ticket_triage.service.hooks import add_hook, list_dead, list_hooks, remove_hook, retry
from ticket_triage.service.notices import DECIDED, TURNED, Notice, notify
from ticket_triage.service.reach import Reach, read_url
from ticket_triage.service.sending import send
from ticket_triage.store.deliveries import take
from ticket_triage.store.recording import record
from ticket_triage.store.store import Store
from ticket_triage.store.tables import DELIVERIES

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HERE = Reach(loopback=True)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def forward(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def store(address):
    with Store(address) as opened:
        assessor, ticket = Assessor(None, load_policy(None)), Ticket("T-1", "Help")
        decision = assessor.conclude(ticket, NO_PREDICTION, START)
        rows = [taking(assessor, ticket, NO_PREDICTION, decision, decision.as_json().encode())]
        opened.submit(lambda connection: record(connection, rows, START)).result()
        yield opened


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def deliverer(store, clock):
    return Deliverer(store, partial(send, reach=HERE), clock, lambda: 0.5, Schedule(attempts=4))


def tell(store, cause="1", kind=TURNED):
    notice = Notice(kind, "T-1", {"priority": "P1"}, cause)
    store.submit(lambda connection: notify(connection, [notice], START)).result()


def rows(store):
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(select(DELIVERIES)).mappings()]


def waits(store, clock):
    [row] = rows(store)
    return (datetime.fromisoformat(row["next_at"]) - clock.now).total_seconds()


def signature_of(secret, message):
    """What Standard Webhooks says a signature is, written anew from its text."""
    key = base64.b64decode(secret[len("whsec_") :])
    signed = f"{message.headers['webhook-id']}.{message.headers['webhook-timestamp']}.".encode() + message.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_a_notice_comes_signed_as_the_standard_says(store, deliverer, receiver):
    made = add_hook(store, receiver.url("/in?desk=1"), [], HERE, START)
    tell(store)
    deliverer.clear(made.hook_id)
    [message] = receiver.got
    assert message.path == "/in?desk=1"
    assert message.headers["webhook-signature"] == signature_of(made.secret, message)
    assert message.headers["webhook-timestamp"] == str(int(START.timestamp()))
    assert message.headers["content-type"] == "application/json"
    assert json.loads(message.body) == {
        "type": "ticket.turned",
        "timestamp": "2026-03-02T09:30:00.000000Z",
        "data": {"ticket_id": "T-1", "priority": "P1"},
    }
    deliverer.clear(made.hook_id)
    assert len(receiver.got) == 1


def test_what_is_not_taken_is_tried_again_later_and_later(store, deliverer, receiver, clock):
    made = add_hook(store, receiver.url(), [], HERE, START)
    tell(store)
    receiver.answers = [(500, {}), (503, {}), (404, {})]
    found = []
    for _ in range(3):
        deliverer.clear(made.hook_id)
        found.append(waits(store, clock))
        clock.forward(found[-1] - 1)
        deliverer.clear(made.hook_id)  # too early
        clock.forward(1)
    deliverer.clear(made.hook_id)
    assert found == [5.0, 15.0, 45.0]
    assert len(receiver.got) == 4
    assert len({message.headers["webhook-id"] for message in receiver.got}) == 1
    stamps = [int(message.headers["webhook-timestamp"]) - int(START.timestamp()) for message in receiver.got]
    assert stamps == [0, 5, 20, 65]
    assert all(m.headers["webhook-signature"] == signature_of(made.secret, m) for m in receiver.got)
    assert [row["state"] for row in rows(store)] == ["delivered"]


@pytest.mark.parametrize(
    ("told", "wait"),
    [("120", 120.0), ("Mon, 02 Mar 2026 10:30:00 GMT", 3600.0), ("1", 5.0), ("soon", 5.0), ("999999999", 86_400.0)],
)
def test_who_says_when_to_come_again_is_left_alone_until_then(store, deliverer, receiver, clock, told, wait):
    made = add_hook(store, receiver.url(), [], HERE, START)
    tell(store)
    receiver.answers = [(429, {"Retry-After": told})]
    deliverer.clear(made.hook_id)
    assert waits(store, clock) == wait


def test_what_is_never_taken_is_dead_and_can_be_tried_anew(store, deliverer, receiver, clock):
    made = add_hook(store, receiver.url(), [], HERE, START)
    tell(store)
    receiver.answers = [(500, {})] * 4
    for _ in range(6):
        deliverer.clear(made.hook_id)
        clock.forward(LONGEST_WAIT_S)
    [dead] = list_dead(store)
    assert standing(store, START).deliveries == {"waiting": 0, "dead": 1}
    assert (dead.ticket_id, dead.kind, dead.attempts, dead.last_error) == ("T-1", TURNED, 4, "answered 500")
    assert len(receiver.got) == 4
    assert retry(store, dead.delivery_id, clock()) == 1
    deliverer.clear(made.hook_id)
    assert (len(receiver.got), list_dead(store)) == (5, [])
    with pytest.raises(HookNotFoundError, match="No dead delivery of this id"):
        retry(store, dead.delivery_id, clock())


def test_an_address_that_is_gone_gets_nothing_more_and_others_do(store, deliverer, receiver):
    gone = add_hook(store, receiver.url("/gone"), [], HERE, START)
    other = add_hook(store, receiver.url("/other"), [], HERE, START)
    tell(store, "1")
    tell(store, "2")
    receiver.answers = [(410, {})]
    deliverer.clear(gone.hook_id)
    deliverer.clear(other.hook_id)
    tell(store, "3")
    deliverer.clear(gone.hook_id)
    assert [message.path for message in receiver.got] == ["/gone", "/other", "/other"]
    assert [hook.hook_id for hook in list_hooks(store) if hook.disabled_at] == [gone.hook_id]
    assert {dead.hook_id for dead in list_dead(store)} == {gone.hook_id}
    assert retry(store, None, START) == 0


@pytest.mark.parametrize(
    ("status", "headers", "why"),
    [
        (302, {"Location": "/elsewhere"}, "answered 302; redirects are not followed"),
        (307, {"Location": "http://127.0.0.1:1/"}, "answered 307; redirects are not followed"),
        (500, {}, "answered 500"),
    ],
)
def test_why_it_was_not_taken_is_kept(store, deliverer, receiver, status, headers, why):
    made = add_hook(store, receiver.url(), [], HERE, START)
    tell(store)
    receiver.answers = [(status, headers)]
    deliverer.clear(made.hook_id)
    assert [(row["last_status"], row["last_error"]) for row in rows(store)] == [(status, why)]
    assert len(receiver.got) == 1


def test_who_dies_with_a_delivery_in_hand_loses_nothing(store, deliverer, receiver, clock):
    made = add_hook(store, receiver.url(), [], HERE, START)
    tell(store)
    until = START + timedelta(seconds=60)
    store.submit(lambda connection: take(connection, made.hook_id, START, until)).result()  # and never settles it
    deliverer.clear(made.hook_id)
    assert receiver.got == []
    clock.forward(60)
    deliverer.clear(made.hook_id)
    assert len(receiver.got) == 1


def test_a_removed_hook_gets_nothing(store, deliverer, receiver):
    made = add_hook(store, receiver.url(), [], HERE, START)
    tell(store)
    remove_hook(store, made.hook_id, START)
    deliverer.clear(made.hook_id)
    assert receiver.got == list_hooks(store) == []


def test_a_hook_gets_the_kinds_it_asked_for(store, deliverer, receiver):
    made = add_hook(store, receiver.url(), [DECIDED], HERE, START)
    tell(store, "1", TURNED)
    tell(store, "2", DECIDED)
    deliverer.clear(made.hook_id)
    assert [json.loads(message.body)["type"] for message in receiver.got] == [DECIDED]


@given(tried=st.integers(1, 200), draw=st.floats(0, 1, exclude_max=True), asked=st.floats(0, 1e9))
def test_a_wait_is_bounded_and_never_shorter_than_asked(tried, draw, asked):
    schedule = Schedule(attempts=300)
    wait = schedule.wait_s(tried, draw, asked)
    assert 3.75 <= wait <= max(1.25 * LONGEST_WAIT_S, 86_400)
    assert wait >= min(asked, 86_400)
    assert schedule.wait_s(300, draw, asked) is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://desk.example.org/in", "https addresses alone"),
        ("http://127.0.0.1/in", "https addresses alone"),
        ("https://127.0.0.1/in", "TRIAGE_HOOKS_ALLOW_LOOPBACK=true"),
        ("https://[::1]/in", "TRIAGE_HOOKS_ALLOW_LOOPBACK=true"),
        ("https://[::ffff:7f00:1]/in", "TRIAGE_HOOKS_ALLOW_LOOPBACK=true"),
        ("https://10.1.2.3/in", "TRIAGE_HOOKS_ALLOW_PRIVATE=true"),
        ("https://[fd00::1]/in", "TRIAGE_HOOKS_ALLOW_PRIVATE=true"),
        ("https://[64:ff9b::a01:203]/in", "TRIAGE_HOOKS_ALLOW_PRIVATE=true"),
        ("https://169.254.169.254/latest", "no address of a public server"),
        ("https://0.0.0.0/in", "no address of a public server"),
        ("https://224.0.0.1/in", "no address of a public server"),
        ("https://user:word@desk.example.org/in", "without a user"),
        ("https://desk.example.org/in#x", "without a user or a fragment"),
        ("ftp://desk.example.org/in", "such as https"),
        ("https:///in", "such as https"),
        ("https://desk.example.org:99999/in", "This is no address"),
        ("https://desk.example.org/\r\nX: y", "no space"),
        ("https://desk.example.org/" + "a" * 2000, "at most 2000"),
    ],
)
def test_an_address_that_is_not_allowed_is_no_hook(tmp_path, url, told):
    with Store(str(tmp_path)) as store:
        with pytest.raises(BadOptionError, match=told):
            add_hook(store, url, [], Reach(), START)
        assert list_hooks(store) == []


def test_what_is_allowed_stays_bounded():
    assert read_url("https://10.1.2.3/in", Reach(private=True)).hostname == "10.1.2.3"
    for reach in (Reach(private=True), Reach(loopback=True)):
        with pytest.raises(BadOptionError, match=r"169\.254\.169\.254"):
            read_url("https://169.254.169.254/", reach)
    with pytest.raises(BadOptionError, match="https addresses alone"):
        read_url("http://10.1.2.3/in", Reach(private=True, loopback=True))


def test_a_name_that_leads_to_this_machine_is_not_followed(receiver):
    url = f"https://localhost:{receiver.port}/in"
    assert send(url, {}, b"{}", Reach()).error == "its address is not one that notices may go to"
    assert receiver.got == []


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example.org"])
def test_a_name_that_leads_nowhere_is_told_so(host):
    assert send(f"https://{host}/in", {}, b"{}", Reach()).error == "its name cannot be looked up"


def test_nobody_listening_is_told_so():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert send(f"http://127.0.0.1:{port}/in", {}, b"{}", HERE).error == "it refuses connections"


def test_an_answer_that_drips_is_not_waited_for():
    """Each byte comes well before a reader would give up, and there is no end of them."""
    stop = threading.Event()

    def drip(listener):
        peer, _ = listener.accept()
        with peer:
            while not stop.wait(0.02):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        sent = send(f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, b"{}", HERE, timeout_s=0.3)
        stop.set()
        thread.join()
    assert (sent.status, sent.error) == (None, "no answer within 0.3 s")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    subprocess.run([*command, *subject], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("host", "trusted", "error"),
    [
        ("localhost", True, ""),
        ("localhost", False, "its certificate cannot be trusted"),
        ("127.0.0.1", True, "its certificate cannot be trusted"),
    ],
)
def test_a_certificate_must_be_trusted_and_of_the_host(certificate, monkeypatch, host, trusted, error):
    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Stay silent."""

    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with HTTPServer(("127.0.0.1", 0), Taking) as listening:
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        sent = send(f"https://{host}:{listening.server_port}/in", {}, b"{}", HERE)
        listening.shutdown()
        thread.join()
    assert sent.error == error
