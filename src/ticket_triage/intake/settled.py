"""Labels that another column gives away: a rule of the desk, not something to learn from text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ticket_triage.intake.schema import TEXT_COLUMNS, TIME_COLUMNS, label_columns
from ticket_triage.intake.values import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ticket_triage.domain.labels import Head

MIN_AGREEMENT = 0.99
"""Least share of the value's rows that have the level, and of the level's rows that have the value."""

MIN_ROWS = 20
_MAX_DISTINCT = 10_000


@dataclass(frozen=True, slots=True)
class SettledLabel:
    """A level that one value of one column settles.

    Parameters
    ----------
    head, level : str
    column, value : str
    rows : int
        Labelled rows with both the value and the level.
    remaining_rows : int
        Labelled rows that the value says nothing about.
    sentence : str
        The same for a person.
    """

    head: str
    level: str
    column: str
    value: str
    rows: int
    remaining_rows: int
    sentence: str


def settled_labels(frame: pd.DataFrame, heads: Sequence[Head]) -> tuple[SettledLabel, ...]:
    """Find every level that stands almost exactly where one column has one value.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        As :func:`read_tickets` gives it.
    heads : sequence of Head

    Returns
    -------
    tuple of SettledLabel
        By head, then by column in the table's order. Precision and recall are both at least 0.99, over at least 20
        rows, and at least one labelled row has another level.

    Examples
    --------
    >>> from ticket_triage.domain.labels import URGENCY
    >>> frame = pd.DataFrame({"urgency": ["low"] * 20 + ["high"] * 5, "custom.type": ["1"] * 20 + ["0"] * 5})
    >>> print(settled_labels(frame, [URGENCY])[0].sentence)
    urgency is 'low' exactly where custom.type is '1' (20 rows): a rule settles it, not the text; only the other 5 \
labelled rows carry an urgency signal.
    """
    labels = {column for head in heads for column in label_columns(head.name)}
    aside = {*labels, *TEXT_COLUMNS, *TIME_COLUMNS, "ticket_id"}
    columns = [_coded(frame, str(name)) for name in frame.columns if name not in aside]
    few = [column for column in columns if 0 < len(column.values) <= _MAX_DISTINCT]
    answers = [_coded(frame, head.name) for head in heads if head.name in frame.columns]
    return tuple(found for answer in answers for column in few for found in _settled(answer, column))


class _Coded(NamedTuple):
    name: str
    codes: NDArray[np.int64]
    values: pd.Index[Any]


def _coded(frame: pd.DataFrame, name: str) -> _Coded:
    """Give each distinct value a number, and -1 to nothing."""
    codes, values = pd.factorize(frame[name])
    return _Coded(name, np.asarray(codes, dtype=np.int64), pd.Index(values))


def _settled(labels: _Coded, column: _Coded) -> list[SettledLabel]:
    levels = len(labels.values)
    labelled = labels.codes >= 0
    both = labelled & (column.codes >= 0)
    if levels < 2 or not both.any():
        return []
    pairs = column.codes[both] * levels + labels.codes[both]
    table = np.bincount(pairs, minlength=len(column.values) * levels).reshape(-1, levels)
    hits = np.argwhere((table >= MIN_ROWS) & (table >= MIN_AGREEMENT * table.sum(axis=1, keepdims=True)))
    totals = np.bincount(labels.codes[labelled], minlength=levels)
    return [
        _label(labels, level, column, value, table[value], totals)
        for value, level in hits
        if table[value, level] >= MIN_AGREEMENT * totals[level] and totals[level] < totals.sum()
    ]


def _label(
    labels: _Coded, level: int, column: _Coded, value: int, counts: NDArray[np.int64], totals: NDArray[np.int64]
) -> SettledLabel:
    """Word a finding; ``counts`` are the value's rows per level, ``totals`` all labelled rows per level."""
    head, answer, shown = labels.name, cell_text(labels.values[level]), cell_text(column.values[value])
    rows, remaining = int(counts[level]), int(totals.sum() - counts.sum())
    exactly = "exactly" if rows == counts.sum() == totals[level] else "almost exactly"
    article = "an" if head[0] in "aeiou" else "a"
    sentence = (
        f"{head} is {answer!r} {exactly} where {column.name} is {shown!r} ({rows:,} rows): a rule settles it, "
        f"not the text; only the other {remaining:,} labelled rows carry {article} {head} signal."
    )
    return SettledLabel(head, answer, column.name, shown, rows, remaining, sentence)
