"""Commands about data: check a history, redact one, make the invented one, forget a person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ticket_triage.cli.options import DEFAULT_STORE, JsonOption, MappingOption, StoreOption, json_to
from ticket_triage.service.files import check_folder, check_target

app = typer.Typer(help="Check a history, redact one, or make the invented one.", rich_markup_mode=None)


@app.command(epilog="Example: triage data check history.csv --audit --json audit.json")
def check(
    history: Annotated[str, typer.Argument(metavar="HISTORY", help="Tickets: a file or an SQL URL.")],
    mapping: MappingOption = None,
    audit: Annotated[
        bool,
        typer.Option("--audit", help="Judge the labels too: likely wrong ones, overlapping classes, leaks, drift."),
    ] = False,
    json: JsonOption = None,
) -> None:
    """Say what a history holds, which rows cannot be used and why, and which labels a column gives away."""
    if json is not None:
        check_target(json, history, mapping)
    if audit:
        _audit(history, mapping, json)
        return
    from ticket_triage.cli.checking import show_check
    from ticket_triage.intake.check import check_history
    from ticket_triage.intake.reading import read_tickets

    report = check_history(read_tickets(history, mapping))
    if json is not None:
        json_to(json, report.as_dict())
    show_check(report)


def _audit(history: str, mapping: Path | None, json: Path | None) -> None:
    from ticket_triage.cli.auditing import show_audit
    from ticket_triage.cli.checking import show_check
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.service.audit import audit

    with progress_bar() as progress:
        found = audit(history, mapping=mapping, progress=progress)
    if json is not None:
        json_to(json, found.as_dict())
    show_check(found.check)
    show_audit(found)


@app.command(epilog="Example: triage data redact history.csv --out shared.csv")
def redact(
    tickets: Annotated[str, typer.Argument(metavar="TICKETS", help="Tickets: a file or an SQL URL.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write: .csv, .csv.gz, .jsonl or .parquet.")
    ],
    mapping: MappingOption = None,
) -> None:
    """Copy tickets without personal data; the columns keep their names, so that the same mapping serves the copy."""
    from ticket_triage.intake.redacted import redacted_table
    from ticket_triage.service.answers import check_ending, write_answers

    check_ending(out)
    check_target(out, tickets, mapping)
    table = redacted_table(tickets, mapping)
    write_answers(table.columns, out)
    found = ", ".join(f"{number:,} {kind.strip('[]')}" for kind, number in table.found.items()) or "nothing personal"
    typer.echo(f"{out}: {len(table.columns):,} rows; found {found}.")
    if table.rows_lost:
        typer.echo(f"{table.rows_lost:,} rows could not be split into columns and are left out.")


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


@app.command(epilog="Example: triage data export-labels --out labels.csv")
def export_labels(
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write: .csv, .csv.gz, .jsonl or .parquet.")
    ],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write the labels that people confirmed or corrected, with who they come from and when, ready for training."""
    from ticket_triage.service.answers import check_ending, write_answers
    from ticket_triage.service.labels import labels_table

    check_ending(out)
    check_target(out)
    table = labels_table(store)
    write_answers(table, out)
    typer.echo(f"{out}: {len(table):,} tickets that people labelled.")
