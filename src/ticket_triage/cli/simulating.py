"""What a person is shown of two policies on the same tickets."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ticket_triage.cli.screen import grid, heading, paragraph, show
from ticket_triage.domain.decision import PRIORITIES

if TYPE_CHECKING:
    from ticket_triage.service.policy_simulate import Simulated

_SHOWN = 20
_REASON_CHARS = 50


def show_simulated(found: Simulated) -> None:
    """Print how many move, between which priorities and teams, and what comes of the deadlines."""
    show(*found.told())
    if not found.moves:
        return
    show("")
    show(heading("Priorities"), grid(["priority", "before", "after"], _priorities(found)), "")
    show(heading("Teams"), grid(["team", "tickets", "after", "minutes", "after"], _teams(found)), "")
    show(heading("Deadlines"), grid(["clock", "sooner", "later", "known", "met", "after"], _deadlines(found)), "")
    moved = [move for move in found.moves if move.priority[0] != move.priority[1] or move.team[0] != move.team[1]]
    if moved:
        rows = [
            (move.ticket_id, _pair(move.priority), _pair(move.team), _short(move.reason)) for move in moved[:_SHOWN]
        ]
        show(heading("Who moves"), grid(["ticket", "priority", "team", "because"], rows))
    if len(moved) > _SHOWN:
        show(paragraph(f"  and {len(moved) - _SHOWN:,} more; --moves writes all of them to a file."))


def _pair(pair: tuple[str | None, str | None]) -> str:
    before, after = (name or "nobody" for name in pair)
    return before if before == after else f"{before} to {after}"


def _short(reason: str) -> str:
    """Return what a priority rests on, cut off where a row would get too long."""
    why = reason.partition(": ")[2]
    return why if len(why) <= _REASON_CHARS else f"{why[: _REASON_CHARS - 1]}…"


def _priorities(found: Simulated) -> list[tuple[str, ...]]:
    return [(name, f"{found.old.priorities[name]:,}", f"{found.new.priorities[name]:,}") for name in PRIORITIES]


def _teams(found: Simulated) -> list[tuple[str, ...]]:
    teams = sorted({*found.old.tickets, *found.new.tickets})
    sides: tuple[Counter[str], ...] = (found.old.tickets, found.new.tickets, found.old.minutes, found.new.minutes)
    return [(team, *(f"{side[team]:,}" for side in sides)) for team in teams]


def _deadlines(found: Simulated) -> list[tuple[str, ...]]:
    clocks = sorted({*found.sooner, *found.later, *found.judged})
    sides: tuple[Counter[str], ...] = (found.sooner, found.later, found.judged, found.old.met, found.new.met)
    return [(clock.replace("_", " "), *(f"{side[clock]:,}" for side in sides)) for clock in clocks]
