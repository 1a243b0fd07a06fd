"""A table as it stands in its source, without what names a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.redaction import PLACEHOLDERS, redact
from ticket_triage.intake.formats import read_table
from ticket_triage.intake.mapping import load_mapping
from ticket_triage.intake.plan import declared_heads, plan_columns
from ticket_triage.intake.schema import (
    AMOUNT_COLUMNS,
    COUNT_COLUMNS,
    FLAG_COLUMNS,
    TEXT_COLUMNS,
    TIME_COLUMNS,
    label_columns,
)
from ticket_triage.intake.values import as_text, nested, on_distinct, text_column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    import pandas as pd

    from ticket_triage.domain.labels import Head

PEOPLE_COLUMNS = ("requester", "agent")
"""Columns whose every value is a person: each becomes ``person-1``, ``person-2`` … by first appearance."""

_IDS = ("ticket_id", "customer_id", "depends_on")


@dataclass(frozen=True, eq=False)
class RedactedTable:
    """A source's own columns and rows, redacted.

    Parameters
    ----------
    columns : DataFrame of shape (n_rows, n_columns)
        The source's names and order. Ids, times, numbers and labels as they were.
    found : dict of str to int
        How many placeholders of each kind were put in, those of people included.
    rows_lost : int
        Rows that could not be split into columns and are not in the table.
    """

    columns: pd.DataFrame
    found: dict[str, int]
    rows_lost: int


def redacted_table(
    source: str | Path | pd.DataFrame, mapping: str | Path | Mapping[str, Any] | None = None
) -> RedactedTable:
    """Read a source and take out what names a person.

    Parameters
    ----------
    source : str, Path or DataFrame
    mapping : str, Path, mapping or None
        Says which columns are what; it serves the redacted table as it serves the source.

    Raises
    ------
    InputError
        As :func:`~ticket_triage.intake.reading.read_tickets` does.

    Examples
    --------
    >>> import pandas as pd
    >>> who = ["jo@x.org", "al@x.org", "JO@x.org"]
    >>> table = redacted_table(pd.DataFrame({"Requester": who, "mobile": ["0151", "5551234567", ""]}))
    >>> table.columns.values.tolist()
    [['person-1', '0151'], ['person-2', '[phone]'], ['person-1', '']]
    >>> table.found
    {'person': 2, '[phone]': 1}
    """
    rules = load_mapping(mapping)
    raw = read_table(source, rules.file, query=rules.sql.query, table=rules.sql.table)
    heads = declared_heads(rules, DEFAULT_HEADS)
    plan = plan_columns(raw.names, rules, heads)
    product_of = {name: column for column, names in plan.sources.items() for name in names}
    columns = raw.columns.copy()
    people: dict[str, int] = {}
    found = dict.fromkeys(("person", *PLACEHOLDERS), 0)
    for name in raw.names:
        column, texts = product_of[name], as_text(columns[name])
        if nested(columns[name]).any():
            columns[name] = texts.to_numpy()
        if column in PEOPLE_COLUMNS:
            columns[name] = _numbered(texts, people).to_numpy()
        elif not _kept(column, heads):
            after = _redacted(texts, "" if column in TEXT_COLUMNS else f"{name}: ")
            for placeholder in PLACEHOLDERS:
                found[placeholder] += _count(after, placeholder) - _count(texts, placeholder)
            if (after != texts).any():
                columns[name] = after.to_numpy()
    found["person"] = len(people)
    return RedactedTable(columns, {kind: number for kind, number in found.items() if number}, len(raw.problems))


def _kept(column: str, heads: Sequence[Head]) -> bool:
    labels = {name for head in heads for name in label_columns(head.name)}
    return column in {*_IDS, *TIME_COLUMNS, *FLAG_COLUMNS, *AMOUNT_COLUMNS, *COUNT_COLUMNS, *labels}


def _numbered(texts: pd.Series[str], people: dict[str, int]) -> pd.Series[str]:
    def number(text: str) -> str:
        name = text.strip().casefold()
        return f"person-{people.setdefault(name, len(people) + 1)}" if name else ""

    return text_column(on_distinct(texts, number))


def _redacted(texts: pd.Series[str], said: str) -> pd.Series[str]:
    """Redact a column; what it is called says what stands in it, as in ``phone: 5551234567``."""

    def read(text: str) -> str:
        together = redact(said + text)
        return together.removeprefix(said) if together.startswith(said) else redact(text)

    return text_column(on_distinct(texts, read))


def _count(texts: pd.Series[str], placeholder: str) -> int:
    return int(texts.str.count(re.escape(placeholder)).sum())
