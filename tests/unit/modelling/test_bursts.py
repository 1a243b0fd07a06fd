"""A burst is many people at once, told from rush hours, from one who writes often, and from a desk's own clumps."""

import subprocess
import sys
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import burst_detection
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.modelling.repeats.bursts import Arrival, BurstDetector
from ticket_triage.modelling.repeats.rhythm import WEEK_HOURS, Rhythm
from ticket_triage.modelling.repeats.watch import MOST_RECENT, Watch, counters_of

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
QUIET = [
    "The invoice shows an old address",
    "How do I add a voucher?",
    "The report is slow today",
    "Please change my phone number",
    "The webhook arrives twice",
]


def quiet(weeks, a_day=24, seed=0, requester="r{}"):
    """Return tickets at random moments."""
    chance = np.random.default_rng(seed)
    moments = np.sort(chance.random(weeks * 7 * a_day)) * weeks * 7
    return [
        Arrival(f"Q-{n}", QUIET[int(chance.integers(len(QUIET)))], MONDAY + timedelta(days=day), requester.format(n))
        for n, day in enumerate(moments.tolist())
    ]


def watched(coming, detector=None):
    detector = detector or BurstDetector()
    for one in coming:
        detector.feed(one)
    return detector


def outage(at, tickets=6, text="Nobody can print labels", gap_s=40, who="d{}"):
    return [Arrival(f"D-{n}", text, at + timedelta(seconds=gap_s * n), who.format(n)) for n in range(tickets)]


@pytest.fixture(scope="module")
def four_weeks():
    """Return a detector that has watched four quiet weeks."""
    return watched(quiet(4))


@pytest.fixture
def usual(four_weeks):
    """Return one of its own for each test, and the moment after."""
    return deepcopy(four_weeks), MONDAY + timedelta(weeks=4)


def test_an_outage_is_found_within_five_of_its_tickets(usual):
    detector, after = usual
    assert not detector.bursts
    found = [detector.feed(one) for one in outage(after)]
    (burst,) = detector.bursts
    assert found[4] is burst
    assert burst.found_by in {"D-2", "D-3", "D-4"}
    assert (burst.tickets, burst.begun_at) == (6, after)
    assert set(burst.words[:2]) <= {"nobody", "print", "labels", "nobody can print", "print labels"}


def test_an_outage_told_slowly_and_in_other_words_is_found_too(usual):
    detector, after = usual
    texts = ["Label printing fails", "No labels are printed; label printing fails", "Our label printing fails again"]
    told = [Arrival(f"D-{n}", texts[n % 3], after + timedelta(minutes=25 * n), f"d{n}") for n in range(5)]
    watched(told, detector)
    assert [burst.ticket_ids[-1] for burst in detector.bursts] == ["D-4"]


def test_one_person_who_writes_again_and_again_is_no_burst(usual):
    detector, after = usual
    assert not watched(outage(after, tickets=40, who="the same"), detector).bursts


def test_the_rush_of_every_monday_is_no_burst():
    chance = np.random.default_rng(3)
    rush = [
        Arrival(
            f"M-{week}-{n}", QUIET[n % 5], MONDAY + timedelta(weeks=week, hours=9, minutes=float(at)), f"m{week}-{n}"
        )
        for week in range(8)
        for n, at in enumerate(np.sort(chance.random(20)) * 60)
    ]
    coming = sorted([*quiet(8, a_day=8), *rush], key=lambda one: one.at)
    late = [burst for burst in watched(coming).bursts if burst.found_at > MONDAY + timedelta(weeks=5)]
    assert not late


def test_a_history_that_knows_only_days_rings_no_alarm():
    chance = np.random.default_rng(4)
    coming = [
        Arrival(f"T-{day}-{n}", QUIET[int(chance.integers(5))], MONDAY + timedelta(days=day), f"r{day}-{n}")
        for day in range(80)
        for n in range(int(chance.poisson(15)))
    ]
    assert not [burst for burst in watched(coming).bursts if burst.found_at > MONDAY + timedelta(weeks=5)]


def test_a_service_can_watch_without_libraries_of_tables_and_learning():
    heavy = "[name for name in ('pandas', 'sklearn') if name in sys.modules]"
    code = f"import sys, ticket_triage.modelling.repeats.stream; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_nothing_is_usual_in_the_first_two_weeks():
    coming = quiet(1, a_day=100)
    assert not watched([*coming, *outage(coming[-1].at, tickets=30)]).bursts


def test_unnamed_requesters_count_as_different_people(usual):
    detector, after = usual
    assert len(watched(outage(after, who=""), detector).bursts) == 1


def test_what_ends_is_found_anew_when_it_comes_back(usual):
    detector, after = usual
    again = [one._replace(ticket_id=f"E-{n}") for n, one in enumerate(outage(after + timedelta(days=3)))]
    watched([*outage(after), *again], detector)
    assert [burst.number for burst in detector.bursts] == [1, 2]


def test_an_older_ticket_counts_as_just_come(usual):
    detector, after = usual
    shuffled = [one._replace(at=after - timedelta(days=n)) for n, one in enumerate(outage(after))]
    assert len(watched(shuffled, detector).bursts) == 1


@settings(max_examples=25)
@given(moments=st.lists(st.floats(0, 30 * 86400), min_size=1, max_size=40))
def test_what_is_expected_is_never_negative_and_grows_with_the_window(moments):
    rhythm = Rhythm()
    for at in sorted(moments):
        rhythm.add(at)
        short, long = rhythm.expected(at, [600.0, 7200.0])
        assert 0 <= short <= long


def test_expected_arrivals_follow_the_hours_of_the_week():
    rhythm = Rhythm()
    for week in range(20):
        for n in range(10):
            rhythm.add(week * 7 * 86400 + 345_600 + 9 * 3600 + n * 300.0)
    monday = 20 * 7 * 86400 + 345_600
    nine, ten = (rhythm.expected(monday + hour * 3600 - 1.0, [3600.0])[0] for hour in (10, 11))
    assert nine == pytest.approx(10, rel=0.15)
    assert ten < 1
    assert rhythm.expected(monday, [(WEEK_HOURS - 1) * 3600.0])[0] < 12


def test_memory_is_bounded_whatever_comes():
    watch, counters = Watch(), counters_of(np.array([1, 2], dtype=np.uint64) << np.uint64(50))
    tables = watch.tables
    for n in range(MOST_RECENT + 500):
        watch.weigh(f"T-{n}", 1e9, f"r{n}", counters)
    assert len(watch) == MOST_RECENT
    assert watch.tables == tables
    watch.weigh("late", 1e9 + 5 * 3600, "late", counters)
    assert len(watch) == 1


def test_the_outages_of_a_history_of_another_seed_are_found():
    ((found,),) = burst_detection.judge([720]).values()
    assert all(after is not None and after <= burst_detection.WITHIN for after in found.after.values())
    assert found.false_alarms <= 2


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_outages_of_twenty_histories_of_unseen_seeds_are_found():
    (found,) = burst_detection.judge(range(700, 720)).values()
    assert burst_detection.met(found)
