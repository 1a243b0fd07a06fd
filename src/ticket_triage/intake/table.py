"""What the readers hand on: a raw table with the line each row came from, and the list of what went wrong.

A raw table keeps the file's own column names and values. Its ``place`` says how its rows are counted: ``line`` for
text files (the header is line 1) and sheets, ``row`` for Parquet, SQL and data frames, which have no lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

MAX_LISTED = 1000
"""How many problems are listed; all are counted."""

SHOWN_CHARS = 60
"""How much of an offending value is shown."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one row of the input.

    Parameters
    ----------
    line : int
        Where the row begins, counted from 1 as a person would in the file, header included.
    column : str or None
        The product's column name; None when the row as a whole is meant.
    value : str
        The offending value, shortened to 60 characters.
    reason : str
    refused : bool
        True when the whole row was left out, False when only this value became unknown.
    place : str
        What ``line`` counts: ``"line"`` or ``"row"``.

    Examples
    --------
    >>> print(RowProblem(7, "vip", "perhaps", "is neither yes nor no", refused=False))
    line 7, vip 'perhaps': is neither yes nor no (read as unknown)
    """

    line: int
    column: str | None
    value: str
    reason: str
    refused: bool = True
    place: str = "line"

    def __str__(self) -> str:
        place = f"{self.place} {self.line}" if self.column is None else f"{self.place} {self.line}, {self.column}"
        value = f" {self.value!r}" if self.value else ""
        return f"{place}{value}: {self.reason} ({'row left out' if self.refused else 'read as unknown'})"


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands in the source.

    Parameters
    ----------
    columns : DataFrame of shape (n_rows, n_columns)
        The source's own names, trimmed and made unique; values as found, None or NaN or ``""`` for nothing.
    lines : ndarray of shape (n_rows,)
        The line or row number each row begins on, from 1.
    rows_read : int
        Rows met, those left out included.
    problems : tuple of RowProblem
        Rows that could not be split into columns.
    place : str
        ``"line"`` or ``"row"``.
    notes : tuple of str
        What was detected, for a person.
    """

    columns: pd.DataFrame
    lines: np.ndarray
    rows_read: int
    problems: tuple[RowProblem, ...] = ()
    place: str = "line"
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [str(name) for name in self.columns]


def shorten(value: object) -> str:
    """Show at most the first 60 characters of a value, on one line.

    Examples
    --------
    >>> shorten("x" * 100)[-4:]
    'xxx…'
    """
    text = " ".join(str(value).split())
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"


class ProblemLog:
    """Counts every problem and keeps the first thousand.

    Examples
    --------
    >>> log = ProblemLog()
    >>> log.add_all([5, 2], "vip", ["?", "x"], "is neither yes nor no", refused=False)
    >>> log.count, log.refused, [problem.line for problem in log.listed()]
    (2, 0, [2, 5])
    >>> log.reasons
    {'is neither yes nor no': 2}
    """

    def __init__(self, problems: Iterable[RowProblem] = (), place: str = "line") -> None:
        self._place = place
        self._kept: list[RowProblem] = []
        self.count = 0
        self.refused = 0
        self.reasons: dict[str, int] = {}
        for problem in problems:
            self._add(problem)

    def add_all(
        self,
        lines: Sequence[int] | np.ndarray,
        column: str | None,
        values: Iterable[object],
        reason: str,
        *,
        refused: bool,
    ) -> None:
        """Add one problem per line, each with its value."""
        for line, value in zip(lines, values, strict=True):
            self._add(RowProblem(int(line), column, shorten(value), reason, refused, self._place))

    def _add(self, problem: RowProblem) -> None:
        self.count += 1
        self.refused += problem.refused
        self.reasons[problem.reason] = self.reasons.get(problem.reason, 0) + 1
        if len(self._kept) < MAX_LISTED:
            self._kept.append(problem)

    def listed(self) -> tuple[RowProblem, ...]:
        """Return the kept problems in the order of their lines."""
        return tuple(sorted(self._kept, key=lambda problem: problem.line))


def unique_names(header: Sequence[object]) -> tuple[list[str], tuple[str, ...]]:
    """Trim a header's names, name the nameless and tell repeated names apart, case aside.

    Returns
    -------
    names : list of str
    notes : tuple of str
        What had to be changed.

    Examples
    --------
    >>> unique_names([" Subject ", "", "subject"])[0]
    ['Subject', 'column_2', 'subject (2)']
    """
    names: list[str] = []
    seen: set[str] = set()
    notes = []
    for number, entry in enumerate(header, start=1):
        stem = "" if entry is None else str(entry).strip().strip("\ufeff")
        name = stem = stem or f"column_{number}"
        repeat = 2
        while name.casefold() in seen:
            name, repeat = f"{stem} ({repeat})", repeat + 1
        if name != stem:
            notes.append(f"column {number} repeats the name {stem!r} and is called {name!r}")
        seen.add(name.casefold())
        names.append(name)
    return names, tuple(notes)
