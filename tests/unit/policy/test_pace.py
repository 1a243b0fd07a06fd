from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ticket_triage.domain.clocks import ClockReading
from ticket_triage.policy.pace import FEWEST, attainment, pace

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reading(hours: float, *, state="met", clock="resolution", target=10) -> ClockReading:
    """Return a clock that has consumed so many hours of a target in hours."""
    is_open = state in ("running", "paused")
    return ClockReading(
        clock=clock,
        number=1,
        state=state,
        rule="sla.P3 in calendar business",
        why="priority P3",
        target_minutes=target * 60,
        started_at=NINE,
        stopped_at=None if is_open else NINE,
        stopped_by="" if is_open else "resolution",
        due_at=None,
        warn_at=None,
        warned=False,
        consumed=hours * HOUR,
        paused=timedelta(0),
        remaining=(target - hours) * HOUR,
    )


def chance(past, hours):
    return pace(past).with_probability(reading(hours, state="running")).breach_probability


def test_the_chance_of_a_miss_is_the_share_of_those_that_went_on_longer():
    past = [reading(hours) for hours in range(1, 21)]  # one each of 1 to 20 hours
    assert chance(past, 0.0) == pytest.approx(0.5)
    assert chance(past, 5.0) == pytest.approx(10 / 15, abs=1e-4)
    assert chance(past, 9.5) == pytest.approx(10 / 11, abs=1e-4)


def test_clocks_that_have_not_ended_count_for_as_long_as_they_were_watched():
    ended = [reading(hours) for hours in range(1, 21)]
    watched = [reading(8, state="paused")] * 10
    by_hand = 1.0
    for hour in range(1, 11):
        at_risk = 21 - hour + (10 if hour <= 8 else 0)
        by_hand *= 1 - 1 / at_risk
    assert chance([*ended, *watched], 0.0) == pytest.approx(by_hand, abs=1e-4)


def test_nothing_is_foretold_from_too_few_or_from_other_rules():
    past = [reading(3) for _ in range(FEWEST)]
    assert chance(past[1:], 1.0) is None
    assert chance(past, 1.0) == 0.0
    assert chance([replace(entry, rule="sla.P1 in calendar always") for entry in past], 1.0) is None


def test_what_has_ended_is_certain_already():
    past = [reading(3) for _ in range(FEWEST)]
    assert pace(past).with_probability(past[0]) is past[0]


def test_attainment_is_met_by_met_and_missed():
    readings = [reading(1)] * 3 + [reading(11, state="missed"), reading(1, state="running"), reading(1, clock="x")]
    counted = attainment("resolution", readings)
    assert (counted.met, counted.missed, counted.in_time, counted.share) == (3, 1, 1, 0.75)
    assert attainment("next_reply", readings).share is None
