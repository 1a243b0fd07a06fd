"""Commands that tell people about their own desk: the five figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import JsonOption, MappingOption, PolicyOption, json_to
from ticket_triage.service.files import check_folder, check_target

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Tell about a desk: its figures, roles, and what has helped."
)

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


def say_written(paths: Sequence[Path]) -> None:
    """Say where the files are, the page first."""
    typer.echo(f"Open {paths[0]}; beside it: {', '.join(path.name for path in paths[1:])}.")
