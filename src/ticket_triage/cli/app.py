"""All commands under one name; each parses, makes one service call, and shows what came of it."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from ticket_triage import _version
from ticket_triage.cli import (
    clocks,
    data,
    decisions,
    drafting,
    explaining,
    hooks,
    keys,
    models,
    monitoring,
    ordering,
    past,
    planning,
    policies,
    reporting,
    serving,
    store,
    versions,
)
from ticket_triage.cli.main import EXIT_BAD_INPUT
from ticket_triage.settings import check_environment

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
ordering.install(app)
explaining.install(app)
monitoring.install(app)
past.install(app)
clocks.install(app)
drafting.install(app)
app.add_typer(data.app, name="data")
app.add_typer(versions.app, name="models")
app.add_typer(store.app, name="store")
app.add_typer(keys.app, name="keys")
app.add_typer(hooks.app, name="hooks")
app.add_typer(reporting.app, name="report")
app.add_typer(planning.app, name="plan")
app.add_typer(policies.app, name="policy")


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
