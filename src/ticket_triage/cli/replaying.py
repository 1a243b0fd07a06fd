"""What came of replaying receipts, shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from ticket_triage.service.replay_receipt import Replayed

_SHOWN = 10
_LONGEST = 60


def show_replay(
    receipts: str,
    *,
    tickets: str | None,
    text: str | None,
    ticket_id: str | None,
    mapping: Path | None,
    models: Path,
    policy: Path | None,
    desk: Path | None,
    json: bool,
) -> bool:
    """Replay a file of receipts, say what differs, and return whether nothing does."""
    from ticket_triage.cli.screen import show
    from ticket_triage.domain.explanation import json_line
    from ticket_triage.service.replay_receipt import replay_receipts

    replayed = replay_receipts(
        receipts,
        tickets=tickets,
        text=text,
        ticket_id=ticket_id,
        mapping=mapping,
        models=models,
        policy=policy,
        desk=desk,
    )
    if json:
        for entry in replayed:
            typer.echo(json_line(entry.as_dict()))
    else:
        show(*_told(replayed))
    return all(entry.same for entry in replayed)


def _told(replayed: list[Replayed]) -> Iterator[RenderableType]:
    from ticket_triage.cli.screen import grid, heading, paragraph

    different = [entry for entry in replayed if not entry.same]
    for entry in different[:_SHOWN]:
        yield heading(f"Ticket {entry.ticket_id}: {len(entry.differences)} entries of its receipt differ")
        rows = [(change.key, _short(change.stored), _short(change.again)) for change in entry.differences]
        yield grid(["entry", "stored", "decided again"], rows)
        if any(change.key == "seal" for change in entry.differences):
            yield paragraph("  seal: id, facts, moment, desk or calendars are not as they were recorded.")
    for reason in dict.fromkeys(reason for entry in replayed for reason in entry.unchecked):
        many = sum(reason in entry.unchecked for entry in replayed)
        yield paragraph(f"Not checked{'' if len(replayed) == 1 else f' in {many:,} receipts'}: {reason}.")
    if len(replayed) == 1 and not different:
        yield f"Ticket {replayed[0].ticket_id}: decided again, the receipt is the same to the byte."
    elif len(replayed) > 1:
        yield f"{len(replayed) - len(different):,} of {len(replayed):,} receipts are the same to the byte."


def _short(value: str | None) -> str:
    if value is None:
        return "nothing"
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}\u2026"
