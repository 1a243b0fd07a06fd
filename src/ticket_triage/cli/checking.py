"""What a person is shown by ``triage data check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.cli.tables import console, table

if TYPE_CHECKING:
    from rich.console import Console

    from ticket_triage.intake.check import HeadCheck, HistoryReport

_SHOWN_PROBLEMS = 20


def show_check(report: HistoryReport) -> None:
    """Print the report, what cannot be used last."""
    screen = console()
    window = f", opened {report.first_opened_at} to {report.last_opened_at}" if report.first_opened_at else ""
    screen.print(
        f"{report.source}: {report.rows_read:,} rows read, {report.rows_used:,} tickets{window}.", markup=False
    )
    for note in report.notes:
        screen.print(f"  {note}", markup=False)
    rows = [
        (entry.name, entry.kind + (", learnt from" if entry.fact else ""), f"{entry.filled:.1%}", f"{entry.distinct:,}")
        for entry in report.columns
    ]
    screen.print(table("Columns", ("column", "kind", "filled", "values"), rows))
    for head in report.heads:
        _show_head(screen, head)
    _show_findings(screen, report)


def _show_head(screen: Console, head: HeadCheck) -> None:
    rows = [(name, f"{count:,}", f"{count / max(head.labelled, 1):.1%}") for name, count in head.counts.items()]
    title = f"{head.head}: {head.labelled:,} labelled, {head.missing:,} without; always answering "
    title += f"{head.majority!r} would be right in {head.majority_share:.1%}" if head.majority else "nothing"
    screen.print(table(title, ("class", "tickets", "share"), rows))
    if head.rare:
        screen.print(f"  rare: {', '.join(head.rare)} (under 9 labels: too few to calibrate)", markup=False)


def _show_findings(screen: Console, report: HistoryReport) -> None:
    for settled in report.settled:
        screen.print(f"warning: {settled.sentence}", markup=False)
    if report.duplicates.rows:
        screen.print(f"{report.duplicates.rows:,} rows repeat one of {report.duplicates.texts:,} texts word for word.")
    for head, number in report.duplicates.conflicting.items():
        if number:
            screen.print(f"warning: {number:,} texts carry different labels of {head} in different rows.")
    if report.problem_count:
        screen.print(f"\n{report.problem_count:,} problems, {report.rows_refused:,} rows left out:")
        for problem in report.problems[:_SHOWN_PROBLEMS]:
            screen.print(f"  {problem}", markup=False)
        if report.problem_count > _SHOWN_PROBLEMS:
            screen.print(
                f"  … and {report.problem_count - _SHOWN_PROBLEMS:,} more; --json FILE lists the first thousand."
            )
