"""The command that predicts and decides a file of tickets."""

from __future__ import annotations

from contextlib import ExitStack
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
from ticket_triage.errors import BadOptionError
from ticket_triage.service.files import check_target, lines_to

if TYPE_CHECKING:
    from ticket_triage.service.predict import Predicted

_SHOWN_PROBLEMS = 5


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: triage predict new.csv --out decided.csv --name support")(predict)


def predict(
    tickets: Annotated[str, typer.Argument(metavar="TICKETS", help="Tickets: a file or an SQL URL.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Answers: .csv, .csv.gz, .jsonl or .parquet.")],
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    desk: DeskOption = None,
    now: NowOption = None,
    model_only: Annotated[bool, typer.Option("--model-only", help="The model's answers alone, no decision.")] = False,
    receipts: Annotated[
        Path | None, typer.Option("--receipts", metavar="FILE", help="Write each receipt as a line of JSON too.")
    ] = None,
) -> None:
    """Predict and decide every ticket of a file."""
    from ticket_triage.cli.progress import progress_bar
    from ticket_triage.service.answers import check_ending, write_answers
    from ticket_triage.service.predict import predict as predict_file

    check_ending(out)
    check_target(out, tickets, mapping, policy, desk)
    if receipts is not None:
        _check_receipts(receipts, out, model_only)
        check_target(receipts, tickets, mapping, policy, desk)
    with ExitStack() as stack:
        keep = None if receipts is None else stack.enter_context(lines_to(receipts))
        predicted = predict_file(
            tickets,
            now=moment_of(now),
            mapping=mapping,
            models=models,
            name=name,
            policy=policy,
            desk=desk,
            model_only=model_only,
            receipts=keep,
            progress=stack.enter_context(progress_bar()),
        )
        write_answers(predicted.answers, out)
    _report(predicted, out)


def _check_receipts(receipts: Path, out: Path, model_only: bool) -> None:
    if model_only:
        raise BadOptionError("--receipts keeps decisions, but --model-only makes none; leave one of them out.")
    if receipts.resolve() == out.resolve():
        raise BadOptionError(f"--out and --receipts both name {out}; give them two files.")


def _report(predicted: Predicted, out: Path) -> None:
    reading = predicted.reading
    tell_missing(predicted.missing)
    for problem in reading.problems[:_SHOWN_PROBLEMS]:
        tell(str(problem))
    if reading.problem_count > _SHOWN_PROBLEMS:
        tell(f"{reading.problem_count:,} problems in all; 'triage data check' lists them.")
    typer.echo(f"{len(predicted.answers):,} tickets answered in {out}; {reading.rows_refused:,} rows left out.")
