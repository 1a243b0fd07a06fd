"""Kept tickets: their clocks, events and feedback."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, ConfigDict, JsonValue

from ticket_triage.api.examples import CLOCKS_EXAMPLE
from ticket_triage.api.schemas.receipt import CalendarOut, Receipt
from ticket_triage.api.schemas.shape import PriorityOut, Shape


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
