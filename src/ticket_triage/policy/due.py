"""When a decided ticket is due: from its opening, or, where its log is known, as its clocks really stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain.clocks import MISSED, PAUSED, RUNNING
from ticket_triage.domain.decision import Deadline
from ticket_triage.policy.calendars import microseconds
from ticket_triage.policy.run import CalendarBook
from ticket_triage.policy.sla import line_readings
from ticket_triage.policy.targets import Target, calendars_used

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from ticket_triage.domain.clocks import CalendarUse, ClockReading
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.logged import Logged
    from ticket_triage.policy.timeline import Standing


class Due(NamedTuple):
    """The clocks of a ticket that are open, each with its deadline, and what their calendars were made of."""

    clocks: Sequence[tuple[Target, Deadline]]
    calendars: tuple[CalendarUse, ...]


@dataclass(frozen=True, slots=True)
class CountedTarget(Target):
    """A target whose clock was read off a log: pauses and earlier priorities are counted in."""

    reading: ClockReading

    def warns_at(self, _start: datetime) -> datetime | None:
        """Return from when on the deadline counts as near; None while the clock stands still."""
        return self.reading.warn_at

    def state(self, _deadline: Deadline, _start: datetime, _now: datetime) -> str | None:
        """Return ``overdue`` or ``near``, or None while there is time and while the clock stands still."""
        if self.reading.state == MISSED:
            return "overdue"
        return "near" if self.reading.state == RUNNING and self.reading.warned else None


def due(case: Case, policy: Policy, priority: str, others: Collection[Calendar]) -> Due:
    """Return what is due for a ticket of a priority.

    ``others`` are calendars that were asked for the moment decided for.
    """
    if case.log is not None:
        return _by_log(case.log, microseconds(case.now), policy, priority, others)
    start, known = case.opened_at or case.now, case.opened_at is not None
    clocks = [(target, target.deadline(start, known)) for target in policy.levels.targets(case, priority)]
    return Due(clocks, calendars_used(start, clocks, others, case.now))


def _by_log(log: Logged, now: int, policy: Policy, priority: str, others: Collection[Calendar]) -> Due:
    line, book = log.decided(priority, now), CalendarBook({})
    readings = line_readings(line, policy, now, book)
    clocks = tuple(_open(readings, policy, line.stretches[-1].standing))
    for calendar in others:
        book.use(calendar, now, now)
    return Due(clocks, tuple(book.uses()))


def _open(
    readings: tuple[ClockReading, ...], policy: Policy, standing: Standing
) -> Iterator[tuple[CountedTarget, Deadline]]:
    """Yield the clocks that have not stopped and have a target."""
    for reading in readings:
        if not reading.open or standing.priority is None:
            continue
        target = policy.levels.target(reading.clock, standing.priority, standing.plan, standing.calendar)
        if target is None:
            continue
        still = ", which stands still" if reading.state == PAUSED else ""
        yield (
            CountedTarget(
                target.clock,
                target.rule,
                target.minutes,
                target.calendar,
                target.warn_after,
                target.at_least_until_warning,
                reading,
            ),
            Deadline(reading.clock, reading.rule + still, target.minutes, reading.due_at, reading.started_at),
        )
