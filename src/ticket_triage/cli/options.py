"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ticket_triage import registry
from ticket_triage.errors import BadOptionError
from ticket_triage.service.files import write_text

DEFAULT_MODELS = Path("models")
DEFAULT_NAME = "default"
DEFAULT_STORE = "triage-data"


def known_names(context: typer.Context) -> list[str]:
    """Return the names of models, for the shell to complete."""
    return registry.names(Path(context.params.get("models") or DEFAULT_MODELS))


def known_versions(context: typer.Context) -> list[str]:
    """Return the versions of the named model, for the shell to complete."""
    name = context.params.get("name") or DEFAULT_NAME
    try:
        return registry.versions(Path(context.params.get("models") or DEFAULT_MODELS), name)
    except BadOptionError:
        return []


ModelsOption = Annotated[
    Path, typer.Option("--models", metavar="DIR", envvar="TRIAGE_MODELS", help="Folder of trained models.")
]
NameOption = Annotated[
    str,
    typer.Option("--name", metavar="NAME", envvar="TRIAGE_NAME", help="Name of the model.", autocompletion=known_names),
]
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="TOML file that names an export's columns.")
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", envvar="TRIAGE_POLICY", help="Policy file; the shipped one if left out."),
]
DeskOption = Annotated[
    Path | None,
    typer.Option("--desk", metavar="FILE", envvar="TRIAGE_DESK", help="The desk as it stands, such as data/desk.toml."),
]
StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="DIR|URL|none",
        envvar="TRIAGE_STORE",
        help="Where to keep tickets and receipts: a folder (SQLite), postgresql://..., or none.",
    ),
]
AreasOption = Annotated[
    Path | None, typer.Option("--areas", metavar="FILE", help="Map of support work; the shipped one if left out.")
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="TIME", help="The moment to decide for, such as 2026-07-01T09:00:00Z; now if left out."
    ),
]
FastOption = Annotated[bool, typer.Option("--fast", help="Words alone, no slips mended: a quick answer.")]
JsonOption = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the report as JSON too.")]


def moment_of(value: str | None) -> datetime:
    """Read the moment to decide for; the present when none is given.

    Raises
    ------
    BadOptionError
        When it is no ISO 8601 moment with a time zone.

    Examples
    --------
    >>> moment_of("2026-07-01T11:00:00+02:00").hour
    9
    """
    if value is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadOptionError(f"--now takes a moment such as 2026-07-01T09:00:00Z; got {value!r}.") from None
    if moment.tzinfo is None:
        raise BadOptionError(f"--now needs a time zone, such as {value}Z for UTC; got {value!r}.")
    return moment.astimezone(UTC)


def json_to(path: Path, report: object) -> None:
    """Write a report as JSON, whole or not at all.

    Raises
    ------
    BadOptionError
        When the file cannot be written.
    """
    import json

    write_text(path, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
