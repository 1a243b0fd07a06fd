"""How much more labels would help: the same training on growing parts of a history, judged on the same tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ticket_triage.errors import NoLabelsError

if TYPE_CHECKING:
    import pandas as pd

    from ticket_triage.modelling.evaluation import HeadReport, Interval
    from ticket_triage.modelling.training import TrainingResult

_SHARES = (0.125, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How a head did after learning from so many tickets."""

    head: str
    learnt_from: int
    accuracy: Interval
    macro_f1: float

    def as_dict(self) -> dict[str, Any]:
        """Return the point as plain values."""
        return asdict(self)


def learning_curve(
    whole: TrainingResult,
    history: pd.DataFrame,
    train_on: Callable[[pd.DataFrame, pd.DataFrame], TrainingResult],
    seed: int,
) -> tuple[CurvePoint, ...]:
    """Train on an eighth, a quarter and a half of what a run learnt from, and judge by the tickets that judged it.

    Parameters
    ----------
    whole : TrainingResult
        The run on everything; its own figures are the last points.
    history : DataFrame
    train_on : callable
        Trains on its first argument and judges by its second.
    seed : int
        Draws the parts; each holds the smaller ones.

    Returns
    -------
    tuple of CurvePoint
        The smallest part first; a part in which a head has too few labels has no point of it.
    """
    order = np.random.default_rng(seed).permutation(whole.learn)
    points: list[CurvePoint] = []
    for share in _SHARES:
        rows = np.sort(order[: int(len(order) * share)])
        try:
            result = train_on(history.iloc[rows], whole.judged)
        except NoLabelsError:
            continue
        points += _points(result.reports, len(rows))
    return (*points, *_points(whole.reports, len(order)))


def curve_lines(points: Sequence[CurvePoint]) -> list[str]:
    """Return a line for each head: its macro-F1 by the number of tickets learnt from.

    Examples
    --------
    >>> from ticket_triage.modelling.evaluation import wilson
    >>> curve_lines([CurvePoint("urgency", 150, wilson(6, 10), 0.5), CurvePoint("urgency", 300, wilson(7, 10), 0.625)])
    ['urgency, macro-F1 by tickets learnt from: 150 0.500, 300 0.625']
    """
    heads = dict.fromkeys(point.head for point in points)
    return [f"{head}, macro-F1 by tickets learnt from: {_figures(points, head)}" for head in heads]


def _figures(points: Sequence[CurvePoint], head: str) -> str:
    return ", ".join(f"{point.learnt_from:,} {point.macro_f1:.3f}" for point in points if point.head == head)


def _points(reports: Sequence[HeadReport], rows: int) -> list[CurvePoint]:
    return [CurvePoint(report.head, rows, report.accuracy, report.macro_f1) for report in reports]
