"""The service clocks of a kept ticket: which rule applies and why, what is left, and whether it will be missed."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ticket_triage.api.app import create_app
from ticket_triage.api.examples import CLOCKS_EXAMPLE
from ticket_triage.api.schemas import ClocksOut
from ticket_triage.client import TriageClient
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.settings import Settings

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPENED = "2026-03-02T09:00:00Z"


@pytest.fixture
def desk(address, serve):
    """A client of a real server that keeps its tickets in a store."""
    app = create_app(Settings(store=address), Assessor(None, load_policy()), clock=lambda: MONDAY)
    with serve(app, timeout_s=10) as port, TriageClient(f"http://127.0.0.1:{port}") as client:
        yield client


def at(hours):
    return (MONDAY + timedelta(hours=hours)).isoformat()


def keep(desk, name="T-1", *steps, opened=OPENED):
    desk.predict({"ticket_id": name, "subject": "Please add a dark mode", "opened_at": opened})
    for hours, kind, *value in steps:
        desk.event(name, {"kind": kind, "at": at(hours)} | ({"value": value[0]} if value else {}))


def read(desk, hours, name="T-1"):
    found = desk.clocks(name, now=MONDAY + timedelta(hours=hours))
    assert ClocksOut.model_validate_json(json.dumps(found), strict=True)
    return {entry["clock"]: entry for entry in found["clocks"]}


def test_a_clock_says_its_rule_and_what_is_left(desk):
    keep(desk)
    first = read(desk, 2)["first_response"]
    assert (first["rule"], first["why"], first["state"]) == ("sla.P3 in calendar business", "priority P3", "running")
    assert (first["consumed_minutes"], first["remaining_minutes"]) == (120, 360)
    assert (first["due_at"], first["warn_at"]) == ("2026-03-02T17:00:00Z", "2026-03-02T15:00:00Z")


def test_three_quarters_of_the_time_are_warned_of_and_all_of_it_is_missed(desk):
    keep(desk)
    states = [read(desk, hours)["first_response"][key] for hours in (5.9, 6) for key in ("warned", "state")]
    assert states == [False, "running", True, "running"]
    late = read(desk, 25)["first_response"]
    assert (late["state"], late["remaining_minutes"]) == ("missed", -60)


def test_a_clock_that_stands_still_foresees_no_breach(desk):
    keep(desk, "T-1", (1, "public_reply"), (2, "paused"))
    resolution = read(desk, 100)["resolution"]
    assert (resolution["state"], resolution["due_at"]) == ("paused", None)
    assert resolution["why"] == "priority P3; stands still in state paused"


def test_a_breach_is_predicted_from_how_long_the_last_tickets_took(desk):
    for number in range(30):
        keep(desk, f"D-{number}", (25 if number < 10 else 2, "public_reply"))
    keep(desk, "T-1", opened=at(48))
    soon, later = (read(desk, hours)["first_response"] for hours in (49, 51))
    assert soon["breach_probability"] == pytest.approx(1 / 3, abs=0.001)
    assert later["breach_probability"] == 1
    assert read(desk, 49)["resolution"]["breach_probability"] is None  # nothing was ever solved


def test_a_priority_the_policy_lacks_is_told_and_counts_for_nothing(desk):
    keep(desk, "T-1", (1, "priority_changed", "Sev 1"))
    found = desk.clocks("T-1", now=MONDAY + timedelta(hours=2))
    assert found["notes"] == ["The policy has no priority 'Sev 1', so a change to it counts for nothing."]
    assert found["clocks"][0]["rule"] == "sla.P3 in calendar business"


def test_an_id_that_ends_like_the_address_is_shown_whole(desk):
    keep(desk, "a/clocks")
    keep(desk, "a")
    assert desk.ticket("a/clocks")["ticket_id"] == "a/clocks"
    assert desk.clocks("a/clocks")["ticket_id"] == "a/clocks"
    assert desk.clocks("a")["ticket_id"] == "a"


def test_the_documented_example_is_what_is_answered(desk):
    desk.predict({"ticket_id": "T-1", "subject": "Checkout is down", "opened_at": "2026-03-02T08:30:00Z"})
    desk.event("T-1", {"kind": "public_reply", "at": "2026-03-02T09:45:00Z"})
    assert desk.clocks("T-1", now=datetime(2026, 3, 2, 11, 45, tzinfo=UTC)) == CLOCKS_EXAMPLE
