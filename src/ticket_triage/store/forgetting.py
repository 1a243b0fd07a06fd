"""Erasure: a person or a ticket leaves the tables, the free pages and the write-ahead log, and that is looked up.

The audit stays whole: the keys by which its pseudonyms could be traced go.
"""

from __future__ import annotations

import json
import mmap
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import String, cast, delete, func, select, text

from ticket_triage.errors import StoreBusyError
from ticket_triage.store import audit, once, people
from ticket_triage.store.address import SQLITE
from ticket_triage.store.database import maintaining, writing
from ticket_triage.store.tables import METADATA, PEOPLE, TICKETS, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

_AT_ONCE = 500
_COLUMNS = {people.CUSTOMER: TICKETS.c.customer_id, people.REQUESTER: TICKETS.c.requester}


class Forgotten(NamedTuple):
    """What was erased: tickets, and in how many places the name is still to be read, in what others wrote."""

    tickets: int
    left: int


def forget_person(engine: Engine, kind: str, name: str, at: datetime) -> Forgotten:
    """Erase a person's tickets with all that belongs to them, then look whether the name is still to be read.

    Parameters
    ----------
    engine : Engine
        One that writes.
    kind : str
        ``customer`` or ``requester``.
    name : str
        As the tickets have it.
    at : datetime

    Raises
    ------
    StoreError
        The store cannot be written.
    """
    with writing(engine) as connection:
        names = connection.execute(select(TICKETS.c.ticket_id).where(_COLUMNS[kind] == name)).scalars().all()
        _remove(connection, names)
        people.forget(connection, [(kind, name)])
        audit.append(connection, [audit.Act(audit.FORGOTTEN)], stamp(at))
    _wipe(engine)
    return Forgotten(len(names), left_of(engine, name))


def expire(engine: Engine, before: datetime, at: datetime) -> int:
    """Erase tickets that are over and were not touched since a moment; return how many.

    Raises
    ------
    StoreError
        The store cannot be written.
    """
    with writing(engine) as connection:
        old = select(TICKETS.c.ticket_id).where(TICKETS.c.open.is_(False), TICKETS.c.changed_at < stamp(before))
        names = connection.execute(old).scalars().all()
        if names:
            _remove(connection, names)
            audit.append(connection, [audit.Act(audit.FORGOTTEN)], stamp(at))
    if names:
        _wipe(engine)
    return len(names)


def left_of(engine: Engine, name: str) -> int:
    """Return in how many places of the store a name is to be read: of its files' bytes, or of PostgreSQL's columns."""
    if engine.url.get_backend_name() == SQLITE:
        written = {name.encode(), json.dumps(name, ensure_ascii=False)[1:-1].encode(), json.dumps(name)[1:-1].encode()}
        return sum(_count(path, form) for path in store_files(engine) for form in written)
    with engine.connect() as connection:
        columns = [(table, column) for table in METADATA.sorted_tables for column in table.c]
        texts = [(table, column) for table, column in columns if isinstance(column.type, String)]
        return sum(
            connection.execute(
                select(func.count()).select_from(table).where(func.strpos(cast(column, String), name) > 0)
            ).scalar_one()
            for table, column in texts
        )


def store_files(engine: Engine) -> list[Path]:
    """Return the files of an SQLite store that are there."""
    path = str(engine.url.database)
    return [file for end in ("", "-wal", "-shm", "-journal") if (file := Path(path + end)).is_file()]


def _remove(connection: Connection, names: Sequence[str]) -> None:
    """Delete tickets with all that belongs to them, and the keys of people who have no other."""
    for some in _chunks(names):
        once.forget(connection, some)
        connection.execute(delete(TICKETS).where(TICKETS.c.ticket_id.in_(some)))
    for kind, column in _COLUMNS.items():
        still = select(column).where(PEOPLE.c.person == f"{kind}:" + column)
        mine = PEOPLE.c.person.like(f"{kind}:%")
        connection.execute(delete(PEOPLE).where(mine, ~still.exists()))


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    left = iter(names)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _wipe(engine: Engine) -> None:
    """Write the store anew without what was deleted, and empty its write-ahead log."""
    with maintaining(engine) as connection:
        if engine.url.get_backend_name() == SQLITE:
            connection.exec_driver_sql("VACUUM")
            if connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise StoreBusyError("Somebody reads the store, so what was erased is still in its log; do it again.")
        else:
            for table in METADATA.sorted_tables:
                connection.execute(text(f"VACUUM FULL {table.name}"))


def _count(path: Path, name: bytes) -> int:
    if path.stat().st_size == 0:
        return 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, at = 0, content.find(name)
        while at >= 0:
            found, at = found + 1, content.find(name, at + 1)
        return found
