"""One column of the product's table from the export columns it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.redaction import redact
from ticket_triage.intake.schema import (
    AMOUNT_COLUMNS,
    COUNT_COLUMNS,
    FLAG_COLUMNS,
    LABELLED_SUFFIX,
    LIST_COLUMNS,
    TEXT_COLUMNS,
    TIME_COLUMNS,
)
from ticket_triage.intake.times import moments
from ticket_triage.intake.values import Parsed, amounts, as_text, counts, flags, list_column, on_distinct, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.domain.labels import Head
    from ticket_triage.intake.mapping import ColumnMapping


def decoded(column: pd.Series[Any], codes: Mapping[str, str]) -> pd.Series[str]:
    """Return a column as text with its codes spelled out; texts that are no code stay.

    Examples
    --------
    >>> decoded(pd.Series(["1", " One ", "2"]), {"1": "first", "one": ""}).tolist()
    ['first', '', '2']
    """
    texts = as_text(column)
    if not codes:
        return texts
    table = {code.strip().casefold(): text for code, text in codes.items()}
    return text_column(on_distinct(texts, lambda text: table.get(text.strip().casefold(), text)))


def joined(columns: Sequence[pd.Series[str]]) -> pd.Series[str]:
    r"""Join text columns by a line end, leaving out what is blank.

    Examples
    --------
    >>> joined([pd.Series(["a", " ", "c"]), pd.Series(["1", "2", ""])]).tolist()
    ['a\n1', '2', 'c']
    """
    text = _unless_blank(columns[0])
    for column in columns[1:]:
        more = _unless_blank(column)
        gap = pd.Series(np.where((text != "") & (more != ""), "\n", ""), dtype="str")
        text = text + gap + more
    return text


def redacted(column: pd.Series[str]) -> pd.Series[str]:
    """Return a text column without personal data.

    Examples
    --------
    >>> redacted(pd.Series(["Call 030 1234567", "It is down"])).tolist()
    ['Call [phone]', 'It is down']
    """
    return text_column(list(map(redact, column.tolist())))


def _unless_blank(column: pd.Series[str]) -> pd.Series[str]:
    return column.where(column.str.strip() != "", "")


def is_time(column: str, heads: Sequence[Head]) -> bool:
    """Say whether a product column holds times."""
    return column in TIME_COLUMNS or column in {head.name + LABELLED_SUFFIX for head in heads}


def typed(column: str, parts: Sequence[pd.Series[Any]], rules: ColumnMapping, heads: Sequence[Head]) -> Parsed:
    """Read a product or custom column that is no label.

    Parameters
    ----------
    column : str
        The product's name for it.
    parts : sequence of Series
        The export's columns; several only for text.
    rules : ColumnMapping
    heads : sequence of Head

    Returns
    -------
    Parsed
        Text columns are free of personal data and hold ``""`` for nothing, all others a missing value.
    """
    codes = rules.values.get(column, {})
    if column in TEXT_COLUMNS:
        return _fine(redacted(joined([decoded(part, codes) for part in parts])))
    if is_time(column, heads):
        return moments(
            decoded(parts[0], codes) if codes else parts[0], rules.times.format_of(column), rules.times.timezone
        )
    texts = decoded(parts[0], codes)
    if column in FLAG_COLUMNS:
        return flags(texts)
    if column in COUNT_COLUMNS:
        return counts(texts)
    if column in AMOUNT_COLUMNS:
        return amounts(texts, negative=column == "csat")
    if column in LIST_COLUMNS:
        return _fine(list_column(texts, rules.lists.get(column, ";")))
    return _fine(texts.str.strip().replace("", None))


def _fine(values: pd.Series[Any]) -> Parsed:
    return Parsed(values, np.zeros(len(values), dtype=bool), "")
