"""How a store is opened, and what its failures are called.

SQLite writes ahead (WAL) and each commit waits for the disk (``synchronous=FULL``); what is deleted is overwritten
(``secure_delete``). SQLite before 3.51.3, which this Python may bundle, can damage a file when two connections write
or move its write-ahead log at the same time. So whoever writes holds a lock file, in this process and in all others,
from before the transaction until after the log was moved; and connections that read never move it. On PostgreSQL an
advisory lock of the transaction does the same for the order of the audit.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import QueuePool

from ticket_triage.errors import (
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from ticket_triage.store.address import SQLITE, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine

BUSY_S = 5.0
"""Seconds to wait for somebody else who writes."""

_POLL_S = 0.001
_ADVISORY = 7_301_847_620_915_513
"""Names our lock among all of a PostgreSQL server's."""

_WRITING = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "wal_autocheckpoint=4000")
_READING = ("query_only=ON", "wal_autocheckpoint=0")


def open_engine(url: URL, *, writes: bool) -> Engine:
    """Return an engine for the one connection that writes, or for several that read.

    Raises
    ------
    StoreUnavailableError
        The driver is not installed.
    """
    sqlite = url.get_backend_name() == SQLITE
    options: dict[str, Any] = {"timeout": BUSY_S, "isolation_level": None, "check_same_thread": False}
    if not sqlite:
        options = {"connect_timeout": int(BUSY_S), "options": f"-c lock_timeout={int(BUSY_S * 1000)}"}
    try:
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=1 if writes else 4,
            max_overflow=0,
            pool_timeout=BUSY_S,
            pool_pre_ping=not sqlite,
            hide_parameters=True,  # no ticket's text in a message
            connect_args=options,
        )
    except (NoSuchModuleError, ModuleNotFoundError):
        raise StoreUnavailableError(
            f"{shown(url)} needs a driver that is not installed; pip install 'ticket-triage[postgres]'."
        ) from None
    engine.dialect.use_insertmanyvalues_wo_returning = True  # many rows, one statement: one wait for the interpreter
    if sqlite:
        _prepare_sqlite(engine, _WRITING if writes else _READING, "BEGIN IMMEDIATE" if writes else "BEGIN")
    return engine


def _prepare_sqlite(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold the store alone, in a transaction that commits at the end.

    Raises
    ------
    StoreError
        It cannot be written, and why. Nothing of the transaction is kept then.
    """
    with named_failures(engine.url), _alone(engine.url), engine.connect() as connection, connection.begin():
        if engine.url.get_backend_name() != SQLITE:
            connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _ADVISORY})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read one state of the store, whatever is written meanwhile.

    Raises
    ------
    StoreError
        It cannot be read, and why.
    """
    with named_failures(engine.url), engine.connect() as connection:
        if engine.url.get_backend_name() != SQLITE:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def maintaining(engine: Engine) -> Iterator[Connection]:
    """Hold the store alone outside a transaction, as ``VACUUM`` demands; each statement is kept at once."""
    with named_failures(engine.url), _alone(engine.url):
        if engine.url.get_backend_name() == SQLITE:
            with engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # of the transaction that every connection here begins with
                yield connection
        else:
            with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                yield connection


@contextmanager
def named_failures(url: URL) -> Iterator[None]:
    """Have every failure of the database raised as one of our tree, without what was being written."""
    try:
        yield
    except DBAPIError as error:
        raise named(error, url) from None
    except OSError as error:
        raise StoreReadOnlyError(f"The store {shown(url)} cannot be written: {error.strerror}.") from None


def named(error: DBAPIError, url: URL) -> StoreError:
    """Return a failure of the database as one of our tree."""
    told = " ".join(str(error.orig).split()).rstrip(".")
    low = told.lower()
    where = f"The store {shown(url)}"
    if "full" in low or "no space" in low or "file too large" in low:
        return StoreFullError(f"{where} has no room left on its disk; make room, then send again.")
    if "readonly" in low or "read-only" in low:
        return StoreReadOnlyError(f"{where} cannot be written; give its file and folder back their rights.")
    if "locked" in low or "lock timeout" in low or "busy" in low:
        return StoreBusyError(f"{where} is held by another program for longer than {BUSY_S:g} s; send again later.")
    return StoreUnavailableError(f"{where} cannot be used: {_without_password(told, url)}.")


def _without_password(told: str, url: URL) -> str:
    return told.replace(str(url.password), "***") if url.password else told


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    """Hold the lock file of an SQLite store; the system lets go of it when the process dies."""
    if url.get_backend_name() != SQLITE:
        yield
        return
    import fcntl

    with Path(f"{url.database}.lock").open("ab") as file:
        until = time.monotonic() + BUSY_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise StoreBusyError(
                        f"The store {shown(url)} is being written by another process for longer than {BUSY_S:g} s; "
                        "send again later."
                    ) from None
                time.sleep(_POLL_S)
        yield
