"""The command that watches a model in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    JsonOption,
    MappingOption,
    ModelsOption,
    NameOption,
    json_to,
)
from ticket_triage.service.files import check_folder, check_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.service.monitor import Monitored

EXIT_DRIFT = 1
_TOLD = 4
"""Weeks whose findings are told in words, the last ones."""


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: triage monitor last-month.csv --name support --out plots")(monitor)


def monitor(
    tickets: Annotated[str, typer.Argument(metavar="TICKETS", help="Later tickets: a file or an SQL URL.")],
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    json: JsonOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write plots here; needs the extra 'report'.")
    ] = None,
) -> None:
    """Say week by week whether tickets, answers and calibration have moved, and whether to retrain.

    Exits with 1 when they have.
    """
    from ticket_triage.cli.screen import show
    from ticket_triage.service.monitor import monitor as watch

    if json is not None:
        check_target(json, tickets, mapping)
    if out is not None:
        check_folder(out)
    found = watch(tickets, mapping=mapping, models=models, name=name)
    if json is not None:
        json_to(json, found.as_dict())
    if out is not None:
        from ticket_triage.reports.drift_plots import plot_drift

        for path in plot_drift(found.as_dict(), out):
            typer.echo(f"{path}")
    show(*_parts(found))
    if found.verdict == "drift":
        raise typer.Exit(EXIT_DRIFT)


def _parts(found: Monitored) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading, paragraph

    yield heading(f"Verdict: {found.verdict}")
    yield paragraph(found.advice)
    yield ""
    rows = [_row(entry) for entry in [*found.weeks, found.whole]]
    yield grid(["week of", "tickets", "unmet", "moved most", "by"], rows)
    yield ""
    told = [entry for entry in found.weeks if entry["findings"]]
    for entry in told[-_TOLD:]:
        yield paragraph(f"{_period(entry)}: {', '.join(entry['findings'])}")


def _period(entry: dict[str, Any]) -> str:
    if "week" not in entry:
        return "all"
    return str(entry["week"]) + ("" if entry["weeks"] == 1 else f" +{entry['weeks'] - 1}")


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    figures = f"{entry['rows']:,}", f"{entry['unknown_share']:.1%}"
    if not entry["judged"]:
        return _period(entry), *figures, "too few tickets", ""
    most = max(entry["moved"], key=entry["moved"].__getitem__)
    return _period(entry), *figures, most, f"{entry['moved'][most]:.2f}"
