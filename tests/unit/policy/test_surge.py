"""High volume switches the order and back, between two numbers, and every switch is on record."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy, rank
from ticket_triage.policy.surge import SurgeRule, Switch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RULE = SurgeRule("surge", timedelta(minutes=60), on_at=3, off_at=1, points={})


def minutes(*offsets):
    return [NOW + timedelta(minutes=offset) for offset in offsets]


def test_it_comes_on_at_the_upper_number_and_goes_off_at_the_lower():
    record = RULE.record(minutes(0, 10, 20, 50), NOW + timedelta(hours=5))
    assert record == (
        Switch(NOW + timedelta(minutes=20), on=True, arrivals=3),
        Switch(NOW + timedelta(minutes=80), on=False, arrivals=1),
    )


def test_between_the_numbers_it_stays_as_it_is():
    assert RULE.record(minutes(0, 10), NOW + timedelta(hours=5)) == ()
    still_on = RULE.record(minutes(0, 10, 20), NOW + timedelta(minutes=65))
    assert [switch.on for switch in still_on] == [True]


def test_what_has_not_happened_does_not_count():
    assert RULE.record(minutes(1, 2, 3), NOW) == ()


@given(offsets=st.lists(st.integers(0, 600), max_size=60), random=st.randoms(use_true_random=False))
def test_the_record_does_not_hang_on_the_order_and_only_grows(offsets, random):
    arrivals = minutes(*offsets)
    whole = RULE.record(arrivals, NOW + timedelta(hours=20))
    mixed = list(arrivals)
    random.shuffle(mixed)
    assert RULE.record(mixed, NOW + timedelta(hours=20)) == whole
    halfway = RULE.record(arrivals, NOW + timedelta(hours=5))
    assert whole[: len(halfway)] == halfway
    assert [switch.on for switch in whole] == [place % 2 == 0 for place in range(len(whole))]


def test_the_queue_says_when_it_is_ordered_by_the_surge_policy():
    policy = load_policy()
    late = Ticket("B", body="hello", opened_at=NOW - timedelta(hours=72))
    casual = Ticket("A", body="hello", opened_at=NOW - timedelta(hours=72), persona="power_user", vip=True)
    decided = [(ticket, decide(ticket, NO_PREDICTION, policy, NOW)) for ticket in (late, casual)]
    usual = rank(decided, policy, NOW)
    assert (usual.surge, usual.switches) == (None, ())
    surging = rank(decided, policy, NOW, [NOW - timedelta(seconds=place) for place in range(120)])
    assert surging.surge == "surge"
    assert surging.switches == (Switch(NOW, on=True, arrivals=120),)
    assert "persona" in {part.strategy for part in usual[0].parts}
    assert "persona" not in {part.strategy for part in surging[0].parts}
