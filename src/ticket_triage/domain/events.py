"""What happened to a ticket, one frozen value per event, and the one order that events stand in.

The log of a ticket is a set of events: where it is read from and in which order it arrives make no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from ticket_triage.errors import BadValueError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

OPENED = "opened"
CUSTOMER_MESSAGE = "customer_message"
PUBLIC_REPLY = "public_reply"
INTERNAL_NOTE = "internal_note"
AUTOMATIC_REPLY = "automatic_reply"
STATUS_CHANGED = "status_changed"
PAUSED = "paused"
RESUMED = "resumed"
PRIORITY_CHANGED = "priority_changed"
PLAN_CHANGED = "plan_changed"
CALENDAR_CHANGED = "calendar_changed"
TEAM_CHANGED = "team_changed"
MOVED = "moved"
RESOLVED = "resolved"
REOPENED = "reopened"
CLOSED = "closed"

VALUED = (STATUS_CHANGED, PRIORITY_CHANGED, PLAN_CHANGED, CALENDAR_CHANGED, TEAM_CHANGED)
"""Kinds whose ``value`` says what the ticket has from then on."""

KINDS = (
    OPENED,
    CUSTOMER_MESSAGE,
    PUBLIC_REPLY,
    INTERNAL_NOTE,
    AUTOMATIC_REPLY,
    *VALUED,
    PAUSED,
    RESUMED,
    MOVED,
    RESOLVED,
    REOPENED,
    CLOSED,
)
"""Every kind of event."""

_FIELD_END = "\x1f"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a ticket.

    Parameters
    ----------
    ticket_id : str
    at : datetime
        When, aware; kept in UTC.
    kind : str
        One of ``KINDS``.
    value : str or None
        The new status, priority, plan, calendar or team, or where a moved ticket went; the reason of a pause.
    text : str
        What a message says.
    sequence : int
        Orders events of the same moment, when their source knows their order; otherwise 0.
    event_id : str
        The source's own id; made from the content when left out. Events with the same id are one event.

    Raises
    ------
    BadValueError
        The kind is unknown, the moment has no time zone, or a change does not say to what.

    Examples
    --------
    >>> Event("T-1", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "status_changed", "pending").event_id
    '31684da7a6957316'
    >>> Event("T-1", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "public_replay")
    Traceback (most recent call last):
    ticket_triage.errors.BadValueError: Ticket T-1 has an event of kind 'public_replay'; did you mean 'public_reply'?
    """

    ticket_id: str
    at: datetime
    kind: str
    value: str | None = None
    text: str = ""
    sequence: int = 0
    event_id: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadValueError(
                f"Ticket {self.ticket_id} has an event of kind {self.kind!r}; {nearest(self.kind, KINDS)}"
            )
        if self.at.utcoffset() is None:
            raise BadValueError(
                f"Ticket {self.ticket_id} has an event {self.kind} at {self.at.isoformat()} without a time zone; "
                "give one, such as Z for UTC."
            )
        if self.kind in VALUED and not self.value:
            raise BadValueError(
                f"Ticket {self.ticket_id} has an event {self.kind} that does not say to what; give it a value."
            )
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        if not self.event_id:
            object.__setattr__(self, "event_id", self._content_id())

    def _content_id(self) -> str:
        parts = (self.ticket_id, self.at.isoformat(), self.kind, self.value or "", self.text, str(self.sequence))
        return sha256(_FIELD_END.join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def order(self) -> tuple[datetime, int, str, str, str, str]:
        """Where the event stands among others: by moment, stated order, and content."""
        return (self.at, self.sequence, self.kind, self.value or "", self.event_id, self.text)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return events in their one order, each once, however often and in whatever order they arrived.

    Examples
    --------
    >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    >>> reply, opened = Event("T-1", ten, "public_reply"), Event("T-1", nine, "opened")
    >>> [event.kind for event in in_order([reply, opened, reply])]
    ['opened', 'public_reply']
    """
    first: dict[str, Event] = {}
    for event in sorted(events, key=lambda event: event.order):
        first.setdefault(event.event_id, event)
    return list(first.values())
