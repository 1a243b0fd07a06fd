"""Predictions of a past as they could have been made then: each by a model trained on what came before alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.ticket import INTAKE_COLUMNS
from ticket_triage.errors import InputError, TrainingError
from ticket_triage.intake.rows import tickets_from
from ticket_triage.service.train import train

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ticket_triage.domain.prediction import Prediction

    Progress = Callable[[str, float], None]

FIRST_SHARE = 0.3
"""The share of the time span that only teaches the first model."""
TRAININGS = 4
_FEWEST = 200


@dataclass(frozen=True, slots=True)
class Rolled:
    """Predictions from the first origin on.

    Parameters
    ----------
    first : int
        The first ticket that has one.
    predictions : list of Prediction
        Of that ticket and all after it.
    learnt_from : tuple of int
        Tickets known to each model when it was trained.
    missing : str or None
        Why there are none.
    """

    first: int
    predictions: list[Prediction]
    learnt_from: tuple[int, ...]
    missing: str | None = None


def rolling(frame: pd.DataFrame, facts: Sequence[str], seed: int, progress: Progress) -> Rolled:
    """Predict a history's later tickets, training anew at four moments, evenly spaced.

    A label counts only when it was recorded before the moment of training, where the history says when it was; a
    ticket only when it was opened before.

    Parameters
    ----------
    frame : DataFrame
        As read, in order of opening, every ticket dated.
    facts : sequence of str
        Columns a model may learn from.
    seed : int
    progress : callable
    """
    if not (frame["subject"].ne("") | frame["body"].ne("")).any():
        return Rolled(0, [], (), "the history has no text to learn from")
    opened = frame["opened_at"]
    span = opened.iloc[-1] - opened.iloc[0]
    step = (1 - FIRST_SHARE) / TRAININGS
    origins = [opened.iloc[0] + span * (FIRST_SHARE + step * number) for number in range(TRAININGS)]
    cuts = [int((opened < origin).sum()) for origin in origins]
    if cuts[0] < _FEWEST:
        return Rolled(0, [], (), f"only {cuts[0]} tickets came before the first moment of training; {_FEWEST} teach")
    predictions: list[Prediction] = []
    for number, (origin, first, last) in enumerate(zip(origins, cuts, [*cuts[1:], len(frame)], strict=True)):
        progress("Training on what came before", number / TRAININGS)
        known = _known(frame.iloc[:first], origin, facts)
        try:
            trained = train(known, heads=_heads(known), fast=True, seed=seed, models=None)
        except (TrainingError, InputError) as error:
            return Rolled(0, [], (), str(error))
        if not any(slot.name == "urgency" for slot in trained.model.slots):
            return Rolled(0, [], (), f"no signal for urgency in the first {first:,} tickets")
        predictions += trained.model.predict(tickets_from(frame.iloc[first:last]), reasons=0)
    return Rolled(cuts[0], predictions, tuple(cuts))


def _known(before: pd.DataFrame, origin: pd.Timestamp, facts: Sequence[str]) -> pd.DataFrame:
    """Return what was known at a moment: columns of intake, and labels recorded by then."""
    labels = [f"{head.name}{part}" for head in DEFAULT_HEADS for part in ("", "_source", "_labelled_at")]
    wanted = {*INTAKE_COLUMNS, *facts, *labels}
    known = before[[name for name in before if name in wanted]].copy()
    for head in DEFAULT_HEADS:
        when = f"{head.name}_labelled_at"
        if head.name in known and when in known:
            known.loc[np.asarray(known[when] >= origin), head.name] = None
    return known


def _heads(known: pd.DataFrame) -> list[str]:
    return [head.name for head in DEFAULT_HEADS if head.name in known and known[head.name].notna().any()]
