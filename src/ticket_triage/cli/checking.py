"""What a person is shown by ``triage data check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.cli.screen import grid, heading, paragraph, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.intake.check import HeadCheck, HistoryReport

_SHOWN_PROBLEMS = 20


def show_check(report: HistoryReport) -> None:
    """Print the report, what cannot be used last."""
    show(*map(paragraph, report.overview()), "", *_columns(report))
    for head in report.heads:
        show("", *_head(head))
    show("", *map(paragraph, report.findings()), *_problems(report))


def _columns(report: HistoryReport) -> Iterator[RenderableType]:
    yield heading("Columns")
    rows = [
        (entry.name, entry.kind + (", learnt from" if entry.fact else ""), f"{entry.filled:.1%}", f"{entry.distinct:,}")
        for entry in report.columns
    ]
    yield grid(["column", "kind", "filled", "values"], rows)


def _head(head: HeadCheck) -> Iterator[RenderableType]:
    yield heading(f"{head.head}: {head.labelled:,} labelled, {head.missing:,} without")
    if head.majority:
        yield paragraph(f"  always answering {head.majority!r} would be right in {head.majority_share:.1%}")
    rows = [(name, f"{count:,}", f"{count / max(head.labelled, 1):.1%}") for name, count in head.counts.items()]
    yield grid(["class", "tickets", "share"], rows)
    if head.rare:
        yield paragraph(f"  rare, under 9 labels and too few to calibrate: {', '.join(head.rare)}")


def _problems(report: HistoryReport) -> Iterator[RenderableType]:
    if not report.problem_count:
        yield "Every row can be used."
        return
    yield heading(f"{report.problem_count:,} problems, {report.rows_refused:,} rows left out")
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        yield paragraph(f"  {problem}")
    if report.problem_count > _SHOWN_PROBLEMS:
        more = report.problem_count - _SHOWN_PROBLEMS
        yield paragraph(f"  … and {more:,} more; --json FILE lists the first thousand.")
