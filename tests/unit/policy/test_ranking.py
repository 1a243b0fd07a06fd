from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy, rank

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
        ("E", "26.50 points in the queue, 1.50 of them for waiting, against 25.00"),
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
    assert rank([], POLICY, NOW) == []
