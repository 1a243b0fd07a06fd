"""The command ``triage``: every command parses, makes one service call, and shows what came of it."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from ticket_triage import _version
from ticket_triage.cli import data, decisions, models, serving
from ticket_triage.errors import TriageError
from ticket_triage.settings import check_environment

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="triage",
    help="Learn urgency, category and sentiment from past tickets; give priorities and routes with reasons.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Example: triage demo --no-serve",
)
serving.install(app)
models.install(app)
decisions.install(app)
app.add_typer(data.app, name="data")


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"triage {_version.__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[  # noqa: ARG001 - typer hands it to the callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    check_environment(os.environ)


def run() -> None:
    """Run the command line; an expected failure is one line on standard error."""
    try:
        app()
    except TriageError as error:
        _fail(str(error), EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        _fail("stopped; nothing was left half written.", EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(message: str, code: int) -> None:
    typer.echo(f"triage: {message}", err=True)
    sys.exit(code)
