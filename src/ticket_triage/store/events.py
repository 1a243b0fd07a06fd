"""What happens to tickets, kept once however often it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, update

from ticket_triage.errors import BadValueError
from ticket_triage.store import audit
from ticket_triage.store.histories import events_of
from ticket_triage.store.reading import ticket_row
from ticket_triage.store.tables import EVENTS, TICKETS, stamp
from ticket_triage.store.turning import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from ticket_triage.domain.events import Event

MAX_EVENTS = 10_000
"""Most events of one ticket: its clocks are read anew from all of them."""


class Told(NamedTuple):
    """What came of telling an event: whether it was known already, and the ticket's version and state by now."""

    duplicate: bool
    version: int
    is_open: bool


def add_event(
    connection: Connection,
    event: Event,
    at: datetime,
    is_over: Callable[[Sequence[Event]], bool],
    expected: int | None = None,
) -> Told:
    """Keep an event of a ticket; one that is known already changes nothing.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    event : Event
    at : datetime
        When it is recorded.
    is_over : callable
        Says from all events whether work on the ticket is over.
    expected : int or None
        The version the ticket must be at.

    Raises
    ------
    TicketNotFoundError, TicketChangedError
    BadValueError
        The ticket has too many events.
    """
    row = ticket_row(connection, event.ticket_id, expected)
    events = events_of(connection, [event.ticket_id]).get(event.ticket_id, [])
    if any(known.event_id == event.event_id for known in events):
        return Told(duplicate=True, version=row.version, is_open=row.open)
    if len(events) >= MAX_EVENTS:
        raise BadValueError(f"The ticket has {MAX_EVENTS} events already and takes no more.")
    events.append(event)
    name = audit.pseudonym(row.audit_key, event.ticket_id)
    act = audit.Act(audit.HAPPENED, ticket=name, digest=audit.pseudonym(row.audit_key, repr(event)))
    [seq] = audit.append(connection, [act], stamp(at))
    is_open = not is_over(events)
    connection.execute(insert(EVENTS), _event_row(event, seq, at))
    changed = {"version": seq, "open": is_open, "changed_at": stamp(at), "turn_at": AT_ONCE, "storied": True}
    connection.execute(update(TICKETS).where(TICKETS.c.ticket_id == event.ticket_id).values(**changed))
    return Told(duplicate=False, version=seq, is_open=is_open)


def _event_row(event: Event, seq: int, at: datetime) -> dict[str, object]:
    return {
        "seq": seq,
        "ticket_id": event.ticket_id,
        "event_id": event.event_id,
        "at": stamp(event.at),
        "kind": event.kind,
        "value": event.value,
        "text": event.text.replace("\0", "\ufffd"),
        "sequence": event.sequence,
        "recorded_at": stamp(at),
    }
