"""Labels that another column gives away: a rule of the desk, not something to learn from text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ticket_triage.intake.schema import TEXT_COLUMNS, TIME_COLUMNS, label_columns
from ticket_triage.intake.values import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    candidates = [str(name) for name in frame.columns if name not in aside]
    return tuple(
        found
        for head in heads
        if head.name in frame.columns
        for column in candidates
        for found in _settled(frame, head.name, column)
    )


def _settled(frame: pd.DataFrame, head: str, column: str) -> list[SettledLabel]:
    labelled = frame[head].notna()
    values = as_text(frame.loc[labelled, column])
    levels, level_names = pd.factorize(as_text(frame.loc[labelled, head]))
    codes, names = pd.factorize(values.where(values != "", None))
    if len(level_names) < 2 or not 0 < len(names) <= _MAX_DISTINCT:
        return []
    known = codes >= 0
    both = np.bincount(codes[known] * len(level_names) + levels[known], minlength=len(names) * len(level_names))
    table = both.reshape(len(names), len(level_names))
    precision = table / table.sum(axis=1, keepdims=True)
    recall = table / np.bincount(levels, minlength=len(level_names))
    hits = np.argwhere((table >= MIN_ROWS) & (precision >= MIN_AGREEMENT) & (recall >= MIN_AGREEMENT))
    return [
        _label(head, level_names[level], column, names[value], table[value], level, len(levels))
        for value, level in hits
    ]


def _label(
    head: str, level: str, column: str, value: str, counts: np.ndarray, place: int, labelled: int
) -> SettledLabel:
    rows, remaining = int(counts[place]), labelled - int(counts.sum())
    exactly = "exactly" if rows == counts.sum() else "almost exactly"
    article = "an" if head[0] in "aeiou" else "a"
    sentence = (
        f"{head} is {level!r} {exactly} where {column} is {value!r} ({rows:,} rows): a rule settles it, not the text; "
        f"only the other {remaining:,} labelled rows carry {article} {head} signal."
    )
    return SettledLabel(head, level, column, value, rows, remaining, sentence)
