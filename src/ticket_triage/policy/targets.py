"""Service targets: how fast a priority is answered and solved, and what a plan tightens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import Deadline
from ticket_triage.policy.clock import due_at
from ticket_triage.policy.conditions import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import Plan, PolicyFile
    from ticket_triage.policy.schema import Target as TargetTable

FIRST_RESPONSE = "first_response"
RESOLUTION = "resolution"


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

    def targets(self, case: Case, priority: str) -> tuple[Target, ...]:
        """Return the targets that hold for a ticket of a priority."""
        plan = case.ticket.plan
        levels = self.standard if plan is None else self.by_plan.get(folded(plan), self.standard)
        return levels[priority]


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
    return ServiceLevels(standard, by_plan)


def _tightened(table: TargetTable, plan: Plan, priority: str) -> TargetTable:
    """Return a priority's target as a plan has it: shortened by its factor, then replaced where it says so."""
    override = next((entry for name, entry in plan.targets.items() if name == priority), None)
    update: dict[str, object] = {
        name: max(1, ceil(getattr(table, name) * plan.target_factor))
        for name in ("first_response_minutes", "resolution_minutes")
    }
    if override is not None:
        update |= override.model_dump(exclude_none=True)
    return table.model_copy(update=update)


def _targets(rule: str, table: TargetTable, calendars: Mapping[str, Calendar], warn: float) -> tuple[Target, ...]:
    return (
        _target(FIRST_RESPONSE, rule, table.first_response_minutes, calendars[table.calendar], warn),
        _target(RESOLUTION, rule, table.resolution_minutes, calendars[table.calendar], warn),
    )


def _target(clock: str, rule: str, minutes: int, calendar: Calendar, warn: float) -> Target:
    warn_after = max(1, ceil(minutes * warn))
    return Target(
        clock, f"{rule} in calendar {calendar.name}", minutes, calendar, warn_after, timedelta(minutes=warn_after)
    )
