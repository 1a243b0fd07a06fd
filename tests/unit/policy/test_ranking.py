from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy, rank
from ticket_triage.policy.calendars import microseconds
from ticket_triage.policy.clock import worked_minutes
from ticket_triage.policy.waiting import worked_minutes_until

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODIES = ["nobody can pay", "data leak", "payments are failing", "the icon is ugly", "hello", "is down", "how to?"]


def decided(ticket_id, body="hello", opened_at=NOW, **known):
    ticket = Ticket(ticket_id, body=body, opened_at=opened_at, **known)
    return ticket, decide(ticket, NO_PREDICTION, POLICY, NOW)


def order(*entries):
    return [place.ticket.ticket_id for place in rank(entries, POLICY, NOW)]


QUEUES = st.lists(
    st.tuples(st.sampled_from(BODIES), st.one_of(st.none(), st.integers(0, 3000))), min_size=1, max_size=12
).map(
    lambda rows: [
        decided(f"T-{place:02}", body, None if hours is None else NOW - timedelta(hours=hours))
        for place, (body, hours) in enumerate(rows)
    ]
)


@settings(deadline=None)
@given(queue=QUEUES, random=st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(queue, random):
    mixed = list(queue)
    random.shuffle(mixed)
    assert order(*mixed) == order(*queue)


@settings(deadline=None)
@given(queue=QUEUES)
def test_nothing_stands_above_the_first_priority(queue):
    ranked = rank(queue, POLICY, NOW)
    firsts = [place.decision.priority == "P1" for place in ranked]
    assert firsts == sorted(firsts, reverse=True)
    assert [place.position for place in ranked] == list(range(1, len(queue) + 1))


@settings(deadline=None)
@given(body=st.sampled_from(BODIES), hours=st.tuples(st.integers(0, 3000), st.integers(0, 3000)))
def test_of_two_alike_the_older_is_never_behind(body, hours):
    older, newer = sorted(hours, reverse=True)
    first = decided("B", body, NOW - timedelta(hours=older))
    second = decided("A", body, NOW - timedelta(hours=newer))
    assert order(second, first) == (["B", "A"] if older > newer else ["A", "B"])


def test_each_place_says_why_it_is_above_the_next():
    ranked = rank(
        [
            decided("E", "hello", NOW - timedelta(hours=3)),
            decided("D"),
            decided("C"),
            decided("B", "payments are failing"),
            decided("A", "nobody can pay", NOW - timedelta(days=2)),
        ],
        POLICY,
        NOW,
    )
    assert [(place.ticket.ticket_id, place.why_above_next) for place in ranked] == [
        ("A", "P1 stands before P2, whatever the points"),
        ("B", "66.00 points in the queue, against 26.50"),
        ("E", "26.50 points in the queue (1.50 for waiting), against 25.00"),
        ("C", "equal in everything, so by ticket id"),
        ("D", "last in the queue"),
    ]


def test_equal_points_go_by_opening_time():
    earlier = decided("Z", opened_at=NOW - timedelta(seconds=30))
    ranked = rank([decided("A"), earlier], POLICY, NOW)
    assert ranked[0].why_above_next == "equal points, but opened first (2026-03-02T11:59:30Z)"


def test_a_floor_counts_in_the_queue_as_its_priority():
    low = dict.fromkeys(("revenue", "satisfaction", "operations", "urgency"), "low")
    leak, blocked = decided("B", "data leak", custom=low), decided("A", "hello", custom={"revenue": 1.0})
    assert (leak[1].points, blocked[1].points) == (0.0, 47.5)
    assert order(leak, decided("C", "we cannot log in")) == ["B", "C"]


@pytest.mark.parametrize("days", [40, 400, 40_000])
def test_waiting_stops_counting_just_below_the_first_priority(days):
    oldest = decided("B", "hello", NOW - timedelta(days=days))
    old = decided("A", "payments are failing", NOW - timedelta(days=39))
    assert order(old, oldest) == ["B", "A"]


def test_waiting_can_be_switched_off(changed):
    still = load_policy(changed(("points_per_hour = 0.5", "points_per_hour = 0")))
    ranked = rank([decided("A", "hello", NOW - timedelta(days=400)), decided("B", "payments are failing")], still, NOW)
    assert [place.ticket.ticket_id for place in ranked] == ["B", "A"]


def test_an_empty_queue_is_empty():
    assert len(rank([], POLICY, NOW)) == 0


WEEKS_OF_MINUTES = 2 * 7 * 24 * 60
DAY_OPENS, DAY_CLOSES = 9 * 60, 17 * 60
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
FULL_CLIMB_HOURS = 141


def working_hours(start, end):
    """Return the business hours between two moments, counted minute by minute."""
    return (
        sum(
            (MONDAY + timedelta(minutes=minute)).weekday() < 5 and DAY_OPENS <= minute % (24 * 60) < DAY_CLOSES
            for minute in range(start, end)
        )
        / 60
    )


@settings(deadline=None, max_examples=15)
@given(
    arrivals=st.lists(
        st.tuples(st.integers(0, WEEKS_OF_MINUTES - 1), st.sampled_from(BODIES)), min_size=30, max_size=80
    ),
    minutes_each=st.integers(60, 240),
)
def test_no_ticket_is_overtaken_by_those_that_came_much_later(arrivals, minutes_each):
    """One agent, weeks of arrivals, often more than the desk can do: whoever is passed over is soon nobody's junior."""
    waiting = sorted((minute, f"T-{place:02}", body) for place, (minute, body) in enumerate(arrivals))
    free_at, open_tickets = 0, []
    while waiting or open_tickets:
        while waiting and waiting[0][0] <= free_at:
            minute, name, body = waiting.pop(0)
            open_tickets.append((minute, decided(name, body, MONDAY + timedelta(minutes=minute))))
        if not open_tickets:
            free_at = waiting[0][0]
            continue
        served = rank([entry for _, entry in open_tickets], POLICY, MONDAY + timedelta(minutes=free_at))[0]
        chosen = next(minute for minute, (ticket, _) in open_tickets if ticket == served.ticket)
        if served.decision.priority != "P1":
            oldest = min(minute for minute, _ in open_tickets)
            assert working_hours(oldest, chosen) <= FULL_CLIMB_HOURS
        open_tickets = [entry for entry in open_tickets if entry[1][0] != served.ticket]
        free_at += minutes_each


def test_many_waits_at_once_are_counted_as_each_alone():
    calendar = POLICY.ageing.calendar
    starts = [NOW - timedelta(minutes=37 * step) for step in range(-5, 400)]
    counted = worked_minutes_until(NOW, [microseconds(start) for start in starts], calendar)
    assert counted == [worked_minutes(start, NOW, calendar, 10**9) for start in starts]
