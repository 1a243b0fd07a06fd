"""One run of one clock, from its start to what stopped it: what it consumed, when it is due, how it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import MET, MISSED, NO_TARGET, PAUSED, RUNNING, ClockReading, RuleChange
from ticket_triage.policy.calendars import DAY, EPOCH, MINUTE
from ticket_triage.policy.clock import after, worked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.targets import Target
    from ticket_triage.policy.timeline import Standing

OVER = ""
"""Why a leg stands still in which work is over: no state, and no pause."""


def moment_at(value: int) -> datetime:
    """Return a moment from its microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of a clock, from its start to what stopped it."""

    clock: str
    number: int
    start: int
    stop: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a cycle through which nothing changes; ``still`` says why nothing is consumed."""

    begins: int
    ends: int
    standing: Standing
    target: Target | None
    still: str | None


class CalendarBook:
    """The calendars of one answer: those an earlier answer recorded first, and which days of each were read."""

    def __init__(self, fixed: Mapping[str, Calendar]) -> None:
        self._fixed = fixed
        self._used: dict[str, tuple[Calendar, int, int]] = {}

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


class Run:
    """One cycle of one clock, judged by the target in force last."""

    def __init__(self, cycle: Cycle, legs: Sequence[Leg], book: CalendarBook) -> None:
        self._cycle = cycle
        self._legs = legs
        self._book = book
        self._target = legs[-1].target
        self._end = legs[-1].ends
        self._work = [self._worked(leg) for leg in legs]

    def reading(self) -> ClockReading:
        """Return what the clock says."""
        cycle, target = self._cycle, self._target
        consumed = self._total(None)
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
            paused=timedelta(microseconds=sum(self._work) - consumed - self._total(OVER)),
            remaining=None if allowed is None else timedelta(microseconds=allowed - consumed),
            changes=tuple(self._changes()),
        )

    def _total(self, still: str | None) -> int:
        """Return the working time of the legs that stand still for one reason, or of those that run."""
        return sum(work for work, leg in zip(self._work, self._legs, strict=True) if leg.still == still)

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
        pause = f"; stands still in state {still}" if self._cycle.stop is None and still not in (None, OVER) else ""
        return f"priority {standing.priority}{plan}{calendar}{pause}"

    def _calendar(self, leg: Leg) -> Calendar | None:
        """Return the calendar a leg counts in; before any rule was known, that of the rule known last."""
        target = leg.target or self._target
        return None if target is None else self._book.calendar(target)

    def _worked(self, leg: Leg) -> int:
        calendar = self._calendar(leg)
        if calendar is None:
            return 0
        self._book.use(calendar, leg.begins, leg.ends)
        return worked(leg.begins, leg.ends, calendar)

    def _reached(self, amount: int) -> int | None:
        """Return when so much was or will be consumed, None when the clock stands still before that."""
        consumed = 0
        for leg, work in zip(self._legs, self._work, strict=True):
            if leg.still is not None:
                continue
            if consumed + work >= amount or leg is self._legs[-1]:
                return self._after(leg, leg.begins, amount - consumed)
            consumed += work
        return None if self._cycle.stop is None else self._after(self._legs[-1], self._end, amount - consumed)

    def _after(self, leg: Leg, start: int, amount: int) -> int | None:
        calendar = self._calendar(leg)
        end = None if calendar is None else after(start, amount, calendar)
        if calendar is not None and end is not None:
            self._book.use(calendar, start, end)
        return end

    def _changes(self) -> Iterator[RuleChange]:
        consumed = 0
        for (leg, work), (following, _) in pairwise(zip(self._legs, self._work, strict=True)):
            if leg.still is None:
                consumed += work
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
