"""The strategies that order tickets of one priority: each adds a bounded share of its points, and says why.

First come, first served is the twelfth; it counts waiting time and stands in ``ranking``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.policy.conditions import condition, folded
from ticket_triage.policy.scorecard import URGENCY
from ticket_triage.policy.units import WHOLE, hundredths, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.choices import Found
    from ticket_triage.policy.conditions import Condition
    from ticket_triage.policy.schema import PolicyFile, Strategy


_PARTS_KEPT = 8192


class Part(NamedTuple):
    """What one strategy adds to a ticket's standing: points, and the evidence."""

    strategy: str
    points: float
    evidence: str


class Waiting(NamedTuple):
    """A decided ticket in the queue at a moment; ``heads`` are those of its prediction that are heard.

    ``opened_at`` is in UTC; a ticket whose opening is unknown was opened now. ``chosen`` is what its team's choice of
    request types makes of it.
    """

    ticket: Ticket
    decision: Decision
    heads: Mapping[str, HeadPrediction]
    opened_at: datetime
    now: datetime
    chosen: Found | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One strategy: the most it adds, in hundredths of a point, to tickets of which priorities.

    ``frank`` says that it adds nothing, too, and why.
    """

    name: str
    points: int
    priorities: frozenset[str]
    read: Callable[[Waiting], Found | None]
    frank: bool = False


@dataclass(frozen=True, slots=True)
class StrategyBook:
    """The eleven strategies that add points, in a fixed order."""

    rules: tuple[Rule, ...]

    def of(self, priority: str) -> tuple[Rule, ...]:
        """Return the strategies that add something to tickets of a priority."""
        return tuple(rule for rule in self.rules if rule.points and priority in rule.priorities)

    def with_points(self, points: Mapping[str, int]) -> StrategyBook:
        """Return the book with other points (hundredths) for some strategies."""
        return StrategyBook(tuple(replace(rule, points=points.get(rule.name, rule.points)) for rule in self.rules))


@lru_cache(_PARTS_KEPT)
def part(strategy: str, points: int, evidence: str) -> Part:
    """Return a part from hundredths of a point; one object for all tickets alike, so that a long queue stays small."""
    return Part(strategy, points / 100, evidence)


def added(rules: Iterable[Rule], waiting: Waiting) -> tuple[int, tuple[Part, ...]]:
    """Return what strategies add to a ticket, in hundredths of a point, and each one's part of it."""
    total, found = 0, []
    for rule in rules:
        reading = rule.read(waiting)
        if reading is None:
            continue
        points = (rule.points * reading[0] + WHOLE // 2) // WHOLE
        if points or rule.frank:
            total += points
            found.append(part(rule.name, points, reading[1]))
    return total, tuple(found)


@dataclass(frozen=True, slots=True)
class _ByName:
    """Values by the folded name that stands in a field, or that the decision found for it."""

    field: str
    values: Mapping[str, int]

    def __call__(self, waiting: Waiting) -> Found | None:
        name = waiting.decision.facts.get(self.field) or getattr(waiting.ticket, self.field)
        value = None if name is None else self.values.get(folded(name))
        return None if value is None else (value, f"{self.field} {name}")


@dataclass(frozen=True, slots=True)
class _ByCondition:
    """The highest value whose condition holds, the first of equals."""

    rules: tuple[tuple[Condition, int], ...]

    def __call__(self, waiting: Waiting) -> Found | None:
        for rule, value in self.rules:
            evidence = rule.evidence(waiting.ticket)
            if evidence is not None:
                return value, evidence
        return None


@dataclass(frozen=True, slots=True)
class _ByHead:
    """What a head's probabilities expect; a class without a value stands by its place among the classes."""

    head: str
    levels: Mapping[str, float]
    first_is_gravest: bool

    def __call__(self, waiting: Waiting) -> Found | None:
        head = waiting.heads.get(self.head)
        if head is None or len(head.classes) < 2:
            return None
        last, total = len(head.classes) - 1, 0.0
        for place, (name, probability) in enumerate(zip(head.classes, head.probabilities, strict=True)):
            value = self.levels.get(name)
            if value is None:
                value = (last - place if self.first_is_gravest else place) / last
            total += probability * value
        return min(WHOLE, parts(total)), f"{head.head} {head.answer} ({head.probability:.2f})"


@dataclass(frozen=True, slots=True)
class _Due:
    """How near the nearest deadline is, from a share of the time to it on."""

    start: float

    def __call__(self, waiting: Waiting) -> Found | None:
        nearest, clock = self.start, ""
        for deadline in waiting.decision.deadlines:
            started = deadline.started_at or waiting.opened_at
            if deadline.due_at is None or started >= waiting.now:
                continue
            waited = (waiting.now - started).total_seconds()
            whole = (deadline.due_at - started).total_seconds()
            share = 1.0 if waited >= whole else waited / whole
            if share > nearest:
                nearest, clock = share, deadline.clock
        if not clock:
            return None
        evidence = f"{clock.replace('_', ' ')} {'overdue' if nearest == 1 else f'at {nearest:.0%} of its time'}"
        return parts((nearest - self.start) / (1 - self.start)), evidence


def _vip(waiting: Waiting) -> Found | None:
    return (WHOLE, "the requester is a VIP") if waiting.ticket.vip else None


def _skilled(waiting: Waiting) -> Found | None:
    route = waiting.decision.route
    return (WHOLE, f"{route.agent} has the skill and is at work") if route.skills else None


def strategy_book(file: PolicyFile) -> StrategyBook:
    """Return the policy's strategies ready to be read; those without points stay, for a surge may give them some."""
    tables = file.strategies
    newcomer = condition(tables.new_customer.when)
    own = [(rule, parts(table.value)) for table in tables.custom_fields.rules if (rule := condition(table.when))]
    own.sort(key=lambda entry: -entry[1])
    levels = file.scorecard[URGENCY].head_levels if URGENCY in file.scorecard else {}
    return StrategyBook(
        (
            _rule("account_type", tables.account_type, _ByName("segment", _named(tables.account_type.values))),
            _rule("vip", tables.vip, _vip),
            _rule("new_customer", tables.new_customer, _ByCondition(((newcomer, WHOLE),) if newcomer else ())),
            _rule("persona", tables.persona, _ByName("persona", _named(tables.persona.values))),
            _rule(
                "emotion", tables.emotion, _ByHead(file.sentiment.head, file.sentiment.levels, first_is_gravest=True)
            ),
            _rule("skill_based", tables.skill_based, _skilled),
            _rule("model_urgency", tables.model_urgency, _ByHead(URGENCY, levels, first_is_gravest=False)),
            replace(_rule("team_choice", tables.team_choice, attrgetter("chosen")), frank=True),
            _rule("plan", tables.plan, _ByName("plan", _named(tables.plan.values))),
            _rule("sla", tables.sla, _Due(tables.sla.from_share)),
            _rule("custom_fields", tables.custom_fields, _ByCondition(tuple(own))),
        )
    )


def _rule(name: str, table: Strategy, read: Callable[[Waiting], Found | None]) -> Rule:
    return Rule(name, hundredths(table.points), frozenset(table.priorities), read)


def _named(values: Mapping[str, float]) -> dict[str, int]:
    return {folded(name): parts(value) for name, value in values.items()}
