"""What the store is asked for: a ticket with all that was kept of it, and the tickets that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from ticket_triage.domain.events import Event
from ticket_triage.errors import TicketChangedError, TicketNotFoundError
from ticket_triage.store.feedback import Holds, holds_of
from ticket_triage.store.tables import EVENTS, FEEDBACK, LABELS, RECEIPTS, TICKETS
from ticket_triage.store.tickets import ticket_of, ticket_values

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ticket_triage.domain.ticket import Ticket

MOST_RECEIPTS = 100
"""Most receipts of one ticket that are listed, the last ones."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket with all that was kept of it.

    Parameters
    ----------
    ticket : Ticket
    document : mapping
        The ticket's values as they stand in the store.
    receipt : str
        The last one, in JSON.
    version : int
        Number of the last thing that happened to it.
    is_open : bool
    first_at : datetime
        When it was first recorded.
    receipts, events, feedback, labels : list
        Oldest first.
    holds : Holds
    """

    ticket: Ticket
    document: Mapping[str, Any]
    receipt: str
    version: int
    is_open: bool
    first_at: datetime
    receipts: list[Mapping[str, Any]]
    events: list[Event]
    feedback: list[Mapping[str, Any]]
    labels: list[Mapping[str, Any]]
    holds: Holds


def ticket_row(connection: Connection, ticket_id: str, expected: int | None = None) -> Row[Any]:
    """Return a ticket's row.

    Raises
    ------
    TicketNotFoundError
        There is no such ticket.
    TicketChangedError
        It is not of the version expected.
    """
    row = connection.execute(select(TICKETS).where(TICKETS.c.ticket_id == ticket_id)).first()
    if row is None:
        raise TicketNotFoundError("The store has no ticket of this id; send it to /v1/predict first.")
    if expected is not None and row.version != expected:
        raise TicketChangedError(f"The ticket is at version {row.version} by now; read it again, then decide.")
    return row


def read_ticket(connection: Connection, ticket_id: str) -> Kept:
    """Return a ticket with all that was kept of it.

    Raises
    ------
    TicketNotFoundError
    """
    row = ticket_row(connection, ticket_id)
    values = ticket_values(row.document)
    listed = (RECEIPTS.c.seq, RECEIPTS.c.recorded_at, RECEIPTS.c.priority, RECEIPTS.c.points, RECEIPTS.c.team)
    last = select(*listed, RECEIPTS.c.action).where(RECEIPTS.c.ticket_id == ticket_id)
    receipts = connection.execute(last.order_by(RECEIPTS.c.seq.desc()).limit(MOST_RECEIPTS)).mappings().all()
    first = select(func.min(RECEIPTS.c.recorded_at)).where(RECEIPTS.c.ticket_id == ticket_id)
    return Kept(
        ticket=ticket_of(values),
        document=values,
        receipt=receipt_of(connection, row.receipt),
        version=row.version,
        is_open=row.open,
        first_at=datetime.fromisoformat(connection.execute(first).scalar_one()),
        receipts=[dict(entry) for entry in reversed(receipts)],
        events=events_of(connection, ticket_id),
        feedback=_rows(connection, FEEDBACK, ticket_id, FEEDBACK.c.seq),
        labels=_rows(connection, LABELS, ticket_id, LABELS.c.head),
        holds=holds_of(connection, [ticket_id]).get(ticket_id, Holds({}, ())),
    )


def receipt_of(connection: Connection, seq: int) -> str:
    """Return a receipt in JSON, to the byte as it was answered."""
    found: str = connection.execute(select(RECEIPTS.c.document).where(RECEIPTS.c.seq == seq)).scalar_one()
    return found


def events_of(connection: Connection, ticket_id: str) -> list[Event]:
    """Return what happened to a ticket, in the order it was told."""
    rows = connection.execute(select(EVENTS).where(EVENTS.c.ticket_id == ticket_id).order_by(EVENTS.c.seq))
    return [
        Event(ticket_id, datetime.fromisoformat(row.at), row.kind, row.value, row.text, row.sequence, row.event_id)
        for row in rows
    ]


def open_tickets(connection: Connection) -> tuple[list[Ticket], dict[str, Holds]]:
    """Return the open tickets, and what people decided on them."""
    columns = (TICKETS.c.ticket_id, TICKETS.c.document, TICKETS.c.held)
    rows = connection.execute(select(*columns).where(TICKETS.c.open).order_by(TICKETS.c.first)).all()
    held = holds_of(connection, [row.ticket_id for row in rows if row.held])
    return [ticket_of(ticket_values(row.document)) for row in rows], held


def _rows(connection: Connection, table: Any, ticket_id: str, order: Any) -> list[Mapping[str, Any]]:
    found = connection.execute(select(table).where(table.c.ticket_id == ticket_id).order_by(order)).mappings()
    return [{name: value for name, value in row.items() if name != "ticket_id"} for row in found]
