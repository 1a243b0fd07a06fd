"""The shapes of what is sent, for the OpenAPI document; tests hold every real answer against them.

Answers are written by the domain itself, so that the same bytes come out of the command line, Python and HTTP.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from ticket_triage.api.happenings import EventIn, FeedbackIn
from ticket_triage.api.schemas.batches import BatchIn, BatchOut
from ticket_triage.api.schemas.explaining import ExplanationOut
from ticket_triage.api.schemas.problems import Problem
from ticket_triage.api.schemas.queue import QueueOut, QueuePage
from ticket_triage.api.schemas.receipt import Receipt, WhatIfOut
from ticket_triage.api.schemas.running import (
    Health,
    ModelsOut,
    PromoteIn,
    Readiness,
    RollbackIn,
    ServiceMap,
    VersionChange,
)
from ticket_triage.api.schemas.shape import PriorityOut, Shape
from ticket_triage.api.schemas.simulating import PolicyFileOut, SimulationIn, SimulationOut
from ticket_triage.api.schemas.tickets import ClocksOut, EventOut, FeedbackOut, TicketOut
from ticket_triage.api.tickets import TicketIn

__all__ = [
    "SHAPES",
    "BatchIn",
    "BatchOut",
    "ClocksOut",
    "EventOut",
    "ExplanationOut",
    "FeedbackOut",
    "Health",
    "ModelsOut",
    "PolicyFileOut",
    "PriorityOut",
    "Problem",
    "PromoteIn",
    "QueueOut",
    "QueuePage",
    "Readiness",
    "Receipt",
    "RollbackIn",
    "ServiceMap",
    "Shape",
    "SimulationIn",
    "SimulationOut",
    "TicketOut",
    "VersionChange",
    "WhatIfOut",
    "reference",
]

SHAPES: dict[type[BaseModel], Literal["validation", "serialization"]] = {
    TicketIn: "validation",
    BatchIn: "validation",
    SimulationIn: "validation",
    EventIn: "validation",
    FeedbackIn: "validation",
    Receipt: "serialization",
    BatchOut: "serialization",
    QueueOut: "serialization",
    QueuePage: "serialization",
    TicketOut: "serialization",
    ClocksOut: "serialization",
    EventOut: "serialization",
    FeedbackOut: "serialization",
    ExplanationOut: "serialization",
    WhatIfOut: "serialization",
    PolicyFileOut: "serialization",
    SimulationOut: "serialization",
    PromoteIn: "validation",
    RollbackIn: "validation",
    VersionChange: "serialization",
    ModelsOut: "serialization",
    Health: "serialization",
    Readiness: "serialization",
    ServiceMap: "serialization",
    Problem: "serialization",
}
"""The shapes the document names, and the side each is seen from."""


def reference(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the reference by which the document names a shape.

    Examples
    --------
    >>> reference(Receipt)
    {'$ref': '#/components/schemas/Receipt'}
    """
    return {"$ref": f"#/components/schemas/{shape.__name__}"}
