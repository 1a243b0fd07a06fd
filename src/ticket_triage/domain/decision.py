"""What the desk should do with a ticket, and the receipt that says why.

A :class:`Decision` is the receipt: it holds every figure the decision was made from, so that it can be read, shown
and checked later. ``as_dict`` gives the one JSON form that the command line, Python and HTTP share.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage.domain.markup import table
from ticket_triage.domain.moments import moment
from ticket_triage.domain.receipt_form import (
    answer_form,
    deadline_form,
    escalation_form,
    line_form,
    outlook_form,
    prediction_form,
    route_form,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.domain.prediction import Prediction

PRIORITIES = ("P1", "P2", "P3", "P4")
"""Priorities, first to be served first."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)

RECEIPT_SCHEMA = "1"
"""Version of the receipt's JSON form."""


class ScorecardLine(NamedTuple):
    """One criterion's share of the points.

    ``value`` lies in [0, 1]; ``origin`` is ``given``, ``predicted``, ``signal``, ``default`` or ``unknown``;
    ``points`` is ``weight`` (in percent) times ``value``, in hundredths.
    """

    criterion: str
    level: str
    value: float
    origin: str
    weight: float
    points: float
    evidence: str


class SignalHit(NamedTuple):
    """A signal of the policy that was found, and the words or field it was found in."""

    signal: str
    found: str


class ChecklistAnswer(NamedTuple):
    """One of the ten escalation questions: ``yes``, ``no`` or ``unknown``, and the evidence."""

    question: str
    answer: str
    evidence: str


class Turn(NamedTuple):
    """The earliest moment (UTC) at which an answer of the checklist turns to yes by time alone, and which one."""

    question: str
    at: datetime


WARNING, PREDICTED, BREACH, TOO_LONG = "warning", "predicted breach", "breach", "open too long"


class Turning(NamedTuple):
    """A moment (UTC) at which time alone turns how an open ticket stands, be it past or to come.

    ``what`` is ``warning`` (the policy's share of a target is used up), ``predicted breach`` (the work that stands
    before it outlasts the target), ``breach`` or ``open too long``; ``clock`` is None for the last. ``rule`` is what
    was turned by, ``since`` when a clock started that a ticket may have several of.
    """

    what: str
    clock: str | None
    rule: str
    at: datetime
    since: datetime | None = None

    @property
    def cause(self) -> str:
        """What tells it from every other of its ticket, whenever it turns out to be."""
        parts = (self.what, self.clock or "", self.rule, "" if self.since is None else moment(self.since))
        return "|".join(parts)


class Escalation(NamedTuple):
    """Whether to escalate, which way and to whom, and when the next answer turns if nothing else happens.

    ``functional`` is the team with other skills, ``hierarchical`` the manager, each None when no answer asks for it;
    ``direction`` and ``to`` are the way that more answers ask for.
    """

    escalate: bool
    direction: str | None
    to: str | None
    answers: tuple[ChecklistAnswer, ...]
    functional: str | None = None
    hierarchical: str | None = None
    next_turn: Turn | None = None


class Deadline(NamedTuple):
    """A clock's target: the rule it comes from, business minutes allowed, and when it is due (UTC).

    ``due_at`` is None while the clock stands still; ``started_at`` where it starts with the ticket.
    """

    clock: str
    rule: str
    target_minutes: int
    due_at: datetime | None
    started_at: datetime | None = None


class Asked(NamedTuple):
    """The missing fact to ask for, the question, and how probably its answer changes the priority.

    ``chance`` is None when there is no text at all to judge by.
    """

    fact: str
    question: str
    chance: float | None


class Delay(NamedTuple):
    """A ticket that begins so many working minutes later because another stands before it."""

    ticket_id: str
    priority: str
    minutes: int


class RouteOption(NamedTuple):
    """A team that could take the ticket, the agent in it, and why.

    ``team`` is None when every team is closed; ``agent`` is None when nobody is known to be free; ``skills`` are those
    the ticket needs that the agent has.
    """

    team: str | None
    reason: str
    agent: str | None = None
    skills: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """The team and the agent, or that there is none."""
        if self.team is None:
            return "nobody"
        return self.team if self.agent is None else f"{self.team}, {self.agent}"


class HeadAnswer(NamedTuple):
    """What the desk takes from a head; the model's own balanced answer stands in the prediction.

    ``answer`` is the level of least expected cost for urgency, a parent category when no category is certain, and None
    when the model is not heard. ``set`` names the classes that cannot be ruled out, None where nobody measured.
    ``automatic`` says whether a machine may set it alone; ``reason`` says why, or what is missing.
    """

    head: str
    answer: str | None
    probability: float | None
    confidence: str | None
    set: tuple[str, ...] | None
    automatic: bool
    reason: str


class MatrixCell(NamedTuple):
    """ITIL's priority by impact and urgency, and whether it is the one decided.

    ``impact`` is ``department``, ``service`` or ``person``; ``urgency`` is ``critical``, ``high``, ``medium`` or
    ``low``.
    """

    impact: str
    urgency: str
    priority: str
    agrees: bool


class Outlook(NamedTuple):
    """How sure a priority is.

    ``chances`` has the probability of each priority, by the heads' probabilities, in ten-thousandths; ``confidence`` is
    that of the one decided. Both are None when no head bears on it. ``matrix`` is None where impact or urgency is not
    known.
    """

    chances: dict[str, float] | None
    confidence: float | None
    matrix: MatrixCell | None


NO_OUTLOOK = Outlook(None, None, None)


@dataclass(frozen=True, slots=True)
class PolicyReference:
    """Which policy decided: its name, its version and the SHA-256 of its content."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A ticket's priority, action, team, deadlines and escalation, with every figure they rest on.

    Parameters
    ----------
    ticket_id : str
    priority : str
        ``"P1"`` (first) to ``"P4"``.
    points : float
        0 to 100, the exact sum of the scorecard lines' points, in hundredths.
    action : str
        ``"auto"``, ``"suggest"`` or ``"ask"``.
    calendars : tuple of CalendarUse
        Holidays and offsets that the deadlines rest on.
    mode : str
        ``"full"``, or ``"rules only"`` when no model was at hand.
    now : datetime
        The moment the decision was made for, UTC-aware.
    facts : dict
        The ticket's facts the decision used, without its text.
    level : str
        What the priority is called and how it is served, as the policy says.
    desk : dict or None
        The desk in brief, and what it held of this ticket; None when it was not known.
    delays : tuple of Delay or None
        The tickets it delays, and by how long; None when nobody asked.
    foresee : callable or None
        Reckons ``outlook`` when it is asked for.
    asks : callable or None
        Works out ``question`` when it is asked for.
    turns : callable or None
        Works out ``turnings`` when they are asked for.
    """

    ticket_id: str
    priority: str
    points: float
    reason: str
    action: str
    action_reason: str
    route: RouteOption
    runners_up: tuple[RouteOption, ...]
    escalation: Escalation
    deadlines: tuple[Deadline, ...]
    calendars: tuple[CalendarUse, ...]
    scorecard: tuple[ScorecardLine, ...]
    signals: tuple[SignalHit, ...]
    floors: tuple[str, ...]
    answers: tuple[HeadAnswer, ...]
    prediction: Prediction
    policy: PolicyReference
    facts: dict[str, Any]
    mode: str
    now: datetime
    level: str = ""
    desk: dict[str, Any] | None = None
    delays: tuple[Delay, ...] | None = None
    foresee: Callable[[], Outlook] | None = field(default=None, repr=False, compare=False)
    asks: Callable[[], Asked | None] | None = field(default=None, repr=False, compare=False)
    turns: Callable[[], tuple[Turning, ...]] | None = field(default=None, repr=False, compare=False)

    @property
    def outlook(self) -> Outlook:
        """How sure the priority is, and ITIL's beside it; reckoned each time it is asked for."""
        return NO_OUTLOOK if self.foresee is None else self.foresee()

    @property
    def question(self) -> Asked | None:
        """What to ask the requester, worked out each time it is asked for; None unless the action is to ask."""
        return None if self.asks is None else self.asks()

    @property
    def turnings(self) -> tuple[Turning, ...]:
        """When time alone turns how it stands, worked out each time it is asked for; no part of the receipt."""
        return () if self.turns is None else self.turns()

    @property
    def sla(self) -> str:
        """How its open clocks stand: ``overdue``, ``near``, ``in time``, ``paused``, or ``met`` when none is open."""
        turned = {turning.what for turning in self.turnings if turning.at <= self.now}
        if turned & {BREACH, WARNING}:
            return "overdue" if BREACH in turned else "near"
        if not self.deadlines:
            return "met"
        return "paused" if all(entry.due_at is None for entry in self.deadlines) else "in time"

    def deadline(self, clock: str) -> Deadline | None:
        """Return the named clock's deadline, or None when the policy sets none."""
        return next((entry for entry in self.deadlines if entry.clock == clock), None)

    def answer(self, head: str) -> HeadAnswer | None:
        """Return what the desk takes from the named head, or None without such a head."""
        return next((entry for entry in self.answers if entry.head == head), None)

    def as_dict(self, outlook: Outlook | None = None) -> dict[str, Any]:
        """Return the receipt as plain values, in a fixed order of keys; with its outlook where that is at hand."""
        calendars = [entry.as_dict() for entry in self.calendars]
        question = self.question
        return {
            "schema": RECEIPT_SCHEMA,
            "ticket_id": self.ticket_id,
            "priority": self.priority,
            "level": self.level,
            "points": self.points,
            "reason": self.reason,
            "action": self.action,
            "action_reason": self.action_reason,
            "question": None if question is None else question._asdict(),
            "team": self.route.team,
            "route": route_form(self.route),
            "runners_up": [route_form(option) for option in self.runners_up],
            "escalate": self.escalation.escalate,
            "escalation": escalation_form(self.escalation),
            "deadlines": [deadline_form(entry) for entry in self.deadlines],
            "calendars": calendars,
            "scorecard": [line_form(line) for line in self.scorecard],
            "outlook": outlook_form(self.outlook if outlook is None else outlook),
            "signals": [{"signal": hit.signal, "found": hit.found} for hit in self.signals],
            "floors": list(self.floors),
            "answers": [answer_form(entry) for entry in self.answers],
            "prediction": prediction_form(self.prediction),
            "policy": {"name": self.policy.name, "version": self.policy.version, "sha256": self.policy.sha256},
            "facts": self.facts,
            "desk": self.desk,
            "delays": None if self.delays is None else [entry._asdict() for entry in self.delays],
            "mode": self.mode,
            "now": moment(self.now),
            "seal": seal(self.ticket_id, moment(self.now), self.facts, self.desk, calendars),
        }

    def as_json(self) -> str:
        """Return the receipt as one line of JSON: the same bytes through every entry."""
        return _ENCODER.encode(self.as_dict())

    def __str__(self) -> str:
        return "\n".join(
            [f"Ticket {self.ticket_id}: {self.reason}", *(f"{label}: {text}" for label, text in self._brief())]
        )

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        lines = [
            (line.criterion.replace("_", " "), line.level, line.evidence, f"{line.points:.2f} of {line.weight:g}")
            for line in self.scorecard
        ]
        lines.append(("total", "", "", f"{self.points:.2f} of 100"))
        return (
            table(f"Ticket {self.ticket_id}: {self.reason}", self._brief())
            + table("Scorecard", lines, ("criterion", "level", "evidence", "points"))
            + (self.prediction._repr_html_() if self.prediction.heads else "")
        )

    def _brief(self) -> list[tuple[str, str]]:
        """Return what to do, by when and by whom, as labels and texts."""
        due = [
            (f"Due, {entry.clock.replace('_', ' ')}", "no moment" if entry.due_at is None else moment(entry.due_at))
            for entry in self.deadlines
        ]
        upward = (self.escalation.functional, self.escalation.hierarchical)
        return [
            ("Team", f"{self.route.named}: {self.route.reason}"),
            ("Action", f"{self.action}: {self.action_reason}"),
            *due,
            ("Escalate", " and ".join(f"to {name}" for name in upward if name is not None) or "no"),
        ]


def seal(
    ticket_id: str, now: str, facts: dict[str, Any], desk: dict[str, Any] | None, calendars: list[dict[str, Any]]
) -> str:
    """Return the hash of what a decision was given and nobody can work out again, to find it altered by hand.

    Examples
    --------
    >>> seal("T-1", "2026-03-01T09:30:00Z", {}, None, [])
    '9985a622eee5c4a1'
    """
    given = ascii([ticket_id, now, facts, desk, calendars])  # three times as fast as JSON, and the same on every Python
    return sha256(given.encode("ascii")).hexdigest()[:16]
