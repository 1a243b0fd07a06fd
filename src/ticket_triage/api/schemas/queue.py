"""The queue in order."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from ticket_triage.api.schemas.batches import RowRefusal
from ticket_triage.api.schemas.shape import PriorityOut, Shape


class PartOut(Shape):
    """What one strategy adds to a ticket's standing in the queue."""

    strategy: str
    points: float
    evidence: str


class PlaceOut(Shape):
    """A ticket's place in the queue, 1 being served first, and why it stands above the next."""

    position: Annotated[int, Field(ge=1)]
    ticket_id: str
    priority: PriorityOut
    points: float
    standing: float
    team: str | None
    agent: str | None
    parts: list[PartOut]
    why_above_next: str


class SwitchOut(Shape):
    """A moment at which the surge policy came on or went off, and how many tickets its window then held."""

    at: AwareDatetime
    on: bool
    arrivals: int


class QueueOut(Shape):
    """Tickets in the order to serve them, the surge policy that holds if any, and the rows that are no tickets."""

    surge: str | None
    switches: list[SwitchOut]
    places: list[PlaceOut]
    refused: list[RowRefusal]


class QueuePage(Shape):
    """A page of the open tickets that are kept, in the order to serve them; ``next`` is the cursor of the next page."""

    now: AwareDatetime
    total: int
    surge: str | None
    switches: list[SwitchOut]
    places: list[PlaceOut]
    next: str | None
