"""Commands about data: check a history, make the invented one, forget a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ticket_triage.cli.options import JsonOption, MappingOption, json_to
from ticket_triage.service.files import check_folder, check_target

app = typer.Typer(help="Check a history, or make the invented one.", rich_markup_mode=None)


@app.command(epilog="Example: triage data check history.csv --mapping mapping.toml")
def check(
    history: Annotated[str, typer.Argument(metavar="HISTORY", help="Tickets: a file or an SQL URL.")],
    mapping: MappingOption = None,
    json: JsonOption = None,
) -> None:
    """Say what a history holds, which rows cannot be used and why, and which labels a column gives away."""
    from ticket_triage.cli.checking import show_check
    from ticket_triage.intake.check import check_history
    from ticket_triage.intake.reading import read_tickets

    if json is not None:
        check_target(json, history, mapping)
    report = check_history(read_tickets(history, mapping))
    if json is not None:
        json_to(json, report.as_dict())
    show_check(report)


@app.command(epilog="Example: triage data sample --out data")
def sample(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the two files into.")],
    tickets: Annotated[int, typer.Option("--tickets", min=1, help="Tickets in the history.")] = 6400,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")] = 0,
) -> None:
    """Make the invented history of an imaginary software company's desk, and a morning's open tickets."""
    from ticket_triage.intake.sample import write_sample

    check_folder(out)
    for path in write_sample(out, n_tickets=tickets, seed=seed):
        typer.echo(f"{path}")


@app.command(epilog="Example: triage data forget past-tickets --requester maria@example.com")
def forget(
    index: Annotated[Path, typer.Argument(metavar="DIR", help="Index that 'triage explain --index DIR' made.")],
    requester: Annotated[str, typer.Option("--requester", metavar="NAME", help="As the history names the person.")],
) -> None:
    """Take a person's tickets out of an index of past tickets; making it anew does not bring them back."""
    from ticket_triage.service.similar import forget as forget_person

    typer.echo(f"{forget_person(index, requester):,} tickets taken out of {index}.")
