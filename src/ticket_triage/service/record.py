"""Keep what was decided: receipts are on the disk before anybody is answered."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ticket_triage.errors import StoreError
from ticket_triage.service.drifting import Drifting
from ticket_triage.service.holds import taking
from ticket_triage.service.paces import Paces
from ticket_triage.service.standings import Standings
from ticket_triage.store.once import Once, first_answer, keep_answer
from ticket_triage.store.recording import record
from ticket_triage.store.store import Connection, Store, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor


__all__ = ["Answer", "Once", "Recorder", "Row", "Store"]

Done = TypeVar("Done")

Row = tuple["Ticket", "Prediction", "Decision", bytes]
"""A ticket that was decided: its prediction, its decision and its receipt."""


class Answer(NamedTuple):
    """An answer's body, and whether it is the first answer given again."""

    body: str
    replayed: bool


class Recorder:
    """Keeps receipts in a store, at the moment a clock says.

    Parameters
    ----------
    store : Store
    clock : callable
        Returns the present moment, UTC-aware.
    models : Path
        Where the models in use are kept.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], models: Path) -> None:
        self.store, self._clock = store, clock
        self.drifting = Drifting(store, models)
        self.standings = Standings(store)
        self.paces = Paces(store)

    def keep(self, assessor: Assessor, rows: Sequence[Row]) -> asyncio.Future[list[bytes]]:
        """Return, in a running event loop, the receipts as they were kept, once they are on the disk.

        A ticket on which people locked or took back something is decided again with that.

        Raises
        ------
        StoreError
            In the future: they could not be kept, and nobody may be told they were.
        """
        takings = [taking(assessor, *row) for row in rows]
        return self.do(partial(record, takings=takings, at=self._clock()))

    def keep_once(
        self, assessor: Assessor, rows: Sequence[Row], once: Once, body_of: Callable[[list[bytes]], str]
    ) -> asyncio.Future[Answer]:
        """Return the first answer to an idempotency key, in a running event loop; only a new key keeps receipts."""
        at, takings = self._clock(), [taking(assessor, *row) for row in rows]

        def work(connection: Connection) -> tuple[str, list[str]]:
            receipts = record(connection, takings, at) if takings else []
            return body_of(receipts), [entry.ticket.ticket_id for entry in takings]

        return self.do_once(once, work)

    def do_once(self, once: Once | None, work: Work[tuple[str, list[str]]]) -> asyncio.Future[Answer]:
        """Have work done in a transaction unless an idempotency key was answered already.

        Parameters
        ----------
        once : Once or None
            None always does it.
        work : callable
            Returns the answer's body and the tickets it is about.
        """
        at = self._clock()

        def unless_known(connection: Connection) -> Answer:
            first = None if once is None else first_answer(connection, once)
            if first is not None:
                return Answer(first, replayed=True)
            body, tickets = work(connection)
            if once is not None:
                keep_answer(connection, once, body, tickets, at)
            return Answer(body, replayed=False)

        return self.do(unless_known)

    def do(self, work: Work[Done]) -> asyncio.Future[Done]:
        """Have work done in a transaction; the future has its result once that is on the disk."""
        try:
            return asyncio.wrap_future(self.store.submit(work))
        except StoreError as error:
            refused: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused
