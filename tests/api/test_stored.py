"""A kept ticket is decided with what happened to it, whoever asks for the decision."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.schemas import Receipt, TicketOut
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.recorded import recorded_of
from ticket_triage.errors import TicketNotFoundError
from ticket_triage.policy import decide_again, load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.stored import decide_stored
from ticket_triage.settings import Settings

OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICKET = {"ticket_id": "T-1", "subject": "Please add a dark mode", "opened_at": "2026-03-02T09:00:00Z"}
OUTAGE = TICKET | {"subject": "Checkout is down for everyone"}
RULES = Assessor(None, load_policy())


@pytest.fixture
def kept(address):
    app = create_app(Settings(store=address), RULES, clock=lambda: OPENED)
    with TestClient(app) as client:
        client.post("/v1/predict", json=TICKET)
        yield client


def hours(count):
    return (OPENED + timedelta(hours=count)).isoformat().replace("+00:00", "Z")


def tell(kept, after, kind, value=None, ticket="T-1"):
    told = {"kind": kind, "at": hours(after)} | ({} if value is None else {"value": value})
    assert kept.post(f"/v1/tickets/{ticket}/events?now={hours(after)}", json=told).status_code == 200


def again(kept, after, ticket=TICKET):
    return Receipt.model_validate_json(kept.post(f"/v1/predict?now={hours(after)}", json=ticket).text, strict=True)


def stored(kept, after):
    with kept.app.state.together.recorder.store.reading() as connection:
        return decide_stored(connection, "T-1", RULES, OPENED + timedelta(hours=after))


def resolution(receipt):
    return next(entry for entry in receipt.deadlines if entry.clock == "resolution")


def test_a_pause_stops_the_deadline_of_every_later_decision(kept):
    tell(kept, 1, "status_changed", "waiting for customer")
    receipt = again(kept, 24 * 30)
    assert resolution(receipt).due_at is None
    assert stored(kept, 24 * 30).deadline("resolution").due_at is None


def test_what_is_decided_of_a_stored_ticket_is_what_a_new_request_keeps(kept):
    tell(kept, 1, "public_reply")
    tell(kept, 2, "customer_message")
    expected = stored(kept, 30).as_json()
    assert kept.post(f"/v1/predict?now={hours(30)}", json=TICKET).text == expected


def test_the_queue_gives_no_points_for_a_deadline_that_stands_still(kept):
    late = hours(24 * 20)

    def parts():
        [place] = kept.get(f"/v1/queue?now={late}").json()["places"]
        return {part["strategy"] for part in place["parts"]}

    assert "sla" in parts()
    tell(kept, 1, "public_reply")
    tell(kept, 2, "paused")
    assert "sla" not in parts()


def test_a_later_priority_does_not_judge_what_was_answered_before(kept):
    tell(kept, 5, "public_reply")
    assert again(kept, 6, OUTAGE).priority == "P1"
    shown = TicketOut.model_validate_json(kept.get(f"/v1/tickets/T-1?now={hours(7)}").text, strict=True)
    first, last = shown.clocks.clocks
    assert (first.state, first.rule, last.rule) == ("met", "sla.P3 in calendar business", "sla.P1 in calendar always")
    assert [(change.old, change.new) for change in last.changes] == [(first.rule, last.rule)]


def test_a_ticket_that_never_said_when_it_was_opened_counts_from_when_it_was_first_kept(kept):
    kept.post("/v1/predict", json={"ticket_id": "T-2", "subject": "Please add a dark mode"})
    receipt = again(kept, 30, {"ticket_id": "T-2", "subject": "Please add a dark mode"})
    assert receipt.facts["opened_at"] == hours(0)
    assert resolution(receipt).rule == "sla.P3 in calendar business"


def test_a_receipt_of_a_stored_ticket_gives_its_decision_again(kept):
    tell(kept, 1, "status_changed", "pending")
    tell(kept, 30, "status_changed", "open")
    text = kept.post(f"/v1/predict?now={hours(31)}", json=TICKET).text
    receipt = recorded_of(json.loads(text), "receipt")
    assert decide_again(receipt, NO_PREDICTION, load_policy(), None).as_json() == text


def test_a_ticket_that_is_not_kept_cannot_be_decided(kept):
    with kept.app.state.together.recorder.store.reading() as connection, pytest.raises(TicketNotFoundError):
        decide_stored(connection, "T-9", RULES, OPENED)
