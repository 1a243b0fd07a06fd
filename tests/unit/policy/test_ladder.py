from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def decided(policy, body, **known):
    return decide(Ticket("T-1", body=body, **known), NO_PREDICTION, policy, NOW)


@pytest.mark.parametrize(
    ("given", "priority"),
    [(0.7, "P1"), (0.69, "P2"), (0.45, "P2"), (0.44, "P3"), (0.2, "P3"), (0.19, "P4"), (0, "P4")],
)
def test_cutoffs_belong_to_the_higher_priority(policy, given, priority):
    four = dict.fromkeys(("revenue", "satisfaction", "operations", "urgency"), given)
    assert decided(policy, "hello", custom=four).priority == priority


@pytest.mark.parametrize(
    ("body", "priority"),
    [
        ("We have lost all our data", "P1"),
        ("Seit heute morgen: Datenverlust im Archiv", "P1"),
        ("Nobody can log in", "P1"),
        ("We had a data breach", "P2"),
        ("This is a GDPR breach", "P3"),
        ("No data loss so far, just asking", "P4"),
    ],
)
def test_grave_words_set_a_floor_whatever_the_points(policy, body, priority):
    low = dict.fromkeys(("revenue", "satisfaction", "operations", "urgency"), "low")
    assert decided(policy, body, custom=low).priority == priority


def test_a_floor_that_moved_the_priority_is_on_the_receipt(policy):
    low = dict.fromkeys(("revenue", "satisfaction", "operations", "urgency"), "low")
    assert decided(policy, "data loss", custom=low).floors == ("data_loss: never below P1 (else P4)",)


def test_a_cosmetic_wish_stays_under_its_cap_until_an_impact_is_known(policy):
    icon = "the icon is ugly"
    assert decided(policy, icon, affected_users=100_000, segment="enterprise", vip=True).priority == "P3"
    assert decided(policy, icon, affected_users=100_000, custom={"revenue": "high"}).priority == "P2"
    assert decided(policy, f"{icon} and nobody can pay").priority == "P1"


def test_mood_never_moves_a_priority(policy):
    nearly = {"revenue": 0.5, "satisfaction": 0.5, "operations": 0.45}
    calm, loud = decided(policy, "hello", custom=nearly), decided(policy, "URGENT!!! hello", custom=nearly)
    assert (calm.points, calm.priority) == (44.0, "P3")
    assert (loud.points, loud.priority) == (46.0, "P3")


def test_policy_moves_the_cutoffs(changed):
    strict = load_policy(changed(("P1 = 70", "P1 = 26"), ("P2 = 45", "P2 = 25")))
    assert decided(strict, "hello").priority == "P2"
    assert decided(strict, "URGENT!!! hello").floors == (
        "perceived urgency and sentiment: 2.00 points do not make it P1",
    )
