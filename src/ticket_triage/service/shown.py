"""Results that show themselves: as a table to work on, as HTML in a notebook, as text in a terminal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 60
"""Rows of a table that are shown; the table itself has all."""


class Shown(ABC):
    """A result of a few sentences and one table."""

    __slots__ = ()

    @abstractmethod
    def told(self) -> list[str]:
        """Return what a person should read first, in sentences."""

    @abstractmethod
    def table(self) -> pd.DataFrame:
        """Return the figures, one row for each thing that has some."""

    def __str__(self) -> str:
        shown = self.table().head(MOST_ROWS).to_string(index=False, na_rep="")
        return "\n".join([*self.told(), "", shown])

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.told())
        return said + self.table().head(MOST_ROWS).to_html(index=False, na_rep="", border=0)
