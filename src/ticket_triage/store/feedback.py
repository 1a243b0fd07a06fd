"""What people say of decisions, and what of it later decisions must keep to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from ticket_triage.store import audit, people
from ticket_triage.store.tables import FEEDBACK, LABELS, TICKETS, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

ACCEPT, CORRECT, REVERT, LOCK, UNLOCK = "accept", "correct", "revert", "lock", "unlock"
KINDS = (ACCEPT, CORRECT, REVERT, LOCK, UNLOCK)
"""Every kind of feedback."""

CORRECTED, CONFIRMED = "corrected", "confirmed"
"""Where a label comes from."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says of a ticket's last receipt.

    Parameters
    ----------
    kind : str
        One of ``KINDS``.
    field, value : str or None
        What it is about: a head, or ``priority``, ``team``, ``agent``.
    actor, reason : str
        Who says it, and why.
    labels : mapping of str to str
        What the ticket is by these words, by head.
    """

    kind: str
    field: str | None
    value: str | None
    actor: str
    reason: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Holds:
    """What people decided on one ticket: ``locks`` by field or head, and whom it was taken back from, oldest first."""

    locks: Mapping[str, str]
    reverts: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.locks or self.reverts)


def add_word(connection: Connection, ticket: Row[Any], word: Word, at: datetime) -> int:
    """Keep what a person says of a ticket, and the labels that follow; return its number.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    ticket : Row
        Of the ticket.
    word : Word
    at : datetime
        When it is recorded.
    """
    name = audit.pseudonym(ticket.audit_key, ticket.ticket_id)
    actor = people.pseudonyms(connection, [(people.ACTOR, word.actor)])[(people.ACTOR, word.actor)]
    digest = audit.pseudonym(ticket.audit_key, repr(word))
    [seq] = audit.append(connection, [audit.Act(audit.SAID, ticket=name, actor=actor, digest=digest)], stamp(at))
    row = {
        "seq": seq,
        "ticket_id": ticket.ticket_id,
        "kind": word.kind,
        "field": word.field,
        "value": word.value,
        "actor": word.actor,
        "reason": word.reason,
        "receipt": ticket.receipt,
        "recorded_at": stamp(at),
    }
    connection.execute(insert(FEEDBACK), row)
    _keep_labels(connection, ticket.ticket_id, word, seq, stamp(at))
    held = bool(holds_of(connection, [ticket.ticket_id]).get(ticket.ticket_id))
    changed = {"version": seq, "held": held, "changed_at": stamp(at)}
    connection.execute(update(TICKETS).where(TICKETS.c.ticket_id == ticket.ticket_id).values(**changed))
    return seq


def _keep_labels(connection: Connection, ticket_id: str, word: Word, seq: int, at: str) -> None:
    """Put a person's labels in the place of earlier ones; a confirmation replaces no correction."""
    source = CORRECTED if word.kind == CORRECT else CONFIRMED
    for head, label in word.labels.items():
        here = (LABELS.c.ticket_id == ticket_id, LABELS.c.head == head)
        before = connection.execute(select(LABELS.c.label, LABELS.c.source).where(*here)).first()
        if before is not None and source == CONFIRMED and before.source == CORRECTED:
            continue
        connection.execute(delete(LABELS).where(*here))
        row = {"ticket_id": ticket_id, "head": head, "label": label, "source": source, "labelled_at": at, "seq": seq}
        connection.execute(insert(LABELS), row)


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
    >>> folded([("correct", "urgency", "low"), ("lock", "team", "billing"), ("unlock", "team", "")])
    Holds(locks={'urgency': 'low'}, reverts=())
    """
    locks: dict[str, str] = {}
    reverts: list[str] = []
    for kind, field, value in words:
        if kind in (LOCK, CORRECT):
            locks[field] = value
        elif kind == UNLOCK:
            locks.pop(field, None)
        elif kind == REVERT and value not in reverts:
            reverts.append(value)
    return Holds(locks, tuple(reverts))
