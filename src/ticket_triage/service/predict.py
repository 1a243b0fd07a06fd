"""Predict and decide a file of tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ticket_triage.domain.shown import Tabled
from ticket_triage.intake.reading import Reading, read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.service.answers import Row, as_frame, decision_row, prediction_row
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_model

if TYPE_CHECKING:
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.modelling.training import Progress
    from ticket_triage.service.train import MappingSource, Source

_CHUNK = 1024

Answer = Callable[[Sequence["Ticket"]], Iterator[Row]]
"""Gives each ticket's row of answers, in order."""


@dataclass(frozen=True, slots=True, repr=False)
class Predicted(Tabled):
    """What came of a run over a file.

    Parameters
    ----------
    answers : DataFrame of shape (n_tickets, n_columns)
    reading : Reading
        What was read, and which rows were left out.
    missing : str or None
        Why rules alone decided; None when a model predicted.
    """

    answers: pd.DataFrame
    reading: Reading
    missing: str | None

    def told(self) -> list[str]:
        """Return how many tickets are answered, and what a person should know of how."""
        bad = f"{self.reading.problem_count:,} problems in the tickets; 'triage data check' lists them."
        missing = [] if self.missing is None else [f"warning: {self.missing}"]
        return [f"{len(self.answers):,} tickets answered.", *missing, *([bad] if self.reading.problem_count else [])]

    def table(self) -> pd.DataFrame:
        """Return one row for each ticket, in the tickets' order."""
        return self.answers


def predict(
    tickets: Source,
    *,
    now: datetime,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    desk: str | Path | None = None,
    model_only: bool = False,
    receipts: Callable[[str], None] | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Predicted:
    """Predict every ticket, and decide it unless only the model is asked for.

    Parameters
    ----------
    tickets : str, Path or DataFrame
    now : datetime
        The moment to decide for, UTC-aware.
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
    name : str, default="default"
    policy : str, Path or None
        None takes the shipped policy.
    desk : str, Path or None
        A snapshot of the desk; None when not known.
    model_only : bool, default=False
        Leave the policy out; then a model is needed.
    receipts : callable or None
        Called with each receipt as one line of JSON, in the tickets' order; each ticket's reasons cost time.
    progress : callable
        Called with what is being done and the share that is behind.

    Returns
    -------
    Predicted

    Raises
    ------
    InputError, PolicyError
        When tickets or policy cannot be read.
    ModelError
        When ``model_only`` and the model cannot be used. Otherwise rules alone decide, and ``missing`` says why.
    """
    missing = None
    answer: Answer
    if model_only:
        answer = _predicting(load_model(models, name))
    else:
        assessor = build_assessor(
            Path(models), name, None if policy is None else Path(policy), None if desk is None else Path(desk)
        )
        missing = assessor.missing
        answer = _deciding(assessor, now, receipts)
    progress("Reading tickets", 0.0)
    reading = read_tickets(tickets, mapping, labelled=False)
    return Predicted(_answered(reading.tickets, answer, progress), reading, missing)


def _answered(tickets: pd.DataFrame, answer: Answer, progress: Progress) -> pd.DataFrame:
    """Answer a chunk at a time, so that no more than a chunk's tickets and receipts are held at once."""
    frames = []
    for start in range(0, len(tickets), _CHUNK):
        progress("Deciding tickets", start / len(tickets))
        part = tickets_from(tickets.iloc[start : start + _CHUNK])
        frames.append(as_frame(list(answer(part))))
    progress("Done", 1.0)
    return pd.concat(frames, ignore_index=True)


def _predicting(model: TriageModel) -> Answer:
    def answer(part: Sequence[Ticket]) -> Iterator[Row]:
        for ticket, prediction in zip(part, model.predict(part, reasons=0), strict=True):
            yield prediction_row(ticket.ticket_id, prediction)

    return answer


def _deciding(assessor: Assessor, now: datetime, receipts: Callable[[str], None] | None) -> Answer:
    def answer(part: Sequence[Ticket]) -> Iterator[Row]:
        for decision in assessor.decide_many(part, now, reasons=receipts is not None):
            if receipts is not None:
                receipts(decision.as_json())
            yield decision_row(decision)

    return answer
