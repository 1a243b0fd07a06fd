"""How the queue of a store stands, for operators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.store.deliveries import on_their_way
from ticket_triage.store.figures import open_by_priority, open_by_sla

if TYPE_CHECKING:
    from ticket_triage.store.store import Store


class Waiting(NamedTuple):
    """Open tickets of one priority, and the seconds the oldest has been open; None when no opening is known."""

    priority: str
    number: int
    oldest_s: float | None


class Standing(NamedTuple):
    """Open tickets by priority, and by how their service clocks stand; notices that wait, and that were given up."""

    waiting: list[Waiting]
    by_sla: dict[str, int]
    deliveries: dict[str, int]


def standing(store: Store, now: datetime) -> Standing:
    """Return how many tickets are open and how long, by priority, and how their clocks stand.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    with store.reading() as connection:
        found, by_sla = open_by_priority(connection, now), open_by_sla(connection)
        notices = on_their_way(connection)
    return Standing([Waiting(each.priority, each.number, _age_s(each.oldest, now)) for each in found], by_sla, notices)


def _age_s(opened_at: str | None, now: datetime) -> float | None:
    if opened_at is None:
        return None
    return (now - datetime.fromisoformat(opened_at).astimezone(UTC)).total_seconds()
