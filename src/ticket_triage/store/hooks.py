"""Where notices go: addresses with their secrets, and which kinds each wants."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select, update

from ticket_triage.store import audit
from ticket_triage.store.tables import HOOKS, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

_TAKING = select(HOOKS.c.hook_id, HOOKS.c.kinds).where(HOOKS.c.disabled_at.is_(None))
"""Asked with every commit, so it is not put together each time."""


class Hook(NamedTuple):
    """An address that notices go to; ``kinds`` is empty when it wants every kind.

    The secret is no part of it: only what signs reads that.
    """

    hook_id: str
    url: str
    kinds: tuple[str, ...]
    created_at: str
    disabled_at: str | None


def add_hook(connection: Connection, hook_id: str, url: str, secret: str, kinds: Iterable[str], at: datetime) -> None:
    """Keep an address that notices go to from now on.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    hook_id : str
        Names it in lists and logs.
    url : str
    secret : str
        What notices to it are signed with.
    kinds : iterable of str
        Those it wants; none means every kind.
    at : datetime
    """
    row = {"hook_id": hook_id, "url": url, "secret": secret, "kinds": ",".join(kinds), "created_at": stamp(at)}
    connection.execute(insert(HOOKS), row)
    audit.append(connection, [audit.Act(audit.HOOK_MADE, digest=_digest(hook_id, url))], stamp(at))


def remove_hook(connection: Connection, hook_id: str, at: datetime) -> bool:
    """Delete an address with its secret and all that is on its way to it; say whether there was one."""
    url = connection.execute(select(HOOKS.c.url).where(HOOKS.c.hook_id == hook_id)).scalar()
    if url is None:
        return False
    connection.execute(delete(HOOKS).where(HOOKS.c.hook_id == hook_id))
    audit.append(connection, [audit.Act(audit.HOOK_REMOVED, digest=_digest(hook_id, url))], stamp(at))
    return True


def disable_hook(connection: Connection, hook_id: str, at: datetime) -> None:
    """Send nothing more to an address that says it is gone."""
    connection.execute(update(HOOKS).where(HOOKS.c.hook_id == hook_id).values(disabled_at=stamp(at)))


def list_hooks(connection: Connection) -> list[Hook]:
    """Return every address, oldest first."""
    names = (HOOKS.c.hook_id, HOOKS.c.url, HOOKS.c.kinds, HOOKS.c.created_at, HOOKS.c.disabled_at)
    rows = connection.execute(select(*names).order_by(HOOKS.c.created_at, HOOKS.c.hook_id))
    return [Hook(row.hook_id, row.url, _kinds(row.kinds), row.created_at, row.disabled_at) for row in rows]


def wanting(connection: Connection, kind: str) -> list[str]:
    """Return the ids of the addresses that want a kind of notice."""
    return [row.hook_id for row in connection.execute(_TAKING) if not row.kinds or kind in _kinds(row.kinds)]


def _kinds(written: str) -> tuple[str, ...]:
    return tuple(filter(None, written.split(",")))


def _digest(hook_id: str, url: str) -> str:
    return sha256(f"{hook_id} {url}".encode()).hexdigest()
