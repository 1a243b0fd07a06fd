"""A policy ready to decide: read once, checked whole, never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.policy.action import ActionGate
from ticket_triage.policy.answers import AnswerReader, answer_reader
from ticket_triage.policy.asking import Asker, asker
from ticket_triage.policy.calendars import Calendar, calendars
from ticket_triage.policy.categories import CategoryReader
from ticket_triage.policy.choices import ChoiceBook, choice_book
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.escalation import Checklist, checklist
from ticket_triage.policy.ladder import Ladder, ladder
from ticket_triage.policy.messages import MessageBook, message_book
from ticket_triage.policy.routing import Router, router
from ticket_triage.policy.scorecard import Scorecard, scorecard
from ticket_triage.policy.segments import SegmentRules, segment_rules
from ticket_triage.policy.signals import SignalBook, signal_book
from ticket_triage.policy.statuses import Statuses, statuses
from ticket_triage.policy.strategies import StrategyBook, strategy_book
from ticket_triage.policy.surge import SurgeRule, surge_rule
from ticket_triage.policy.targets import ServiceLevels, service_levels
from ticket_triage.policy.taxonomy import taxonomy
from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ticket_triage.domain.decision import Decision, PolicyReference
    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.schema import PolicyFile

_FACTS = (
    "segment",
    "plan",
    "vip",
    "annual_value",
    "affected_users",
    "stakeholders",
    "stakeholder_aware",
    "conflict",
    "language",
)


@dataclass(frozen=True, slots=True)
class AgeingRule:
    """How waiting lifts a ticket: hundredths of a point per working hour of a calendar."""

    points_per_hour: int
    calendar: Calendar


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Policy(Shown):
    """Everything a desk decides by, made by :func:`ticket_triage.policy.load_policy`.

    Parameters
    ----------
    reference : PolicyReference
        Name, version and hash of the content.
    content : str
        The file's content as canonical JSON; comments and layout left out.
    categories : CategoryReader
    signals : SignalBook
    scorecard : Scorecard
    titles : mapping of str to str
        How each criterion is called in a sentence.
    ladder : Ladder
    levels : ServiceLevels
    statuses : Statuses
    checklist : Checklist
    router : Router
    gate : ActionGate
    answers : AnswerReader
    ageing : AgeingRule
    strategies : StrategyBook
    choices : ChoiceBook
    surge : SurgeRule or None
    words : MessageBook
    asker : Asker
    given_alone : frozenset of str
        What a person may give that no signal and no segment looks at.
    segments : SegmentRules
    calendars : mapping of str to Calendar
    facts, custom_facts : tuple of str
        The fields a decision may read, and the desk's own with their prefix.
    read_facts : callable
        Reads ``facts`` off a ticket, in that order.
    """

    reference: PolicyReference
    content: str
    categories: CategoryReader
    signals: SignalBook
    scorecard: Scorecard
    titles: Mapping[str, str]
    ladder: Ladder
    levels: ServiceLevels
    statuses: Statuses
    checklist: Checklist
    router: Router
    gate: ActionGate
    answers: AnswerReader
    ageing: AgeingRule
    strategies: StrategyBook
    choices: ChoiceBook
    surge: SurgeRule | None
    words: MessageBook
    asker: Asker
    given_alone: frozenset[str]
    segments: SegmentRules
    calendars: Mapping[str, Calendar]
    facts: tuple[str, ...]
    custom_facts: tuple[str, ...]
    read_facts: Callable[[Ticket], tuple[object, ...]]

    def told(self) -> list[str]:
        """Return its name, version and hash."""
        return [f"Policy {self.reference.name}, version {self.reference.version}, {self.reference.sha256[:12]}"]

    def cells(self) -> Cells:
        """Return one row for each criterion of the scorecard, with its weight."""
        return ("criterion", "weight"), ((one.name, one.weight / 100) for one in self.scorecard.criteria)

    def heard(self, decision: Decision) -> dict[str, HeadPrediction]:
        """Return the heads of a decision's prediction that were listened to, by name."""
        prediction = decision.prediction
        silent = decision.facts.get("empty_text") is True or self.gate.silence(prediction) is not None
        return {head.head: head for head in prediction.heads if not (silent and head.origin == "model")}

    def as_dict(self) -> dict[str, Any]:
        """Return the file's content as plain values, a fresh copy each time."""
        content: dict[str, Any] = json.loads(self.content)
        return content


def compiled(file: PolicyFile, reference: PolicyReference, content: str) -> Policy:
    """Return a checked file ready to decide."""
    times = calendars(file.calendars)
    first_come = file.strategies.first_come
    facts = _facts(file)
    fields = tuple(name for name in facts if not name.startswith(CUSTOM_PREFIX))
    known = frozenset(folded(name) for name in file.categories)
    return Policy(
        reference=reference,
        content=content,
        categories=CategoryReader(known, file.routing.minimum_probability, taxonomy(file)),
        signals=signal_book(file),
        scorecard=scorecard(file),
        titles={name: table.title for name, table in file.scorecard.items()},
        ladder=ladder(file),
        levels=service_levels(file, times),
        statuses=statuses(file.clocks),
        checklist=checklist(file),
        router=router(file, times),
        segments=segment_rules(file),
        calendars=times,
        gate=ActionGate(file.action),
        answers=answer_reader(file),
        ageing=AgeingRule(hundredths(first_come.points_per_hour), times[first_come.calendar]),
        strategies=strategy_book(file),
        choices=choice_book(file),
        surge=surge_rule(file),
        words=message_book(file),
        asker=asker(file),
        given_alone=frozenset(_given(file)) - frozenset(_tested(file)),
        facts=fields,
        custom_facts=tuple(name for name in facts if name.startswith(CUSTOM_PREFIX)),
        read_facts=attrgetter(*fields),
    )


def _facts(file: PolicyFile) -> tuple[str, ...]:
    """Return the fields a decision may read, each once."""
    return tuple(dict.fromkeys([*_FACTS, *_given(file), *_tested(file)]))


def _given(file: PolicyFile) -> list[str]:
    """Return what a person may give: the category and each criterion."""
    return [f"{CUSTOM_PREFIX}{name}" for name in ("category", *file.scorecard)]


def _tested(file: PolicyFile) -> list[str]:
    """Return the fields that signals and segments look at."""
    conditions = [table.when for table in file.signals.values()] + [entry.when for entry in file.segments.values()]
    return [name for when in conditions for name in when]
