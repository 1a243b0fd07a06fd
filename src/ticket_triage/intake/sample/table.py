"""The sample as a table with fixed columns and kinds, and as files with fixed bytes."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.ticket import INTAKE_COLUMNS, LATER_COLUMNS

if TYPE_CHECKING:
    from ticket_triage.intake.sample.telling import Row

CUSTOM_COLUMNS = ("custom.browser", "custom.region")
"""The imaginary desk's own columns."""

NEW_TICKET_COLUMNS = (*INTAKE_COLUMNS, *CUSTOM_COLUMNS)
"""Columns of tickets nobody has looked at yet."""

LABEL_COLUMNS = tuple(f"{head.name}{part}" for head in DEFAULT_HEADS for part in ("", "_source", "_labelled_at"))
"""Each head's label, who gave it, and when."""

HISTORY_COLUMNS = (*NEW_TICKET_COLUMNS, *LABEL_COLUMNS, *LATER_COLUMNS)
"""Columns of the sample history."""

_BOOLEANS = frozenset({"vip", "stakeholder_aware", "conflict", "reopened", "converted"})
_WHOLE_NUMBERS = frozenset({"affected_users", "reassignments", "csat"})
_NUMBERS = frozenset({"annual_value"})


def as_history(rows: list[Row]) -> pd.DataFrame:
    """Return rows as the table of the history."""
    return _as_frame(rows, HISTORY_COLUMNS)


def as_new_tickets(rows: list[Row]) -> pd.DataFrame:
    """Return rows as the table of tickets that wait."""
    return _as_frame(rows, NEW_TICKET_COLUMNS)


def _as_frame(rows: list[Row], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=_dtype(name)) for name in columns})


def _dtype(column: str) -> str:
    if column.endswith("_at"):
        return "datetime64[s, UTC]"
    if column in _BOOLEANS:
        return "boolean"
    if column in _WHOLE_NUMBERS:
        return "Int64"
    return "Float64" if column in _NUMBERS else "str"


def as_csv(frame: pd.DataFrame) -> bytes:
    r"""Write a table of the sample as CSV: UTF-8, ``\n`` at line ends, ``true``/``false``, times ending in ``Z``.

    Examples
    --------
    >>> as_csv(pd.DataFrame({"vip": pd.Series([True, None], dtype="boolean"), "plan": ["free", "premium"]}))
    b'vip,plan\ntrue,free\n,premium\n'
    """
    plain = frame.copy()
    for name in frame.columns:
        if name in _BOOLEANS:
            plain[name] = frame[name].map({True: "true", False: "false"})
    text = io.StringIO()
    plain.to_csv(text, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")
    return text.getvalue().encode("utf-8")


def write_tables(history: pd.DataFrame, waiting: pd.DataFrame, folder: Path) -> list[Path]:
    """Write the history, compressed, and the waiting tickets into a folder; return the two paths."""
    folder.mkdir(parents=True, exist_ok=True)
    history_path, waiting_path = folder / "sample_history.csv.gz", folder / "new_tickets.csv"
    history_path.write_bytes(gzip.compress(as_csv(history), compresslevel=9, mtime=0))
    waiting_path.write_bytes(as_csv(waiting))
    return [history_path, waiting_path]
