"""What is said on standard error: one line each, beginning with the command's name."""

from __future__ import annotations

import typer

from ticket_triage.reports.text import printable


def tell(message: str) -> None:
    """Say something in one line on standard error, whatever characters it is made of."""
    typer.echo(f"triage: {' '.join(printable(message).split())}", err=True)


def tell_missing(missing: str | None) -> None:
    """Say why rules alone decided, when they did."""
    if missing is not None:
        tell(f"rules alone decide, for no model can be used: {missing}")
