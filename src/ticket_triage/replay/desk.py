"""The simulated desk, event by event.

Tickets come in as they came in. Somebody free who can take one takes the first of those they can take, by the order
of the queue; work stops when their hours end and goes on when they come back. A ticket may need several visits: after
a misroute at the next team, after a reopening once more.

SimPy's resources know neither skills nor shifts, so of SimPy only its heap of events would be left, at three times the
time. It is the reference that tests hold this against, start by start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.replay.hours import Hours

_RELEASE, _ARRIVE, _GIVE_UP, _OPEN = range(4)


@dataclass(frozen=True, slots=True)
class Agents:
    """Who takes tickets.

    Parameters
    ----------
    hours : sequence of Hours
        One for each agent; agents may share one.
    takes : sequence of sequence of int
        For each agent, the queues they take tickets from.
    """

    hours: Sequence[Hours]
    takes: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Workload:
    """What comes in and how much work it is.

    Visits stand ticket by ticket, each ticket's in their order; ``first[i]`` is where ticket i's begin.

    Parameters
    ----------
    opened : sequence of float
        One moment for each ticket, never falling.
    first : sequence of int
        One for each ticket, and the number of all visits at the end.
    queue : sequence of int
        For each visit, the queue it waits in.
    work : sequence of float
        For each visit, working minutes of an agent.
    pause : sequence of float
        For each visit, minutes from its end until the next one waits.
    solving : sequence of int
        For each ticket, the visit that solves it.
    beyond : sequence of float
        For each ticket, working minutes from the end of that visit until it counts as solved.
    patience : sequence of float
        For each ticket, minutes it waits for a first answer before it is withdrawn; infinite when it never is.
    """

    opened: Sequence[float]
    first: Sequence[int]
    queue: Sequence[int]
    work: Sequence[float]
    pause: Sequence[float]
    solving: Sequence[int]
    beyond: Sequence[float]
    patience: Sequence[float]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run, all of shape (n_tickets,); NaN for what never happened.

    ``started`` is when the first visit began, ``solved`` when it was solved, ``withdrawn`` when the requester gave up;
    ``worked`` the agents' minutes, ``visits`` how many were begun.
    """

    started: NDArray[np.float64]
    solved: NDArray[np.float64]
    withdrawn: NDArray[np.float64]
    worked: NDArray[np.float64]
    visits: NDArray[np.int64]


def run(agents: Agents, load: Workload, key: Sequence[float]) -> Run:
    """Run a workload through a desk until nothing is left to do.

    Parameters
    ----------
    agents : Agents
    load : Workload
    key : sequence of float
        One for each ticket; of those that wait, the lowest goes first, of equals the one that came in first.

    Returns
    -------
    Run

    Examples
    --------
    >>> from ticket_triage.replay.hours import Hours
    >>> load = Workload([0, 1, 2], [0, 1, 2, 3], [0] * 3, [10.0] * 3, [0.0] * 3, [0, 1, 2], [0.0] * 3, [inf] * 3)
    >>> run(Agents([Hours.always()], [[0]]), load, key=[2, 2, 1]).started.tolist()
    [0.0, 20.0, 10.0]
    """
    return _Desk(agents, load, key).run()


class _Desk:
    """One run; made for it and thrown away after it."""

    def __init__(self, agents: Agents, load: Workload, key: Sequence[float]) -> None:
        self._load, self._hours, self._takes = load, agents.hours, agents.takes
        count = len(load.opened)
        self._owner = np.repeat(np.arange(count), np.diff(load.first)).tolist()
        self._key = [float(value) for value in key]
        self._waiting: list[list[tuple[float, int]]] = [[] for _ in range(_queues(agents, load))]
        self._takers = _takers(agents, len(self._waiting))
        self._free = [True] * len(agents.hours)
        self._together: dict[Hours, list[int]] = {}
        for agent, hours in enumerate(agents.hours):
            self._together.setdefault(hours, []).append(agent)
        self._shifts = list(self._together.items())
        self._left = count
        self._started, self._solved, self._withdrawn = [[np.nan] * count for _ in range(3)]
        self._worked, self._visits = [0.0] * count, [0] * count
        self._events: list[tuple[float, int, int]] = [
            (at, _ARRIVE, visit) for at, visit in zip(load.opened, load.first, strict=False)
        ]

    def run(self) -> Run:
        """Go from event to event until none is left."""
        begins = self._events[0][0] if self._events else 0.0
        for shift in range(len(self._shifts)):
            self._reopen(begins, shift)
        heapify(self._events)
        does: tuple[Callable[[float, int], None], ...] = (self._release, self._arrive, self._give_up, self._open)
        while self._events:
            at, kind, what = heappop(self._events)
            does[kind](at, what)
        return Run(
            np.array(self._started),
            np.array(self._solved),
            np.array(self._withdrawn),
            np.array(self._worked),
            np.array(self._visits, dtype=np.int64),
        )

    def _arrive(self, at: float, visit: int) -> None:
        queue = self._load.queue[visit]
        for agent in self._takers[queue]:
            if self._free[agent] and self._hours[agent].works(at):
                self._begin(at, agent, visit)
                return
        ticket = self._owner[visit]
        heappush(self._waiting[queue], (self._key[ticket], visit))
        if visit == self._load.first[ticket] and self._load.patience[ticket] < inf:
            heappush(self._events, (at + self._load.patience[ticket], _GIVE_UP, ticket))

    def _begin(self, at: float, agent: int, visit: int) -> None:
        load, ticket = self._load, self._owner[visit]
        hours, work = self._hours[agent], load.work[visit]
        ends = hours.after(at, work)
        self._free[agent] = False
        self._worked[ticket] += work
        self._visits[ticket] += 1
        heappush(self._events, (ends, _RELEASE, agent))
        if visit == load.first[ticket]:
            self._started[ticket] = at
        if visit == load.solving[ticket]:
            self._solved[ticket] = hours.after(ends, load.beyond[ticket])
        if visit + 1 < load.first[ticket + 1]:
            heappush(self._events, (ends + load.pause[visit], _ARRIVE, visit + 1))
        else:
            self._left -= 1

    def _release(self, at: float, agent: int) -> None:
        self._free[agent] = True
        self._take(at, agent)

    def _take(self, at: float, agent: int) -> None:
        """Let somebody free take the first of what waits for them, if they are at work."""
        if not self._hours[agent].works(at):
            return
        best: tuple[float, int] | None = None
        chosen = -1
        for queue in self._takes[agent]:
            waiting = self._waiting[queue]
            while waiting and self._withdrawn[self._owner[waiting[0][1]]] <= at:
                heappop(waiting)
            if waiting and (best is None or waiting[0] < best):
                best, chosen = waiting[0], queue
        if best is not None:
            heappop(self._waiting[chosen])
            self._begin(at, agent, best[1])

    def _give_up(self, at: float, ticket: int) -> None:
        if np.isnan(self._started[ticket]):
            self._withdrawn[ticket] = at
            self._left -= 1

    def _open(self, at: float, shift: int) -> None:
        for agent in self._shifts[shift][1]:
            if self._free[agent]:
                self._take(at, agent)
        self._reopen(at, shift)

    def _reopen(self, at: float, shift: int) -> None:
        """See to it that those who share hours look at the queue again when they next come in."""
        opening = self._shifts[shift][0].next_opening(at)
        if opening is not None and self._left:
            heappush(self._events, (opening, _OPEN, shift))


def _queues(agents: Agents, load: Workload) -> int:
    return 1 + max((*load.queue, *(queue for own in agents.takes for queue in own)), default=0)


def _takers(agents: Agents, queues: int) -> list[list[int]]:
    """Return who takes from each queue, those who can do least first, so that the others stay free."""
    found: list[list[int]] = [[] for _ in range(queues)]
    for agent in sorted(range(len(agents.takes)), key=lambda one: len(agents.takes[one])):
        for queue in agents.takes[agent]:
            found[queue].append(agent)
    return found
