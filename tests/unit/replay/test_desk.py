"""The simulated desk keeps the laws that every desk keeps, and agrees with formulas and with SimPy."""

from collections import Counter
from math import factorial, inf

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.replay import Agents, Hours, Workload, run

OFFICE = Hours((day * 1440 + 540, day * 1440 + 1020) for day in range(400))
NIGHT = Hours((day * 1440 + 1200, day * 1440 + 1380) for day in range(400))


def single_visits(opened, work, queue=None, patience=None):
    count = len(opened)
    queue = [0] * count if queue is None else queue
    patience = [inf] * count if patience is None else patience
    visits = list(range(count))
    return Workload(opened, [*visits, count], queue, work, [0.0] * count, visits, [0.0] * count, patience)


def drawn(chance, count, queues=1, most_visits=1):
    opened = np.cumsum(chance.exponential(7.0, count)).tolist()
    visits = chance.integers(1, most_visits + 1, count)
    first = [0, *np.cumsum(visits).tolist()]
    total = first[-1]
    return Workload(
        opened,
        first,
        chance.integers(0, queues, total).tolist(),
        chance.exponential(12.0, total).tolist(),
        chance.exponential(30.0, total).tolist(),
        [place - 1 for place in first[1:]],
        [0.0] * count,
        [inf] * count,
    )


def in_simpy(agents, load, key):
    """Return when each ticket's first visit began, simulated by SimPy; queues must not share agents."""
    desk = simpy.Environment()
    hands = [
        simpy.PriorityResource(desk, max(1, sum(queue in own for own in agents.takes)))
        for queue in range(max(load.queue) + 1)
    ]
    started = [np.nan] * len(load.opened)

    def ticket(number):
        yield desk.timeout(load.opened[number])
        for visit in range(load.first[number], load.first[number + 1]):
            with hands[load.queue[visit]].request(priority=key[number]) as turn:
                yield turn
                if np.isnan(started[number]):
                    started[number] = desk.now
                yield desk.timeout(load.work[visit])
            yield desk.timeout(load.pause[visit])

    for number in range(len(load.opened)):
        desk.process(ticket(number))
    desk.run()
    return started


@pytest.mark.parametrize("seed", range(5))
def test_every_start_is_the_one_simpy_gives(seed):
    chance = np.random.default_rng(seed)
    load = drawn(chance, 300, queues=3, most_visits=3)
    agents = Agents([Hours.always()] * 7, [[0]] * 2 + [[1]] * 2 + [[2]] * 3)
    key = chance.permutation(300).tolist()
    np.testing.assert_allclose(run(agents, load, key).started, in_simpy(agents, load, key), rtol=0, atol=1e-6)


def test_first_come_first_served_waits_as_erlang_says():
    rate, pace, hands, runs, count = 0.09, 0.02, 6, 30, 4000
    offered = rate / pace
    crowded = offered**hands / factorial(hands) / (1 - offered / hands)
    waiting = crowded / (sum(offered**n / factorial(n) for n in range(hands)) + crowded)
    expected = waiting / (hands * pace - rate)
    means = []
    for seed in range(runs):
        chance = np.random.default_rng(seed)
        opened = np.cumsum(chance.exponential(1 / rate, count))
        load = single_visits(opened.tolist(), chance.exponential(1 / pace, count).tolist())
        started = run(Agents([Hours.always()] * hands, [[0]] * hands), load, opened.tolist()).started
        means.append((started - opened)[500:].mean())
    error = np.std(means, ddof=1) / np.sqrt(runs)
    assert abs(np.mean(means) - expected) < 2.6 * error
    assert error < 0.1 * expected


desks = st.integers(0, 2**32 - 1)


@settings(max_examples=40, deadline=None)
@given(seed=desks)
def test_every_visit_is_made_once_and_nobody_is_in_two_places(seed):
    chance = np.random.default_rng(seed)
    load = drawn(chance, 60, queues=3, most_visits=3)
    agents = Agents([OFFICE, OFFICE, NIGHT, Hours.always()], [[0, 1], [2], [0, 2], [1]])
    done = run(agents, load, chance.random(60).tolist())
    assert done.visits.tolist() == np.diff(load.first).tolist()
    assert not np.isnan(done.started).any()
    assert (done.solved >= done.started).all()
    assert (done.started >= np.array(load.opened)).all()


@settings(max_examples=40, deadline=None)
@given(seed=desks)
def test_orders_share_out_waiting_but_never_the_work(seed):
    chance = np.random.default_rng(seed)
    load = drawn(chance, 80, most_visits=2)
    agents = Agents([OFFICE, OFFICE], [[0], [0]])
    runs = [run(agents, load, key.tolist()) for key in (np.arange(80.0), -np.arange(80.0), chance.random(80))]
    totals = {round(float(one.worked.sum()), 6) for one in runs}
    assert len(totals) == 1
    assert totals.pop() == pytest.approx(sum(load.work))


@settings(max_examples=30, deadline=None)
@given(seed=desks)
def test_the_work_left_at_any_moment_is_the_same_under_every_order(seed):
    chance = np.random.default_rng(seed)
    load = drawn(chance, 60)
    one = Agents([Hours.always()], [[0]])
    finished = [run(one, load, key.tolist()).solved.max() for key in (np.arange(60.0), chance.random(60))]
    assert finished[0] == pytest.approx(finished[1])


def test_the_lowest_key_goes_first_and_nobody_is_interrupted():
    load = single_visits([0.0, 1.0, 2.0, 3.0], [10.0] * 4)
    done = run(Agents([Hours.always()], [[0]]), load, [9, 3, 1, 2])
    assert done.started.tolist() == [0, 30, 10, 20]


def test_work_stops_at_closing_time_and_goes_on_next_morning():
    load = single_visits([1000.0], [60.0])
    done = run(Agents([OFFICE], [[0]]), load, [0])
    assert done.solved.tolist() == [1440 + 540 + 40]


def test_what_comes_in_at_night_waits_for_the_opening():
    done = run(Agents([OFFICE], [[0]]), single_visits([10.0, 20.0], [5.0, 5.0]), [1, 0])
    assert done.started.tolist() == [545, 540]


def test_who_has_no_skill_for_it_leaves_it_waiting():
    load = single_visits([0.0, 1.0], [10.0, 10.0], queue=[0, 1])
    done = run(Agents([Hours.always(), Hours.always()], [[0, 1], [0]]), load, [0, 1])
    assert done.started.tolist() == [0, 1]
    assert Counter(run(Agents([Hours.always()] * 2, [[0], [0]]), load, [0, 1]).visits.tolist()) == {1: 1, 0: 1}


def test_a_misrouted_ticket_waits_again_at_the_next_team_and_a_reopened_one_comes_back():
    load = Workload([0.0], [0, 3], [0, 1, 1], [5.0, 7.0, 2.0], [0.0, 100.0, 0.0], [1], [3.0], [inf])
    done = run(Agents([Hours.always(), Hours.always()], [[0], [1]]), load, [0])
    assert (done.started[0], done.solved[0], done.worked[0], done.visits[0]) == (0, 15, 14, 3)


def test_who_waits_too_long_withdraws_and_costs_no_work():
    load = single_visits([0.0, 1.0, 2.0], [50.0] * 3, patience=[inf, 20.0, 200.0])
    done = run(Agents([Hours.always()], [[0]]), load, [0, 1, 2])
    assert np.isnan(done.started).tolist() == [False, True, False]
    assert done.withdrawn[1] == 21
    assert done.started[2] == 50
    assert done.worked.tolist() == [50, 0, 50]
