"""Service targets: how fast a priority is answered and solved, and what a plan tightens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import FIRST_RESPONSE, NEXT_REPLY, RESOLUTION
from ticket_triage.domain.decision import Deadline
from ticket_triage.errors import BadValueError, nearest
from ticket_triage.policy.calendars import DAY, microseconds
from ticket_triage.policy.clock import due_at
from ticket_triage.policy.conditions import folded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import Plan, PolicyFile
    from ticket_triage.policy.schema import Target as TargetTable

_IN_CALENDAR = " in calendar "
_OF_NEW_TICKETS = 2


@dataclass(frozen=True, slots=True)
class Target:
    """One clock's target: how many working minutes of which calendar, and the rule it comes from."""

    clock: str
    rule: str
    minutes: int
    calendar: Calendar
    warn_after: int
    at_least_until_warning: timedelta

    def deadline(self, start: datetime, known: bool) -> Deadline:
        """Return when it is due for a clock that started then."""
        rule = self.rule if known else f"{self.rule}, counted from now as the opening time is unknown"
        return Deadline(self.clock, rule, self.minutes, due_at(start, self.minutes, self.calendar))

    def warns_at(self, start: datetime) -> datetime | None:
        """Return from when on the deadline counts as near."""
        return due_at(start, self.warn_after, self.calendar)

    def state(self, deadline: Deadline, start: datetime, now: datetime) -> str | None:
        """Return ``overdue`` or ``near``, or None while there is time."""
        if deadline.due_at is None or now <= start:
            return None
        if deadline.due_at <= now:
            return "overdue"
        if now - start < self.at_least_until_warning:
            return None
        warned = self.warns_at(start)
        return "near" if warned is not None and warned <= now else None


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """The targets of every priority, and of every plan that tightens them; plan names folded."""

    standard: Mapping[str, tuple[Target, ...]]
    by_plan: Mapping[str, Mapping[str, tuple[Target, ...]]]
    calendars: Mapping[str, Calendar]

    def targets(self, case: Case, priority: str) -> tuple[Target, ...]:
        """Return the targets that a new ticket of a priority has: first response and resolution."""
        return self._levels(case.ticket.plan)[priority][:_OF_NEW_TICKETS]

    def target(self, clock: str, priority: str, plan: str | None, calendar: str | None) -> Target | None:
        """Return a clock's target, None when the policy sets none; a calendar named takes the place of the rule's own.

        Raises
        ------
        BadValueError
            The policy has no such priority or calendar.
        """
        levels = self._levels(plan)
        if priority not in levels:
            raise BadValueError(f"A ticket has priority {priority!r}, but {nearest(priority, levels)}")
        target = next((entry for entry in levels[priority] if entry.clock == clock), None)
        return target if target is None or calendar is None else self._moved(target, calendar)

    def _levels(self, plan: str | None) -> Mapping[str, tuple[Target, ...]]:
        return self.standard if plan is None else self.by_plan.get(folded(plan), self.standard)

    def _moved(self, target: Target, calendar: str) -> Target:
        if calendar not in self.calendars:
            raise BadValueError(
                f"A ticket has calendar {calendar!r}, which the policy does not define; "
                f"{nearest(calendar, self.calendars)}"
            )
        rule = target.rule.rpartition(_IN_CALENDAR)[0]
        return replace(target, rule=f"{rule}{_IN_CALENDAR}{calendar}", calendar=self.calendars[calendar])


def calendars_used(
    start: datetime, clocks: Sequence[tuple[Target, Deadline]], others: Collection[Calendar], now: datetime
) -> tuple[CalendarUse, ...]:
    """Return what the calendars of a ticket's deadlines were made of, from its start to the last of them.

    ``others`` are calendars that were asked for the moment ``now``.
    """
    first = microseconds(start) // DAY
    last: dict[Calendar, int] = {}
    for target, deadline in clocks:
        day = first if deadline.due_at is None else microseconds(deadline.due_at) // DAY
        last[target.calendar] = max(day, last.get(target.calendar, day))
    if others:
        today = microseconds(now) // DAY
        first = min(first, today)
        last |= {calendar: max(today, last.get(calendar, today)) for calendar in others}
    return tuple([calendar.use(first, day) for calendar, day in last.items()])


def service_levels(file: PolicyFile, calendars: Mapping[str, Calendar]) -> ServiceLevels:
    """Return the policy's targets ready to be read."""
    warn = file.escalation.warn_share
    standard = {str(name): _targets(f"sla.{name}", table, calendars, warn) for name, table in file.sla.items()}
    by_plan = {
        folded(name): {
            str(priority): _targets(
                f"plan {name} on sla.{priority}", _tightened(table, plan, priority), calendars, warn
            )
            for priority, table in file.sla.items()
        }
        for name, plan in file.plans.items()
        if plan.targets or plan.target_factor < 1
    }
    return ServiceLevels(standard, by_plan, calendars)


def _tightened(table: TargetTable, plan: Plan, priority: str) -> TargetTable:
    """Return a priority's target as a plan has it: shortened by its factor, then replaced where it says so."""
    override = next((entry for name, entry in plan.targets.items() if name == priority), None)
    update: dict[str, object] = {
        name: max(1, ceil(minutes * plan.target_factor))
        for name in ("first_response_minutes", "next_reply_minutes", "resolution_minutes")
        if (minutes := getattr(table, name)) is not None
    }
    if override is not None:
        update |= override.model_dump(exclude_none=True)
    return table.model_copy(update=update)


def _targets(rule: str, table: TargetTable, calendars: Mapping[str, Calendar], warn: float) -> tuple[Target, ...]:
    clocks = (
        (FIRST_RESPONSE, table.first_response_minutes),
        (RESOLUTION, table.resolution_minutes),
        (NEXT_REPLY, table.next_reply_minutes),
    )
    calendar = calendars[table.calendar]
    return tuple(_target(clock, rule, minutes, calendar, warn) for clock, minutes in clocks if minutes is not None)


def _target(clock: str, rule: str, minutes: int, calendar: Calendar, warn: float) -> Target:
    warn_after = max(1, ceil(minutes * warn))
    return Target(
        clock, f"{rule}{_IN_CALENDAR}{calendar.name}", minutes, calendar, warn_after, timedelta(minutes=warn_after)
    )
