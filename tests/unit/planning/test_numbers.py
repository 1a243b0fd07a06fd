"""Five figures of a desk, exact where they can be, absent where the history is silent."""

import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.planning.numbers import five_numbers
from ticket_triage.planning.outcomes import WALL
from ticket_triage.policy import load_policy
from ticket_triage.service.report import clock_of


def times(*moments):
    return pd.Series(pd.to_datetime([moment or None for moment in moments], utc=True))


@pytest.fixture
def frame():
    """Return a Monday and a Tuesday: three tickets of Ana, one of Ben, one nobody answered."""
    return pd.DataFrame(
        {
            "opened_at": times(
                "2026-03-02T08:10Z", "2026-03-02T08:50Z", "2026-03-02T16:00Z", "2026-03-03T08:00Z", None
            ),
            "first_response_at": times("2026-03-02T09:10Z", "2026-03-02T10:50Z", "2026-03-03T10:00Z", "", ""),
            "resolved_at": times("2026-03-02T12:00Z", "2026-03-03T12:00Z", "2026-03-03T13:00Z", "", ""),
            "agent": ["Ana", "Ana", "Ben", "Ana", "Ana"],
            "converted": pd.array([True, False, True, None, True], dtype="boolean"),
            "csat": [5.0, 3.0, None, None, 1.0],
            "urgency": ["critical", "low", "critical", "low", "low"],
        }
    )


def test_conversion_counts_tickets_and_days_on_which_any_closed(frame):
    ana, ben = five_numbers(frame, WALL).conversion
    assert (ana.agent, ana.converted, ana.share.n, ana.days, ana.per_day) == ("Ana", 1, 2, 2, 0.5)
    assert (ben.agent, ben.converted, ben.share.n, ben.days) == ("Ben", 1, 1, 1)


def test_response_times_are_told_for_all_and_by_urgency_gravest_first(frame):
    whole, critical, low = five_numbers(frame, WALL).responses
    assert (whole.answered, whole.waiting, whole.median) == (3, 1, 2.0)
    assert (critical.group, critical.median, low.group, low.waiting) == ("critical", 9.5, "low", 1)


def test_working_time_leaves_the_night_out(frame):
    clock = clock_of(load_policy(), "business")
    assert five_numbers(frame, clock).responses[1].median == pytest.approx((1 / 6 + 2) / 2)


def test_satisfaction_is_told_for_all_and_by_month(frame):
    whole, march = five_numbers(frame, WALL).satisfaction
    assert (whole.rating.value, whole.rating.n, whole.closed) == (4.0, 2, 3)
    assert march.group == "2026-03"


def test_the_heat_map_holds_each_ticket_once(frame):
    by_hour = five_numbers(frame, WALL).by_hour
    assert (by_hour[0, 8], by_hour[0, 16], by_hour[1, 8]) == (2.0, 1.0, 1.0)
    assert by_hour.sum() == 4


def test_a_weekday_seen_twice_counts_its_mean():
    frame = pd.DataFrame({"opened_at": times("2026-03-02T08:00Z", "2026-03-09T08:30Z", "2026-03-09T08:40Z")})
    assert five_numbers(frame, WALL).by_hour[0, 8] == 1.5


def test_what_the_history_does_not_hold_is_said_to_be_absent(frame):
    found = five_numbers(frame[["opened_at"]], WALL)
    assert (found.conversion, found.responses, found.satisfaction) == (None, (), None)
    assert "Conversion by agent cannot be told: the history has no converted and agent." in found.absent


def test_without_opening_times_nothing_can_be_told(frame):
    with pytest.raises(BadOptionError, match="no opened_at"):
        five_numbers(frame.drop(columns="opened_at"), WALL)


def test_an_unknown_calendar_is_named(frame):
    with pytest.raises(BadOptionError, match="did you mean 'business'"):
        clock_of(load_policy(), "busines")


def test_agents_of_equal_luck_do_not_differ():
    def conversion(*hits):
        rows = [(agent, n < count) for agent, count in zip("ab", hits, strict=True) for n in range(200)]
        agents, converted = zip(*rows, strict=True)
        opened = times(*["2026-03-02T08:00Z"] * len(rows))
        frame = pd.DataFrame({"opened_at": opened, "agent": agents, "converted": converted})
        return five_numbers(frame, WALL).agents_differ

    assert not conversion(20, 24)
    assert conversion(5, 60)
