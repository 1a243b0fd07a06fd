"""Commands about outgoing webhooks: add, list, remove, and what could not be delivered."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ticket_triage.cli.options import DEFAULT_STORE, JsonOption, StoreOption
from ticket_triage.errors import BadOptionError
from ticket_triage.settings import NO_STORE, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ticket_triage.service.hooks import Dead, Hook, Store

app = typer.Typer(
    help="Have notices of tickets sent to other programs, signed, and see which could not be delivered.",
    rich_markup_mode=None,
)

KindOption = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="KIND", help="ticket.decided or ticket.turned; repeat it, or leave it out for all."),
]


@app.command(epilog="Example: triage hooks add https://desk.example.org/triage --kind ticket.turned")
def add(
    url: Annotated[str, typer.Argument(help="Where notices are posted to; https.")],
    kind: KindOption = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Have notices posted to an address, and show the secret they are signed with, this once.

    They follow Standard Webhooks: webhook-id, webhook-timestamp and webhook-signature, HMAC-SHA256. The secret has to
    stay in the store, as it is, to sign with: keep the store from others' eyes. Deliveries are made by triage serve.
    """
    from ticket_triage.service import hooks

    settings = load_settings(os.environ)
    reach = hooks.Reach(private=settings.hooks_allow_private, loopback=settings.hooks_allow_loopback)
    with _opened(store) as opened:
        made = hooks.add_hook(opened, url, kind or [], reach, datetime.now(UTC))
    typer.echo(made.secret)
    typer.echo(
        f"Hook {made.hook_id} gets notices from now on, signed with this secret, shown this once. To undo: "
        f"triage hooks remove {made.hook_id}",
        err=True,
    )


@app.command("list", epilog="Example: triage hooks list")
def list_hooks(store: StoreOption = DEFAULT_STORE, json: JsonOption = None) -> None:
    """List every hook, the kinds it wants, and whether its address said that it is gone."""
    from ticket_triage.service import hooks

    with _opened(store) as opened:
        found = hooks.list_hooks(opened)
    rows = [
        (hook.hook_id, ", ".join(hook.kinds) or "all", hook.url, hook.created_at[:10], (hook.disabled_at or "")[:10])
        for hook in found
    ]
    _show(["hook", "kinds", "url", "added", "gone"], rows, "There is no hook; triage hooks add makes one.", json, found)


@app.command(epilog="Example: triage hooks remove hk_0f3a9c21be47")
def remove(
    hook: Annotated[str, typer.Argument(metavar="HOOK", help="Id of the hook, as triage hooks list shows it.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Send nothing more to a hook; its secret and what was on its way to it are deleted."""
    from ticket_triage.service import hooks

    with _opened(store) as opened:
        hooks.remove_hook(opened, hook, datetime.now(UTC))
    typer.echo(f"Hook {hook} gets nothing any more.")


@app.command(epilog="Example: triage hooks dead --json dead.json")
def dead(store: StoreOption = DEFAULT_STORE, json: JsonOption = None) -> None:
    """List the deliveries that were given up after the last try, the last one first."""
    from ticket_triage.service import hooks

    with _opened(store) as opened:
        found = hooks.list_dead(opened)
    rows = [(each.delivery_id, each.hook_id, each.ticket_id, each.attempts, each.last_error or "") for each in found]
    _show(["delivery", "hook", "ticket", "tries", "why"], rows, "No delivery was given up.", json, found)


@app.command(epilog="Example: triage hooks retry --all")
def retry(
    delivery: Annotated[
        str | None, typer.Argument(metavar="DELIVERY", help="Id of the delivery, as triage hooks dead shows it.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one that was given up.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Have what was given up tried anew, as often as the first time."""
    from ticket_triage.service import hooks

    if (delivery is None) != every:
        raise BadOptionError("Name one delivery, or --all for every one.")
    with _opened(store) as opened:
        found = hooks.retry(opened, delivery, datetime.now(UTC))
    typer.echo(f"{found:,} deliveries are tried anew.")


def _show(
    headings: list[str],
    rows: Sequence[tuple[object, ...]],
    none: str,
    json: Path | None,
    found: Sequence[Hook | Dead],
) -> None:
    from ticket_triage.cli.options import json_to
    from ticket_triage.cli.screen import grid, show

    if json is not None:
        json_to(json, [each._asdict() for each in found])
    show(grid(headings, [tuple(map(str, row)) for row in rows]) if rows else none)


@contextmanager
def _opened(where: str) -> Iterator[Store]:
    from ticket_triage.service.hooks import Store

    if where == NO_STORE:
        raise BadOptionError("Hooks are kept in the store; name one with --store.")
    with Store(where) as opened:
        yield opened
