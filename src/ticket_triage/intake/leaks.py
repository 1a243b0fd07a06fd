"""Columns that tell a label nearly perfectly: found out before a model leans on what it will not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.intake.schema import TEXT_COLUMNS, TIME_COLUMNS, label_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ticket_triage.domain.labels import Head

NEAR_PERFECT = 0.95
"""Least share of tickets whose label a column tells."""

_ERRORS_REMOVED = 0.8
_MIN_ROWS = 50
_MAX_DISTINCT = 10_000
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Leak:
    """A column from whose value alone a label can be told.

    Parameters
    ----------
    head, column : str
    kind : str
        ``intake``, ``later`` or ``custom``: when the column is known, as the product or the mapping says.
    accuracy : float
        Share of tickets whose label is the commonest among the others with the same value.
    majority : float
        What always naming the commonest label gets right.
    sentence : str
        The same for a person.
    """

    head: str
    column: str
    kind: str
    accuracy: float
    majority: float
    sentence: str


def leaky_columns(
    frame: pd.DataFrame, heads: Sequence[Head], later: Sequence[str] = (), facts: Sequence[str] = ()
) -> tuple[Leak, ...]:
    """Find every column that tells a label in at least 95 % of tickets, and far better than the commonest label does.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        As :func:`read_tickets` gives it.
    heads : sequence of Head
    later, facts : sequence of str
        Columns known only later, and those a model would learn from.

    Examples
    --------
    >>> from ticket_triage.domain.labels import URGENCY
    >>> frame = pd.DataFrame({"urgency": ["low", "high"] * 50, "status": ["closed", "escalated"] * 50})
    >>> print(leaky_columns(frame, [URGENCY], later=["status"])[0].sentence)
    status tells urgency in 100.0% of tickets (always the commonest: 50.0%); it is known only later, and no model \
learns from it.
    """
    labels = {column for head in heads for column in label_columns(head.name)}
    aside = {*labels, *TEXT_COLUMNS, *TIME_COLUMNS, "ticket_id"}
    coded = {str(name): _coded(frame[name]) for name in frame.columns if name not in aside}
    found = []
    for head in heads:
        if head.name in frame.columns:
            rows = np.flatnonzero(frame[head.name].notna())
            codes, _ = pd.factorize(frame[head.name].iloc[rows])
            found += [_leak(head.name, name, column[rows], codes, later, facts) for name, column in coded.items()]
    return tuple(leak for leak in found if leak is not None)


def _coded(column: pd.Series[Any]) -> NDArray[np.int64]:
    """Give each value a number, amounts by twentieths, and 0 to nothing."""
    if pd.api.types.is_float_dtype(column.dtype) and column.nunique() > _STEPS:
        column = pd.qcut(column, _STEPS, labels=False, duplicates="drop")
    codes, _ = pd.factorize(column)
    return np.asarray(codes, dtype=np.int64) + 1


def _leak(
    head: str,
    name: str,
    values: NDArray[np.int64],
    labels: NDArray[np.int64],
    later: Sequence[str],
    facts: Sequence[str],
) -> Leak | None:
    if len(labels) < _MIN_ROWS or not 1 < len(np.unique(values)) <= _MAX_DISTINCT:
        return None
    majority = float(np.bincount(labels).max() / len(labels))
    accuracy = _told(values, labels)
    if accuracy < NEAR_PERFECT or accuracy - majority < _ERRORS_REMOVED * (1 - majority) or majority == 1.0:
        return None
    kind = "later" if name in later else "intake" if name in facts or not name.startswith("custom.") else "custom"
    sentence = (
        f"{name} tells {head} in {accuracy:.1%} of tickets (always the commonest: {majority:.1%}); {_ADVICE[kind]}."
    )
    return Leak(head, name, kind, accuracy, majority, sentence)


_ADVICE = {
    "later": "it is known only later, and no model learns from it",
    "intake": "make sure that it is filled in before the label is set, or leave it out",
    "custom": "no model learns from it unless a mapping's [intake] names it, which it should not if it is set later",
}


def _told(values: NDArray[np.int64], labels: NDArray[np.int64]) -> float:
    """Return the share of rows whose label is the commonest among the other rows of their value."""
    table = np.zeros((values.max() + 1, labels.max() + 1), dtype=np.int64)
    np.add.at(table, (values, labels), 1)
    own = table[values, labels] - 1
    best = table[values].copy()
    best[np.arange(len(labels)), labels] = -1
    return float(np.mean(own > best.max(axis=1)))
