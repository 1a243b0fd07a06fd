"""Requests that arrive together share one pass through the model.

A model's pass costs nearly as much for one ticket as for ten. A ticket is predicted the same alone or in company, so
sharing changes no answer; and should a pass fail, each of its tickets is tried alone, so that one harms no other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ticket_triage.api.receipts import receipt_bytes

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor

MAX_TOGETHER = 32
"""Most tickets in one pass, so that nobody waits long for the others."""


class Together:
    """Answers single tickets for one assessor, gathering those that arrive in the same turn of the event loop.

    Parameters
    ----------
    assessor : Assessor
    """

    def __init__(self, assessor: Assessor) -> None:
        self.assessor = assessor
        self._open: _Pass | None = None

    async def receipt(self, ticket: Ticket, now: datetime) -> bytes:
        """Return the receipt of a ticket decided at the moment ``now``, as if it had come alone."""
        joined = self._open
        if joined is None or len(joined.tickets) >= MAX_TOGETHER:
            joined = self._open = _Pass()
            asyncio.get_running_loop().call_soon(self._run, joined)
        place = len(joined.tickets)
        joined.tickets.append(ticket)
        joined.moments.append(now)
        await joined.over.wait()
        if joined.receipts is None:
            return receipt_bytes(self.assessor.decide(ticket, now))
        return joined.receipts[place]

    def _run(self, gathered: _Pass) -> None:
        """Take all tickets through each step before the next: the processor then finds the step's code at hand."""
        if self._open is gathered:
            self._open = None
        try:
            predictions = self.assessor.predict(gathered.tickets)
            each = zip(gathered.tickets, predictions, gathered.moments, strict=True)
            decisions = [self.assessor.conclude(*known) for known in each]
            gathered.receipts = [receipt_bytes(decision) for decision in decisions]
        finally:
            gathered.over.set()


class _Pass:
    """Tickets gathered for one pass with the moments they are decided for, and their receipts when it went well."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.moments: list[datetime] = []
        self.receipts: list[bytes] | None = None
        self.over = asyncio.Event()
