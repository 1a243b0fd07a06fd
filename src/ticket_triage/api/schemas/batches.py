"""Batches of tickets and their answers, row by row."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ticket_triage.api.schemas.problems import Fault
from ticket_triage.api.schemas.receipt import Receipt
from ticket_triage.api.schemas.shape import Shape
from ticket_triage.api.tickets import TicketIn


class BatchIn(Shape):
    """Tickets to be decided together, each as if alone; a row that is no ticket is answered with its own error."""

    tickets: Annotated[list[TicketIn | Any], Field(min_length=1, max_length=1000)]


class RowError(Shape):
    """Why one row could not be decided."""

    code: str
    detail: str
    errors: list[Fault]


class RowReceipt(Shape):
    """A row that was decided; ``index`` counts from 0."""

    index: int
    receipt: Receipt


class RowRefusal(Shape):
    """A row that could not be decided; ``index`` counts from 0."""

    index: int
    error: RowError


class BatchOut(Shape):
    """One result for each row, in order."""

    results: list[RowReceipt | RowRefusal]
