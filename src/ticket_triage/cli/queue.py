"""The ranked queue as a table that reads well from 80 to 120 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ticket_triage.reports.causes import causes
from ticket_triage.reports.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.policy import Ranked

_LINES = 2
_TEAM_AT_MOST = 14
_SUBJECT_SHARE = 0.4
_GAP = 2
_NOBODY = "nobody"
_FIXED = ("#", "priority", "points")
_COLOURS = {"P1": "bold red", "P2": "yellow", "P3": "cyan", "P4": "dim"}


def queue_table(queue: Sequence[Ranked], width: int) -> Table:
    """Return the queue; subject and reasons take two lines at most, and only as many reasons as fit are given.

    Parameters
    ----------
    queue : sequence of Ranked
    width : int
        Columns to fill.
    """
    team = min(_TEAM_AT_MOST, max((len(entry.decision.route.team or _NOBODY) for entry in queue), default=4))
    room = width - team - sum(map(len, _FIXED)) - 5 * _GAP - 1
    subject = int(room * _SUBJECT_SHARE)
    made = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for name in _FIXED:
        made.add_column(name, justify="left" if name == "priority" else "right", no_wrap=True)
    made.add_column("team", width=team, no_wrap=True, overflow="ellipsis")
    made.add_column("subject", width=subject)
    made.add_column("why", width=room - subject)
    for entry in queue:
        made.add_row(*_cells(entry, subject, room - subject))
    return made


def _cells(entry: Ranked, subject: int, why: int) -> tuple[str | Text, ...]:
    decision = entry.decision
    return (
        str(entry.position),
        Text(decision.priority, style=_COLOURS[decision.priority]),
        f"{decision.points:.2f}",
        Text(printable(decision.route.team or _NOBODY)),
        _held(_one_line(entry.ticket.subject or entry.ticket.body), subject),
        _held(_as_many_as_fit([_one_line(cause) for cause in causes(decision)], why), why),
    )


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _as_many_as_fit(parts: Sequence[str], width: int) -> str:
    """Join the first part with as many of the next as find room."""
    text = ""
    for part in parts:
        longer = f"{text}; {part}" if text else part
        if text and len(_folded(longer, width)) > _LINES:
            return text
        text = longer
    return text


def _held(text: str, width: int) -> Text:
    """Fold a text into the lines there are; what is too long for them ends in an ellipsis."""
    lines = _folded(text, width)
    if len(lines) > _LINES:
        lines = lines[:_LINES]
        lines[-1].truncate(width - 1)
        lines[-1].append("…")
    return Text("\n").join(lines)


def _folded(text: str, width: int) -> list[Text]:
    return list(Text(text).wrap(Console(width=width), width))
