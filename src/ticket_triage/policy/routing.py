"""The team a ticket goes to, and two others that could take it, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import RouteOption
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.policy.conditions import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.schema import PolicyFile

_RUNNERS_UP = 2
_CLASSES_LOOKED_AT = 3


@dataclass(frozen=True, slots=True)
class Router:
    """Which team takes which category, names folded, and who takes the rest."""

    teams: Mapping[str, str]
    unsure_team: str
    minimum_probability: float
    escalates_to: Mapping[str, str]

    def route(self, case: Case, head: HeadPrediction | None) -> tuple[RouteOption, tuple[RouteOption, ...]]:
        """Return the team and up to two runners-up, best first."""
        options: dict[str, RouteOption] = {}
        for option in self._candidates(case, head):
            options.setdefault(option.team, option)
            if len(options) > _RUNNERS_UP:
                break
        first, *others = options.values()
        return first, tuple(others)

    def _candidates(self, case: Case, head: HeadPrediction | None) -> Iterator[RouteOption]:
        """Yield every team with a claim, the strongest first; a team may come more than once."""
        for hit in case.hits.values():
            if hit.signal.team is not None:
                yield RouteOption(hit.signal.team, f"signal {hit.evidence}")
        chosen = self._by_category(case)
        yield chosen
        if head is not None:
            yield from self._by_probability(head)
        yield RouteOption(self.teams[DEFAULT], "takes whatever has no other team")
        yield RouteOption(self.escalates_to[chosen.team], f"takes over from {chosen.team}")
        yield from (RouteOption(team, "could take it over") for team in self.escalates_to)

    def _by_category(self, case: Case) -> RouteOption:
        category = case.category
        if category.name is None:
            return RouteOption(self.teams[DEFAULT], "no category is known")
        if category.probability < self.minimum_probability:
            return RouteOption(self.unsure_team, f"{category.evidence}, under {self.minimum_probability:.2f}")
        if category.entry == DEFAULT:
            return RouteOption(self.teams[DEFAULT], f"{category.evidence}, which no route names")
        return RouteOption(self.teams[category.entry], category.evidence)

    def _by_probability(self, head: HeadPrediction) -> Iterator[RouteOption]:
        ordered = sorted(zip(head.probabilities, head.classes, strict=True), key=lambda entry: -entry[0])
        for probability, name in ordered[:_CLASSES_LOOKED_AT]:
            team = self.teams.get(folded(name))
            if team is not None:
                yield RouteOption(team, f"category {name} has {probability:.2f}")


def router(file: PolicyFile) -> Router:
    """Return the policy's routes ready to be read."""
    return Router(
        teams={folded(name): entry.team for name, entry in file.categories.items()},
        unsure_team=file.routing.unsure_team,
        minimum_probability=file.routing.minimum_probability,
        escalates_to={name: team.escalates_to for name, team in file.teams.items()},
    )
