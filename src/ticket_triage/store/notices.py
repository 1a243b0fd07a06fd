"""What is told outside of tickets: kept with what caused it, in one transaction, and told once.

A notice's id is made of its kind, its ticket and what caused it, so that whoever is unsure whether something was told
tells it again, and nothing comes of it. Each hook that wants the kind gets a delivery of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert, select

from ticket_triage.store.hooks import wanting
from ticket_triage.store.tables import DELIVERIES, NOTICES, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

DECIDED, TURNED = "ticket.decided", "ticket.turned"
"""Kinds of notices: a ticket was decided, and time alone turned what was decided of an open one."""

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
"""How a delivery stands; a dead one is tried no more until somebody says so."""

_PART_END = "\x1f"
_AT_ONCE = 500


class Notice(NamedTuple):
    """Something to tell of a ticket.

    Parameters
    ----------
    kind : str
        What it is about, such as ``ticket.decided``.
    ticket_id : str
        Of a ticket in the store; the notice is erased with it.
    data : mapping
        What is told, as JSON will hold it; no text of a ticket.
    cause : str
        What caused it; two notices of the same kind, ticket and cause are one.

    Examples
    --------
    >>> Notice("ticket.decided", "T-1", {"priority": "P1"}, "17").notice_id
    'msg_d66807853e14ba4f1535410fd490b738'
    """

    kind: str
    ticket_id: str
    data: Mapping[str, Any]
    cause: str

    @property
    def notice_id(self) -> str:
        """The id that receivers know it by, however often it comes."""
        return f"msg_{_digest(self.kind, self.ticket_id, self.cause)}"

    def body(self, at: datetime) -> str:
        """Return the notice in JSON, as it is signed and sent."""
        told = {"type": self.kind, "timestamp": stamp(at), "data": {"ticket_id": self.ticket_id, **self.data}}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def enqueue(connection: Connection, notices: Sequence[Notice], at: datetime) -> int:
    """Keep notices that were not told before, each to be delivered to every hook that wants it; return how many.

    Parameters
    ----------
    connection : Connection
        Of the transaction that keeps what caused them; nobody else writes beside it.
    notices : sequence of Notice
    at : datetime
        When it happened, aware; delivery is tried from then on.
    """
    by_id = {notice.notice_id: notice for notice in notices}
    new = {notice_id: by_id[notice_id] for notice_id in untold(connection, by_id)}
    if not new:
        return 0
    moment = stamp(at)
    connection.execute(
        insert(NOTICES),
        [
            {
                "notice_id": notice_id,
                "kind": notice.kind,
                "ticket_id": notice.ticket_id,
                "body": notice.body(at),
                "created_at": moment,
            }
            for notice_id, notice in new.items()
        ],
    )
    hooks = {kind: wanting(connection, kind) for kind in {notice.kind for notice in new.values()}}
    rows = [_delivery(notice_id, hook, moment) for notice_id, notice in new.items() for hook in hooks[notice.kind]]
    if rows:
        connection.execute(insert(DELIVERIES), rows)
    return len(new)


def untold(connection: Connection, notice_ids: Iterable[str]) -> list[str]:
    """Return which of these ids no notice has yet, in their order."""
    wanted, known = list(notice_ids), set()
    for start in range(0, len(wanted), _AT_ONCE):
        some = NOTICES.c.notice_id.in_(wanted[start : start + _AT_ONCE])
        known |= set(connection.execute(select(NOTICES.c.notice_id).where(some)).scalars())
    return [notice_id for notice_id in wanted if notice_id not in known]


def _delivery(notice_id: str, hook_id: str, at: str) -> dict[str, Any]:
    return {
        "delivery_id": f"dlv_{_digest(notice_id, hook_id)[:16]}",
        "notice_id": notice_id,
        "hook_id": hook_id,
        "state": WAITING,
        "attempts": 0,
        "next_at": at,
    }


def _digest(*parts: str) -> str:
    return sha256(_PART_END.join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
