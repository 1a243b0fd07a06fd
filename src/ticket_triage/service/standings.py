"""The queue of open tickets that are kept, page by page."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage.domain.moments import moment
from ticket_triage.service.queue import Queue
from ticket_triage.service.stored import open_queue

if TYPE_CHECKING:
    from ticket_triage.policy import Ranked
    from ticket_triage.service.assess import Assessor
    from ticket_triage.store.store import Store

_QUEUES_KEPT = 4

Key = tuple[bool, float, str, str]
"""What the queue is ordered by: not of the first priority, points (falling, so negative), opening time, id."""


class Place(NamedTuple):
    """Where a page of the queue of a moment begins: behind whatever has this key, at the front without one."""

    now: datetime
    key: Key | None = None

    def text(self) -> str:
        """Return the place as text to come back with.

        Examples
        --------
        >>> place = Place(datetime(2026, 3, 2, tzinfo=UTC), (True, -12.5, "2026-03-01T00:00:00+00:00", "T-1"))
        >>> read_place(place.text()) == place
        True
        """
        return urlsafe_b64encode(json.dumps([self.now.isoformat(), self.key]).encode()).decode().rstrip("=")


def read_place(text: str) -> Place:
    """Return the place that a text stands for.

    Raises
    ------
    ValueError
        It stands for none.
    """
    found = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    match found:
        case [str(now), [bool(later), int() | float() as behind, str(opened), str(ticket_id)]]:
            return Place(datetime.fromisoformat(now).astimezone(UTC), (later, behind, opened, ticket_id))
    raise ValueError("is no place in a queue")


class Standings:
    """Queues of a store's open tickets, each the same for all pages of one listing.

    The last few are kept in memory, so that a page costs little once the first was made; without that, a page is cut
    from a queue made anew for the same moment.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[datetime, Queue] = OrderedDict()

    def page(self, assessor: Assessor, place: Place, limit: int) -> dict[str, Any]:
        """Return the tickets from a place on, as plain values, and the text of the place behind them.

        A ticket that changes between two pages may come twice or not at all; every other comes exactly once.
        """
        queue = self._queue(assessor, place)
        ranking = queue.ranking
        keys = (_key(entry, place.now) for entry in ranking)
        begin = next((at for at, key in enumerate(keys) if place.key is None or key > place.key), len(ranking))
        shown = slice(begin, begin + limit)
        part = Queue(replace(ranking, places=ranking[shown]), queue.agents[shown])
        more = begin + limit < len(ranking)
        follows = Place(place.now, _key(ranking[begin + limit - 1], place.now)).text() if more else None
        return {"now": moment(place.now), "total": len(ranking), **part.as_dict(), "next": follows}

    def _queue(self, assessor: Assessor, place: Place) -> Queue:
        if place.key is None or place.now not in self._kept:
            with self._store.reading() as connection:
                self._kept[place.now] = open_queue(connection, assessor, place.now)
            while len(self._kept) > _QUEUES_KEPT:
                self._kept.popitem(last=False)
        return self._kept[place.now]


def _key(entry: Ranked, now: datetime) -> Key:
    opened = entry.ticket.opened_at or now
    return (
        entry.decision.priority != "P1",
        -entry.standing,
        opened.isoformat(timespec="microseconds"),
        entry.ticket.ticket_id,
    )
