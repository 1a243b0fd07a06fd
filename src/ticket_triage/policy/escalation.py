"""The ten escalation questions, each answered yes, no or unknown with its evidence.

Two of them, a lack of capacity and a lack of skill, need to know the desk as it stands; without it they are unknown.
With it, a breach is also predicted from the work that stands before the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import NEXT_REPLY
from ticket_triage.domain.decision import (
    BREACH,
    PREDICTED,
    TOO_LONG,
    WARNING,
    ChecklistAnswer,
    Deadline,
    Escalation,
    Turn,
    Turning,
)
from ticket_triage.policy.calendars import MINUTE, microseconds
from ticket_triage.policy.clock import due_at, worked
from ticket_triage.policy.conditions import folded, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.domain.decision import RouteOption
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.routing import Router
    from ticket_triage.policy.schema import PolicyFile
    from ticket_triage.policy.signals import Hit
    from ticket_triage.policy.targets import Target

YES, NO, UNKNOWN = "yes", "no", "unknown"
FUNCTIONAL, HIERARCHICAL = "functional", "hierarchical"
_moment_of = attrgetter("at")
_NOT_AT_ALL = timedelta(0)
_LONGEST_HOURS = 1e6  # a century: as good as never

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
_COMPLEXITY = ChecklistAnswer("complexity", UNKNOWN, "nobody's tier or skills are known here")


@dataclass(frozen=True, slots=True)
class Checklist:
    """The policy's thresholds for escalating, and who takes over; segment names folded."""

    yes_needed: int
    alone: frozenset[str]
    functional: frozenset[str]
    hierarchical: frozenset[str]
    open_hours: Mapping[str, float]
    critical_segments: frozenset[str]
    critical_annual_value: float
    critical_affected_users: int
    managers: Mapping[str, str]

    def check(
        self, case: Case, priority: str, route: RouteOption, clocks: Sequence[tuple[Target, Deadline]], router: Router
    ) -> Escalation:
        """Return the ten answers and what follows from them."""
        said = _said(case)
        too_long, breach = self._open_too_long(case, priority), _breach(case, clocks, priority, route.team)
        answers = (
            _heard("severity", case, said),
            self._impact(case, said),
            too_long,
            _visible(case, said),
            breach,
            _heard("reputation", case, said),
            _heard("legal", case, said),
            _resources(case, route, router),
            _complexity(case, route.team, router),
            _conflict(case, said),
        )
        turn = self._next_turn(case, priority, clocks, route.team, (too_long, breach))
        return self._verdict(answers, case, route.team or router.unsure_team, router, turn)

    def turnings(
        self, case: Case, priority: str, clocks: Sequence[tuple[Target, Deadline]], team: str | None
    ) -> tuple[Turning, ...]:
        """Return when time alone turns how the ticket stands; counted from now where its opening is unknown."""
        wait = _wait(case, priority, team)
        turnings = []
        for target, deadline in clocks:
            since = deadline.started_at if target.clock == NEXT_REPLY else None
            moments = {
                WARNING: target.warns_at(case.opened_at or case.now),
                PREDICTED: _outlasts_at(target, deadline, case.now, wait),
                BREACH: deadline.due_at,
            }
            turnings += [Turning(what, target.clock, target.rule, at, since) for what, at in moments.items() if at]
        too_long_at = self._too_long_at(case, priority)
        if too_long_at is not None:
            turnings.append(Turning(TOO_LONG, None, f"{priority} allows {self.open_hours[priority]:g}", too_long_at))
        return tuple(turnings)

    def _verdict(
        self, answers: tuple[ChecklistAnswer, ...], case: Case, team: str, router: Router, turn: Turn | None
    ) -> Escalation:
        """Return whether to escalate and both ways apart; a way to skills ends at the manager when no team is open."""
        yes = [entry.question for entry in answers if entry.answer == YES]
        if len(yes) < self.yes_needed and self.alone.isdisjoint(yes):
            return Escalation(escalate=False, direction=None, to=None, answers=answers, next_turn=turn)
        skills = sum(question in self.functional for question in yes)
        standing = sum(question in self.hierarchical for question in yes)
        functional = router.takes_over(team, case) if skills else None
        hierarchical = self.managers[team] if standing or functional is None else None
        leads = functional is not None and skills >= standing
        return Escalation(
            escalate=True,
            direction=FUNCTIONAL if leads else HIERARCHICAL,
            to=functional if leads else hierarchical,
            answers=answers,
            functional=functional,
            hierarchical=hierarchical,
            next_turn=turn,
        )

    def _next_turn(
        self,
        case: Case,
        priority: str,
        clocks: Sequence[tuple[Target, Deadline]],
        team: str | None,
        answers: tuple[ChecklistAnswer, ChecklistAnswer],
    ) -> Turn | None:
        """Return which of two answers, on the age and on the deadlines, time alone turns to yes first, after now."""
        too_long, breach = answers
        turns: list[Turn] = []
        if breach.answer == NO:
            wait, start = _wait(case, priority, team), case.opened_at or case.now
            for target, deadline in clocks:
                moments = (target.warns_at(start), _outlasts_at(target, deadline, case.now, wait), deadline.due_at)
                turns += [Turn(breach.question, at) for at in moments if at is not None and at > case.now]
        if too_long.answer == NO and (at := self._too_long_at(case, priority)) is not None and at > case.now:
            turns.append(Turn(too_long.question, at))
        return min(turns, key=_moment_of) if turns else None

    def _too_long_at(self, case: Case, priority: str) -> datetime | None:
        """Return when it will have been open too long; None where nobody knows, and while it stands still."""
        if case.opened_at is None or (case.log is not None and case.log.stands):
            return None
        still = _NOT_AT_ALL if case.log is None else case.log.still
        return _later(case.opened_at + still, self.open_hours[priority])

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
        still = _NOT_AT_ALL if case.log is None else case.log.still
        age, limit = case.now - case.opened_at - still, self.open_hours[priority]
        hours = max(0.0, age / timedelta(hours=1))
        answer = YES if age >= timedelta(hours=limit) else NO
        but = f" beside {still / timedelta(hours=1):.1f} at a standstill" if still else ""
        return ChecklistAnswer(question, answer, f"open for {hours:.1f} hours{but}, {priority} allows {limit:g}")


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


def _later(start: datetime, hours: float) -> datetime:
    """Return the first moment at which so many hours have passed; the last of all when none is."""
    try:
        return start + timedelta(hours=hours)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _resources(case: Case, route: RouteOption, router: Router) -> ChecklistAnswer:
    """Say whether anybody of the team has room for it now."""
    question, staff, team = "resources", case.staff, route.team
    if staff is None or team is None or not staff.people(team):
        return _RESOURCES
    minutes = router.needed(case).minutes
    if route.agent is not None:
        return ChecklistAnswer(question, NO, f"{route.agent} has room for {minutes} minutes of work")
    at_work = len(staff.at_work(team, case.now))
    return ChecklistAnswer(question, YES, f"of {at_work} at work in {team} nobody can take {minutes} minutes of work")


def _complexity(case: Case, team: str | None, router: Router) -> ChecklistAnswer:
    """Say whether tier or skills are beyond everybody in the team."""
    question, staff = "complexity", case.staff
    people = [] if staff is None or team is None else staff.people(team)
    if not people:
        return _COMPLEXITY
    needs, highest = router.needed(case), max(person.agent.tier for person in people)
    if needs.tier > highest:
        return ChecklistAnswer(question, YES, f"it needs tier {needs.tier}, {team} has tier {highest} at most")
    missing = needs.skills - frozenset().union(*(person.skills for person in people))
    if missing:
        return ChecklistAnswer(question, YES, f"nobody in {team} has the skill {', '.join(sorted(missing))}")
    return ChecklistAnswer(question, NO, f"{team} has the tier and the skills")


def _wait(case: Case, priority: str, team: str | None) -> int:
    """Return how many minutes the work that stands before it takes, 0 where that is not known."""
    wait = None if case.staff is None or team is None else case.staff.wait_minutes(team, priority, case.now)
    return max(1, round(wait)) if wait else 0


def _outlasts_at(target: Target, deadline: Deadline, now: datetime, wait: int) -> datetime | None:
    """Return from when on the work before it will outlast a clock, to the minute; None when it does not."""
    if not wait or deadline.due_at is None or deadline.due_at <= now:
        return None
    left = worked(microseconds(now), microseconds(deadline.due_at), target.calendar)
    spare = (left - wait * MINUTE) // MINUTE
    return now if spare < 0 else due_at(now, spare + 1, target.calendar)


def _predicted_late(
    case: Case, clocks: Sequence[tuple[Target, Deadline]], priority: str, team: str | None
) -> ChecklistAnswer | None:
    """Say whether the work that stands before it will outlast a clock."""
    wait = _wait(case, priority, team)
    if not wait:
        return None
    for target, deadline in clocks:
        begins = due_at(case.now, wait, target.calendar)
        if deadline.due_at is not None and (begins is None or begins > deadline.due_at):
            text = f"{target.clock.replace('_', ' ')} is predicted late: {wait} minutes of work stand before it"
            return ChecklistAnswer("sla_breach", YES, text)
    return None


def _breach(case: Case, clocks: Sequence[tuple[Target, Deadline]], priority: str, team: str | None) -> ChecklistAnswer:
    question = "sla_breach"
    if case.opened_at is None:
        return ChecklistAnswer(question, UNKNOWN, "the opening time is unknown")
    states = [(target.state(deadline, case.opened_at, case.now), target.clock) for target, deadline in clocks]
    for wanted in ("overdue", "near"):
        for state, clock in states:
            if state == wanted:
                text = "is overdue" if state == "overdue" else "is close to its deadline"
                return ChecklistAnswer(question, YES, f"{clock.replace('_', ' ')} {text}")
    return _predicted_late(case, clocks, priority, team) or _IN_TIME


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
        hierarchical=frozenset(rules.hierarchical),
        open_hours={str(name): min(hours, _LONGEST_HOURS) for name, hours in rules.open_hours.items()},
        critical_segments=frozenset(folded(name) for name, entry in file.segments.items() if entry.critical),
        critical_annual_value=rules.critical_annual_value,
        critical_affected_users=rules.critical_affected_users,
        managers={name: team.manager for name, team in file.teams.items()},
    )
