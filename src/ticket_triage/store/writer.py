"""Many requests, one commit: waiting for the disk costs the same for one as for fifty.

A thread takes whatever waits, runs it in one transaction, and tells everyone only after the commit reached the disk.
While it waits for the disk, the next requests gather. One piece of work that fails is taken back to its savepoint and
harms no other.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ticket_triage.errors import StoreBusyError, StoreUnavailableError, TriageError
from ticket_triage.store.database import named, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

MAX_WAITING = 1_000
"""Most pieces of work that wait; more are refused at once, so that nobody waits in vain."""

MAX_TOGETHER = 64
"""Most pieces of work in one commit."""

Done = TypeVar("Done")


class _Work(NamedTuple):
    run: Callable[[Connection], Any]
    future: Future[Any]


class Writer:
    """Runs work on a store, one transaction at a time.

    Parameters
    ----------
    engine : Engine
        One that writes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Work] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], Done]) -> Future[Done]:
        """Have work done in a transaction; the future has its result once that is on the disk.

        The future raises a StoreError when the store cannot be written, and whatever the work itself raises.

        Raises
        ------
        StoreBusyError
            Too much waits already.
        StoreUnavailableError
            The writer was closed.
        """
        future: Future[Done] = Future()
        with self._changed:
            if self._closing:
                raise StoreUnavailableError("The service is stopping and records nothing more; send again later.")
            if len(self._waiting) >= MAX_WAITING:
                raise StoreBusyError(f"{MAX_WAITING} requests wait to be written; send again later.")
            self._waiting.append(_Work(work, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Write what still waits, then stop."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _serve(self) -> None:
        while not self._closing or self._waiting:
            gathered = self._gather()
            if gathered:
                self._commit(gathered)

    def _gather(self) -> list[_Work]:
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            gathered = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_TOGETHER))]
        return [work for work in gathered if work.future.set_running_or_notify_cancel()]

    def _commit(self, gathered: list[_Work]) -> None:
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with writing(self._engine) as connection:
                answers += [(work.future, *self._run(connection, work)) for work in gathered]
        except Exception as error:  # noqa: BLE001  # handed to all who wait; this thread must outlive whatever happens
            self._engine.dispose()  # so that the next try opens the store anew
            for work in gathered:
                work.future.set_exception(error)
            return
        for future, result, failure in answers:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

    def _run(self, connection: Connection, work: _Work) -> tuple[Any, BaseException | None]:
        """Return what came of a piece of work, and why nothing did."""
        savepoint = connection.begin_nested()
        try:
            result = work.run(connection)
        except TriageError as error:
            savepoint.rollback()
            return None, error
        except DBAPIError as error:
            failure = named(error, self._engine.url)
            if error.connection_invalidated:
                raise failure from None
            try:
                savepoint.rollback()
            except SQLAlchemyError:  # the database gave up the whole transaction, and so do we
                raise failure from None
            return None, failure
        except Exception as error:  # noqa: BLE001  # handed to whoever waits for it
            savepoint.rollback()
            return None, error
        savepoint.commit()
        return result, None
