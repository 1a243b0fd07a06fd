"""What people say of decisions, and what of it later decisions must keep to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from ticket_triage.domain.desk import LOCKABLE
from ticket_triage.store.tables import FEEDBACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

ACCEPT, CORRECT, REVERT, LOCK, UNLOCK = "accept", "correct", "revert", "lock", "unlock"
KINDS = (ACCEPT, CORRECT, REVERT, LOCK, UNLOCK)
"""Every kind of feedback."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What people decided on one ticket: ``locks`` by field, and whom it was taken back from, oldest first."""

    locks: Mapping[str, str]
    reverts: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.locks or self.reverts)


def holds_of(connection: Connection, names: Sequence[str]) -> dict[str, Holds]:
    """Return what people decided on each of these tickets."""
    if not names:
        return {}
    columns = (FEEDBACK.c.ticket_id, FEEDBACK.c.kind, FEEDBACK.c.field, FEEDBACK.c.value)
    kinds = FEEDBACK.c.kind.in_((CORRECT, REVERT, LOCK, UNLOCK))
    rows = connection.execute(select(*columns).where(FEEDBACK.c.ticket_id.in_(names), kinds).order_by(FEEDBACK.c.seq))
    said: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        said[row.ticket_id].append((row.kind, row.field, row.value))
    return {name: folded(words) for name, words in said.items()}


def folded(words: Iterable[tuple[str, str, str]]) -> Holds:
    """Return what holds after words of feedback, oldest first, each a kind, a field and a value.

    Examples
    --------
    >>> folded([("lock", "team", "billing"), ("revert", "agent", "Ana"), ("unlock", "team", "")])
    Holds(locks={}, reverts=('Ana',))
    """
    locks: dict[str, str] = {}
    reverts: list[str] = []
    for kind, field, value in words:
        if kind == LOCK or (kind == CORRECT and field in LOCKABLE):
            locks[field] = value
        elif kind == UNLOCK:
            locks.pop(field, None)
        elif kind == REVERT and value not in reverts:
            reverts.append(value)
    return Holds(locks, tuple(reverts))
