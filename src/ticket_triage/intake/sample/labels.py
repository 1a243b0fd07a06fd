"""Labels as people give them: the truth, with the disagreement every desk has.

A recorded label depends on the true one alone. Each true label is kept with a stated probability and otherwise moved
to a neighbouring level, or to a category people mix it up with. No model can be right more often than the truth is
kept, so the ceiling follows from the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.errors import BadValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from ticket_triage.intake.sample.dice import Dice

MACHINE = "machine"
"""The source of a label that no person has looked at."""

_SOURCES = (("human", 0.80), ("confirmed", 0.08), ("corrected", 0.06), (MACHINE, 0.06))

DISAGREEMENT: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "urgency": {
        "low": {"medium": 0.09},
        "medium": {"low": 0.05, "high": 0.06},
        "high": {"medium": 0.08, "critical": 0.03},
        "critical": {"high": 0.10},
    },
    "category": {
        "payments": {"checkout": 0.05, "billing_invoice": 0.04},
        "checkout": {"payments": 0.06, "integration_api": 0.02},
        "login_access": {"how_to": 0.04, "billing_invoice": 0.02},
        "billing_invoice": {"payments": 0.05, "reporting": 0.02},
        "integration_api": {"reporting": 0.04, "checkout": 0.03},
        "reporting": {"billing_invoice": 0.04, "integration_api": 0.04},
        "how_to": {"feature_request": 0.05, "login_access": 0.03},
        "feature_request": {"how_to": 0.10},
    },
    "sentiment": {
        "negative": {"neutral": 0.09},
        "neutral": {"negative": 0.06, "positive": 0.04},
        "positive": {"neutral": 0.11},
    },
}
"""Per head and true label: how likely people record another one instead."""

UNLABELLED = {"urgency": 0.02, "category": 0.03, "sentiment": 0.10}
"""Per head: the share of tickets nobody labelled."""


def recorded_label(head: str, truth: str, dice: Dice) -> str:
    """Return the label a person would record for the true one.

    Examples
    --------
    >>> from ticket_triage.intake.sample.dice import Dice
    >>> dice = Dice(0, "doc")
    >>> sorted({recorded_label("urgency", "critical", dice) for _ in range(99)})
    ['critical', 'high']
    """
    moves = DISAGREEMENT[head][truth]
    kept = 1.0 - sum(moves.values())
    return dice.weighted([(truth, kept), *moves.items()])


def draw_label(head: str, truth: str, dice: Dice) -> tuple[str, str] | None:
    """Draw a label and its source, or None where nobody gave one; a machine errs twice as often."""
    if dice.chance(UNLABELLED[head]):
        return None
    source = dice.weighted(_SOURCES)
    label = recorded_label(head, truth, dice)
    return (recorded_label(head, label, dice) if source == MACHINE else label), source


def label_ceiling(frame: pd.DataFrame) -> dict[str, float]:
    """State how often at best a model can agree with the labels that people recorded in a sample.

    The mix of true labels is worked back from the recorded mix and the known disagreement; the ceiling is how often
    somebody who knew every true label would then agree. It is an expectation: on few rows, luck may beat it by a
    couple of its standard errors.

    Parameters
    ----------
    frame : DataFrame
        Rows of a sample history, whole or in part, with any of the columns ``urgency``, ``category``, ``sentiment``.
        Rows labelled by a machine are left out where ``<head>_source`` says so.

    Returns
    -------
    dict of str to float
        Accuracy in [0, 1] per head that has labels.

    Raises
    ------
    BadValueError
        When a label is none of the sample's.

    Examples
    --------
    >>> import pandas as pd
    >>> label_ceiling(pd.DataFrame({"sentiment": ["negative", "neutral", "negative", "positive"]}))
    {'sentiment': 0.903}
    """
    ceilings = {}
    for head in DISAGREEMENT:
        if head in frame:
            labels = _labels_by_people(frame, head)
            if len(labels):
                ceilings[head] = round(_ceiling(head, labels), 3)
    return ceilings


def _labels_by_people(frame: pd.DataFrame, head: str) -> pd.Series[str]:
    labels = frame[head]
    if f"{head}_source" in frame:
        labels = labels[frame[f"{head}_source"] != MACHINE]
    labels = labels.dropna()
    strange = sorted(set(labels) - set(DISAGREEMENT[head]))
    if strange:
        message = (
            f"Column {head!r} holds {strange[0]!r}, which is no label of the sample history "
            f"({', '.join(DISAGREEMENT[head])}); only the sample's own ceiling is known."
        )
        raise BadValueError(message)
    return labels


def _ceiling(head: str, labels: pd.Series[str]) -> float:
    classes = list(DISAGREEMENT[head])
    chances = _recording_chances(head, classes)
    recorded = np.array([(labels == name).mean() for name in classes])
    truth = np.clip(np.linalg.solve(chances.T, recorded), 0.0, None)
    return float(truth @ chances.diagonal() / truth.sum())


def _recording_chances(head: str, classes: list[str]) -> NDArray[np.float64]:
    """Return the matrix of shape (true, recorded): each row sums to one."""
    moves = DISAGREEMENT[head]
    chances = np.array([[moves[true].get(label, 0.0) for label in classes] for true in classes])
    chances[np.diag_indices(len(classes))] = 1.0 - chances.sum(axis=1)
    return chances
