"""A ticket that is kept: its events drive its clocks, people's words hold, and nothing is done twice."""

import json

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.schemas import EventOut, FeedbackOut, Problem, QueuePage, TicketOut
from ticket_triage.settings import Settings
from ticket_triage.store import audit
from ticket_triage.store.tables import RECEIPTS

TICKET = {"ticket_id": "T-1", "subject": "Checkout is down", "requester": "Ana", "opened_at": "2026-03-02T08:30:00Z"}
LOCK = {"kind": "lock", "field": "team", "value": "billing", "actor": "Ada", "reason": "They caused it."}


@pytest.fixture
def kept(assessor, now, address):
    app = create_app(Settings(store=address), assessor, clock=lambda: now)
    with TestClient(app) as client:
        client.post("/v1/predict", json=TICKET)
        yield client


def event(kept, kind, ticket="T-1", **more):
    return kept.post(f"/v1/tickets/{ticket}/events", json={"kind": kind, **more})


def say(kept, **word):
    return kept.post("/v1/tickets/T-1/feedback", json={"actor": "Ada", "reason": "I know it.", **word})


def shown(kept, ticket="T-1"):
    return TicketOut.model_validate_json(kept.get(f"/v1/tickets/{ticket}").text, strict=True)


def test_a_ticket_is_shown_with_all_that_was_kept(kept):
    event(kept, "public_reply", at="2026-03-02T09:00:00Z", text="Write to jo@example.org")
    say(kept, kind="correct", field="urgency", value="critical")
    found = shown(kept)
    assert (found.version, found.open, found.ticket["requester"]) == (4, True, "Ana")
    assert [(entry.kind, entry.text) for entry in found.events] == [("public_reply", "Write to [mail]")]
    assert [(entry.head, entry.label, entry.source) for entry in found.labels] == [("urgency", "critical", "corrected")]
    assert [(entry.actor, entry.receipt) for entry in found.feedback] == [("Ada", 1)]
    assert found.receipt.ticket_id == "T-1"


def test_an_event_drives_the_clocks(kept):
    before = shown(kept).clocks.clocks[0]
    told = EventOut.model_validate_json(event(kept, "public_reply", at="2026-03-02T09:00:00Z").text, strict=True)
    after = told.clocks.clocks[0]
    assert (before.clock, before.state, after.state) == ("first_response", "running", "met")
    assert after.stopped_at.isoformat() == "2026-03-02T09:00:00+00:00"


def test_an_event_told_twice_happened_once(kept):
    first = event(kept, "public_reply", event_id="zd-7", at="2026-03-02T09:00:00Z").json()
    second = event(kept, "public_reply", event_id="zd-7", at="2026-03-02T09:00:00Z").json()
    assert (first["duplicate"], second["duplicate"], second["version"]) == (False, True, first["version"])
    assert len(shown(kept).events) == 1


@pytest.mark.parametrize(
    ("kinds", "is_open"), [(["resolved"], False), (["resolved", "reopened"], True), (["reopened", "closed"], False)]
)
def test_what_is_over_leaves_the_queue_whatever_the_order_it_is_told_in(kept, kinds, is_open):
    told = [(kind, f"2026-03-02T09:0{minute}:00Z") for minute, kind in enumerate(kinds)]
    for kind, at in reversed(told):
        event(kept, kind, at=at)
    assert shown(kept).open is is_open
    assert [place["ticket_id"] for place in kept.get("/v1/queue").json()["places"]] == (["T-1"] if is_open else [])


def test_a_lock_holds_at_once_and_against_every_later_prediction(kept):
    said = FeedbackOut.model_validate_json(kept.post("/v1/tickets/T-1/feedback", json=LOCK).text, strict=True)
    later = kept.post("/v1/predict", json=TICKET | {"subject": "Another subject"}).json()
    batch = kept.post("/v1/predict/batch", json={"tickets": [TICKET]}).json()["results"][0]["receipt"]
    queue = kept.get("/v1/queue").json()["places"][0]
    assert {said.receipt.team, later["team"], batch["team"], queue["team"]} == {"billing"}
    assert kept.post("/v1/predict?record=false", json=TICKET).json()["team"] != "billing"
    say(kept, kind="unlock", field="team")
    assert kept.post("/v1/predict", json=TICKET).json()["team"] != "billing"


def test_what_a_person_corrected_is_decided_on_from_then_on(kept):
    before = shown(kept).receipt
    said = say(kept, kind="correct", field="urgency", value="low").json()["receipt"]
    later = kept.post("/v1/predict", json=TICKET | {"subject": "Another subject"}).json()
    for receipt in (said, later, shown(kept).receipt.model_dump()):
        [line] = [line for line in receipt["scorecard"] if line["criterion"] == "urgency"]
        [answer] = [answer for answer in receipt["answers"] if answer["head"] == "urgency"]
        assert (line["level"], line["origin"], line["evidence"]) == ("low", "given", "urgency low said by a person")
        assert answer["reason"] == "a person said so, against high (0.60)"
        assert receipt["prediction"]["heads"][0]["answer"] == "high"
    assert said["points"] < before.points
    assert kept.get("/v1/queue").json()["places"][0]["points"] == later["points"]
    assert kept.post("/v1/predict?record=false", json=TICKET).json()["points"] == before.points


def test_a_team_it_was_taken_back_from_is_not_suggested_again(kept):
    team = shown(kept).receipt.team
    said = say(kept, kind="revert", field="team").json()
    assert said["holds"]["reverts"] == [team]
    assert said["receipt"]["team"] != team


def test_what_a_person_corrected_is_not_undone_by_a_confirmation(kept):
    say(kept, kind="correct", field="urgency", value="low")
    labels = say(kept, kind="accept").json()["labels"]
    assert [(label["head"], label["label"], label["source"]) for label in labels] == [
        ("sentiment", "neutral", "confirmed"),
        ("urgency", "low", "corrected"),
    ]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ({"kind": "accpet"}, "did you mean 'accept'"),
        ({"kind": "lock"}, "name a field: priority, team, agent"),
        ({"kind": "lock", "field": "urgency", "value": "low"}, "known are: agent, priority, team"),
        ({"kind": "lock", "field": "priority", "value": "P9"}, "P1"),
        ({"kind": "lock", "field": "agent"}, "name it as value"),
        ({"kind": "correct", "field": "urgency"}, "name it as value"),
        ({"kind": "correct", "field": "urgency", "value": "urgent!"}, "known are: critical, high, low, medium"),
        ({"kind": "accept", "field": "mood"}, "known are: sentiment, urgency"),
        ({"kind": "accept", "actor": ""}, "actor must not be empty"),
        ({"kind": "accept", "reason": ""}, "reason must not be empty"),
    ],
)
def test_a_word_that_says_nothing_is_refused(kept, word, told):
    answer = say(kept, **word)
    assert answer.status_code == 422
    assert told in answer.text.replace("\\u0027", "'")
    assert shown(kept).feedback == []


def test_a_ticket_that_is_not_there_is_told(kept):
    answers = [kept.get("/v1/tickets/T-9"), event(kept, "closed", "T-9"), kept.get("/v1/tickets/")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert Problem.model_validate_json(answers[0].text).code == "ticket-not-found"


def test_an_id_with_anything_in_it_is_found(kept):
    for name in ("a/b", "ü 1", "x?y#z", "100%", "a/events"):
        kept.post("/v1/predict", json={"ticket_id": name})
        quoted = "".join(f"%{byte:02X}" for byte in name.encode())
        assert kept.get(f"/v1/tickets/{quoted}").json()["ticket_id"] == name
        assert event(kept, "public_reply", quoted).status_code == 200


def test_an_etag_tells_whether_a_ticket_changed(kept):
    tag = kept.get("/v1/tickets/T-1").headers["etag"]
    same = kept.get("/v1/tickets/T-1", headers={"If-None-Match": tag})
    event(kept, "public_reply")
    changed = kept.get("/v1/tickets/T-1", headers={"If-None-Match": tag})
    late = kept.post("/v1/tickets/T-1/feedback", json=LOCK, headers={"If-Match": tag})
    now = kept.post("/v1/tickets/T-1/feedback", json=LOCK, headers={"If-Match": changed.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert [answer.status_code for answer in (changed, late, now)] == [200, 412, 200]
    assert late.json()["code"] == "ticket-changed"


ONCE = [
    ("/v1/predict", TICKET),
    ("/v1/predict/batch", {"tickets": [TICKET, {}, {"ticket_id": "T-2"}]}),
    ("/v1/tickets/T-1/feedback", LOCK),
    ("/v1/tickets/T-1/events", {"kind": "public_reply"}),
]


@pytest.mark.parametrize(("path", "body"), ONCE)
def test_a_request_sent_twice_with_one_key_is_done_once(kept, path, body):
    first, second = (kept.post(path, json=body, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    with kept.app.state.together.recorder.store.reading() as connection:
        count = connection.execute(select(func.count()).select_from(RECEIPTS)).scalar()
        last = audit.end(connection).seq
    assert (first.status_code, second.status_code) == (200, 200), first.text
    assert (second.content, second.headers["idempotent-replayed"]) == (first.content, "true")
    kept.post(path, json=body, headers={"Idempotency-Key": "k-1"})
    with kept.app.state.together.recorder.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(RECEIPTS)).scalar() == count
        assert audit.end(connection).seq == last


@pytest.mark.parametrize(("path", "body"), ONCE)
def test_a_key_with_another_request_is_refused(kept, path, body):
    kept.post(path, json=body, headers={"Idempotency-Key": "k-1"})
    answer = kept.post("/v1/predict", json=TICKET | {"vip": True}, headers={"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "k" * 256], ids=["empty", "too long"])
@pytest.mark.parametrize("query", ["", "?record=false"])
def test_a_key_that_is_none_is_refused(kept, key, query):
    answer = kept.post(f"/v1/predict{query}", json=TICKET, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["in"]) == (422, "header")


def test_a_key_changes_nothing_where_nothing_is_recorded(kept):
    unkept = TICKET | {"ticket_id": "never-kept"}
    answers = [
        kept.post("/v1/predict?record=false", json=ticket, headers={"Idempotency-Key": "k"})
        for ticket in (unkept, unkept | {"vip": True})
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert kept.get("/v1/tickets/never-kept").status_code == 404


def test_the_queue_is_paged_without_a_ticket_twice_or_missing(kept):
    tickets = [
        {"ticket_id": f"Q-{number:03}", "subject": "Help" if number % 3 else "Checkout is down"}
        for number in range(130)
    ]
    kept.post("/v1/predict/batch", json={"tickets": tickets})
    whole = kept.get("/v1/queue?limit=500").json()
    pages, cursor = [], ""
    while cursor is not None:
        page = QueuePage.model_validate_json(kept.get(f"/v1/queue?limit=40{cursor and f'&cursor={cursor}'}").text)
        pages, cursor = [*pages, *page.places], page.next
        kept.post("/v1/predict", json={"ticket_id": f"later-{cursor}", "subject": "Checkout is down for everyone"})
    assert whole["total"] == 131
    assert [place.ticket_id for place in pages] == [place["ticket_id"] for place in whole["places"]]
    assert [place.position for place in pages] == list(range(1, 132))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=501", "cursor=abc", "cursor=%00", "cursor=W10", "limt=5"]
)
def test_a_page_that_is_none_is_refused(kept, query):
    answer = kept.get(f"/v1/queue?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-value")


def test_without_a_store_there_is_nothing_kept(client):
    answers = [
        client.get("/v1/queue"),
        client.get("/v1/tickets/T-1"),
        client.post("/v1/tickets/T-1/feedback", json=LOCK),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "no-store")] * 3


def test_the_documented_examples_are_answered(kept):
    shapes = kept.get("/openapi.json").json()["components"]["schemas"]
    for shape, path in (("EventIn", "events"), ("FeedbackIn", "feedback")):
        for example in shapes[shape]["examples"]:
            assert kept.post(f"/v1/tickets/T-1/{path}", json=example).status_code == 200, json.dumps(example)
