"""What people say tickets are, for the next training."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from ticket_triage.store.tables import LABELS, TICKETS
from ticket_triage.store.tickets import ticket_of, ticket_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from ticket_triage.domain.ticket import Ticket


class Label(NamedTuple):
    """What a person says a ticket is; ``source`` is corrected or confirmed."""

    head: str
    label: str
    source: str
    labelled_at: str


def labelled(connection: Connection) -> Iterator[tuple[Ticket, list[Label]]]:
    """Yield each ticket that a person labelled, with its labels, in the order they came in."""
    columns = (TICKETS.c.document, LABELS.c.ticket_id, LABELS.c.head, LABELS.c.label, LABELS.c.source)
    rows = connection.execute(
        select(*columns, LABELS.c.labelled_at)
        .join(TICKETS, TICKETS.c.ticket_id == LABELS.c.ticket_id)
        .order_by(TICKETS.c.first, LABELS.c.head)
    )
    found: dict[str, tuple[Ticket, list[Label]]] = {}
    for row in rows:
        if row.ticket_id not in found:
            found[row.ticket_id] = (ticket_of(ticket_values(row.document)), [])
        found[row.ticket_id][1].append(Label(row.head, row.label, row.source, row.labelled_at))
    yield from found.values()
