"""The command that puts open tickets in the order they should be served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    DeskOption,
    MappingOption,
    ModelsOption,
    NameOption,
    NowOption,
    PolicyOption,
    moment_of,
)
from ticket_triage.cli.telling import tell, tell_missing

if TYPE_CHECKING:
    from ticket_triage.policy import Ranking
    from ticket_triage.service.order import Ordered


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: triage queue open.csv --name support --desk desk.toml --out queue.csv")(queue)


def queue(
    tickets: Annotated[str, typer.Argument(metavar="TICKETS", help="Open tickets: a file or an SQL URL.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Places: .csv, .csv.gz, .jsonl or .parquet.")
    ] = None,
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    desk: DeskOption = None,
    now: NowOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print the queue as JSON, as HTTP would.")] = False,
) -> None:
    """Decide open tickets and show the order to serve them in, with reasons."""
    from ticket_triage.service.answers import check_ending, write_answers
    from ticket_triage.service.files import check_target
    from ticket_triage.service.order import as_table, order

    if out is not None:
        check_ending(out)
        check_target(out, tickets, mapping, policy, desk)
    ordered = order(tickets, now=moment_of(now), mapping=mapping, models=models, name=name, policy=policy, desk=desk)
    _tell(ordered)
    if out is not None:
        write_answers(as_table(ordered.queue), out)
        typer.echo(f"{len(ordered.queue.ranking):,} places in {out}.")
    elif json:
        typer.echo(ordered.queue.as_json())
    else:
        _show(ordered.queue.ranking)


def _tell(ordered: Ordered) -> None:
    tell_missing(ordered.missing)
    if ordered.reading.problem_count:
        tell(f"{ordered.reading.problem_count:,} problems in the tickets; 'triage data check' lists them.")
    ranking = ordered.queue.ranking
    for switch in ranking.switches:
        what = "on" if switch.on else "off"
        tell(f"surge policy {what} at {switch.at.isoformat()}: {switch.arrivals:,} tickets came in within its window")


def _show(ranking: Ranking) -> None:
    from ticket_triage.cli.queue import queue_table
    from ticket_triage.cli.screen import show, width

    show(queue_table(ranking, width()))
