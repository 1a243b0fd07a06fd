"""Notices on their way: which are due, what came of each try, and those that were given up.

Whoever takes a delivery has it to itself until a moment; when it dies meanwhile, the delivery is due again from then
on. So several processes may deliver from one store, and none of them can lose anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, func, select, update

from ticket_triage.store.notices import DEAD, DELIVERED, WAITING
from ticket_triage.store.tables import DELIVERIES, HOOKS, NOTICES, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

FARTHEST = timedelta(days=2)
"""Further ahead than any delivery is put off."""

MAX_DEAD = 1000
"""Most dead deliveries that are listed, the last ones."""


class Due(NamedTuple):
    """A delivery that somebody took: what to send, where, and how often it was tried, this time included."""

    delivery_id: str
    notice_id: str
    hook_id: str
    url: str
    secret: str
    body: str
    attempts: int


class Dead(NamedTuple):
    """A delivery that was given up, and why."""

    delivery_id: str
    hook_id: str
    notice_id: str
    kind: str
    ticket_id: str
    attempts: int
    last_at: str | None
    last_status: int | None
    last_error: str | None


def hooks_due(connection: Connection, now: datetime) -> list[str]:
    """Return the ids of the hooks for which something is due."""
    due = exists().where(DELIVERIES.c.hook_id == HOOKS.c.hook_id, *_due(now))
    rows = connection.execute(select(HOOKS.c.hook_id).where(HOOKS.c.disabled_at.is_(None), due))
    return list(rows.scalars())


def take(connection: Connection, hook_id: str, now: datetime, until: datetime) -> Due | None:
    """Take the delivery of a hook that is due longest, until a moment; None when none is.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    hook_id : str
    now : datetime
    until : datetime
        When it is due again, should nothing come of this try.
    """
    wanted = (NOTICES.c.notice_id, NOTICES.c.body, HOOKS.c.url, HOOKS.c.secret)
    found = connection.execute(
        select(DELIVERIES.c.delivery_id, DELIVERIES.c.attempts, *wanted)
        .join(NOTICES, NOTICES.c.notice_id == DELIVERIES.c.notice_id)
        .join(HOOKS, HOOKS.c.hook_id == DELIVERIES.c.hook_id)
        .where(DELIVERIES.c.hook_id == hook_id, HOOKS.c.disabled_at.is_(None), *_due(now))
        .order_by(DELIVERIES.c.next_at, NOTICES.c.created_at, DELIVERIES.c.delivery_id)
        .limit(1)
    ).first()
    if found is None:
        return None
    attempts = found.attempts + 1
    _set(connection, DELIVERIES.c.delivery_id == found.delivery_id, attempts=attempts, next_at=stamp(until))
    return Due(found.delivery_id, found.notice_id, hook_id, found.url, found.secret, found.body, attempts)


def settle(
    connection: Connection, due: Due, status: int | None, error: str, at: datetime, again: datetime | None
) -> None:
    """Note what came of a try.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    due : Due
    status : int or None
        HTTP status of the answer; None without one.
    error : str
        Why it was not taken; empty when it was.
    at : datetime
    again : datetime or None
        When to try again; None gives a delivery that was not taken up.
    """
    state = WAITING if error and again else DEAD if error else DELIVERED
    told = {"last_at": stamp(at), "last_status": status, "last_error": error or None}
    _set(connection, DELIVERIES.c.delivery_id == due.delivery_id, state=state, next_at=stamp(again or at), **told)


def bury_all(connection: Connection, hook_id: str, error: str) -> None:
    """Give up all that waits for a hook."""
    waiting = (DELIVERIES.c.hook_id == hook_id) & (DELIVERIES.c.state == WAITING)
    _set(connection, waiting, state=DEAD, last_error=error)


def list_dead(connection: Connection) -> list[Dead]:
    """Return the deliveries that were given up, the last one first."""
    names = [DELIVERIES.c[name] for name in Dead._fields if name in DELIVERIES.c]
    rows = connection.execute(
        select(*names, NOTICES.c.kind, NOTICES.c.ticket_id)
        .join(NOTICES, NOTICES.c.notice_id == DELIVERIES.c.notice_id)
        .where(DELIVERIES.c.state == DEAD)
        .order_by(DELIVERIES.c.last_at.desc(), DELIVERIES.c.delivery_id)
        .limit(MAX_DEAD)
    ).mappings()
    return [Dead(**row) for row in rows]


def on_their_way(connection: Connection) -> dict[str, int]:
    """Return how many deliveries wait, and how many were given up."""
    hooks = select(HOOKS.c.hook_id)
    counted = select(DELIVERIES.c.state, func.count().label("number")).where(
        DELIVERIES.c.hook_id.in_(hooks), DELIVERIES.c.state.in_((WAITING, DEAD))
    )
    found = {row.state: row.number for row in connection.execute(counted.group_by(DELIVERIES.c.state))}
    return {WAITING: 0, DEAD: 0} | found


def revive(connection: Connection, delivery_id: str | None, at: datetime) -> int:
    """Have one dead delivery, or with None every one, tried anew from a moment on; return how many.

    Those to hooks that take nothing more stay dead.
    """
    taking = select(HOOKS.c.hook_id).where(HOOKS.c.disabled_at.is_(None))
    dead = (DELIVERIES.c.state == DEAD) & DELIVERIES.c.hook_id.in_(taking)
    one = dead if delivery_id is None else dead & (DELIVERIES.c.delivery_id == delivery_id)
    return _set(connection, one, state=WAITING, attempts=0, next_at=stamp(at))


def _due(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return what is due; a moment further ahead than anybody waits was written by a clock that was wrong."""
    next_at = DELIVERIES.c.next_at
    return (DELIVERIES.c.state == WAITING, (next_at <= stamp(now)) | (next_at > stamp(now + FARTHEST)))


def _set(connection: Connection, which: ColumnElement[bool], **values: object) -> int:
    return connection.execute(update(DELIVERIES).where(which).values(**values)).rowcount
