"""Reports as tables of plain text, coloured on a terminal alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from ticket_triage.modelling.evaluation import HeadReport, Interval
    from ticket_triage.policy import Ranked

_WIDTH = 120
_SUBJECT_WIDTH = 34
_COLOURS = {"P1": "bold red", "P2": "yellow", "P3": "cyan", "P4": "dim"}


def console() -> Console:
    """Return standard output: as wide as the terminal, and 120 columns elsewhere."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    return Console(width=max(60, width), highlight=False, soft_wrap=False)


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Text]], *, wrap: bool = False) -> Table:
    """Return a table whose first column is text and whose others are set flush right when they hold figures."""
    made = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    listed = [list(row) for row in rows]
    for number, heading in enumerate(headings):
        figures = number > 0 and all(_is_figure(row[number]) for row in listed)
        made.add_column(heading, justify="right" if figures else "left", no_wrap=not wrap, overflow="ellipsis")
    for row in listed:
        made.add_row(*row)
    return made


def head_tables(report: HeadReport, ceiling: float | None = None) -> list[Table | Text]:
    """Return what is to be said of a head: the summary lines, then its classes."""
    lines = [_headline(report, ceiling), _calibration(report)]
    if report.top_recall is not None and report.top_precision is not None:
        lines.insert(
            1, f"{report.top}: recall {_interval(report.top_recall)}, precision {_interval(report.top_precision)}"
        )
    rows = [
        (entry.name, f"{entry.rows:,}", f"{entry.precision:.3f}", f"{entry.recall:.3f}", f"{entry.f1:.3f}")
        for entry in report.classes
    ]
    classes = table("", ("class", "tickets", "precision", "recall", "F1"), rows)
    classes.title = None
    return [Text(f"{report.head} · {report.rows:,} held-out tickets", style="bold"), Text("\n".join(lines)), classes]


def queue_table(queue: Sequence[Ranked]) -> Table:
    """Return the ranked queue with each ticket's reason."""
    rows = [
        (
            str(entry.position),
            Text(entry.decision.priority, style=_COLOURS[entry.decision.priority]),
            f"{entry.decision.points:.2f}",
            entry.decision.route.team,
            entry.ticket.subject or entry.ticket.body,
            entry.decision.reason.partition("points: ")[2] or entry.decision.reason,
        )
        for entry in queue
    ]
    made = table("", ("#", "priority", "points", "team", "subject", "why"), rows)
    made.title = None
    for column in made.columns[:4]:
        column.min_width = max(len(str(cell)) for cell in [column.header, *column.cells])
    made.columns[4].max_width = made.columns[4].min_width = _SUBJECT_WIDTH
    return made


def _headline(report: HeadReport, ceiling: float | None) -> str:
    parts = [f"accuracy {_interval(report.accuracy)}", f"majority line {report.majority:.3f}"]
    if ceiling is not None:
        parts.append(f"ceiling {ceiling:.3f} (the labels disagree)")
    parts.append(f"macro-F1 {report.macro_f1:.3f}")
    if report.quadratic_kappa is not None:
        parts.append(f"quadratic kappa {report.quadratic_kappa:.3f}")
    return " · ".join(parts)


def _calibration(report: HeadReport) -> str:
    parts = [
        f"calibration error {report.expected_calibration_error:.3f}",
        f"log loss {report.log_loss:.3f} against {report.prior_log_loss:.3f} for the class shares alone",
    ]
    if not report.signal:
        parts.append("no signal found")
    return " · ".join(parts)


def _interval(interval: Interval) -> str:
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def _is_figure(cell: str | Text) -> bool:
    return str(cell).replace(",", "").replace(".", "").replace("%", "").strip().isdigit()
