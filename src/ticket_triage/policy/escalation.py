"""The ten escalation questions, each answered yes, no or unknown with its evidence.

Two of them, a lack of capacity and a lack of skill, need to know the desk as it stands; without it they are unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import ChecklistAnswer, Deadline, Escalation
from ticket_triage.policy.conditions import folded, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import PolicyFile
    from ticket_triage.policy.signals import Hit
    from ticket_triage.policy.targets import Target

YES, NO, UNKNOWN = "yes", "no", "unknown"
FUNCTIONAL, HIERARCHICAL = "functional", "hierarchical"

_SILENT = {
    question: ChecklistAnswer(question, NO, "no signal of it in the ticket")
    for question in ("severity", "reputation", "legal")
}
_ORDINARY = ChecklistAnswer("impact", NO, "neither the customer nor the process is critical")
_STRANGER = ChecklistAnswer("impact", UNKNOWN, "nothing is known of the customer")
_IN_TIME = ChecklistAnswer("sla_breach", NO, "every clock has time left")
_UNSEEN = ChecklistAnswer("stakeholder_visibility", UNKNOWN, "nobody said who is aware")
_UNDISPUTED = ChecklistAnswer("conflict", UNKNOWN, "nobody said whether people disagree")
_RESOURCES = ChecklistAnswer("resources", UNKNOWN, "the team's load is not known here")
_COMPLEXITY = ChecklistAnswer("complexity", UNKNOWN, "no tier has been assigned yet")


@dataclass(frozen=True, slots=True)
class Checklist:
    """The policy's thresholds for escalating, and who takes over; segment names folded."""

    yes_needed: int
    alone: frozenset[str]
    functional: frozenset[str]
    open_hours: Mapping[str, float]
    critical_segments: frozenset[str]
    critical_annual_value: float
    critical_affected_users: int
    escalates_to: Mapping[str, str]
    managers: Mapping[str, str]

    def check(self, case: Case, priority: str, team: str, clocks: Sequence[tuple[Target, Deadline]]) -> Escalation:
        """Return the ten answers and what follows from them."""
        said = _said(case)
        answers = (
            _heard("severity", case, said),
            self._impact(case, said),
            self._open_too_long(case, priority),
            _visible(case, said),
            _breach(case, clocks),
            _heard("reputation", case, said),
            _heard("legal", case, said),
            _RESOURCES,
            _COMPLEXITY,
            _conflict(case, said),
        )
        return self._verdict(answers, team)

    def _verdict(self, answers: tuple[ChecklistAnswer, ...], team: str) -> Escalation:
        yes = [entry.question for entry in answers if entry.answer == YES]
        if len(yes) < self.yes_needed and self.alone.isdisjoint(yes):
            return Escalation(escalate=False, direction=None, to=None, answers=answers)
        skills = sum(question in self.functional for question in yes)
        functional = 2 * skills >= len(yes)
        return Escalation(
            escalate=True,
            direction=FUNCTIONAL if functional else HIERARCHICAL,
            to=self.escalates_to[team] if functional else self.managers[team],
            answers=answers,
        )

    def _impact(self, case: Case, said: Mapping[str, Hit]) -> ChecklistAnswer:
        question, ticket = "impact", case.ticket
        value, users = number(ticket.annual_value), number(ticket.affected_users)
        if ticket.vip:
            return ChecklistAnswer(question, YES, "the requester is a VIP")
        if ticket.segment is not None and folded(ticket.segment) in self.critical_segments:
            return ChecklistAnswer(question, YES, f"segment {ticket.segment} is critical")
        if value is not None and value >= self.critical_annual_value:
            return ChecklistAnswer(question, YES, f"annual value {value:.0f}")
        if users is not None and users >= self.critical_affected_users:
            return ChecklistAnswer(question, YES, f"affected users: {users:.0f}")
        if question in said:
            return ChecklistAnswer(question, YES, said[question].evidence)
        if ticket.vip is None and ticket.segment is None and value is None and users is None:
            return _STRANGER
        return _ORDINARY

    def _open_too_long(self, case: Case, priority: str) -> ChecklistAnswer:
        question = "time_to_resolution"
        if case.opened_at is None:
            return ChecklistAnswer(question, UNKNOWN, "the opening time is unknown")
        hours = max(0.0, (case.now - case.opened_at) / timedelta(hours=1))
        limit = self.open_hours[priority]
        answer = YES if hours > limit else NO
        return ChecklistAnswer(question, answer, f"open for {hours:.1f} hours, {priority} allows {limit:g}")


def _said(case: Case) -> dict[str, Hit]:
    """Return the questions that signals answer with yes, each with the last signal that does."""
    return {question: hit for hit in case.hits.values() for question in hit.signal.answers}


def _heard(question: str, case: Case, said: Mapping[str, Hit]) -> ChecklistAnswer:
    if question in said:
        return ChecklistAnswer(question, YES, said[question].evidence)
    if case.empty:
        return ChecklistAnswer(question, UNKNOWN, "there is no text to read")
    return _SILENT[question]


def _visible(case: Case, said: Mapping[str, Hit]) -> ChecklistAnswer:
    question, aware = "stakeholder_visibility", case.ticket.stakeholder_aware
    if aware is not None:
        evidence = "a stakeholder is aware" if aware else "no stakeholder is aware"
        return ChecklistAnswer(question, YES if aware else NO, evidence)
    if question in said:
        return ChecklistAnswer(question, YES, said[question].evidence)
    if case.ticket.stakeholders:
        return ChecklistAnswer(question, YES, f"stakeholders who watch: {len(case.ticket.stakeholders)}")
    return _UNSEEN


def _breach(case: Case, clocks: Sequence[tuple[Target, Deadline]]) -> ChecklistAnswer:
    question = "sla_breach"
    if case.opened_at is None:
        return ChecklistAnswer(question, UNKNOWN, "the opening time is unknown")
    states = [(target.state(deadline, case.opened_at, case.now), target.clock) for target, deadline in clocks]
    for wanted in ("overdue", "near"):
        for state, clock in states:
            if state == wanted:
                text = "is overdue" if state == "overdue" else "is close to its deadline"
                return ChecklistAnswer(question, YES, f"{clock.replace('_', ' ')} {text}")
    return _IN_TIME


def _conflict(case: Case, said: Mapping[str, Hit]) -> ChecklistAnswer:
    question, conflict = "conflict", case.ticket.conflict
    if conflict is not None:
        evidence = "people disagree on how to resolve it" if conflict else "nobody disagrees"
        return ChecklistAnswer(question, YES if conflict else NO, evidence)
    if question in said:
        return ChecklistAnswer(question, YES, said[question].evidence)
    return _UNDISPUTED


def checklist(file: PolicyFile) -> Checklist:
    """Return the policy's escalation rules ready to be read."""
    rules = file.escalation
    return Checklist(
        yes_needed=rules.yes_needed,
        alone=frozenset(rules.alone),
        functional=frozenset(rules.functional),
        open_hours={str(name): hours for name, hours in rules.open_hours.items()},
        critical_segments=frozenset(folded(name) for name, entry in file.segments.items() if entry.critical),
        critical_annual_value=rules.critical_annual_value,
        critical_affected_users=rules.critical_affected_users,
        escalates_to={name: team.escalates_to for name, team in file.teams.items()},
        managers={name: team.manager for name, team in file.teams.items()},
    )
