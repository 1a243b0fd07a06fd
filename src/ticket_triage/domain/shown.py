"""Results that show themselves, all in one manner: as HTML in a notebook, as text in a terminal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from math import isnan
from typing import Any, Protocol

from ticket_triage.domain.markup import paragraphs, table

Cells = tuple[Sequence[str], Iterable[Sequence[object]]]
"""Headings, and rows of as many values."""

MOST_ROWS = 60
"""Rows of a table that are shown; the table itself has all."""

_MOST_CHARACTERS = 80


class Frame(Protocol):
    """What is shown of a data frame; the words themselves need no library of tables."""

    @property
    def columns(self) -> Iterable[Any]:
        """The names of the columns."""

    def head(self, n: int = ...) -> Frame:
        """Return the first rows."""

    def to_numpy(self, dtype: Any = ..., copy: bool = ..., na_value: Any = ...) -> Any:
        """Return the values as an array of rows."""


class Shown(ABC):
    """A result of a few sentences and one table; a data class that is one says ``repr=False``."""

    __slots__ = ()

    @abstractmethod
    def told(self) -> list[str]:
        """Return what a person should read first, in sentences."""

    @abstractmethod
    def cells(self) -> Cells:
        """Return what is shown below the sentences."""

    def __str__(self) -> str:
        headings, rows = self._cut()
        return "\n".join([*map(_still, self.told()), *(["", *_grid(headings, rows)] if rows else [])])

    def __repr__(self) -> str:
        return str(self)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        headings, rows = self._cut()
        return paragraphs(self.told()) + (table("", rows, headings) if rows else "")

    def _cut(self) -> tuple[list[str], list[list[str]]]:
        headings, rows = self.cells()
        return [str(name) for name in headings], [[cell(value) for value in row] for row in islice(rows, MOST_ROWS)]


class Tabled(Shown):
    """A result whose table is a data frame to work on."""

    __slots__ = ()

    @abstractmethod
    def table(self) -> Frame:
        """Return the figures, one row for each thing that has some."""

    def cells(self) -> Cells:
        """Return the rows of the data frame."""
        frame = self.table().head(MOST_ROWS)
        rows: list[list[object]] = frame.to_numpy(dtype=object, na_value=None).tolist()
        return [str(name) for name in frame.columns], rows


def cell(value: object) -> str:
    """Return a value in few characters: nothing for what is missing, four digits of a figure, one line of a text.

    Examples
    --------
    >>> cell(0.123456), cell(None), cell(float("nan")), cell(True), cell(1234), cell(1234.56)
    ('0.1235', '', '', 'yes', '1234', '1234.6')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}{'Z' if value.tzinfo else ''}"
    text = " ".join(_still(str(value)).split())
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 1] + "…"


def _still(text: str) -> str:
    """Return a text in which nothing steers a terminal."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return aligned lines, figures to the right."""
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    right = [all(_is_figure(value) for value in column[1:]) for column in columns]
    return [
        "  ".join(
            f"{value:>{width}}" if figure else f"{value:<{width}}"
            for value, width, figure in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in (headings, *rows)
    ]


def _is_figure(value: str) -> bool:
    return not value or value.lstrip("-").replace(".", "", 1).replace("e", "").replace("-", "").isdigit()
