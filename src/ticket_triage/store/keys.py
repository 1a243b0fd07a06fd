"""API keys: only their hashes are kept, and who made or revoked one stands in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, insert, select, update

from ticket_triage.store import audit
from ticket_triage.store.tables import API_KEYS, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection


class ApiKey(NamedTuple):
    """What is known of a key; ``hash`` is of the key itself, moments as the tables hold them."""

    key_id: str
    hash: str
    label: str
    scopes: tuple[str, ...]
    created_at: str
    revoked_at: str | None


def create_key(
    connection: Connection, key_id: str, key_hash: str, label: str, scopes: Iterable[str], at: datetime
) -> None:
    """Keep the hash of a new key.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    key_id : str
        Names it in lists and logs; says nothing of the key.
    key_hash : str
        64 hexadecimal digits.
    label : str
        What it is for, in its owner's words.
    scopes : iterable of str
    at : datetime
    """
    row = {"key_id": key_id, "hash": key_hash, "label": label, "scopes": ",".join(scopes), "created_at": stamp(at)}
    connection.execute(insert(API_KEYS), row)
    audit.append(connection, [audit.Act(audit.KEY_MADE, digest=key_hash)], stamp(at))


def revoke_key(connection: Connection, key_id: str, at: datetime) -> bool:
    """Let a key open nothing from now on; say whether there was such a key that still did."""
    found = connection.execute(
        select(API_KEYS.c.hash).where(API_KEYS.c.key_id == key_id, API_KEYS.c.revoked_at.is_(None))
    ).scalar()
    if found is None:
        return False
    connection.execute(update(API_KEYS).where(API_KEYS.c.key_id == key_id).values(revoked_at=stamp(at)))
    audit.append(connection, [audit.Act(audit.KEY_REVOKED, digest=found)], stamp(at))
    return True


def find_key(connection: Connection, key_hash: str) -> ApiKey | None:
    """Return the key of this hash, revoked or not; None when there is none."""
    found = connection.execute(select(API_KEYS).where(API_KEYS.c.hash == key_hash)).first()
    return None if found is None else _key(found)


def list_keys(connection: Connection) -> list[ApiKey]:
    """Return every key ever made, oldest first."""
    return [_key(row) for row in connection.execute(select(API_KEYS).order_by(API_KEYS.c.created_at))]


def any_key(connection: Connection) -> bool:
    """Say whether some key opens something."""
    return bool(connection.execute(select(func.count()).where(API_KEYS.c.revoked_at.is_(None))).scalar())


def _key(row: object) -> ApiKey:
    names = (getattr(row, name) for name in ("key_id", "hash", "label", "scopes", "created_at", "revoked_at"))
    key_id, digest, label, scopes, created_at, revoked_at = names
    return ApiKey(key_id, digest, label, tuple(filter(None, scopes.split(","))), created_at, revoked_at)
