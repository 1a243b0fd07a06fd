"""What helpdesks post: signed their own way, kept once, decided as any ticket; nobody else is listened to."""

import base64
import hashlib
import hmac
import json
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.hook_shapes import WEBHOOK_EXAMPLE, WebhookOut
from ticket_triage.api.schemas import Problem, TicketOut
from ticket_triage.errors import BadOptionError
from ticket_triage.settings import Settings

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "data" / "webhooks"
SOURCES = ("generic", "zendesk", "freshdesk", "jira", "zammad")
KEY = b"a key of thirty-two bytes, or so"
SECRETS = {source: f"{source}-secret-of-the-tests" for source in SOURCES} | {
    "generic": "whsec_" + base64.b64encode(KEY).decode()
}
TICKETS = {"generic": "G-17", "zendesk": "3018", "freshdesk": "512", "jira": "DESK-88", "zammad": "41081"}


def example(source):
    return json.loads((EXAMPLES / f"{source}.json").read_text())


def changed(source, **paths):
    """The example with values in other places: ``detail__status="SOLVED"``."""
    payload = example(source)
    for path, value in paths.items():
        *way, last = path.split("__")
        place = payload
        for part in way:
            place = place[part]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return payload


class Helpdesk:
    """Signs as each helpdesk documents it, written anew here."""

    def __init__(self, client):
        self.client = client

    def signed(self, source, body, at=NOW, delivery="d-1", secret=None):
        key = (secret or SECRETS[source]).encode()
        if source == "generic":
            seconds = str(int(at.timestamp()))
            mac = hmac.new(KEY if secret is None else key, f"{delivery}.{seconds}.".encode() + body, hashlib.sha256)
            told = "v1," + base64.b64encode(mac.digest()).decode()
            return {"webhook-id": delivery, "webhook-timestamp": seconds, "webhook-signature": told}
        if source == "zendesk":
            moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            mac = hmac.new(key, moment.encode() + body, hashlib.sha256)
            return {
                "X-Zendesk-Webhook-Signature": base64.b64encode(mac.digest()).decode(),
                "X-Zendesk-Webhook-Signature-Timestamp": moment,
                "X-Zendesk-Webhook-Invocation-Id": delivery,
            }
        if source == "freshdesk":
            return {"X-Triage-Secret": key.decode()}
        how, name = {
            "jira": (hashlib.sha256, "X-Atlassian-Webhook-Identifier"),
            "zammad": (hashlib.sha1, "X-Zammad-Delivery"),
        }[source]
        mac = hmac.new(key, body, how)
        return {"X-Hub-Signature": f"{mac.name[5:]}={mac.hexdigest()}", name: delivery}

    def post(self, source, payload, headers=None, **how):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = {"content-type": "application/json", **(headers or self.signed(source, body, **how))}
        return self.client.post(f"/v1/webhooks/{source}", content=body, headers=sent)

    def ticket(self, source):
        return TicketOut.model_validate_json(self.client.get(f"/v1/tickets/{TICKETS[source]}").text, strict=True)

    def nothing_kept(self):
        return self.client.get("/v1/queue").json()["places"] == []


def settings(**more):
    return Settings(**{f"webhook_{source}_secret": secret for source, secret in SECRETS.items()}, **more)


@pytest.fixture
def desk(assessor, address):
    with TestClient(create_app(settings(store=address), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


@pytest.fixture
def quick(assessor, tmp_path):
    """On SQLite alone, where the database makes no difference."""
    with TestClient(create_app(settings(store=str(tmp_path)), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


@pytest.fixture(scope="module")
def empty(assessor, tmp_path_factory):
    """Where nothing that is sent is ever kept."""
    store = str(tmp_path_factory.mktemp("empty"))
    with TestClient(create_app(settings(store=store), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


@pytest.mark.parametrize("source", SOURCES)
def test_each_helpdesk_s_message_becomes_a_ticket_its_events_and_a_receipt(desk, source):
    answer = desk.post(source, example(source))
    assert answer.status_code == 200, answer.text
    said = WebhookOut.model_validate_json(answer.text, strict=True)
    assert (said.ticket_id, said.open, said.new_events) == (TICKETS[source], True, 2)
    kept = desk.ticket(source)
    assert kept.receipt.priority == said.priority
    assert len(kept.receipts) == 1
    assert [event.kind for event in kept.events] == ["public_reply", "status_changed"]
    assert kept.ticket["opened_at"].startswith("2026-03-02T09:00:00")
    assert len(kept.ticket["subject"]) > 10
    assert f"{kept.events[0].at:%H:%M}" == ("09:20" if source in ("zendesk", "freshdesk") else "09:15")
    assert "<" not in json.dumps([event.text for event in kept.events])
    clocks = {clock.clock: clock.state for clock in kept.clocks.clocks}
    assert clocks["first_response"] == "met"


@pytest.mark.parametrize("source", SOURCES)
def test_a_new_tickets_receipt_knows_what_has_happened_to_it(quick, source):
    quick.post(source, example(source))
    kept = quick.ticket(source)
    assert len(kept.receipts) == 1
    assert kept.receipt.facts["log"]
    assert "first_response" not in {deadline.clock for deadline in kept.receipt.deadlines if deadline.due_at}


def test_what_a_ticket_is_read_from(quick):
    for source in SOURCES:
        quick.post(source, example(source))
    shown = {source: quick.ticket(source).ticket for source in SOURCES}
    assert shown["zendesk"] | {"body": ""} == {
        "ticket_id": "3018",
        "subject": "VPN drops every ten minutes",
        "body": "",
        "opened_at": "2026-03-02T09:00:00Z",
        "channel": "email",
        "requester": "9000731",
        "customer_id": "5512",
        "tags": ["vpn", "office"],
    }
    assert shown["freshdesk"]["body"] == "All pages are blank since Monday.\nWe need it for the contracts."
    assert (shown["freshdesk"]["requester"], shown["freshdesk"]["tags"]) == ("lena@example.org", ["printer", "office"])
    assert (shown["jira"]["requester"], shown["jira"]["project"]) == ("712020:reporter-9", "DESK")
    assert (shown["zammad"]["customer_id"], shown["zammad"]["vip"]) == ("Harbour Freight", False)
    assert "body" not in shown["zammad"]  # the article is an answer, not the request


def test_zammads_first_article_is_the_body_and_stays_it(quick):
    first = changed("zammad", ticket__article_ids=[104], article__id=104, article__body="I forgot my password.")
    quick.post("zammad", first)
    quick.post("zammad", example("zammad"), delivery="d-2")
    kept = quick.ticket("zammad")
    assert kept.ticket["body"] == "I forgot my password."
    assert [event.kind for event in kept.events] == ["status_changed", "public_reply"]


@pytest.mark.parametrize(
    ("source", "more", "kind"),
    [
        ("zendesk", {"event__comment__is_public": False}, "internal_note"),
        ("zendesk", {"event__comment__author": {"id": "9000731", "is_staff": False}}, "customer_message"),
        ("jira", {"comment__jsdPublic": False}, "internal_note"),
        ("jira", {"comment__author": {"accountId": "712020:reporter-9"}}, "customer_message"),
        ("jira", {"comment__author": {"accountId": "x", "accountType": "customer"}}, "customer_message"),
        ("jira", {"comment__author": {"accountId": "bot", "accountType": "app"}}, "automatic_reply"),
        ("zammad", {"article__internal": True}, "internal_note"),
        ("zammad", {"article__sender": "Customer"}, "customer_message"),
        ("zammad", {"article__sender": "System"}, "automatic_reply"),
        ("freshdesk", {"freshdesk_webhook__comment_kind": "customer_message"}, "customer_message"),
        ("freshdesk", {"freshdesk_webhook__comment_kind": None}, None),
    ],
)
def test_who_said_something_decides_what_it_is(quick, source, more, kind):
    assert quick.post(source, changed(source, **more)).status_code == 200
    kinds = [event.kind for event in quick.ticket(source).events if event.kind != "status_changed"]
    assert kinds == ([] if kind is None else [kind])


def test_a_comment_of_whom_the_ticket_is_from_is_a_customers(quick):
    quick.post("jira", changed("jira", comment=None))
    few = {"summary": "Nobody in sales can open the price list"}  # what comes with comment_created alone
    author = {"accountId": "712020:reporter-9", "accountType": "atlassian"}
    said = changed("jira", webhookEvent="comment_created", issue__fields=few, comment__author=author)
    assert quick.post("jira", said, delivery="d-2").status_code == 200
    kept = quick.ticket("jira")
    assert [event.kind for event in kept.events] == ["status_changed", "customer_message"]
    assert kept.ticket["body"].startswith("The shared sheet")


@pytest.mark.parametrize(
    ("source", "over", "again"),
    [
        ("generic", {"data__status": "solved"}, {"data__status": "open"}),
        ("zendesk", {"detail__status": "SOLVED"}, {"detail__status": "OPEN"}),
        ("zendesk", {"type": "zen:event-type:ticket.soft_deleted"}, {"type": "zen:event-type:ticket.undeleted"}),
        ("freshdesk", {"freshdesk_webhook__ticket_status": "Resolved"}, {}),
        (
            "jira",
            {"issue__fields__status": {"name": "Fertig", "statusCategory": {"key": "done"}}},
            {"issue__fields__status": {"name": "Wieder da", "statusCategory": {"key": "indeterminate"}}},
        ),
        ("zammad", {"ticket__state": "closed"}, {"ticket__state": {"id": 2, "name": "open"}}),
    ],
)
def test_work_that_is_over_leaves_the_queue_and_comes_back(quick, source, over, again):
    later = {
        "generic": "timestamp",
        "zendesk": "time",
        "freshdesk": "freshdesk_webhook__updated_at",
        "zammad": "ticket__updated_at",
    }
    steps = [({}, "09:20"), (over, "09:25"), (again, "09:29")]
    states = []
    for number, (more, clock) in enumerate(steps):
        at = {"timestamp": 1772443200000 + number} if source == "jira" else {later[source]: f"2026-03-02T{clock}:00Z"}
        answer = quick.post(source, changed(source, **more, **at), delivery=f"d-{number}")
        states.append(answer.json()["open"])
    assert states == [True, False, True]
    assert len(quick.ticket(source).receipts) == 2  # nothing is decided while work is over


@pytest.mark.parametrize("source", SOURCES)
def test_what_comes_twice_is_kept_once_and_answered_as_the_first_time(desk, source):
    first = desk.post(source, example(source))
    before = desk.ticket(source)
    again = [desk.post(source, example(source)) for _ in range(2)]
    assert [answer.text for answer in again] == [first.text] * 2
    assert [answer.headers.get("idempotent-replayed") for answer in (first, *again)] == [None, "true", "true"]
    assert desk.ticket(source) == before


@pytest.mark.parametrize("source", ["zendesk", "jira", "zammad"])
def test_neither_another_delivery_id_nor_another_signing_makes_it_new(quick, source):
    """The id is not signed, so whoever replays can change it; and who retries signs anew."""
    first = quick.post(source, example(source))
    replayed = quick.post(source, example(source), delivery="d-2")
    retried = quick.post(source, example(source), at=NOW + timedelta(seconds=60))
    assert first.text == replayed.text == retried.text
    assert len(quick.ticket(source).receipts) == 1


def posted_at_once(port, bodies):
    """Post messages of Zendesk at the same time; return the answers."""
    answers = []

    def send(body):
        headers = {"content-type": "application/json", **Helpdesk(None).signed("zendesk", body, delivery="")}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/webhooks/zendesk", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            answers.append(answer.read())

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def kept_at(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/tickets/3018", timeout=30) as answer:
        return json.load(answer)


@pytest.fixture
def live(assessor, serve, address):
    with serve(create_app(settings(store=address), assessor, clock=lambda: NOW), 30) as port:
        yield port


def test_twenty_at_once_are_one(live):
    answers = posted_at_once(live, [json.dumps(example("zendesk")).encode()] * 20)
    kept = kept_at(live)
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert (len(kept["receipts"]), len(kept["events"])) == (1, 2)


def test_of_twelve_said_at_once_none_is_lost(live):
    comments = [{"id": number, "body": f"Answer {number}", "is_public": True} for number in range(12)]
    answers = posted_at_once(live, [json.dumps(changed("zendesk", event__comment=said)).encode() for said in comments])
    kept = kept_at(live)
    assert len(answers) == 12
    assert {event["text"] for event in kept["events"]} == {"", *(said["body"] for said in comments)}


def test_what_a_person_fixed_holds_against_every_webhook(desk):
    desk.post("zendesk", example("zendesk"))
    lock = {"kind": "lock", "field": "team", "value": "billing", "actor": "Ada", "reason": "Theirs."}
    desk.client.post("/v1/tickets/3018/feedback", json=lock)
    again = desk.post("zendesk", changed("zendesk", detail__subject="VPN drops again"), delivery="d-2")
    assert again.json()["team"] == "billing"
    assert desk.ticket("zendesk").ticket["subject"] == "VPN drops again"


def test_a_source_without_dates_may_say_the_same_again_after_something_else(quick):
    opened, waiting = (
        changed("freshdesk", freshdesk_webhook__ticket_status=status, freshdesk_webhook__updated_at=None)
        for status in ("Open", "Pending")
    )
    answers = [quick.post("freshdesk", payload) for payload in (opened, waiting, waiting, opened)]
    assert ["idempotent-replayed" in answer.headers for answer in answers] == [False, False, True, False]


def test_a_message_is_known_after_a_restart(assessor, tmp_path):
    found = []
    for _ in range(2):
        with TestClient(create_app(settings(store=str(tmp_path)), assessor, clock=lambda: NOW)) as client:
            found.append(Helpdesk(client).post("zammad", example("zammad")))
    assert found[0].text == found[1].text
    assert found[1].headers["idempotent-replayed"] == "true"


WRONG = ("another secret", "another body", "no signature", "another source's", "nothing")


@pytest.mark.parametrize(
    ("source", "what"),
    [(source, what) for source in SOURCES for what in WRONG if (source, what) != ("freshdesk", "another body")],
)
def test_what_is_not_signed_by_its_source_is_not_listened_to(empty, source, what):
    body = json.dumps(example(source)).encode()
    other = next(name for name in ("generic", "zendesk", "freshdesk") if name != source)
    headers = {
        "another secret": empty.signed(source, body, secret="somebody-else-s-secret"),
        "another body": empty.signed(source, body + b" "),
        "no signature": dict.fromkeys(empty.signed(source, body), ""),
        "another source's": empty.signed(other, body),
        "nothing": {},
    }[what]
    answer = empty.post(source, body, headers={"accept": "*/*", **headers})
    problem = Problem.model_validate_json(answer.text, strict=True)
    assert (answer.status_code, problem.code) == (401, "bad-signature")
    assert answer.headers["www-authenticate"].startswith("Signature")
    for hidden in (SECRETS[source], *headers.values(), example(source).get("type", "\0")):
        assert not hidden or hidden not in answer.text
    assert empty.nothing_kept()


@pytest.mark.parametrize("source", ["generic", "zendesk"])
@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_an_old_moment_is_refused_though_the_signature_is_right(quick, source, seconds):
    answer = quick.post(source, example(source), at=NOW + timedelta(seconds=seconds))
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-signature")
    assert "more than 300 s" in answer.json()["detail"]
    assert quick.nothing_kept()
    assert quick.post(source, example(source), at=NOW + timedelta(seconds=299)).status_code == 200


@pytest.mark.parametrize(
    "moment", ["", "x", "-1", "1e9", "99999999999999999999", "2026-03-02T09:30:00", "\xb2", "99999999999"]
)
@pytest.mark.parametrize("source", ["generic", "zendesk"])
def test_a_moment_that_is_none_is_refused(empty, source, moment):
    body = json.dumps(example(source)).encode()
    name = {"generic": "webhook-timestamp", "zendesk": "X-Zendesk-Webhook-Signature-Timestamp"}[source]
    signed = empty.signed(source, body)
    if source == "zendesk":
        mac = hmac.new(SECRETS[source].encode(), moment.encode("latin-1") + body, hashlib.sha256)
        signed["X-Zendesk-Webhook-Signature"] = base64.b64encode(mac.digest()).decode()
    else:
        mac = hmac.new(KEY, f"d-1.{moment}.".encode() + body, hashlib.sha256)
        signed["webhook-signature"] = "v1," + base64.b64encode(mac.digest()).decode()
    headers = [
        (k, v.encode("latin-1")) for k, v in (signed | {name: moment, "content-type": "application/json"}).items()
    ]
    answer = empty.client.post(f"/v1/webhooks/{source}", content=body, headers=headers)
    assert answer.status_code == 401


def test_freshdesk_may_send_its_secret_as_a_password(quick):
    word = base64.b64encode(f"triage:{SECRETS['freshdesk']}".encode()).decode()
    assert quick.post("freshdesk", example("freshdesk"), headers={"Authorization": f"Basic {word}"}).status_code == 200
    for wrong in ("Basic x", "Basic " + base64.b64encode(b"triage").decode(), f"Bearer {SECRETS['freshdesk']}"):
        assert quick.post("freshdesk", example("freshdesk"), headers={"Authorization": wrong}).status_code == 401


def test_a_secret_can_be_changed_without_losing_a_message(assessor, tmp_path):
    both = Settings(store=str(tmp_path), webhook_jira_secret=f"the-new-secret-of-jira {SECRETS['jira']}")
    with TestClient(create_app(both, assessor, clock=lambda: NOW)) as client:
        desk = Helpdesk(client)
        assert desk.post("jira", example("jira")).status_code == 200
        assert desk.post("jira", example("jira"), secret="the-new-secret-of-jira").status_code == 200
        assert desk.post("jira", example("jira"), secret="the-old-secret-of-jira").status_code == 401


@pytest.mark.parametrize(
    ("source", "payload", "lacks"),
    [
        ("generic", {}, "data.ticket.ticket_id"),
        ("generic", {"data": {"ticket": {"ticket_id": "T-1"}, "events": 5}}, "data.events"),
        ("zendesk", {"type": "zen:event-type:ticket.created"}, "detail.id"),
        ("zendesk", {"detail": {"id": 1}}, "type"),
        ("zendesk", {"type": "zen:event-type:user.created", "detail": {"id": 1}}, "zen:event-type:ticket."),
        ("freshdesk", {"ticket_id": 5}, "freshdesk_webhook.ticket_id"),
        ("jira", {"webhookEvent": "sprint_started", "sprint": {"id": 5}}, "issue.key"),
        ("zammad", {"ticket": {"id": 5}}, "ticket.number"),
        ("zammad", [], "ticket.number"),
        ("zammad", None, "ticket.title"),
    ],
)
def test_what_is_no_payload_is_told_by_what_it_lacks(empty, source, payload, lacks):
    answer = empty.post(source, payload)
    problem = Problem.model_validate_json(answer.text, strict=True)
    assert (answer.status_code, problem.code) == (422, "bad-payload")
    assert lacks in problem.detail
    assert len(problem.errors) >= 1
    assert empty.nothing_kept()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"data__ticket__vip": "yes"}, "vip must be true or false"),
        ({"data__events": [{"kind": "public_replay"}]}, "did you mean 'public_reply'?"),
        ({"data__ticket__opened_at": "yesterday"}, "opened_at must be a moment"),
    ],
)
def test_our_own_shape_is_checked_as_strictly_as_a_ticket(empty, change, told):
    answer = empty.post("generic", changed("generic", **change))
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert empty.nothing_kept()


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_with_a_template_may_send_our_own_shape(quick, source):
    assert quick.post(source, WEBHOOK_EXAMPLE).status_code == 200
    assert quick.client.get("/v1/tickets/T-1042").status_code == 200


@pytest.mark.parametrize("odd", ["\0", "\ud800", "x" * 400, "a\nb"])
def test_odd_letters_of_a_customer_do_not_keep_a_ticket_out(desk, odd):
    payload = changed("zendesk", detail__tags=[odd], detail__organization_id=odd, detail__description=odd * 3)
    payload["event"]["comment"]["body"] = odd
    assert desk.post("zendesk", payload).status_code == 200
    assert desk.ticket("zendesk").ticket_id == "3018"


ODD = (None, True, -1, 2**70, 1.5, "", " ", "\0", "\ud800", "2026-13-01", [], {}, [None], [[]], "x" * 300)


def leaves(value, way=()):
    for name, inner in value.items():
        yield from leaves(inner, (*way, name)) if isinstance(inner, dict) else [(*way, name)]


@pytest.mark.parametrize("source", SOURCES)
@settings_of_hypothesis(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_odd_value_anywhere_never_fails_the_service(muddle, source, data):
    paths = ["__".join(way) for way in leaves(example(source))]
    odd = data.draw(st.dictionaries(st.sampled_from(paths), st.sampled_from(ODD), min_size=1, max_size=3))
    answer = muddle.post(source, changed(source, **odd))
    assert answer.status_code in (200, 422), answer.text


@pytest.fixture(scope="module")
def muddle(assessor, tmp_path_factory):
    store = str(tmp_path_factory.mktemp("muddle"))
    often = settings(store=store, rate_per_s=1e6, rate_burst=10**6)
    with TestClient(create_app(often, assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


def test_personal_data_does_not_reach_the_store(quick, tmp_path):
    payload = changed("zendesk", detail__description="Call +49 170 1234567 or write to max@example.org")
    payload["event"]["comment"]["body"] = "My card is 4111 1111 1111 1111"
    quick.post("zendesk", payload)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"max@example.org" not in stored
    assert b"4111 1111" not in stored
    assert b"[mail]" in stored


def test_an_unknown_source_and_one_without_a_secret_are_told_apart(assessor, tmp_path):
    some = Settings(store=str(tmp_path), webhook_jira_secret=SECRETS["jira"])
    with TestClient(create_app(some, assessor, clock=lambda: NOW)) as client:
        desk = Helpdesk(client)
        assert desk.post("github", {}, headers={"x-hub-signature": "x"}).json()["code"] == "not-found"
        closed = desk.post("zammad", example("zammad"))
        assert (closed.status_code, closed.json()["code"]) == (503, "no-webhook-secret")
        assert "TRIAGE_WEBHOOK_ZAMMAD_SECRET" in closed.json()["detail"]


def test_without_a_store_nothing_is_taken(assessor):
    with TestClient(create_app(settings(), assessor, clock=lambda: NOW)) as client:
        assert Helpdesk(client).post("jira", example("jira")).json()["code"] == "no-store"


def test_too_much_is_refused_before_it_is_looked_at(assessor, tmp_path):
    small = settings(store=str(tmp_path), max_body_bytes=2_000)
    with TestClient(create_app(small, assessor, clock=lambda: NOW)) as client:
        assert Helpdesk(client).post("zammad", {"x": "y" * 3_000}).status_code == 413


def test_a_source_that_sends_too_often_is_told_when_to_come_again(assessor, tmp_path):
    few = settings(store=str(tmp_path), rate_per_s=0.001, rate_burst=2)
    with TestClient(create_app(few, assessor, clock=lambda: NOW)) as client:
        desk = Helpdesk(client)
        assert [desk.post("jira", example("jira")).status_code for _ in range(3)] == [200, 200, 429]
        assert desk.post("zammad", example("zammad"), secret="wrong-secret-of-sixteen").status_code == 401
        assert desk.post("zammad", example("zammad")).status_code == 200


@pytest.mark.parametrize("secret", ["short", "", "a-first-secret-here a-second-secret-here a-third-secret-here"])
def test_a_secret_that_is_none_is_refused_at_the_start(monkeypatch, secret):
    from ticket_triage.settings import load_settings

    monkeypatch.setenv("TRIAGE_WEBHOOK_JIRA_SECRET", secret)
    with pytest.raises(
        BadOptionError, match=r"^Environment variable TRIAGE_WEBHOOK_JIRA_SECRET cannot be used:"
    ) as told:
        load_settings(["TRIAGE_WEBHOOK_JIRA_SECRET"])
    assert not secret or secret not in str(told.value)


def test_a_generic_secret_must_be_one_of_the_standard():
    with pytest.raises(BadOptionError, match="openssl rand -base64 32 makes one"):
        create_app(Settings(webhook_generic_secret="this is no base64 at all".replace(" ", "_")))


def test_a_secret_is_shown_nowhere():
    assert not [secret for secret in SECRETS.values() if secret in repr(settings()) + str(settings().model_dump())]
