"""Commands that tell people about their own desk: its figures, and what has helped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import AreasOption, JsonOption, MappingOption, PolicyOption, json_to
from ticket_triage.service.files import check_folder, check_target

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_FAULTS = 1
_SHOWN = 10

app = typer.Typer(rich_markup_mode=None, help="Tell about a desk: its figures, roles, and what has helped.")

HistoryArgument = Annotated[str, typer.Argument(metavar="HISTORY", help="Past tickets: a file or an SQL URL.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the report into.")]
CalendarOption = Annotated[
    str | None,
    typer.Option("--calendar", metavar="NAME", help="Count the working time of this calendar of the policy."),
]


@app.command(epilog="Example: triage report numbers data/sample_history.csv.gz --out reports")
def numbers(
    history: HistoryArgument,
    out: OutOption,
    mapping: MappingOption = None,
    policy: PolicyOption = None,
    calendar: CalendarOption = None,
    json: JsonOption = None,
) -> None:
    """Tell five figures: conversion by agent and by day, response time, satisfaction, tickets by hour."""
    from ticket_triage.service.numbers import numbers as count
    from ticket_triage.service.numbers import write_numbers

    check_folder(out)
    if json is not None:
        check_target(json, history, mapping, policy)
    found = count(history, mapping=mapping, policy=policy, calendar=calendar)
    if json is not None:
        json_to(json, found.as_dict())
    for line in found.absent:
        typer.echo(line)
    say_written(write_numbers(found, out))


@app.command(
    epilog="Example: triage report proof data/sample_history.csv.gz --baseline 2025-10-01..2025-12-31 "
    "--period 2026-01-01..2026-03-31 --out reports"
)
def proof(
    history: HistoryArgument,
    baseline: Annotated[str, typer.Option("--baseline", metavar="FROM..TO", help="Days before, both counted.")],
    period: Annotated[str, typer.Option("--period", metavar="FROM..TO", help="Days after, both counted.")],
    out: OutOption,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", metavar="NAME", help="Measure this alone; may be given again.")
    ] = None,
    receipts: Annotated[
        Path | None, typer.Option("--receipts", metavar="FILE", help="Receipts of the period, for the examples.")
    ] = None,
    feedback: Annotated[
        Path | None, typer.Option("--feedback", metavar="FILE", help="TOML file of what managers and others say.")
    ] = None,
    mapping: MappingOption = None,
    policy: PolicyOption = None,
    calendar: CalendarOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws of weeks.")] = 0,
    json: JsonOption = None,
) -> None:
    """Show whether prioritising helped: before against after, with intervals, examples and one claim to quote."""
    from ticket_triage.service.proof import proof as prove
    from ticket_triage.service.proof import window_of, write_proof

    check_folder(out)
    if json is not None:
        check_target(json, history, mapping, policy, receipts, feedback)
    found = prove(
        history,
        baseline=window_of(baseline, "--baseline"),
        period=window_of(period, "--period"),
        mapping=mapping,
        policy=policy,
        calendar=calendar,
        metrics=metric or (),
        receipts=receipts,
        feedback=feedback,
        seed=seed,
    )
    if json is not None:
        json_to(json, found.as_dict())
    typer.echo(found.proof.claim)
    for line in found.proof.warnings:
        typer.echo(f"warning: {line}")
    say_written(write_proof(found, out))


@app.command(epilog="Example: triage report roles data/sample_history.csv.gz --out reports")
def roles(
    out: OutOption,
    history: Annotated[
        str | None, typer.Argument(metavar="[HISTORY]", help="Past tickets: what is really handled, and the roles.")
    ] = None,
    mapping: MappingOption = None,
    policy: PolicyOption = None,
    areas: AreasOption = None,
    json: JsonOption = None,
) -> None:
    """Draw the map of support work as it should be and as it is, check it against routing, and state the roles.

    Exits with 1 when a queue is an orphan or an area cannot be reached.
    """
    from ticket_triage.service.roles import roles as draw
    from ticket_triage.service.roles import write_roles

    check_folder(out)
    if json is not None:
        check_target(json, history, mapping, policy, areas)
    found = draw(history, mapping=mapping, policy=policy, areas=areas)
    if json is not None:
        json_to(json, found.as_dict())
    for line in (*found.faults, *found.differences[:_SHOWN]):
        typer.echo(line)
    if len(found.differences) > _SHOWN:
        typer.echo(f"{len(found.differences) - _SHOWN:,} more differences stand in the report.")
    say_written(write_roles(found, out))
    if found.faults:
        raise typer.Exit(EXIT_FAULTS)


@app.command(epilog="Example: triage report repeats data/sample_history.csv.gz --out reports")
def repeats(
    history: HistoryArgument,
    out: OutOption,
    mapping: MappingOption = None,
    json: JsonOption = None,
) -> None:
    """Tell what comes again: bursts, repeat issues, questions for articles, what bounces, where to train."""
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.service.repeats import repeats as find
    from ticket_triage.service.repeats import write_repeats

    check_folder(out)
    if json is not None:
        check_target(json, history, mapping)
    with progress_bar() as progress:
        found = find(history, mapping=mapping, progress=progress)
    if json is not None:
        json_to(json, found.as_dict())
    for line in found.told():
        typer.echo(line)
    say_written(write_repeats(found, out))


def say_written(paths: Sequence[Path]) -> None:
    """Say where the files are, the page first."""
    typer.echo(f"Open {paths[0]}; beside it: {', '.join(path.name for path in paths[1:])}.")
