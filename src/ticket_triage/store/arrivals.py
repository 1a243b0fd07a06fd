"""Webhooks that came in: each is taken once, and who sends it again gets the first answer.

A message is known by every key its source gives it. Where a source dates nothing, the same body twice in a row is one
message, and after another of the same ticket it is a new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select

from ticket_triage.store.tables import ARRIVALS, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Seen(NamedTuple):
    """What a message is known by: its source, its keys, the hash of its body, and whether its first key is its own."""

    source: str
    keys: tuple[str, ...]
    content: str
    dated: bool


def first_answer(connection: Connection, seen: Seen, ticket_id: str) -> str | None:
    """Return the first answer to a message about a ticket, None when it is new."""
    if seen.dated:
        known = select(ARRIVALS.c.answer).where(ARRIVALS.c.key.in_(seen.keys)).limit(1)
        return connection.execute(known).scalar()
    last = _last(connection, seen, ticket_id)
    return last.answer if last is not None and last.content == seen.content else None


def keep_arrival(connection: Connection, seen: Seen, ticket_id: str, answer: str, at: datetime) -> None:
    """Keep what a new message is known by, with its answer."""
    last = _last(connection, seen, ticket_id)
    number = 1 if last is None else last.number + 1
    keys = seen.keys if seen.dated else (f"{seen.content[:40]}-{number}",)
    row = {"source": seen.source, "ticket_id": ticket_id, "content": seen.content, "number": number, "answer": answer}
    connection.execute(insert(ARRIVALS), [{"key": key, "recorded_at": stamp(at), **row} for key in keys])


class _Last(NamedTuple):
    content: str
    number: int
    answer: str


def _last(connection: Connection, seen: Seen, ticket_id: str) -> _Last | None:
    """Return what came last of a ticket from the same source."""
    columns = (ARRIVALS.c.content, ARRIVALS.c.number, ARRIVALS.c.answer)
    of_ticket = (ARRIVALS.c.ticket_id == ticket_id, ARRIVALS.c.source == seen.source)
    ordered = select(*columns).where(*of_ticket).order_by(ARRIVALS.c.number.desc())
    found = connection.execute(ordered.limit(1)).first()
    return None if found is None else _Last(*found)
