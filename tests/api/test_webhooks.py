"""What helpdesks post: signed their own way, kept once, decided as any ticket."""

import json
import threading
import urllib.request
from datetime import timedelta

import pytest
from helpdesks import NOW, SOURCES, TICKETS, Helpdesk, changed, example, settings
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.hook_shapes import WebhookOut


@pytest.fixture
def desk(assessor, address):
    with TestClient(create_app(settings(store=address), assessor, clock=lambda: NOW)) as client:
        yield Helpdesk(client)


@pytest.fixture
def quick(assessor, tmp_path):
    """On SQLite alone, where the database makes no difference."""
    with TestClient(create_app(settings(store=str(tmp_path)), assessor, clock=lambda: NOW)) as client:
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
