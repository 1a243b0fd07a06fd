"""The service clocks of one ticket: a pure function of its log, the policy and the moment.

First response runs from the opening to the first public reply, and no move starts it anew. Next reply runs, once there
was a first, from the oldest customer's message without an answer to the reply to it. Resolution runs from the opening
until work is over, and on when it is taken up again. All stop when work is over. Automatic replies and internal notes
stop none; a customer's last thanks starts none. Outside the calendar and in pauses nothing runs. A change of priority,
plan or calendar keeps the start and what was consumed: each stretch counts in the calendar that was in force, and the
target in force last judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import (
    FIRST_RESPONSE,
    MET,
    MISSED,
    NEXT_REPLY,
    NO_TARGET,
    PAUSED,
    RESOLUTION,
    RUNNING,
    ClockReading,
    RuleChange,
    TicketClocks,
)
from ticket_triage.errors import BadValueError
from ticket_triage.policy.calendars import DAY, EPOCH, MINUTE, microseconds, recorded
from ticket_triage.policy.clock import after, worked
from ticket_triage.policy.timeline import DONE, MESSAGE, REPLY, Standing, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.domain.events import Event
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.targets import Target
    from ticket_triage.policy.timeline import Timeline

_OVER = "over"


def read_clocks(
    events: Iterable[Event],
    policy: Policy,
    now: datetime,
    *,
    priority: str | None = None,
    plan: str | None = None,
    calendars: Sequence[CalendarUse] = (),
) -> TicketClocks:
    """Return what every service clock of a ticket says.

    Parameters
    ----------
    events : iterable of Event
        Of one ticket, in any order; those after ``now`` are left out.
    policy : Policy
    now : datetime
        Aware. The clock is never read.
    priority, plan : str or None
        What holds from the opening on, where no event says otherwise.
    calendars : sequence of CalendarUse
        From an earlier answer, to get it again whatever today's tables of zones and holidays say.

    Returns
    -------
    TicketClocks
        The same for the same events in any order.

    Raises
    ------
    BadValueError
        There is no event by then, they are of several tickets, or one names a priority or calendar that the policy
        does not define; ``now`` has no time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> from ticket_triage.domain.events import Event
    >>> from ticket_triage.policy import load_policy
    >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    >>> log = [Event("T-1", nine, "opened"), Event("T-1", ten, "public_reply")]
    >>> clocks = read_clocks(log, load_policy(), ten, priority="P2")
    >>> [(entry.clock, entry.state, str(entry.remaining)) for entry in clocks.readings]
    [('first_response', 'met', '1:00:00'), ('resolution', 'running', '15:00:00')]
    """
    log = list(events)
    name = _only_ticket(log)
    if now.utcoffset() is None:
        raise BadValueError(f"The moment now, {now.isoformat()}, has no time zone; give one such as {now:%H:%M}Z.")
    line = timeline(log, policy.statuses, microseconds(now), Standing(priority=priority, plan=plan))
    if line is None:
        raise BadValueError(f"Ticket {name} has no event by {now.isoformat()}; ask for a later moment.")
    reader = _Reader(policy, line, microseconds(now), {use.name: recorded(use) for use in calendars})
    readings = tuple(reader.reading(cycle) for cycle in reader.cycles())
    notes = tuple(
        f"The policy does not know the state {status!r}, so it pauses and stops no clock; add it to [clocks.statuses]."
        for status in line.unknown
    )
    return TicketClocks(name, moment_at(reader.now), readings, notes, tuple(reader.uses()))


def moment_at(value: int) -> datetime:
    """Return a moment from its microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


def _only_ticket(events: Sequence[Event]) -> str:
    names = sorted({event.ticket_id for event in events})
    if len(names) != 1:
        shown = ", ".join(names[:3]) or "none"
        raise BadValueError(f"Clocks are read from the events of one ticket, but these are of {shown}.")
    return names[0]


@dataclass(frozen=True, slots=True)
class _Cycle:
    """One run of a clock, from its start to what stopped it."""

    clock: str
    number: int
    start: int
    stop: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class _Leg:
    """A part of a cycle through which nothing changes; ``still`` says why nothing is consumed."""

    begins: int
    ends: int
    standing: Standing
    target: Target | None
    still: str | None


class _Reader:
    """Reads the clocks of one timeline, and keeps which days of which calendars that took."""

    def __init__(self, policy: Policy, line: Timeline, now: int, fixed: dict[str, Calendar]) -> None:
        self.now = now
        self._policy = policy
        self._line = line
        self._fixed = fixed
        self._used: dict[str, tuple[Calendar, int, int]] = {}

    def cycles(self) -> Iterator[_Cycle]:
        """Yield every run of every clock that ever started."""
        marks, opened = self._line.marks, self._line.opened_at
        first = next((mark for mark in marks if mark.what in (REPLY, DONE) and mark.at >= opened), None)
        yield _Cycle(FIRST_RESPONSE, 1, opened, *((first.at, first.what) if first else ()))
        for number, cycle in enumerate(self._replies(), start=1):
            yield _Cycle(NEXT_REPLY, number, *cycle)
        ends = [mark.at for mark in marks if mark.what == DONE]
        if not self._policy.statuses.continues:
            ends = ends[:1]
        elif not self._line.stretches[-1].standing.done:
            ends = []
        yield _Cycle(RESOLUTION, 1, opened, *((ends[-1], DONE) if ends else ()))

    def _replies(self) -> Iterator[tuple[int, int, str] | tuple[int]]:
        """Yield each wait for a next reply: from the oldest message without an answer to the answer."""
        answered, waiting = False, None
        for mark in self._line.marks:
            if mark.what == MESSAGE:
                if answered and waiting is None:
                    waiting = mark.at
                continue
            if waiting is not None:
                yield waiting, mark.at, mark.what
            answered, waiting = True, None
        if waiting is not None and self._worked_on_since(waiting):
            yield (waiting,)

    def _worked_on_since(self, moment: int) -> bool:
        """Whether the ticket was open at some time from a moment on; a word after the end starts no clock."""
        stretches = self._line.stretches
        ends = [stretch.begins for stretch in stretches[1:]]
        return any(
            not stretch.standing.done and (end is None or end > moment)
            for stretch, end in zip(stretches, [*ends, None], strict=True)
        )

    def _legs(self, cycle: _Cycle) -> list[_Leg]:
        """Cut a cycle where something changes; what holds at an open end has a leg, be it without length."""
        end = self.now if cycle.stop is None else cycle.stop
        stretches = self._line.stretches
        bounds = [*(stretch.begins for stretch in stretches[1:]), end]
        legs = [
            self._leg(cycle.clock, begins, ends, stretch.standing)
            for stretch, until in zip(stretches, bounds, strict=True)
            if (begins := max(cycle.start, stretch.begins)) < (ends := min(end, until))
        ]
        if cycle.stop is None or not legs:
            last = [stretch for stretch in stretches if stretch.begins <= end][-1]
            if not legs or legs[-1].standing != last.standing:
                legs.append(self._leg(cycle.clock, end, end, last.standing))
        return legs

    def _leg(self, clock: str, begins: int, ends: int, standing: Standing) -> _Leg:
        target = None
        if standing.priority is not None:
            target = self._policy.levels.target(clock, standing.priority, standing.plan, standing.calendar)
        still = _OVER if standing.done else self._policy.statuses.pauses_in(clock, standing.status, standing.held)
        return _Leg(begins, ends, standing, target, still)

    def reading(self, cycle: _Cycle) -> ClockReading:
        """Return one cycle judged."""
        return _Run(self, cycle, self._legs(cycle)).reading()

    def calendar(self, target: Target) -> Calendar:
        """Return the calendar of a target, as an earlier answer recorded it where there is one."""
        return self._fixed.get(target.calendar.name, target.calendar)

    def use(self, calendar: Calendar, first: int, last: int) -> None:
        """Keep that a calendar was read from one moment to another."""
        _, early, late = self._used.get(calendar.name, (calendar, first, last))
        self._used[calendar.name] = (calendar, min(first, early), max(last, late))

    def uses(self) -> Iterator[CalendarUse]:
        """Yield what was read of each calendar."""
        for calendar, first, last in self._used.values():
            yield calendar.use(first // DAY, last // DAY)


class _Run:
    """One cycle of one clock, judged by the target in force last."""

    def __init__(self, reader: _Reader, cycle: _Cycle, legs: Sequence[_Leg]) -> None:
        self._reader = reader
        self._cycle = cycle
        self._legs = legs
        self._target = legs[-1].target
        self._end = legs[-1].ends

    def reading(self) -> ClockReading:
        """Return what the clock says."""
        cycle, target = self._cycle, self._target
        consumed = sum(self._work(leg) for leg in self._legs if leg.still is None)
        allowed = None if target is None else target.minutes * MINUTE
        due = None if allowed is None else self._reached(allowed)
        warn = None if target is None else self._reached(target.warn_after * MINUTE)
        return ClockReading(
            clock=cycle.clock,
            number=cycle.number,
            state=self._state(due),
            rule="none" if target is None else target.rule,
            why=self._why(),
            target_minutes=None if target is None else target.minutes,
            started_at=moment_at(cycle.start),
            stopped_at=None if cycle.stop is None else moment_at(cycle.stop),
            stopped_by=cycle.by,
            due_at=None if due is None else moment_at(due),
            warn_at=None if warn is None else moment_at(warn),
            warned=warn is not None and warn <= self._end,
            consumed=timedelta(microseconds=consumed),
            paused=timedelta(microseconds=sum(self._work(leg) for leg in self._legs if leg.still not in (None, _OVER))),
            remaining=None if allowed is None else timedelta(microseconds=allowed - consumed),
            changes=tuple(self._changes()),
        )

    def _state(self, due: int | None) -> str:
        if self._target is None:
            return NO_TARGET
        if due is not None and due < self._end:
            return MISSED
        if self._cycle.stop is not None:
            return MET
        return RUNNING if self._legs[-1].still is None else PAUSED

    def _why(self) -> str:
        standing = self._legs[-1].standing
        if standing.priority is None:
            return "no priority is known"
        if self._target is None:
            return f"the policy sets no such target for priority {standing.priority}"
        plan = "" if standing.plan is None else f", plan {standing.plan}"
        calendar = "" if standing.calendar is None else f", calendar changed to {standing.calendar}"
        still = self._legs[-1].still
        pause = f"; stands still in state {still}" if self._cycle.stop is None and still not in (None, _OVER) else ""
        return f"priority {standing.priority}{plan}{calendar}{pause}"

    def _calendar(self, leg: _Leg) -> Calendar | None:
        """Return the calendar a leg counts in; before any rule was known, that of the rule known last."""
        target = leg.target or self._target
        return None if target is None else self._reader.calendar(target)

    def _work(self, leg: _Leg) -> int:
        calendar = self._calendar(leg)
        if calendar is None:
            return 0
        self._reader.use(calendar, leg.begins, leg.ends)
        return worked(leg.begins, leg.ends, calendar)

    def _reached(self, amount: int) -> int | None:
        """Return when so much was or will be consumed, None when the clock stands still before that."""
        consumed = 0
        for leg in self._legs:
            if leg.still is not None:
                continue
            work = self._work(leg)
            if consumed + work >= amount or leg is self._legs[-1]:
                return self._after(leg, leg.begins, amount - consumed)
            consumed += work
        return None if self._cycle.stop is None else self._after(self._legs[-1], self._end, amount - consumed)

    def _after(self, leg: _Leg, start: int, amount: int) -> int | None:
        calendar = self._calendar(leg)
        end = None if calendar is None else after(start, amount, calendar)
        if calendar is not None and end is not None:
            self._reader.use(calendar, start, end)
        return end

    def _changes(self) -> Iterator[RuleChange]:
        consumed = 0
        for leg, following in pairwise(self._legs):
            if leg.still is None:
                consumed += self._work(leg)
            old, new = leg.target, following.target
            if (old and old.rule) != (new and new.rule):
                yield RuleChange(
                    at=moment_at(following.begins),
                    old=old.rule if old else "none",
                    new=new.rule if new else "none",
                    old_minutes=old.minutes if old else None,
                    new_minutes=new.minutes if new else None,
                    consumed=timedelta(microseconds=consumed),
                )
