"""API keys: made at random, shown once, kept as a hash."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.service.key_ring import SCOPES, KeyRing, Opener, hash_of
from ticket_triage.store import keys as kept
from ticket_triage.store.keys import ApiKey
from ticket_triage.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["ApiKey", "Store", "create_key", "list_keys", "new_key", "read_ring", "revoke_key"]

MAX_LABEL_CHARS = 100


def new_key(label: str, scopes: Sequence[str]) -> tuple[str, Opener]:
    """Return a new key, to be shown once, and what is to be kept of it.

    Raises
    ------
    BadOptionError
        When a scope is none, or there is none, or the label is empty or too long.

    Examples
    --------
    >>> key, made = new_key("helpdesk", ["predict"])
    >>> key.startswith(f"tt_{made.key_id}_"), key in repr(made), len(key)
    (True, False, 59)
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise BadOptionError(f"There is no scope {scope!r}; {nearest(scope, SCOPES)}.")
    if not scopes:
        raise BadOptionError(f"A key needs a scope, or it opens nothing; known are: {', '.join(SCOPES)}.")
    if not label.strip() or len(label) > MAX_LABEL_CHARS:
        raise BadOptionError(f"A key's label says what it is for, in 1 to {MAX_LABEL_CHARS} characters.")
    key_id = secrets.token_hex(6)
    key = f"tt_{key_id}_{secrets.token_urlsafe(32)}"
    return key, Opener(key_id, hash_of(key), frozenset(scopes))


def create_key(store: Store, label: str, scopes: Sequence[str], now: datetime) -> tuple[str, str]:
    """Make a key and keep its hash; return the key, which nobody can show again, and its id.

    Raises
    ------
    BadOptionError
        See :func:`new_key`.
    StoreError
        When it cannot be kept.
    """
    key, made = new_key(label, scopes)
    ordered = [scope for scope in SCOPES if scope in made.scopes]
    keep = store.submit(
        lambda connection: kept.create_key(connection, made.key_id, made.hash, label.strip(), ordered, now)
    )
    keep.result()
    return key, made.key_id


def revoke_key(store: Store, key_id: str, now: datetime) -> None:
    """Let a key open nothing from now on.

    Raises
    ------
    BadOptionError
        When no such key opens anything.
    """
    if not store.submit(lambda connection: kept.revoke_key(connection, key_id, now)).result():
        raise BadOptionError(f"No key {key_id!r} opens anything; triage keys list shows which do.")


def list_keys(store: Store) -> list[ApiKey]:
    """Return every key ever made, oldest first; of the keys themselves only hashes."""
    with store.reading() as connection:
        return kept.list_keys(connection)


def read_ring(store: Store) -> KeyRing:
    """Return the keys as they stand now.

    Raises
    ------
    StoreError
        When they cannot be read.
    """
    every = list_keys(store)
    return KeyRing(Opener(key.key_id, key.hash, frozenset(() if key.revoked_at else key.scopes)) for key in every)
