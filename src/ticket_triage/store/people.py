"""Each person's key, made when first met; the audit calls them by what it makes of their name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from ticket_triage.store.audit import pseudonym
from ticket_triage.store.tables import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

CUSTOMER, REQUESTER, ACTOR = "customer", "requester", "actor"

_KEY_BYTES = 16
Person = tuple[str, str]
"""A kind and a name."""


def new_key() -> bytes:
    """Return a key that nobody can guess."""
    return os.urandom(_KEY_BYTES)


def pseudonyms(connection: Connection, people: Iterable[Person]) -> Mapping[Person, str]:
    """Return what the audit calls each person, making keys for those never met."""
    wanted = {f"{kind}:{name}": (kind, name) for kind, name in people}
    if not wanted:
        return {}
    rows = connection.execute(select(PEOPLE.c.person, PEOPLE.c.key).where(PEOPLE.c.person.in_(sorted(wanted))))
    keys = {row.person: row.key for row in rows}
    new = [{"person": person, "key": new_key()} for person in wanted if person not in keys]
    if new:
        connection.execute(insert(PEOPLE), new)
        keys |= {str(row["person"]): row["key"] for row in new}
    return {person: pseudonym(keys[f"{person[0]}:{person[1]}"], person[1]) for person in wanted.values()}


def forget(connection: Connection, people: Iterable[Person]) -> None:
    """Delete people's keys, so that nobody can say who they were in the audit."""
    connection.execute(delete(PEOPLE).where(PEOPLE.c.person.in_([f"{kind}:{name}" for kind, name in people])))
