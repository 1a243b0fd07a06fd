"""The command ``triage``: every command parses, makes one service call, and shows what came of it."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, NoReturn, TextIO

import typer

from ticket_triage import _version
from ticket_triage.cli import data, decisions, models, serving
from ticket_triage.cli.telling import tell
from ticket_triage.errors import TriageError
from ticket_triage.settings import check_environment

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="triage",
    help="Learn urgency, category and sentiment from past tickets; give priorities and routes with reasons.",
    invoke_without_command=True,
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
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - typer hands it to the callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    check_environment(os.environ)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(EXIT_BAD_INPUT)


def run() -> None:
    """Run the command line; whatever its user can cause is one line on standard error."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stopped container cleans up as Ctrl+C does
    _forgive_characters(sys.stdout)
    try:
        code = app(prog_name="triage", standalone_mode=False)
    except typer.TyperException as error:
        _fail(_usage(error), EXIT_BAD_INPUT)
    except (TriageError, OSError) as error:
        _fail(_sentence(error), EXIT_BAD_INPUT)
    except MemoryError:
        _fail("the memory does not suffice; give it fewer tickets at a time.", EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    if code == EXIT_INTERRUPTED:
        _fail("stopped; nothing was left half written.", EXIT_INTERRUPTED)
    sys.exit(code)


def _forgive_characters(stream: TextIO) -> None:
    """Let a terminal that knows few characters show a question mark for the others."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def _usage(error: typer.TyperException) -> str:
    message = error.format_message().strip()
    context = getattr(error, "ctx", None)
    command = "triage" if context is None else context.command_path
    return f"{message}{'' if message.endswith(('.', '?')) else '.'} See '{command} --help'."


def _sentence(error: TriageError | OSError) -> str:
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}."
    return str(error)


def _fail(message: str, code: int) -> NoReturn:
    tell(message)
    sys.exit(code)
