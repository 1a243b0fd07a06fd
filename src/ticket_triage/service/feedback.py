"""What people say of a receipt: kept for good, heeded by every later decision, and learnt from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.desk import LOCKABLE
from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.errors import BadValueError, nearest
from ticket_triage.service.holds import taking
from ticket_triage.store import feedback
from ticket_triage.store.feedback import KINDS, Word, add_word
from ticket_triage.store.reading import read_ticket, receipt_of, ticket_row
from ticket_triage.store.recording import record
from ticket_triage.store.tickets import ticket_of, ticket_values

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from ticket_triage.policy import Policy
    from ticket_triage.service.assess import Assessor
    from ticket_triage.store.store import Connection

__all__ = ["Word", "say", "settle", "word_of"]


def word_of(kind: str, field: str | None, value: str | None, actor: str, reason: str) -> Word:
    """Return a word of feedback.

    Raises
    ------
    BadValueError
        The kind is unknown.
    """
    _known("kind", kind, KINDS)
    return Word(kind, field, value, actor, reason, {})


def say(
    connection: Connection, ticket_id: str, word: Word, assessor: Assessor, now: datetime, expected: int | None = None
) -> dict[str, Any]:
    """Keep what a person says of a ticket's last receipt, and decide it again where that changes what holds.

    Raises
    ------
    TicketNotFoundError, TicketChangedError
    BadValueError
        The word is about nothing that can be said.
    """
    row = ticket_row(connection, ticket_id, expected)
    settled = settle(word, json.loads(receipt_of(connection, row.receipt)), assessor.policy)
    seq = add_word(connection, row, settled, now)
    if settled.kind != feedback.ACCEPT:
        ticket = ticket_of(ticket_values(row.document))
        [prediction] = assessor.predict([ticket])
        decision = assessor.conclude(ticket, prediction, now)
        record(connection, [taking(assessor, ticket, prediction, decision, decision.as_json().encode())], now)
    kept = read_ticket(connection, ticket_id)
    return {
        "ticket_id": ticket_id,
        "seq": seq,
        "kind": settled.kind,
        "field": settled.field,
        "value": settled.value,
        "version": kept.version,
        "labels": kept.labels,
        "holds": {"locks": dict(kept.holds.locks), "reverts": list(kept.holds.reverts)},
        "receipt": json.loads(kept.receipt),
    }


def settle(word: Word, receipt: Mapping[str, Any], policy: Policy) -> Word:
    """Return a word of feedback with what it leaves to the receipt filled in, checked, and the labels that follow.

    Raises
    ------
    BadValueError
        It is about a field that cannot be spoken of so, or a value that is none.
    """
    heads = _answers(receipt)
    if word.kind == feedback.ACCEPT:
        if word.field is not None:
            _known("field", word.field, heads)
        said = heads if word.field is None else {word.field: heads[word.field]}
        return replace(word, labels={head: answer for head, answer in said.items() if answer is not None})
    levels = {head.name: head.levels for head in DEFAULT_HEADS}
    fields = {
        feedback.CORRECT: (*dict.fromkeys((*heads, *levels)), *LOCKABLE),
        feedback.REVERT: ("team", "agent"),
    }.get(word.kind, LOCKABLE)
    if word.field is None:
        raise BadValueError(f"The feedback does not say what it is about; name a field: {', '.join(fields)}.")
    _known("field", word.field, fields)
    if word.kind == feedback.UNLOCK:
        return replace(word, value=None, labels={})
    value = word.value if word.kind == feedback.CORRECT else word.value or _given(receipt, word.field)
    if not value:
        raise BadValueError(f"The feedback does not say which {word.field}; name it as value.")
    allowed = {"priority": PRIORITIES, "team": tuple(policy.router.escalates_to)}
    known = allowed.get(word.field) or levels.get(word.field)
    if known is not None:
        _known("value", value, known)
    return replace(word, value=value, labels={} if word.field in LOCKABLE else {word.field: value})


def _answers(receipt: Mapping[str, Any]) -> dict[str, str | None]:
    """Return what the desk takes from each head, the model's own answer where it takes none."""
    own = {head["head"]: head["answer"] for head in receipt["prediction"]["heads"]}
    return own | {answer["head"]: answer["answer"] or own.get(answer["head"]) for answer in receipt["answers"]}


def _given(receipt: Mapping[str, Any], field: str) -> str | None:
    found: str | None = receipt["route"]["agent"] if field == "agent" else receipt[field]
    return found


def _known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise BadValueError(f"The feedback's {what} is none of those it can be; {nearest(name, known)}.")
