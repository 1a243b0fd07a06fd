"""Commands about API keys: create, list, revoke."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import DEFAULT_STORE, JsonOption, StoreOption
from ticket_triage.errors import BadOptionError
from ticket_triage.settings import NO_STORE

if TYPE_CHECKING:
    from ticket_triage.service.keys import Store

app = typer.Typer(help="Make and revoke the API keys that open the service.", rich_markup_mode=None)

ScopeOption = Annotated[
    list[str],
    typer.Option("--scope", metavar="SCOPE", help="predict, feedback, read or admin; repeat it for several."),
]


@app.command(epilog="Example: triage keys create helpdesk --scope predict --scope read")
def create(
    label: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: ScopeOption,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Make a key and show it, this once: only its hash is kept.

    A running service knows it within about a second.
    """
    from ticket_triage.service import keys

    with _opened(store) as opened:
        key, key_id = keys.create_key(opened, label, scope, datetime.now(UTC))
    typer.echo(key)
    typer.echo(
        f"Key {key_id} is shown this once; send it as Authorization: Bearer KEY. To undo: triage keys revoke {key_id}",
        err=True,
    )


@app.command("list", epilog="Example: triage keys list")
def list_keys(store: StoreOption = DEFAULT_STORE, json: JsonOption = None) -> None:
    """List every key ever made, what it opens, and when it was revoked."""
    from ticket_triage.cli.options import json_to
    from ticket_triage.cli.screen import grid, show
    from ticket_triage.service import keys

    with _opened(store) as opened:
        found = keys.list_keys(opened)
    rows = [(key.key_id, key.label, ", ".join(key.scopes), key.created_at, key.revoked_at or "") for key in found]
    headings = ["key", "label", "scopes", "created", "revoked"]
    if json is not None:
        json_to(json, [dict(zip(headings, row, strict=True)) for row in rows])
    show(grid(headings, rows) if rows else "There is no key; triage keys create makes one.")


@app.command(epilog="Example: triage keys revoke 0f3a9c21be47")
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Id of the key, as triage keys list shows it.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Let a key open nothing any more; a running service knows within about a second."""
    from ticket_triage.service import keys

    with _opened(store) as opened:
        keys.revoke_key(opened, key, datetime.now(UTC))
    typer.echo(f"Key {key} opens nothing any more.")


def _opened(where: str) -> Store:
    from ticket_triage.service.keys import Store

    if where == NO_STORE:
        raise BadOptionError("Keys are kept in the store; name one with --store.")
    return Store(where)
