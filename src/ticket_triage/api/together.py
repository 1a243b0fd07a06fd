"""Requests that arrive together share one pass through the model.

A model's pass costs nearly as much for one ticket as for ten. A ticket is predicted the same alone or in company, so
sharing changes no answer; and should a pass fail, each of its tickets is tried alone, so that one harms no other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor

MAX_TOGETHER = 32
"""Most tickets in one pass, so that nobody waits long for the others."""


class Together:
    """Decides single tickets for one assessor, gathering those that arrive in the same turn of the event loop.

    Parameters
    ----------
    assessor : Assessor

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> echo = SimpleNamespace(predict=list, conclude=lambda ticket, prediction, now: (ticket, prediction, now))
    >>> async def two():
    ...     together = Together(echo)
    ...     return await asyncio.gather(together.decide("a", 1), together.decide("b", 2))
    >>> asyncio.run(two())
    [('a', 'a', 1), ('b', 'b', 2)]
    """

    def __init__(self, assessor: Assessor) -> None:
        self.assessor = assessor
        self._open: _Pass | None = None

    async def decide(self, ticket: Ticket, now: datetime) -> Decision:
        """Return the decision for a ticket at the moment ``now``, as if it had come alone."""
        joined = self._open
        if joined is None or len(joined.tickets) >= MAX_TOGETHER:
            joined = self._open = _Pass()
            asyncio.get_running_loop().call_soon(self._run, joined)
        place = len(joined.tickets)
        joined.tickets.append(ticket)
        await joined.over.wait()
        if joined.predictions is None:
            return self.assessor.decide(ticket, now)
        return self.assessor.conclude(ticket, joined.predictions[place], now)

    def _run(self, gathered: _Pass) -> None:
        if self._open is gathered:
            self._open = None
        try:
            gathered.predictions = self.assessor.predict(gathered.tickets)
        finally:
            gathered.over.set()


class _Pass:
    """Tickets gathered for one pass, and their predictions when it went well."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.predictions: list[Prediction] | None = None
        self.over = asyncio.Event()
