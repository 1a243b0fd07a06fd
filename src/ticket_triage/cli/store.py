"""Commands that look after what the service keeps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from ticket_triage.cli.options import DEFAULT_STORE, StoreOption
from ticket_triage.errors import BadOptionError

EXIT_FOUND = 1

app = typer.Typer(help="Bring up to date, check and erase what the service keeps.", rich_markup_mode=None)


@app.command(epilog="Example: triage store upgrade --store triage-data")
def upgrade(store: StoreOption = DEFAULT_STORE) -> None:
    """Bring the tables to this program's version; an empty store is filled."""
    from ticket_triage.service.keep import upgrade_store

    before, after = upgrade_store(store)
    typer.echo(f"The tables are of version {after}" + ("." if before == after else f"; before: {before or 'none'}."))


@app.command(epilog="Example: triage store check --store triage-data")
def check(store: StoreOption = DEFAULT_STORE) -> None:
    """Check the database, the chain of the audit and every receipt against it; exit with 1 where something is wrong."""
    from ticket_triage.service.keep import check_store

    found = check_store(store)
    typer.echo(f"{found.tickets:,} tickets, {found.receipts:,} receipts, {found.entries:,} entries in the audit.")
    for fault in found.faults[:20]:
        typer.echo(f"  {fault}")
    typer.echo(f"{len(found.faults):,} faults." if found.faults else "All is as it was recorded.")
    if found.faults:
        raise typer.Exit(EXIT_FOUND)


@app.command(epilog="Example: triage store forget --requester maria@example.com")
def forget(
    customer: Annotated[str | None, typer.Option("--customer", metavar="NAME", help="A customer's id.")] = None,
    requester: Annotated[str | None, typer.Option("--requester", metavar="NAME", help="Who asked.")] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Erase a person's tickets, receipts, events, feedback and labels, and search the store's bytes for the name."""
    from ticket_triage.service.keep import forget_in_store

    kind, name = ("customer", customer) if customer is not None else ("requester", requester)
    if name is None or (customer is not None and requester is not None):
        raise BadOptionError("Name one person: --customer NAME or --requester NAME.")
    found = forget_in_store(store, kind, name, datetime.now(UTC))
    typer.echo(f"{found.tickets:,} tickets erased with all that belongs to them.")
    if found.left:
        typer.echo(f"The name can still be read in {found.left:,} places of what others wrote; look at those yourself.")
        raise typer.Exit(EXIT_FOUND)
    typer.echo("The name can be read nowhere in the store. Backups and indexes of past tickets are apart.")


@app.command(epilog="Example: triage store expire --days 730")
def expire(
    days: Annotated[int, typer.Option("--days", min=1, max=36_500, help="Days without a change.")],
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Erase tickets that are over and were not touched for so many days."""
    from ticket_triage.service.keep import expire_in_store

    typer.echo(f"{expire_in_store(store, days, datetime.now(UTC)):,} tickets erased.")
