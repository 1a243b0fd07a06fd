"""Tell the world of a ticket: notices are kept with what caused them, and delivered by the service's hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.errors import BadValueError, nearest
from ticket_triage.store.notices import DECIDED, TURNED, Notice, enqueue

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.store.store import Connection

__all__ = ["DECIDED", "KINDS", "TURNED", "Notice", "notify"]

KINDS = (DECIDED, TURNED)
"""Every kind of notice."""


def notify(connection: Connection, notices: Sequence[Notice], at: datetime) -> int:
    """Keep notices in the transaction of what caused them; return how many had not been told before.

    What is kept is delivered at least once to every hook that wants its kind, restarts or not; where none does, it
    counts as told.

    Parameters
    ----------
    connection : Connection
        As the work given to :meth:`ticket_triage.store.store.Store.submit` gets it.
    notices : sequence of Notice
        Of tickets in the store; those of the same kind, ticket and cause are one.
    at : datetime
        When it happened, aware.

    Raises
    ------
    BadValueError
        A kind is none of ``KINDS``.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from tempfile import TemporaryDirectory
    >>> from ticket_triage.store.store import Store
    >>> with TemporaryDirectory() as folder, Store(folder) as store:
    ...     store.submit(lambda connection: notify(connection, [], datetime(2026, 3, 2, tzinfo=UTC))).result()
    0
    """
    for notice in notices:
        if notice.kind not in KINDS:
            raise BadValueError(f"There is no kind of notice {notice.kind!r}; {nearest(notice.kind, KINDS)}.")
    return enqueue(connection, notices, at)
