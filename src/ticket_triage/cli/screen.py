"""What a person sees: as wide as the terminal, coloured there alone, and the same plain text in a file."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import typer
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ticket_triage.reports.text import folded, printable

_USUAL, _NARROWEST, _WIDEST = 100, 60, 120
_INDENT = 2


def width() -> int:
    """Return how many columns to fill: the terminal's, or ``COLUMNS``, or 100; from 60 to 120."""
    return min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size((_USUAL, 24)).columns))


def show(*parts: RenderableType) -> None:
    """Print parts one below the other, without spaces at line ends; text is taken as it is, never as markup."""
    console = Console(width=width(), highlight=False)
    with console.capture() as captured:
        for part in parts:
            console.print(Text(printable(part)) if isinstance(part, str) else part)
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def paragraph(text: str) -> Text:
    """Return a sentence folded to the screen, its later lines indented; a path in it stays in one piece."""
    return Text(folded(printable(text), width(), _INDENT), overflow="ignore", no_wrap=True)


def heading(text: str) -> Text:
    """Return a line that stands out on a terminal."""
    return Text(printable(text), style="bold")


def grid(headings: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> Padding:
    """Return rows under headings, figures flush right; a text that finds no room ends in an ellipsis."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, name in enumerate(headings):
        figures = number > 0 and all(_is_figure(row[number]) for row in rows)
        made.add_column(name, justify="right" if figures else "left", no_wrap=True, overflow="ellipsis")
    for row in rows:
        made.add_row(*(Text(printable(cell)) if isinstance(cell, str) else cell for cell in row))
    return Padding(made, (0, 0, 0, _INDENT))


def _is_figure(cell: str | Text) -> bool:
    text = str(cell)
    return text in {"", "none"} or text.strip("-%").replace(",", "").replace(".", "").isdigit()
