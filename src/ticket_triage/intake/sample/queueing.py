"""The desk at work: whoever of the right team is free takes the ticket it would serve first, and works it off."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from ticket_triage.intake.sample.desk import DAY, DESK, SHIFTS, Shift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.intake.sample.jobs import Job

_FREE, _COMES_IN, _ARRIVES = range(3)
_NEXT = -1
"""What is handed on, or comes back, is taken next."""


@dataclass(slots=True)
class Course:
    """What came of a ticket: who took each visit and when, and when it was solved; all in minutes."""

    agents: list[str] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    solved: int | None = None


@dataclass(slots=True)
class _Agent:
    name: str
    team: str
    shift: Shift
    idle_since: int | None = 0


def worked_off(jobs: Sequence[Job], staff: Mapping[str, Sequence[str]], until: int) -> list[Course]:
    """Work tickets off, first come, first served among those of a rank, until a moment.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they were opened.
    staff : mapping of str to sequence of str
        The agents of each team.
    until : int
        What begins at this minute or later is not done.

    Returns
    -------
    list of Course
        One for each job.
    """
    return _Desk(jobs, staff).run(until)


class _Desk:
    """One run of the desk; made for it and thrown away after it."""

    def __init__(self, jobs: Sequence[Job], staff: Mapping[str, Sequence[str]]) -> None:
        self._jobs, self._courses = jobs, [Course() for _ in jobs]
        self._agents = [
            _Agent(name, team, SHIFTS[place % len(SHIFTS)])
            for team, names in staff.items()
            for place, name in enumerate(names)
        ]
        self._teams = {team: [place for place, one in enumerate(self._agents) if one.team == team] for team in staff}
        self._waiting: dict[str, list[tuple[int, int, int]]] = {team: [] for team in staff}
        self._events = [(job.opened, _ARRIVES, number, 0) for number, job in enumerate(jobs)]
        self._events += [(agent.shift.next_start(0), _COMES_IN, number, 0) for number, agent in enumerate(self._agents)]
        self._events.sort(reverse=True)
        self._later: list[tuple[int, int, int, int]] = []

    def run(self, until: int) -> list[Course]:
        """Go from event to event until that moment."""
        while (event := self._next()) is not None and event[0] < until:
            at, kind, number, visit = event
            if kind == _ARRIVES:
                self._arrive(at, number, visit)
            elif kind == _COMES_IN:
                self._come_in(at, number)
            else:
                self._be_free(at, number)
        return self._courses

    def _next(self) -> tuple[int, int, int, int] | None:
        if self._events and (not self._later or self._events[-1] < self._later[0]):
            return self._events.pop()
        return heappop(self._later) if self._later else None

    def _arrive(self, at: int, number: int, visit: int) -> None:
        job = self._jobs[number]
        team = job.visits[visit][0]
        heappush(self._waiting[team], (_NEXT if visit else job.rank, number, visit))
        free = [(since, place) for place in self._teams[team] if (since := self._idle_since(at, place)) is not None]
        if free:
            self._take(at, min(free)[1])

    def _idle_since(self, at: int, place: int) -> int | None:
        """Return since when somebody at work has nothing to do; None when they have, or are not at work."""
        agent = self._agents[place]
        return agent.idle_since if agent.shift.works(at) else None

    def _come_in(self, at: int, place: int) -> None:
        next_day = self._agents[place].shift.next_start((at // DAY + 1) * DAY)
        heappush(self._later, (next_day, _COMES_IN, place, 0))
        self._take(at, place)

    def _be_free(self, at: int, place: int) -> None:
        self._agents[place].idle_since = at
        self._take(at, place)

    def _take(self, at: int, place: int) -> None:
        """Let somebody who is free begin what the desk would serve first, if anything waits."""
        agent = self._agents[place]
        if self._idle_since(at, place) is None or not self._waiting[agent.team]:
            return
        _, number, visit = heappop(self._waiting[agent.team])
        job, course = self._jobs[number], self._courses[number]
        ends = agent.shift.after(at, job.visits[visit][1])
        agent.idle_since = None
        course.agents.append(agent.name)
        course.begun.append(at)
        heappush(self._later, (ends, _FREE, place, 0))
        if visit == job.home:
            course.solved = DESK.after(ends, job.waiting)
        if visit + 1 < len(job.visits):
            pause = job.waiting + (job.back_after or 0) if visit == job.home else 0
            heappush(self._later, (ends + pause, _ARRIVES, number, visit + 1))
