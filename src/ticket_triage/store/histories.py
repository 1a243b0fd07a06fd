"""What happened to tickets that are kept, as one log each: the events told, and the priorities they were given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from ticket_triage.domain.events import OPENED, PRIORITY_CHANGED, Event
from ticket_triage.store.tables import EVENTS, RECEIPTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

    from ticket_triage.domain.ticket import Ticket

    Wanted = Sequence[str] | Select[tuple[str]]

_BEFORE_ALL = -1
"""The order of a decided priority among the events of its moment: what people tell comes after it."""


@dataclass(frozen=True, slots=True)
class History:
    """What happened to one ticket.

    Parameters
    ----------
    decided : list of (datetime, str)
        The priority of every receipt, and the moment it was decided for.
    events : list of Event
        As they were told.
    first_at : datetime
        When the ticket was first recorded.
    """

    first_at: datetime
    decided: list[tuple[datetime, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def log(self, ticket: Ticket) -> list[Event]:
        """Return everything as one log, which opens when the ticket says, or else when it was first recorded.

        The first priority holds from the opening on, each later one from the moment it was decided for.
        """
        told = min((event.at for event in self.events if event.kind == OPENED), default=None)
        opened = told or _aware(ticket.opened_at or self.first_at)
        log = [*self.events] if told else [Event(ticket.ticket_id, opened, OPENED), *self.events]
        before = None
        for at, priority in sorted(self.decided, key=lambda entry: entry[0]):
            if priority != before:
                since = opened if before is None else at
                log.append(Event(ticket.ticket_id, since, PRIORITY_CHANGED, priority, sequence=_BEFORE_ALL))
            before = priority
        return log

    def tells(self, priority: str, ticket: Ticket) -> bool:
        """Whether it says more of a ticket than that it had this priority from its opening on."""
        return bool(self.events) or ticket.opened_at is None or any(entry != priority for _, entry in self.decided)


def _aware(moment: datetime) -> datetime:
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)


def histories_of(connection: Connection, wanted: Wanted) -> dict[str, History]:
    """Return what happened to tickets, by id; those without a receipt are left out.

    Parameters
    ----------
    connection : Connection
    wanted : sequence of str or Select
        Their ids, or what selects them.
    """
    columns = (RECEIPTS.c.ticket_id, RECEIPTS.c.recorded_at, RECEIPTS.c.decided_for, RECEIPTS.c.priority)
    receipts = select(*columns).where(RECEIPTS.c.ticket_id.in_(wanted)).order_by(RECEIPTS.c.seq)
    found: dict[str, History] = {}
    for row in connection.execute(receipts):
        if row.ticket_id not in found:
            found[row.ticket_id] = History(datetime.fromisoformat(row.recorded_at))
        found[row.ticket_id].decided.append((datetime.fromisoformat(row.decided_for), row.priority))
    for name, events in events_of(connection, wanted).items():
        found[name].events.extend(events)
    return found


def events_of(connection: Connection, wanted: Wanted) -> dict[str, list[Event]]:
    """Return what was told of tickets, by id, in the order it was told."""
    rows = connection.execute(select(EVENTS).where(EVENTS.c.ticket_id.in_(wanted)).order_by(EVENTS.c.seq))
    found: dict[str, list[Event]] = defaultdict(list)
    for row in rows:
        at = datetime.fromisoformat(row.at)
        event = Event(row.ticket_id, at, row.kind, row.value, row.text, row.sequence, row.event_id)
        found[row.ticket_id].append(event)
    return found
