"""How the queue of a store stands, for operators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.store.figures import open_by_priority

if TYPE_CHECKING:
    from ticket_triage.store.store import Store


class Waiting(NamedTuple):
    """Open tickets of one priority, and the seconds the oldest has been open; None when no opening is known."""

    priority: str
    number: int
    oldest_s: float | None


def waiting(store: Store, now: datetime) -> list[Waiting]:
    """Return how many tickets are open and how long, by priority.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    with store.reading() as connection:
        found = open_by_priority(connection, now)
    return [Waiting(each.priority, each.number, _age_s(each.oldest, now)) for each in found]


def _age_s(opened_at: str | None, now: datetime) -> float | None:
    if opened_at is None:
        return None
    return (now - datetime.fromisoformat(opened_at).astimezone(UTC)).total_seconds()
