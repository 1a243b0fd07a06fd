"""Requests that arrive together share one pass through the model, and one commit of the store.

A model's pass costs nearly as much for one ticket as for ten, and so does waiting for the disk. A ticket is predicted
the same alone or in company, so sharing changes no answer; and should a pass fail, each of its tickets is tried alone,
so that one harms no other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from ticket_triage.api.errors import no_store
from ticket_triage.api.receipts import receipts_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor
    from ticket_triage.service.record import Answer, Once, Recorder, Row

MAX_TOGETHER = 32
"""Most tickets in one pass, so that nobody waits long for the others."""

CHUNK_ROWS = 50
"""Rows of a batch that are decided in one go; between them other requests get their turn."""


class Together:
    """Answers single tickets for one assessor, gathering those that arrive in the same turn of the event loop.

    Parameters
    ----------
    assessor : Assessor
    recorder : Recorder or None
        Where receipts are kept; None keeps none.
    tell : callable
        Told every decision that is answered with.
    """

    def __init__(
        self,
        assessor: Assessor,
        recorder: Recorder | None = None,
        tell: Callable[[Sequence[Decision]], None] = lambda _: None,
    ) -> None:
        self.assessor, self.recorder, self.tell = assessor, recorder, tell
        self._open: _Pass | None = None

    async def receipt(self, ticket: Ticket, now: datetime, *, record: bool = False) -> bytes:
        """Return the receipt of a ticket decided at the moment ``now``, as if it had come alone.

        Parameters
        ----------
        ticket : Ticket
        now : datetime
        record : bool
            Whether it is on the disk before this returns.

        Raises
        ------
        StoreError
            It could not be recorded.
        """
        joined = self._open
        if joined is None or len(joined.tickets) >= MAX_TOGETHER:
            joined = self._open = _Pass()
            asyncio.get_running_loop().call_soon(self._soon, joined)
        place = len(joined.tickets)
        joined.tickets.append(ticket)
        joined.moments.append(now)
        if record:
            joined.recorded.append(place)
        answered = asyncio.get_running_loop().create_future()
        joined.waiting.append(answered)
        await answered
        if joined.receipts is None:
            return await self.alone(ticket, now, record=record)
        if record and joined.kept is not None:
            return (await asyncio.shield(joined.kept))[joined.recorded.index(place)]
        return joined.receipts[place]

    async def alone(self, ticket: Ticket, now: datetime, *, record: bool) -> bytes:
        """Return the receipt of a ticket that shares no pass."""
        [receipt] = await self._kept(self.assessor, _rows(self.assessor, [ticket], now), record=record)
        return receipt

    async def apart(self, tickets: list[Ticket], now: datetime, *, record: bool) -> list[bytes]:
        """Return the receipts of tickets that are decided in a thread, so that no other request waits for them."""
        assessor = self.assessor
        return await self._kept(assessor, await _chunked(assessor, tickets, now), record=record)

    async def decided(self, ticket: Ticket, now: datetime) -> tuple[Assessor, Row]:
        """Return a ticket with its prediction, decision and receipt, and by whom it was decided; nothing is kept."""
        assessor = self.assessor
        [row] = await _chunked(assessor, [ticket], now)
        self.tell([row[2]])
        return assessor, row

    async def once(
        self, tickets: list[Ticket], now: datetime, once: Once, body_of: Callable[[list[bytes]], str]
    ) -> Answer:
        """Return the first answer to an idempotency key; when it is new, decide and keep the tickets.

        Parameters
        ----------
        tickets : list of Ticket
        now : datetime
        once : Once
        body_of : callable
            Makes the answer of the receipts.

        Raises
        ------
        StoreError
            Nothing can be recorded, or the key came with another request.
        """
        if self.recorder is None:
            raise no_store()
        assessor = self.assessor
        rows = await _chunked(assessor, tickets, now)
        self.tell([decision for _, _, decision, _ in rows])
        return await self.recorder.keep_once(assessor, rows, once, body_of)

    async def _kept(self, assessor: Assessor, rows: list[Row], *, record: bool) -> list[bytes]:
        self.tell([decision for _, _, decision, _ in rows])
        if self.recorder is None or not record or not rows:
            return [receipt for *_, receipt in rows]
        return await self.recorder.keep(assessor, rows)

    def _soon(self, gathered: _Pass) -> None:
        """Let one more turn of the loop pass, so that a request that waits in its socket shares the pass too."""
        asyncio.get_running_loop().call_soon(self._run, gathered)

    def _run(self, gathered: _Pass) -> None:
        """Take all tickets through each step before the next: the processor then finds the step's code at hand."""
        if self._open is gathered:
            self._open = None
        assessor = self.assessor
        try:
            predictions = assessor.predict(gathered.tickets)
            decisions = assessor.conclude_many(gathered.tickets, predictions, gathered.moments)
            receipts = receipts_bytes(decisions)
            if self.recorder is not None and gathered.recorded:
                rows = list(zip(gathered.tickets, predictions, decisions, receipts, strict=True))
                gathered.kept = self.recorder.keep(assessor, [rows[place] for place in gathered.recorded])
            gathered.receipts = receipts
            self.tell(decisions)
        finally:
            gathered.end()


class _Pass:
    """Tickets gathered for one pass with the moments they are decided for, and their receipts when it went well.

    ``recorded`` are the places of those to be kept, ``kept`` their receipts once they are on the disk.
    """

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.moments: list[datetime] = []
        self.recorded: list[int] = []
        self.receipts: list[bytes] | None = None
        self.kept: asyncio.Future[list[bytes]] | None = None
        self.waiting: list[asyncio.Future[None]] = []

    def end(self) -> None:
        """Let all who wait go on; some may have gone."""
        for answered in self.waiting:
            if not answered.done():
                answered.set_result(None)


async def _chunked(assessor: Assessor, tickets: list[Ticket], now: datetime) -> list[Row]:
    rows: list[Row] = []
    for start in range(0, len(tickets), CHUNK_ROWS):
        rows += await run_in_threadpool(_rows, assessor, tickets[start : start + CHUNK_ROWS], now)
    return rows


def _rows(assessor: Assessor, tickets: list[Ticket], now: datetime) -> list[Row]:
    """Return tickets with their predictions, decisions and receipts."""
    predictions = assessor.predict(tickets)
    decisions = assessor.conclude_many(tickets, predictions, [now] * len(tickets))
    receipts = receipts_bytes(decisions)
    return list(zip(tickets, predictions, decisions, receipts, strict=True))
