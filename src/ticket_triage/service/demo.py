"""The main job on invented tickets: train on a history, judge, and rank what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import CEILING, new_tickets, sample_history
from ticket_triage.policy import Ranking, rank
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.models import DEMO_NAME, check_place
from ticket_triage.service.train import Trained, train

if TYPE_CHECKING:
    from ticket_triage.modelling.training import Progress


@dataclass(frozen=True, slots=True, repr=False)
class Demonstration(Shown):
    """What the demonstration did.

    Parameters
    ----------
    trained : Trained
    ceilings : dict of str to float
        The accuracy that disagreement among the people who labelled the history allows, by head.
    queue : Ranking
        The tickets that wait, first to be served first.
    now : datetime
        The moment they were ranked for.
    """

    trained: Trained
    ceilings: dict[str, float]
    queue: Ranking
    now: datetime

    def told(self) -> list[str]:
        """Return what came of the training."""
        return self.trained.told()

    def cells(self) -> Cells:
        """Return the ranked queue."""
        return self.queue.cells()


def demonstrate(
    models: Path, *, fast: bool = False, seed: int = 0, progress: Progress = lambda _what, _share: None
) -> Demonstration:
    """Train on the sample history and rank the sample's open tickets.

    Parameters
    ----------
    models : Path
        Where the model is published, as ``demo``.
    fast : bool, default=False
        Words alone, slips of spelling left as they are, for a quick answer.
    seed : int, default=0
        Of the training; the history is the shipped one.
    progress : callable

    Returns
    -------
    Demonstration
    """
    check_place(models, DEMO_NAME)
    progress("Making the sample history", 0.0)
    trained = train(sample_history(), fast=fast, seed=seed, models=models, name=DEMO_NAME, progress=progress)
    waiting = tickets_from(read_tickets(new_tickets(), labelled=False).tickets)
    now = max(ticket.opened_at for ticket in waiting if ticket.opened_at is not None)
    assessor = build_assessor(models, DEMO_NAME)
    decisions = assessor.decide_many(waiting, now)
    queue = rank(list(zip(waiting, decisions, strict=True)), assessor.policy, now)
    return Demonstration(trained, dict(CEILING), queue, now)
