"""The command that reads service clocks off a log of events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import JsonOption, MappingOption, NowOption, PolicyOption, json_to, moment_of
from ticket_triage.cli.telling import tell
from ticket_triage.domain.moments import moment
from ticket_triage.service.files import check_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.service.sla import SlaReport

_SHOWN_DUE = 15
_SHOWN_PROBLEMS = 5


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: triage sla events.csv --now 2026-07-01T09:00:00Z --out clocks.csv")(sla)


def sla(
    events: Annotated[str, typer.Argument(metavar="EVENTS", help="What happened to tickets: a file or an SQL URL.")],
    ticket: Annotated[str | None, typer.Option("--ticket", metavar="ID", help="Show this ticket alone.")] = None,
    mapping: MappingOption = None,
    policy: PolicyOption = None,
    now: NowOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Every clock: .csv, .csv.gz, .jsonl or .parquet.")
    ] = None,
    json: JsonOption = None,
) -> None:
    """Read the service clocks of tickets: what is due next, and how many were kept."""
    from ticket_triage.cli.screen import show
    from ticket_triage.service.answers import check_ending, write_answers
    from ticket_triage.service.sla import read_sla

    if out is not None:
        check_ending(out)
    for path in (out, json):
        if path is not None:
            check_target(path, events, mapping, policy)
    report = read_sla(events, now=moment_of(now), mapping=mapping, policy=policy, ticket_id=ticket)
    if out is not None:
        write_answers(report.table(), out)
    if json is not None:
        json_to(json, report.as_dict())
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        tell(str(problem))
    if report.problem_count > _SHOWN_PROBLEMS:
        tell(f"{report.problem_count:,} problems in all.")
    show(*(_overview(report) if ticket is None else _one(report)))


def _overview(report: SlaReport) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading, paragraph

    later = f", {report.not_yet:,} not opened yet" if report.not_yet else ""
    yield paragraph(f"{report.source}: {len(report.tickets):,} tickets at {moment(report.now)}{later}.")
    yield heading("Kept")
    rows = [
        (
            entry.clock.replace("_", " "),
            "none" if entry.share is None else f"{entry.share:.1%}",
            f"{entry.met:,}",
            f"{entry.missed:,}",
            f"{entry.in_time:,}",
            f"{entry.no_target:,}",
        )
        for entry in report.attainment
    ]
    yield grid(["clock", "met / judged", "met", "missed", "in time", "no target"], rows)
    yield from _due(report)
    yield from (paragraph(note) for note in report.notes)


def _due(report: SlaReport) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading, paragraph
    from ticket_triage.reports.clocks import called, lasting

    if report.late:
        yield paragraph(f"{report.late:,} clocks are missed already and still run; --out names them.")
    due = report.due()
    if not due:
        return
    yield heading("Due first")
    rows = [
        (
            name,
            called(reading),
            reading.state + (", warned" if reading.warned and reading.state == "running" else ""),
            "" if reading.due_at is None else f"{reading.due_at:%Y-%m-%d %H:%M}Z",
            "" if reading.remaining is None else lasting(reading.remaining),
            "" if reading.breach_probability is None else f"{reading.breach_probability:.2f}",
        )
        for name, reading in due[:_SHOWN_DUE]
    ]
    yield grid(["ticket", "clock", "state", "due", "left", "P(missed)"], rows)
    if len(due) > _SHOWN_DUE:
        yield paragraph(f"and {len(due) - _SHOWN_DUE:,} more; --out writes them all.")


def _one(report: SlaReport) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import heading, paragraph
    from ticket_triage.reports.clocks import clock_lines

    (clocks,) = report.tickets
    yield heading(f"Ticket {clocks.ticket_id} at {moment(report.now)}")
    yield from (paragraph(line) for line in clock_lines(clocks))
