"""The command that drafts a message about a ticket; it never sends one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
from ticket_triage.errors import BadOptionError


def install(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "draft-message", epilog="Example: triage draft-message decline open.csv --ticket T-17 --desk desk.toml"
    )(draft_message)


def draft_message(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="top_priority, deferral, queued_after, input_needed, ranked_lower, escalated, risk_managed, deadline, "
            "tracking, collaboration, decline, expected_wait or priority_changed.",
        ),
    ],
    tickets: Annotated[str, typer.Argument(metavar="TICKETS", help="All open tickets: a file or an SQL URL.")],
    ticket: Annotated[str, typer.Option("--ticket", metavar="ID", help="Which ticket it is about.")],
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="The ticket's own if left out, else English.")
    ] = None,
    slot: Annotated[
        list[str] | None, typer.Option("--slot", metavar="NAME=TEXT", help="What only you know; as often as needed.")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", metavar="FILE", help="Its earlier receipt, for priority_changed.")
    ] = None,
    mapping: MappingOption = None,
    models: ModelsOption = DEFAULT_MODELS,
    name: NameOption = DEFAULT_NAME,
    policy: PolicyOption = None,
    desk: DeskOption = None,
    now: NowOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it with its slots as JSON.")] = False,
) -> None:
    """Draft a message about an open ticket, every slot filled from live data; nothing is sent."""
    from ticket_triage.domain.explanation import json_line
    from ticket_triage.service.draft_message import draft_message as draft

    made = draft(
        kind,
        tickets,
        ticket,
        now=moment_of(now),
        language=language,
        slots=dict(map(_slot, slot or [])),
        previous=previous,
        mapping=mapping,
        models=models,
        name=name,
        policy=policy,
        desk=desk,
    )
    typer.echo(json_line(made.as_dict()) if json else made.text)


def _slot(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadOptionError(f"--slot takes NAME=TEXT, such as outcome='no data was lost'; got {text!r}.")
    return name.strip(), value
