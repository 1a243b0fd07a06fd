"""A file of open tickets put in the order to serve them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ticket_triage.domain.shown import Tabled
from ticket_triage.intake.reading import Reading, read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME
from ticket_triage.service.queue import Queue, queue_of

if TYPE_CHECKING:
    from ticket_triage.service.train import MappingSource, Source

_COLUMNS = {
    "position": "int64",
    "ticket_id": "str",
    "priority": "str",
    "points": "float64",
    "standing": "float64",
    "team": "str",
    "agent": "str",
    "parts": "str",
    "why_above_next": "str",
}


@dataclass(frozen=True, slots=True, repr=False)
class Ordered(Tabled):
    """What came of ordering a file: the queue, what was read, and why rules alone decided (None with a model)."""

    queue: Queue
    reading: Reading
    missing: str | None

    def told(self) -> list[str]:
        """Return how many wait, and what a person should know of how they were decided."""
        return [*self.queue.ranking.told(), *([] if self.missing is None else [f"warning: {self.missing}"])]

    def table(self) -> pd.DataFrame:
        """Return one row for each place of the queue."""
        return as_table(self.queue)


def as_table(queue: Queue) -> pd.DataFrame:
    """Return a queue as a table, one row for each place."""
    rows = [
        place | {"parts": "; ".join(f"{part['strategy']} {part['points']:.2f}" for part in place["parts"])}
        for place in queue.as_dict()["places"]
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def order(
    tickets: Source,
    *,
    now: datetime,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    desk: str | Path | None = None,
) -> Ordered:
    """Order the open tickets of a file.

    Parameters
    ----------
    tickets : str, Path or DataFrame
    now : datetime
        The moment to decide for and up to which waiting counts, UTC-aware.
    mapping, models, name, policy
        As for :func:`ticket_triage.service.predict.predict`.
    desk : str, Path or None
        A snapshot of the desk; None when not known.

    Returns
    -------
    Ordered

    Raises
    ------
    InputError, PolicyError
        When tickets, policy or desk cannot be read. A model that cannot be used raises nothing: ``missing`` says why.
    """
    assessor = build_assessor(
        Path(models), name, None if policy is None else Path(policy), None if desk is None else Path(desk)
    )
    reading = read_tickets(tickets, mapping, labelled=False)
    return Ordered(queue_of(tickets_from(reading.tickets), assessor, now), reading, assessor.missing)
