"""The tickets decided last, each with its last receipt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ticket_triage.store.tables import RECEIPTS, TICKETS
from ticket_triage.store.tickets import ticket_of, ticket_values

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ticket_triage.domain.ticket import Ticket


def last_decided(connection: Connection, most: int) -> list[tuple[Ticket, dict[str, Any]]]:
    """Return the tickets decided last with their last receipts as plain values, the newest first."""
    columns = (TICKETS.c.document, RECEIPTS.c.document.label("receipt"))
    joined = select(*columns).join_from(RECEIPTS, TICKETS, TICKETS.c.receipt == RECEIPTS.c.seq)
    mine = joined.where(TICKETS.c.ticket_id == RECEIPTS.c.ticket_id)
    rows = connection.execute(mine.order_by(RECEIPTS.c.seq.desc()).limit(most))
    return [(ticket_of(ticket_values(row.document)), json.loads(row.receipt)) for row in rows]
