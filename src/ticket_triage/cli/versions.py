"""Commands about versions: list, show, compare, promote, roll back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import (
    DEFAULT_MODELS,
    DEFAULT_NAME,
    JsonOption,
    ModelsOption,
    NameOption,
    known_versions,
)
from ticket_triage.errors import GateRefusedError

if TYPE_CHECKING:
    from ticket_triage.modelling.gate import Verdict
    from ticket_triage.registry import Change
    from ticket_triage.service.promote import VersionInfo

EXIT_CHECK_FAILED = 1

app = typer.Typer(help="See which versions there are, and choose the one in use.", rich_markup_mode=None)

VersionArgument = Annotated[
    str,
    typer.Argument(metavar="VERSION", help="A version, or its number.", autocompletion=known_versions),
]
ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]


@app.command("list", epilog="Example: triage models list --name support")
def list_versions(
    models: ModelsOption = DEFAULT_MODELS,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Name of the model; all names if left out.")
    ] = None,
    json: JsonOption = None,
) -> None:
    """List every version, the one in use marked, and what a damaged one lacks."""
    from ticket_triage.cli.options import json_to
    from ticket_triage.cli.screen import grid, paragraph, show
    from ticket_triage.service import promote as use

    found = use.list_versions(models, name)
    if json is not None:
        changes = {each: use.history_of(models, each) for each in dict.fromkeys(info.name for info in found)}
        plain = {each: [_plain(change) for change in log] for each, log in changes.items()}
        json_to(json, {"versions": [info.as_dict() for info in found], "changes": plain})
    heads = list(dict.fromkeys(head for info in found for head in info.heads))
    headings = ["name", "version", "in use", "tickets", "until", *heads]
    show(grid(headings, [_row(info, heads) for info in found]), "", "The figure of a head is its macro-F1.")
    for info in found:
        if info.damage is not None:
            show(paragraph(f"warning: {info.damage}"))


@app.command(epilog="Example: triage models show 2 --name support")
def show(
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="[VERSION]",
            help="A version, or its number; the one in use if left out.",
            autocompletion=known_versions,
        ),
    ] = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    json: JsonOption = None,
) -> None:
    """Show a version's model card; card.html beside it is the same for a browser."""
    from ticket_triage import registry
    from ticket_triage.cli.options import json_to
    from ticket_triage.service import promote as use

    folder = use.show_version(models, name, version)
    if json is not None:
        json_to(json, registry.manifest_of(folder))
    typer.echo((folder / "card.md").read_text(encoding="utf-8"), nl=False)


@app.command(epilog="Example: triage models compare 2 --with 1 --name support")
def compare(
    version: VersionArgument,
    other: Annotated[
        str | None, typer.Option("--with", metavar="VERSION", help="Compare with this one; the one in use if left out.")
    ] = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    json: JsonOption = None,
) -> None:
    """Show what the gate would say of a version: both versions' figures on tickets that neither has learnt from."""
    from ticket_triage.service import promote as use

    verdict = use.compare(version, models=models, name=name, champion=other)
    _show_verdict(verdict, json)


@app.command(epilog="Example: triage models promote 2 --name support")
def promote(
    version: VersionArgument,
    force: Annotated[bool, typer.Option("--force", help="Ask no gate; needs --reason.")] = False,
    reason: ReasonOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    json: JsonOption = None,
) -> None:
    """Put a version into use when it is not worse than the one in use.

    Exits with 1, and changes nothing, when the gate refuses it.
    """
    from ticket_triage.service import promote as use

    try:
        change = use.promote(version, now=datetime.now(UTC), models=models, name=name, force=force, reason=reason)
    except GateRefusedError as error:
        _show_verdict(error.verdict, json)
        raise typer.Exit(EXIT_CHECK_FAILED) from None
    _tell(change, name, json)


@app.command(epilog="Example: triage models rollback --name support --reason 'misroutes invoices'")
def rollback(
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    reason: ReasonOption = None,
    json: JsonOption = None,
) -> None:
    """Put the version into use that was before this one."""
    from ticket_triage.service import promote as use

    _tell(use.roll_back(now=datetime.now(UTC), models=models, name=name, reason=reason), name, json)


def _row(info: VersionInfo, heads: list[str]) -> tuple[str, ...]:
    rows = "none" if info.rows is None else f"{info.rows:,}"
    figures = (f"{info.heads[head]:.3f}" if head in info.heads else "none" for head in heads)
    said = "yes" if info.in_use else "damaged" if info.damage is not None else ""
    return info.name, info.version, said, rows, (info.until or "")[:10], *figures


def _show_verdict(verdict: Verdict, json: Path | None) -> None:
    from ticket_triage.cli.options import json_to
    from ticket_triage.cli.screen import paragraph, show
    from ticket_triage.cli.verdict import verdict_parts

    if json is not None:
        json_to(json, verdict.as_dict())
    show(*verdict_parts(verdict, slices=True))
    if verdict.passed:
        show(paragraph("The gate lets it pass."))
        return
    show("The gate refuses it, and the version in use stays:")
    show(*(paragraph(f"  {refusal}") for refusal in verdict.refusals))


def _tell(change: Change, name: str, json: Path | None) -> None:
    from ticket_triage.cli.options import json_to

    if json is not None:
        json_to(json, _plain(change))
    before = "" if change.previous is None else f" instead of {change.previous}"
    typer.echo(f"Model {name!r} uses version {change.version}{before} from now on ({change.action}).")


def _plain(change: Change) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(change)
