"""The audit: one entry for each thing that was done, chained by hashes, in pseudonyms.

An entry names nobody: a ticket and a person stand in it as HMAC-SHA-256 under a key of their own, and what was written
as a digest under the ticket's key. When a key is deleted, nobody can tell any more whose entry it was, yet the chain
stays whole: it is over the pseudonyms.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select

from ticket_triage.store.tables import AUDIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

DECIDED, HAPPENED, SAID, FORGOTTEN = "decided", "event", "feedback", "forgotten"
KEY_MADE, KEY_REVOKED = "key-made", "key-revoked"
HOOK_MADE, HOOK_REMOVED = "hook-made", "hook-removed"

START = "0" * 64
"""What the first entry is chained to."""

_NAMES = ("seq", "at", "action", "ticket", "customer", "requester", "actor", "digest", "previous")


class Act(NamedTuple):
    """What an entry says; everything but the action in pseudonyms or None."""

    action: str
    ticket: str | None = None
    customer: str | None = None
    requester: str | None = None
    actor: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The end of the audit inside a transaction that nobody else writes beside."""

    seq: int
    hash: str

    def entries(self, acts: Iterable[Act], at: str) -> Iterator[dict[str, object]]:
        """Yield the rows that put acts at the end, in order."""
        seq, previous = self.seq, self.hash
        for act in acts:
            seq += 1
            row: dict[str, object] = dict(zip(_NAMES, (seq, at, *act, previous), strict=True))
            previous = row["hash"] = chained(row)
            yield row


def pseudonym(key: bytes, name: str) -> str:
    """Return what a name is called in the audit, under its key.

    Examples
    --------
    >>> pseudonym(b"k" * 16, "Ana") == pseudonym(b"j" * 16, "Ana")
    False
    """
    return hmac.digest(key, name.encode("utf-8", "surrogatepass"), "sha256").hex()


def chained(row: dict[str, object]) -> str:
    """Return the hash of an entry, which covers the hash of the one before."""
    return sha256(json.dumps([row[name] for name in _NAMES]).encode()).hexdigest()


def end(connection: Connection) -> Chain:
    """Return where the chain ends."""
    found = connection.execute(select(AUDIT.c.seq, AUDIT.c.hash).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    return Chain(0, START) if found is None else Chain(found.seq, found.hash)


def append(connection: Connection, acts: Sequence[Act], at: str) -> range:
    """Put acts at the end of the chain; return their numbers."""
    chain = end(connection)
    connection.execute(insert(AUDIT), list(chain.entries(acts, at)))
    return range(chain.seq + 1, chain.seq + 1 + len(acts))


def broken(connection: Connection) -> str | None:
    """Return where the chain is broken, in one sentence; None when it is whole."""
    previous = START
    with connection.execution_options(yield_per=1000).execute(select(AUDIT).order_by(AUDIT.c.seq)) as found:
        for seq, entry in enumerate(found.mappings(), start=1):
            row: dict[str, object] = dict(entry)
            if row["seq"] != seq:
                return f"entry {seq} of the audit is missing"
            if row["previous"] != previous or chained(row) != row["hash"]:
                return f"entry {seq} of the audit was changed"
            previous = str(row["hash"])
    return None
