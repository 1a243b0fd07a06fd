"""Keep what was decided: receipts are on the disk before anybody is answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.desk import Desk
from ticket_triage.errors import StoreError
from ticket_triage.store.recording import Taking, record
from ticket_triage.store.store import Store, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor
    from ticket_triage.store.feedback import Holds


__all__ = ["Recorder", "Row", "Store", "with_holds"]

Done = TypeVar("Done")

Row = tuple["Ticket", "Prediction", "Decision", bytes]
"""A ticket that was decided: its prediction, its decision and its receipt."""


class Recorder:
    """Keeps receipts in a store, at the moment a clock says.

    Parameters
    ----------
    store : Store
    clock : callable
        Returns the present moment, UTC-aware.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self._clock = store, clock

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

    def do(self, work: Work[Done]) -> asyncio.Future[Done]:
        """Have work done in a transaction; the future has its result once that is on the disk."""
        try:
            return asyncio.wrap_future(self.store.submit(work))
        except StoreError as error:
            refused: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused


def taking(assessor: Assessor, ticket: Ticket, prediction: Prediction, decision: Decision, receipt: bytes) -> Taking:
    """Return a decided ticket that shall be kept; one that people held is decided again with what they said."""

    def again(holds: Holds) -> tuple[Decision, bytes]:
        held = with_holds(assessor, ticket.ticket_id, holds).conclude(ticket, prediction, decision.now)
        return held, held.as_json().encode()

    return Taking(ticket, decision, receipt, again)


def with_holds(assessor: Assessor, ticket_id: str, holds: Holds) -> Assessor:
    """Return an assessor whose desk knows what people locked and took back on a ticket, beside what it knew.

    A lock on what the policy no longer has is passed over.
    """
    desk = assessor.desk or Desk()
    known = {"priority": PRIORITIES, "team": assessor.policy.router.escalates_to}
    fixed = {name: value for name, value in holds.locks.items() if name not in known or value in known[name]}
    locks = {**desk.locks, ticket_id: {**desk.locks.get(ticket_id, {}), **fixed}}
    reverts = {**desk.reverts, ticket_id: (*desk.reverts.get(ticket_id, ()), *holds.reverts)}
    return replace(assessor, desk=replace(desk, locks=locks, reverts=reverts))
