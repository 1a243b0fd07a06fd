"""The shapes of what is sent, for the OpenAPI document; tests hold every real answer against them.

Answers are written by the domain itself, so that the same bytes come out of the command line, Python and HTTP.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from ticket_triage.api.examples import CLOCKS_EXAMPLE
from ticket_triage.api.happenings import EventIn, FeedbackIn
from ticket_triage.api.tickets import TicketIn

Share = Annotated[float, Field(ge=0, le=1)]
Answer = Literal["yes", "no", "unknown"]
PriorityOut = Literal["P1", "P2", "P3", "P4"]
Mode = Literal["full", "rules only"]


class Shape(BaseModel):
    """What every shape shares: no field beyond those named."""

    model_config = ConfigDict(extra="forbid")


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


class LineAddedOut(Shape):
    """One thing that was added up, in log-odds of the class against the mean of the others."""

    kind: str
    text: str
    contribution: float


class CalibrationOut(Shape):
    """How log-odds became a probability: (1 - noise) * softmax(logits) + noise / number of classes."""

    shift: float
    log_odds: float
    logits: dict[str, float]
    noise: Share


class HeadExplanationOut(Shape):
    """Why a head gives the class in ``about`` its probability; the lines sum to ``log_odds``."""

    head: str
    answer: str
    about: str
    lines: list[LineAddedOut]
    log_odds: float
    calibration: CalibrationOut
    probability: Share


class ExplanationOut(Shape):
    """What each n-gram and intake fact of a ticket added to each head's prediction."""

    ticket_id: str
    model: ModelOut | None
    heads: list[HeadExplanationOut]


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


class Fault(Shape):
    """One place in the request that cannot be used: a JSON pointer, and what is allowed there."""

    in_: Literal["body", "query", "header"] = Field(alias="in")
    pointer: str
    message: str


class Problem(Shape):
    """An error (RFC 9457); ``code`` is stable."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str
    errors: list[Fault]


class BatchIn(Shape):
    """Tickets to be decided together, each as if alone; a row that is no ticket is answered with its own error."""

    tickets: Annotated[list[TicketIn | Any], Field(min_length=1, max_length=1000)]


class RowError(Shape):
    """Why one row could not be decided."""

    code: str
    detail: str
    errors: list[Fault]


class RowReceipt(Shape):
    """A row that was decided; ``index`` counts from 0."""

    index: int
    receipt: Receipt


class RowRefusal(Shape):
    """A row that could not be decided; ``index`` counts from 0."""

    index: int
    error: RowError


class BatchOut(Shape):
    """One result for each row, in order."""

    results: list[RowReceipt | RowRefusal]


class PartOut(Shape):
    """What one strategy adds to a ticket's standing in the queue."""

    strategy: str
    points: float
    evidence: str


class PlaceOut(Shape):
    """A ticket's place in the queue, 1 being served first, and why it stands above the next."""

    position: Annotated[int, Field(ge=1)]
    ticket_id: str
    priority: PriorityOut
    points: float
    standing: float
    team: str | None
    agent: str | None
    parts: list[PartOut]
    why_above_next: str


class SwitchOut(Shape):
    """A moment at which the surge policy came on or went off, and how many tickets its window then held."""

    at: AwareDatetime
    on: bool
    arrivals: int


class QueueOut(Shape):
    """Tickets in the order to serve them, the surge policy that holds if any, and the rows that are no tickets."""

    surge: str | None
    switches: list[SwitchOut]
    places: list[PlaceOut]
    refused: list[RowRefusal]


class QueuePage(Shape):
    """A page of the open tickets that are kept, in the order to serve them; ``next`` is the cursor of the next page."""

    now: AwareDatetime
    total: int
    surge: str | None
    switches: list[SwitchOut]
    places: list[PlaceOut]
    next: str | None


class RuleChangeOut(Shape):
    """That another rule took over a clock."""

    at: AwareDatetime
    old: str
    new: str
    old_minutes: int | None
    new_minutes: int | None
    consumed_minutes: float


class ClockOut(Shape):
    """One service clock as it stands; durations in working minutes.

    ``rule`` and ``why`` say which target applies; ``due_at`` is when it is or was missed if nothing more happens, null
    while the clock stands still; ``warn_at`` the same for three quarters of the target. ``breach_probability`` is told
    from the desk's own last tickets, once 20 of them ended under this rule.
    """

    clock: str
    number: int
    state: str
    rule: str
    why: str
    target_minutes: int | None
    started_at: AwareDatetime
    stopped_at: AwareDatetime | None
    stopped_by: str
    due_at: AwareDatetime | None
    warn_at: AwareDatetime | None
    warned: bool
    consumed_minutes: float
    paused_minutes: float
    remaining_minutes: float | None
    breach_probability: float | None
    changes: list[RuleChangeOut]


class ClocksOut(Shape):
    """All service clocks of a ticket at one moment."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLOCKS_EXAMPLE]})

    ticket_id: str
    now: AwareDatetime
    clocks: list[ClockOut]
    notes: list[str]
    calendars: list[CalendarOut]


class HoldsOut(Shape):
    """What people locked on a ticket, and the teams and agents they took it back from."""

    locks: dict[str, str]
    reverts: list[str]


class LabelOut(Shape):
    """What a person says a ticket is; ``source`` tells a correction from a confirmation."""

    head: str
    label: str
    source: Literal["corrected", "confirmed"]
    labelled_at: AwareDatetime
    seq: int


class ReceiptBrief(Shape):
    """A receipt in brief."""

    seq: int
    recorded_at: AwareDatetime
    priority: PriorityOut
    points: float
    team: str | None
    action: str


class EventKept(Shape):
    """One thing that happened to a ticket."""

    event_id: str
    at: AwareDatetime
    kind: str
    value: str | None
    text: str
    sequence: int


class FeedbackKept(Shape):
    """What a person said of the receipt whose number stands in ``receipt``."""

    seq: int
    kind: str
    field: str | None
    value: str | None
    actor: str
    reason: str
    receipt: int
    recorded_at: AwareDatetime


class TicketOut(Shape):
    """All that is kept of a ticket; ``clocks`` is null where its events do not fit the policy."""

    ticket_id: str
    version: int
    open: bool
    ticket: dict[str, JsonValue]
    receipt: Receipt
    receipts: list[ReceiptBrief]
    events: list[EventKept]
    feedback: list[FeedbackKept]
    labels: list[LabelOut]
    holds: HoldsOut
    clocks: ClocksOut | None


class EventOut(Shape):
    """What came of telling an event; a duplicate changed nothing."""

    ticket_id: str
    event_id: str
    duplicate: bool
    version: int
    open: bool
    clocks: ClocksOut | None


class FeedbackOut(Shape):
    """What came of a word of feedback; the receipt is the one that holds now."""

    ticket_id: str
    seq: int
    kind: str
    field: str | None
    value: str | None
    version: int
    labels: list[LabelOut]
    holds: HoldsOut
    receipt: Receipt


class PolicyFileOut(Shape):
    """The policy that decides, whole; what it extends is in it."""

    policy: PolicyOut
    content: dict[str, JsonValue]


class SimulationIn(Shape):
    """A policy file's text, and tickets to try it on beside the policy in use."""

    policy: Annotated[str, Field(max_length=1_000_000)]
    tickets: Annotated[list[TicketIn | Any], Field(min_length=1, max_length=1000)]


class TeamLoadOut(Shape):
    """What a team would carry."""

    tickets: int
    minutes: int


class SideOut(Shape):
    """What one of two policies makes of all the tickets."""

    policy: PolicyOut
    priorities: dict[PriorityOut, int]
    teams: dict[str, TeamLoadOut]
    met: dict[str, int]


class MoveOut(Shape):
    """A ticket decided otherwise; pairs are before and after."""

    ticket_id: str
    priority: list[PriorityOut]
    points: list[float]
    team: list[str | None]
    due: dict[str, list[AwareDatetime | None]]
    reason: str


class DeadlineShiftOut(Shape):
    """Tickets whose deadline comes sooner or later, and those of which it is known when the clock stopped."""

    sooner: int
    later: int
    judged: int


class SimulationOut(Shape):
    """What differs between the policy in use and another; no moves where every ticket is decided alike."""

    from_: SideOut = Field(alias="from")
    to: SideOut
    tickets: int
    moves: list[MoveOut]
    deadlines: dict[str, DeadlineShiftOut]
    refused: list[RowRefusal]


class Health(Shape):
    """The process lives."""

    status: Literal["ok"]


class Readiness(Shape):
    """Tickets are answered: in full, or by rules only and why."""

    status: Literal["ready"]
    mode: Mode
    model: ModelOut | None
    reason: str | None
    policy: PolicyOut


class ServiceMap(Shape):
    """What is served where."""

    service: str
    version: str
    openapi: str
    routes: dict[str, str]


class PromoteIn(Shape):
    """How to put a version into use."""

    force: bool = Field(default=False, description="Ask no gate; needs a reason.")
    reason: Annotated[str, Field(max_length=500)] | None = Field(None, description="Why, for the record.")


class RollbackIn(Shape):
    """Why the version before is put into use again."""

    reason: Annotated[str, Field(max_length=500)] | None = Field(None, description="Why, for the record.")


class VersionChange(Shape):
    """One change of the version in use."""

    number: int
    version: str
    previous: str | None
    action: Literal["first", "promoted", "forced", "rolled back"]
    reason: str | None
    at: AwareDatetime


class VersionOut(Shape):
    """One version of the model; ``damage`` says why it cannot be used, ``heads`` hold macro-F1 on held-out tickets."""

    name: str
    version: str
    in_use: bool
    rows: int | None
    until: str | None
    heads: dict[str, float]
    damage: str | None


class ModelsOut(Shape):
    """The versions of the model that is served, and every change of the one in use, oldest first."""

    versions: list[VersionOut]
    changes: list[VersionChange]


SHAPES: dict[type[BaseModel], Literal["validation", "serialization"]] = {
    TicketIn: "validation",
    BatchIn: "validation",
    SimulationIn: "validation",
    EventIn: "validation",
    FeedbackIn: "validation",
    Receipt: "serialization",
    BatchOut: "serialization",
    QueueOut: "serialization",
    QueuePage: "serialization",
    TicketOut: "serialization",
    ClocksOut: "serialization",
    EventOut: "serialization",
    FeedbackOut: "serialization",
    ExplanationOut: "serialization",
    WhatIfOut: "serialization",
    PolicyFileOut: "serialization",
    SimulationOut: "serialization",
    PromoteIn: "validation",
    RollbackIn: "validation",
    VersionChange: "serialization",
    ModelsOut: "serialization",
    Health: "serialization",
    Readiness: "serialization",
    ServiceMap: "serialization",
    Problem: "serialization",
}
"""The shapes the document names, and the side each is seen from."""


def reference(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the reference by which the document names a shape.

    Examples
    --------
    >>> reference(Receipt)
    {'$ref': '#/components/schemas/Receipt'}
    """
    return {"$ref": f"#/components/schemas/{shape.__name__}"}
