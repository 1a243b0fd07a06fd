"""A receipt, part by part, and what would change it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from ticket_triage.api.schemas.shape import Answer, Mode, PriorityOut, Shape, Share


class RouteOut(Shape):
    """A team that could take the ticket, the agent in it with the skills the ticket needs, and why."""

    team: str | None
    agent: str | None
    skills: list[str]
    reason: str


class AnswerOut(Shape):
    """One of the ten escalation questions."""

    question: str
    answer: Answer
    evidence: str


class TurnOut(Shape):
    """When the next answer turns to yes by time alone."""

    question: str
    at: AwareDatetime


class EscalationOut(Shape):
    """Which way and to whom to escalate, with the ten answers; the two ways stay apart."""

    direction: Literal["functional", "hierarchical"] | None
    to: str | None
    functional: str | None
    hierarchical: str | None
    next_turn: TurnOut | None
    answers: list[AnswerOut]


class DeadlineOut(Shape):
    """A clock's target in business minutes, and when it is due."""

    clock: str
    rule: str
    target_minutes: int
    due_at: AwareDatetime | None


class HolidayOut(Shape):
    """A day on which nobody works; its name is empty where the policy gives the date itself."""

    date: date
    name: str


class OffsetOut(Shape):
    """How many seconds a time zone is ahead of UTC, and from when on."""

    since: AwareDatetime
    seconds: int


class CalendarOut(Shape):
    """What a deadline's calendar was made of: spans in minutes of the day, Monday first, holidays and offsets."""

    name: str
    zone: str
    hours: list[list[tuple[int, int]]]
    holidays: list[HolidayOut]
    offsets: list[OffsetOut]


class LineOut(Shape):
    """One criterion's share of the points."""

    criterion: str
    level: str
    value: Share
    origin: str
    weight: float
    points: float
    evidence: str


class SignalOut(Shape):
    """A signal that was found, and the words or field it was found in."""

    signal: str
    found: str


class ReasonOut(Shape):
    """A piece of text and how far it moved the answer, in log-odds."""

    text: str
    contribution: float


class PrecisionOut(Shape):
    """What held-out cases prove of an answer given this surely: a lower bound of the share that is right."""

    bound: Share
    cases: int
    errors: int


class HeadOut(Shape):
    """A head's own balanced answer, with the calibrated probability and the conformal p-value of every class."""

    head: str
    answer: str
    probabilities: dict[str, Share]
    p_values: dict[str, Share] | None
    confidence: Literal["high", "medium", "low"] | None
    precision: PrecisionOut | None
    origin: str
    reasons: list[ReasonOut]


class ModelOut(Shape):
    """Which model spoke."""

    name: str
    version: str
    sha256: str


class HeadAnswerOut(Shape):
    """What the desk takes from a head, how sure it is, and whether a machine may set it alone."""

    head: str
    answer: str | None
    probability: Share | None
    confidence: Literal["high", "medium", "low"] | None
    set: list[str] | None
    automatic: bool
    reason: str


class PredictionOut(Shape):
    """What the text means; without a model, nothing."""

    model: ModelOut | None
    unknown_share: Share
    abstention: str | None
    heads: list[HeadOut]


class PolicyOut(Shape):
    """Which policy decided."""

    name: str
    version: str
    sha256: str


class DeskOut(Shape):
    """The desk in brief, and what it held of this ticket."""

    sha256: str
    agents: int
    open_tickets: int
    closed_teams: list[str]
    locks: dict[str, str]
    reverts: list[str]
    bounces: list[str]


class DelayOut(Shape):
    """A ticket that begins so many working minutes later."""

    ticket_id: str
    priority: PriorityOut
    minutes: int


class MatrixOut(Shape):
    """ITIL's priority by impact and urgency, and whether it is the one decided."""

    impact: Literal["department", "service", "person"]
    urgency: Literal["critical", "high", "medium", "low"]
    priority: PriorityOut
    agrees: bool


class OutlookOut(Shape):
    """How likely each priority is by the heads' probabilities, the decided one's, and ITIL's cell; null if unknown."""

    chances: dict[PriorityOut, Share] | None
    confidence: Share | None
    matrix: MatrixOut | None


class AskedOut(Shape):
    """The missing fact to ask for, the question, and how probably its answer changes the priority."""

    fact: str
    question: str
    chance: Share | None


class Receipt(Shape):
    """What the desk should do with a ticket, with every figure that rests on.

    Of a kept ticket, ``facts.log`` says what happened to it as far as deadlines rest on that, without any text.
    """

    schema_: Literal["1"] = Field(alias="schema")
    ticket_id: str
    priority: Literal["P1", "P2", "P3", "P4"]
    level: str
    points: Annotated[float, Field(ge=0, le=100)]
    reason: str
    action: Literal["auto", "suggest", "ask"]
    action_reason: str
    question: AskedOut | None
    team: str | None
    route: RouteOut
    runners_up: list[RouteOut]
    escalate: bool
    escalation: EscalationOut
    deadlines: list[DeadlineOut]
    calendars: list[CalendarOut]
    scorecard: list[LineOut]
    outlook: OutlookOut
    signals: list[SignalOut]
    floors: list[str]
    answers: list[HeadAnswerOut]
    prediction: PredictionOut
    policy: PolicyOut
    facts: dict[str, JsonValue]
    desk: DeskOut | None
    delays: list[DelayOut] | None
    mode: Mode
    now: AwareDatetime
    seal: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]


class ChangeOut(Shape):
    """One input otherwise: a field, a ``custom.`` field, or ``signal.`` and its name, there or not."""

    input: str
    before: JsonValue
    after: str | float | bool


class PriorityIf(Shape):
    """The smallest changes that lead to a priority, each of them enough; none when nothing so small does."""

    ticket_id: str
    priority: PriorityOut
    target: PriorityOut
    most_inputs: int
    changes: list[list[ChangeOut]]


class WhatIfOut(Shape):
    """What would move a ticket's priority one level up and down; nothing when a person fixed it."""

    what_if: list[PriorityIf]
