"""The team a ticket goes to and the agent in it, and two others that could take it, each with its reason.

Claims come first: a person's choice, a signal, the category, then less probable categories. A claim is passed over
while its team is closed, when a person took the ticket back from it, and, as long as another stands, when that team
handed the ticket on before. A team whose people are all busy or away gives way only to somebody with the skill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import RouteOption
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.staffing import Needs, is_open
from ticket_triage.policy.taxonomy import taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import Category, PolicyFile
    from ticket_triage.policy.staffing import Staff
    from ticket_triage.policy.taxonomy import Taxonomy

_RUNNERS_UP = 2
_CLASSES_LOOKED_AT = 3


@dataclass(frozen=True, slots=True)
class Router:
    """Which team takes which category and what that takes, names folded, and who takes the rest.

    A category without a route has that of its closest ancestor with one.
    """

    teams: Mapping[str, str]
    needs: Mapping[str, Needs]
    unsure_team: str
    minimum_probability: float
    escalates_to: Mapping[str, str]
    hours: Mapping[str, Calendar]
    taxonomy: Taxonomy
    known: frozenset[str]

    def route(self, case: Case, head: HeadPrediction | None) -> tuple[RouteOption, tuple[RouteOption, ...]]:
        """Return the route and up to two runners-up, best first; the route has no team when every team is closed."""
        if case.staff is None and not self.hours:
            return _first_three(self._claims(case, head))
        fixed = case.fixed.get("team")
        refused = () if case.staff is None else case.staff.desk.reverts.get(case.ticket.ticket_id, ())
        options = [
            option
            for option in _distinct(self._claims(case, head))
            if self.is_open(option.team, case) and (option.team not in refused or option.team == fixed)
        ]
        if fixed is not None and not self.is_open(fixed, case):
            return RouteOption(None, f"a person chose {fixed}, which is closed"), tuple(options[:_RUNNERS_UP])
        if not options:
            return RouteOption(None, "every team that could take it is closed"), ()
        return _first_three(iter(self._staffed(case, case.staff, options) if case.staff is not None else options))

    def is_open(self, team: str | None, case: Case) -> bool:
        """Whether a team takes tickets at the moment decided for."""
        if team is None or (case.staff is not None and team in case.staff.desk.closed_teams):
            return False
        hours = self.hours.get(team)
        return hours is None or is_open(hours, case.now)

    def takes_over(self, team: str, case: Case) -> str | None:
        """Return the first team up the line of escalation that is open and was never taken back, None without one."""
        refused = () if case.staff is None else case.staff.desk.reverts.get(case.ticket.ticket_id, ())
        seen = {team}
        while (team := self.escalates_to[team]) not in seen:
            if team not in refused and self.is_open(team, case):
                return team
            seen.add(team)
        return None

    def needed(self, case: Case) -> Needs:
        """Return what the ticket asks of whoever takes it."""
        language = case.ticket.language
        needs = self.needs[case.category.entry]
        return needs if language is None else needs._replace(language=folded(language))

    def needed_by(self, ticket: Ticket, decision: Decision) -> Needs:
        """Return what a decided ticket asks of whoever takes it."""
        category = decision.facts.get("category")
        needs = self.needs[self._entry(category) if isinstance(category, str) else DEFAULT]
        return needs if ticket.language is None else needs._replace(language=folded(ticket.language))

    def _staffed(self, case: Case, staff: Staff, options: Sequence[RouteOption]) -> list[RouteOption]:
        """Return the options with their agents, those of teams that handed it on before last."""
        ticket_id, needs = case.ticket.ticket_id, self.needed(case)
        bounced, refused = staff.desk.bounces.get(ticket_id, ()), staff.desk.reverts.get(ticket_id, ())
        fixed = case.fixed
        ordered = sorted(options, key=lambda option: option.team in bounced and option.team != fixed.get("team"))
        chosen = [_with_agent(option, staff, needs, case.now, refused, bounced) for option in ordered]
        if "agent" in fixed:
            return [chosen[0]._replace(agent=fixed["agent"], skills=()), *chosen[1:]]
        leader = chosen[0].team
        if "team" in fixed or leader is None or chosen[0].agent is not None or not staff.people(leader):
            return chosen
        free = next((option for option in chosen if option.agent and set(option.skills) >= needs.skills), None)
        if free is None or not needs.skills:
            return chosen
        instead = free._replace(reason=f"{free.reason}; nobody in {leader} is free")
        return [instead, *(option for option in chosen if option is not free)]

    def _claims(self, case: Case, head: HeadPrediction | None) -> Iterator[RouteOption]:
        """Yield every team with a claim, the strongest first; a team may come more than once."""
        fixed = case.fixed.get("team")
        if fixed is not None:
            yield RouteOption(fixed, "a person chose it")
        for hit in case.hits.values():
            if hit.signal.team is not None:
                yield RouteOption(hit.signal.team, f"signal {hit.evidence}")
        team, reason = self._by_category(case)
        yield RouteOption(team, reason)
        if head is not None:
            yield from self._by_probability(head)
        yield RouteOption(self.teams[DEFAULT], "takes whatever has no other team")
        yield RouteOption(self.escalates_to[team], f"takes over from {team}")
        yield from (RouteOption(other, "could take it over") for other in self.escalates_to)

    def _by_category(self, case: Case) -> tuple[str, str]:
        category = case.category
        if category.name is None:
            return self.teams[DEFAULT], "no category is known"
        if category.probability < self.minimum_probability:
            return self.unsure_team, f"{category.evidence}, under {self.minimum_probability:.2f}"
        if category.entry == DEFAULT:
            return self.teams[DEFAULT], f"{category.evidence}, which no route names"
        return self.teams[category.entry], category.evidence

    def _by_probability(self, head: HeadPrediction) -> Iterator[RouteOption]:
        ordered = sorted(zip(head.probabilities, head.classes, strict=True), key=lambda entry: -entry[0])
        for probability, name in ordered[:_CLASSES_LOOKED_AT]:
            entry = self._entry(name)
            if entry != DEFAULT:
                yield RouteOption(self.teams[entry], f"category {name} has {probability:.2f}")

    def _entry(self, name: str) -> str:
        found = self.taxonomy.nearest(name, self.known)
        return DEFAULT if found is None else folded(found)


def _distinct(claims: Iterator[RouteOption]) -> list[RouteOption]:
    """Return each team's strongest claim."""
    options: dict[str | None, RouteOption] = {}
    for claim in claims:
        options.setdefault(claim.team, claim)
    return list(options.values())


def _first_three(claims: Iterator[RouteOption]) -> tuple[RouteOption, tuple[RouteOption, ...]]:
    options: dict[str | None, RouteOption] = {}
    for claim in claims:
        options.setdefault(claim.team, claim)
        if len(options) > _RUNNERS_UP:
            break
    first, *others = options.values()
    return first, tuple(others)


def _with_agent(
    option: RouteOption,
    staff: Staff,
    needs: Needs,
    now: datetime,
    refused: Sequence[str],
    bounced: Sequence[str],
) -> RouteOption:
    """Return an option with the agent who should take it, or why there is none."""
    if option.team is None:
        return option
    reason = f"{option.reason}; it handed the ticket on before" if option.team in bounced else option.reason
    person = staff.best(option.team, needs, now, refused)
    if person is not None:
        return option._replace(reason=reason, agent=person.name, skills=tuple(sorted(needs.skills & person.skills)))
    return option._replace(reason=f"{reason}; nobody of it is free" if staff.people(option.team) else reason)


def router(file: PolicyFile, calendars: Mapping[str, Calendar]) -> Router:
    """Return the policy's routes ready to be read."""
    return Router(
        teams={folded(name): entry.team for name, entry in file.categories.items()},
        needs={folded(name): _needs(name, entry, file.routing.minutes) for name, entry in file.categories.items()},
        unsure_team=file.routing.unsure_team,
        minimum_probability=file.routing.minimum_probability,
        escalates_to={name: team.escalates_to for name, team in file.teams.items()},
        hours={name: calendars[team.calendar] for name, team in file.teams.items() if team.calendar is not None},
        taxonomy=taxonomy(file),
        known=frozenset(map(folded, file.categories)),
    )


def _needs(name: str, entry: Category, usual: int) -> Needs:
    """Return what a category takes: the skills it names, or the one it is called by."""
    named = entry.skills if entry.skills is not None else () if name == DEFAULT else (name,)
    return Needs(frozenset(map(folded, named)), entry.tier, entry.minutes or usual, None)
