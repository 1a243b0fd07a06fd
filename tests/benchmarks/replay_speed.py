"""The simulated desk against SimPy: one team's queue, and 20,000 tickets of a whole desk under 20 seeds.

Run: ``python tests/benchmarks/replay_speed.py``. SimPy has a queue with priorities, but neither skills nor shifts, so
only the first part can be compared; both must begin every ticket at the same moment.
"""

import sys
import time
from math import inf

import numpy as np
import simpy

from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.sample import sample_history
from ticket_triage.replay import Agents, Hours, Workload, run
from ticket_triage.service.past import past_of, usual_hours
from ticket_triage.service.shifts import inferred
from ticket_triage.service.workload import Tasks

TICKETS, SEEDS, HANDS, BAR_S = 20_000, 20, 5, 60


def one_queue(seed):
    chance = np.random.default_rng(seed)
    opened = np.cumsum(chance.exponential(2.2, TICKETS)).tolist()
    visits = list(range(TICKETS))
    none = [0.0] * TICKETS
    work = chance.exponential(10.0, TICKETS).tolist()
    return Workload(opened, [*visits, TICKETS], [0] * TICKETS, work, none, visits, none, [inf] * TICKETS)


def in_simpy(load, key):
    desk = simpy.Environment()
    hands = simpy.PriorityResource(desk, HANDS)
    started = [0.0] * TICKETS

    def ticket(number):
        with hands.request(priority=key[number]) as turn:
            yield turn
            started[number] = desk.now
            yield desk.timeout(load.work[number])

    def arrivals():
        for number, at in enumerate(load.opened):
            yield desk.timeout(at - desk.now)
            desk.process(ticket(number))

    desk.process(arrivals())
    desk.run()
    return started


def seconds(what):
    begun = time.perf_counter()
    result = what()
    return time.perf_counter() - begun, result


def main():
    load, key = one_queue(0), np.random.default_rng(1).random(TICKETS).tolist()
    own_s, own = seconds(lambda: run(Agents([Hours.always()] * HANDS, [[0]] * HANDS), load, key))
    simpy_s, theirs = seconds(lambda: in_simpy(load, key))
    assert np.allclose(own.started, theirs, rtol=0, atol=1e-6)
    print(f"one queue, {TICKETS:,} tickets: {own_s:.2f} s, SimPy {simpy_s:.2f} s, {simpy_s / own_s:.1f} times as long")
    past = past_of(read_tickets(sample_history(TICKETS, seed=0)))
    shifts = inferred(past)
    tasks = Tasks(past, past, shifts, usual_hours(past)[0])

    def desk():
        for seed in range(SEEDS):
            run(shifts.agents(), tasks.draw(seed)[1](0.3), past.opened.tolist())

    whole_s, _ = seconds(desk)
    print(f"whole desk, {TICKETS:,} tickets, {SEEDS} seeds, one order: {whole_s:.1f} s of {BAR_S} s allowed")
    return 0 if whole_s < BAR_S else 1


if __name__ == "__main__":
    sys.exit(main())
