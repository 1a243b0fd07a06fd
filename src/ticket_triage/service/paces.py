"""The service clocks of kept tickets, with how probably each will be missed: by how long the desk's last ones took."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ticket_triage.errors import BadValueError
from ticket_triage.policy.pace import Pace, pace
from ticket_triage.service.stored import clocks_of
from ticket_triage.store.reading import last_tickets, read_ticket

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.domain.clocks import ClockReading
    from ticket_triage.policy import Policy
    from ticket_triage.store.reading import Stored
    from ticket_triage.store.store import Store

LAST_TICKETS = 500
"""From how many tickets, the last that came, the pace of a desk is told."""

_PACES_KEPT = 4


class Paces:
    """Reads the clocks of a store's tickets; the desk's pace is read anew once a minute at most.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[str, datetime], Pace] = OrderedDict()

    def clocks(self, ticket_id: str, policy: Policy, now: datetime) -> dict[str, Any]:
        """Return the service clocks of a ticket at the moment ``now``, as plain values.

        Raises
        ------
        TicketNotFoundError
        BadValueError
            All that happened to it lies after ``now``.
        """
        with self._store.reading() as connection:
            kept = read_ticket(connection, ticket_id)
        clocks = clocks_of(kept.ticket, kept.history, policy, now)
        desk = self._pace(policy, now.replace(second=0, microsecond=0))
        return replace(clocks, readings=tuple(desk.with_probability(entry) for entry in clocks.readings)).as_dict()

    def _pace(self, policy: Policy, minute: datetime) -> Pace:
        """Return the pace of the desk at a full minute."""
        key = (policy.reference.sha256, minute)
        if key not in self._kept:
            with self._store.reading() as connection:
                last = last_tickets(connection, LAST_TICKETS)
            self._kept[key] = pace(_readings(last, policy, minute))
            while len(self._kept) > _PACES_KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


def _readings(stored: list[Stored], policy: Policy, now: datetime) -> Iterator[ClockReading]:
    for entry in stored:
        try:
            yield from clocks_of(entry.ticket, entry.history, policy, now).readings
        except BadValueError:  # it was opened later
            continue
