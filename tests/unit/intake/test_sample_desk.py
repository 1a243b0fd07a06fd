"""The sample's desk is a queue that was really worked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.intake.sample.desk import AGENTS, DESK, SHIFTS, minute_of, staff
from ticket_triage.intake.sample.dice import Dice
from ticket_triage.intake.sample.jobs import Job, job_of
from ticket_triage.intake.sample.make import sample_events
from ticket_triage.intake.sample.queueing import worked_off
from ticket_triage.intake.sample.rhythm import HISTORY_END

END = minute_of(HISTORY_END)
MONDAY = 6 * 1440 + DESK.opens
ONE = {"support": ("xenia.park",)}


def job(opened=MONDAY, rank=3, minutes=60, **changes):
    plain = {"visits": (("support", minutes),), "waiting": 0, "back_after": None}
    return Job(opened, rank, **{**plain, **changes})


def begun(*jobs, people=ONE):
    return [course.begun for course in worked_off(jobs, people, END)]


@pytest.fixture(scope="module")
def year():
    """Return the shipped history's jobs and courses."""
    events, dice = sample_events(6400, 0), Dice(0, "desk")
    jobs = [job_of(event.story, event.person, event.opened_at, 6400, dice) for event in events]
    return jobs, worked_off(jobs, staff(6400), END)


def test_the_loud_are_served_before_who_came_earlier():
    assert begun(job(), job(MONDAY + 1), job(MONDAY + 2, rank=0)) == [[MONDAY], [MONDAY + 120], [MONDAY + 60]]


def test_nobody_begins_after_their_shift_and_work_goes_on_the_next_morning():
    late = MONDAY - DESK.opens + SHIFTS[0].closes - 30
    assert begun(job(late), job(late)) == [[late], [MONDAY + 1440 + 30]]


def test_whoever_has_been_free_longest_takes_what_comes_in():
    two = {"support": ("xenia.park", "yusuf.amberly", "zoe.carrick")}
    noon = MONDAY + 240
    courses = worked_off([job(noon, minutes=10), job(noon + 20, minutes=10), job(noon + 40)], two, END)
    assert len({course.agents[0] for course in courses}) == 3


def test_a_ticket_handed_on_or_back_again_is_taken_next():
    people = {"support": ("xenia.park",), "product": ("ugo.ferrant",)}
    astray = job(visits=(("support", 5), ("product", 60)))
    waits = job(MONDAY, visits=(("product", 10),)), job(MONDAY, visits=(("product", 10),))
    assert begun(*waits, astray, people=people) == [[MONDAY], [MONDAY + 70], [MONDAY, MONDAY + 10]]
    back = job(visits=(("support", 60), ("support", 60)), back_after=30)
    assert begun(back, job(MONDAY + 1)) == [[MONDAY, MONDAY + 120], [MONDAY + 60]]


def test_what_is_not_begun_by_the_end_is_not_done():
    assert begun(job(END - 5)) == [[]]


def test_nobody_works_on_two_tickets_at_once(year):
    jobs, courses = year
    busy: dict[str, list[tuple[int, int]]] = {}
    for one, course in zip(jobs, courses, strict=True):
        for agent, at, (_, minutes) in zip(course.agents, course.begun, one.visits, strict=False):
            busy.setdefault(agent, []).append((at, minutes))
    shifts = {name: SHIFTS[place % 2] for names in AGENTS.values() for place, name in enumerate(names)}
    assert set(busy) == set(shifts)
    for name, stretches in busy.items():
        assert all(shifts[name].works(at) for at, _ in stretches)
        for (at, minutes), (following, _) in pairwise(sorted(stretches)):
            assert shifts[name].after(at, minutes) <= following


@given(minutes=st.lists(st.integers(1, 400), min_size=1, max_size=12), ranks=st.integers(0, 3))
def test_one_agent_alone_works_off_the_sum_of_all_work(minutes, ranks):
    courses = worked_off([job(rank=ranks, minutes=length) for length in minutes], ONE, END)
    assert courses[-1].solved == SHIFTS[0].after(MONDAY, sum(minutes))


def test_a_small_desk_has_somebody_in_each_team_and_a_huge_one_no_more_people():
    assert set(map(len, staff(50).values())) == {1}
    assert staff(6400) == staff(300_000) == AGENTS


def test_the_loud_wait_least_and_then_those_who_pay(year):
    jobs, courses = year
    served = [(one, course) for one, course in zip(jobs, courses, strict=True) if course.begun]
    waits = [[course.begun[0] - one.opened for one, course in served if one.rank == rank] for rank in (0, 2, 3)]
    means = [sum(own) / len(own) for own in waits]
    assert means == sorted(means)
