"""What the store is asked for: a ticket with all that was kept of it, and the tickets that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ticket_triage.errors import TicketChangedError, TicketNotFoundError
from ticket_triage.store.feedback import Holds, holds_of
from ticket_triage.store.histories import History, histories_of
from ticket_triage.store.tables import FEEDBACK, LABELS, RECEIPTS, TICKETS
from ticket_triage.store.tickets import ticket_of, ticket_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row, Select

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
    history : History
    receipts, feedback, labels : list
        Oldest first.
    holds : Holds
    """

    ticket: Ticket
    document: Mapping[str, Any]
    receipt: str
    version: int
    is_open: bool
    history: History
    receipts: list[Mapping[str, Any]]
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
    return Kept(
        ticket=ticket_of(values),
        document=values,
        receipt=receipt_of(connection, row.receipt),
        version=row.version,
        is_open=row.open,
        history=histories_of(connection, [ticket_id])[ticket_id],
        receipts=[dict(entry) for entry in reversed(receipts)],
        feedback=_rows(connection, FEEDBACK, ticket_id, FEEDBACK.c.seq),
        labels=_rows(connection, LABELS, ticket_id, LABELS.c.head),
        holds=holds_of(connection, [ticket_id]).get(ticket_id, Holds({}, ())),
    )


def receipt_of(connection: Connection, seq: int) -> str:
    """Return a receipt in JSON, to the byte as it was answered."""
    found: str = connection.execute(select(RECEIPTS.c.document).where(RECEIPTS.c.seq == seq)).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept ticket as a decision needs it; ``holds`` is None where people decided nothing."""

    ticket: Ticket
    history: History
    holds: Holds | None


def stored_tickets(connection: Connection, names: Sequence[str] | None = None) -> list[Stored]:
    """Return kept tickets in the order they were first recorded: those named that there are, or all that are open."""
    chosen = TICKETS.c.open if names is None else TICKETS.c.ticket_id.in_(names)
    return _stored(connection, select(TICKETS.c.ticket_id).where(chosen))


def last_tickets(connection: Connection, count: int) -> list[Stored]:
    """Return the tickets that came last, open or not, in the order they were first recorded."""
    newest = select(TICKETS.c.ticket_id).order_by(TICKETS.c.first.desc()).limit(count)
    return _stored(connection, newest)


def _stored(connection: Connection, chosen: Select[tuple[str]]) -> list[Stored]:
    columns = (TICKETS.c.ticket_id, TICKETS.c.document, TICKETS.c.held)
    wanted = select(*columns).where(TICKETS.c.ticket_id.in_(chosen)).order_by(TICKETS.c.first)
    rows = connection.execute(wanted).all()
    histories = histories_of(connection, chosen)
    held = holds_of(connection, [row.ticket_id for row in rows if row.held])
    return [
        Stored(ticket_of(ticket_values(row.document)), histories[row.ticket_id], held.get(row.ticket_id))
        for row in rows
    ]


def _rows(connection: Connection, table: Any, ticket_id: str, order: Any) -> list[Mapping[str, Any]]:
    found = connection.execute(select(table).where(table.c.ticket_id == ticket_id).order_by(order)).mappings()
    return [{name: value for name, value in row.items() if name != "ticket_id"} for row in found]
