"""The store, opened: one that writes many requests in one commit, and several that read beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from ticket_triage.errors import StoreError
from ticket_triage.store import schema
from ticket_triage.store.address import read_address, shown
from ticket_triage.store.database import open_engine, reading
from ticket_triage.store.writer import Writer

if TYPE_CHECKING:
    from concurrent.futures import Future
    from types import TracebackType

__all__ = ["Connection", "Store", "Work"]

Done = TypeVar("Done")
Work = Callable[[Connection], Done]
"""What is done in one transaction, and what comes of it."""


class Store(AbstractContextManager["Store"]):
    """What a service keeps; several processes may open the same one.

    Parameters
    ----------
    where : str
        A folder or URL, see :func:`~ticket_triage.store.address.read_address`. An empty one is filled.

    Raises
    ------
    BadOptionError
        The address is none.
    StoreVersionError
        Its tables are of another version.
    StoreError
        It cannot be opened or written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Store(folder) as store:
    ...     store.submit(lambda connection: 1 + 1).result()
    2
    """

    def __init__(self, where: str) -> None:
        url = read_address(where)
        self._write, self._read = open_engine(url, writes=True), open_engine(url, writes=False)
        try:
            schema.ensure(self._write)
        except StoreError:
            self._write.dispose()
            raise
        self.address = shown(url)
        self._writer = Writer(self._write)

    def submit(self, work: Work[Done]) -> Future[Done]:
        """Have work done in a transaction; the future has its result once that is on the disk.

        See :meth:`ticket_triage.store.writer.Writer.submit`.
        """
        return self._writer.submit(work)

    def reading(self) -> AbstractContextManager[Connection]:
        """Read one state of the store, whatever is written meanwhile."""
        return reading(self._read)

    def close(self) -> None:
        """Write what still waits and let go of the database."""
        self._writer.close()
        self._read.dispose()
        self._write.dispose()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
