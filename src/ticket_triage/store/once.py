"""Idempotency keys: the first answer is kept for a day, and given again to whoever sends the same request again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select

from ticket_triage.errors import KeyReusedError
from ticket_triage.store.tables import IDEMPOTENCY, stamp

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

KEPT = timedelta(hours=24)
"""How long a first answer is given again, at least."""


class Once(NamedTuple):
    """An idempotency key, hashed with its caller, and a hash of the request it came with."""

    key: str
    fingerprint: str


def first_answer(connection: Connection, once: Once) -> str | None:
    """Return the first answer to a key, None when it is new.

    Raises
    ------
    KeyReusedError
        The key came with another request before.
    """
    found = connection.execute(select(IDEMPOTENCY).where(IDEMPOTENCY.c.key == once.key)).first()
    if found is None:
        return None
    if found.fingerprint != once.fingerprint:
        raise KeyReusedError("This Idempotency-Key came with another request before; send a new one.")
    body: str = found.body
    return body


def keep_answer(connection: Connection, once: Once, body: str, tickets: Collection[str], at: datetime) -> None:
    """Keep the first answer to a key, and drop those that were kept long enough."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.recorded_at < stamp(at - KEPT)))
    about = json.dumps(sorted(set(tickets)), ensure_ascii=False)
    row = {"key": once.key, "fingerprint": once.fingerprint, "body": body, "tickets": about, "recorded_at": stamp(at)}
    connection.execute(insert(IDEMPOTENCY), row)


def forget(connection: Connection, tickets: Collection[str]) -> None:
    """Drop the answers that are about any of these tickets."""
    wanted = set(tickets)
    rows = connection.execute(select(IDEMPOTENCY.c.key, IDEMPOTENCY.c.tickets)).all()
    keys = [row.key for row in rows if wanted.intersection(json.loads(row.tickets))]
    if keys:
        connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.key.in_(keys)))
