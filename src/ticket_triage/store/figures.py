"""What operators are told of the open tickets, a query each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from ticket_triage.store.tables import RECEIPTS, TICKETS, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class OpenTickets(NamedTuple):
    """Open tickets of one priority: how many, and when the first of them was opened."""

    priority: str
    number: int
    oldest: str | None


def open_by_sla(connection: Connection) -> dict[str, int]:
    """Return how many open tickets there are by how their clocks stood when last looked at."""
    rows = connection.execute(select(TICKETS.c.sla, func.count()).where(TICKETS.c.open).group_by(TICKETS.c.sla))
    return {sla or "unknown": number for sla, number in rows}


def open_by_priority(connection: Connection, now: datetime) -> list[OpenTickets]:
    """Return the open tickets of each priority; a moment of opening after ``now`` is not believed."""
    known = TICKETS.c.opened_at.label("known")
    oldest = func.min(known).filter(known <= stamp(now))
    rows = connection.execute(
        select(RECEIPTS.c.priority, func.count(), oldest)
        .join(TICKETS, TICKETS.c.receipt == RECEIPTS.c.seq)
        .where(TICKETS.c.open)
        .group_by(RECEIPTS.c.priority)
        .order_by(RECEIPTS.c.priority)
    )
    return [OpenTickets(*row) for row in rows]
