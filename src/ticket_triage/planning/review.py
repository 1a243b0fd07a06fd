"""Last week's plan against what was done, why they differ, and what to do otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ticket_triage.planning.blocks import SHARE

_LEAST, _MOST = 0.4, 0.9
_ROOM = 0.05


class Reviewed(NamedTuple):
    """A planned ticket: whether it was done, and why not, where that is known."""

    ticket_id: str
    title: str
    minutes: int
    done: bool
    why: str


class Review(NamedTuple):
    """A week looked back on; ``came_in`` are tickets nobody had planned, and their minutes of work."""

    week: str
    share: float
    tickets: tuple[Reviewed, ...]
    came_in: tuple[int, int]

    @property
    def planned_minutes(self) -> int:
        """Minutes planned."""
        return sum(entry.minutes for entry in self.tickets)

    @property
    def done_minutes(self) -> int:
        """Minutes of planned work that was done."""
        return sum(entry.minutes for entry in self.tickets if entry.done)

    @property
    def next_share(self) -> float:
        """Share of working time to plan next: less after a week that was too full, a little more after a kept one."""
        if not self.planned_minutes:
            return SHARE
        kept = self.done_minutes / self.planned_minutes
        return round(min(max(self.share * kept if kept < 1 else self.share + _ROOM, _LEAST), _MOST), 2)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "week": self.week,
            "planned": len(self.tickets),
            "done": sum(entry.done for entry in self.tickets),
            "planned_minutes": self.planned_minutes,
            "done_minutes": self.done_minutes,
            "came_in": self.came_in[0],
            "came_in_minutes": self.came_in[1],
            "tickets": [entry._asdict() for entry in self.tickets],
        }


def review(
    plan: Mapping[str, Any],
    is_open: Callable[[str], bool],
    ticked: Mapping[str, str | None],
    new_minutes: Sequence[int],
) -> Review:
    """Hold a kept plan against what is open now.

    Parameters
    ----------
    plan : mapping
        As ``WeekPlan.as_dict`` gave it.
    is_open : callable
        Whether a ticket is open now.
    ticked : mapping of str to str or None
        Tickets a person ticked (None), or wrote a reason behind.
    new_minutes : sequence of int
        Work of the tickets that came in since.
    """
    planned = list(dict.fromkeys(block["ticket_id"] for block in plan["blocks"]))
    tasks = {task["ticket_id"]: task for task in plan["tasks"]}
    came_in = len(new_minutes), sum(new_minutes)
    crowd = f"{came_in[0]} tickets with {came_in[1]} minutes of work came in meanwhile" if came_in[0] else "still open"
    found = []
    for ticket_id in planned:
        told = ticked.get(ticket_id, "")
        done = told is None or not is_open(ticket_id)
        waits = [name for name in tasks[ticket_id]["depends_on"] if is_open(name)]
        why = "" if done else told or (f"waits for {waits[0]}, still open" if waits else crowd)
        found.append(Reviewed(ticket_id, tasks[ticket_id]["title"], tasks[ticket_id]["minutes"], done, why))
    return Review(plan["week"], plan["share"], tuple(found), came_in)


def adjustments(found: Review | None) -> list[str]:
    """Return what to do otherwise after a review, in sentences."""
    if found is None:
        return ["No plan of last week is kept here, so nothing is changed; this one is the first to look back on."]
    if not found.tickets:
        return ["Last week had no time blocks, so nothing can be learnt from it."]
    lines = []
    kept = found.done_minutes / found.planned_minutes
    if kept < 1:
        lines.append(
            f"{100 * kept:.0f} % of the planned work was done, so this week plans {100 * found.next_share:.0f} % of "
            f"the working time, not {100 * found.share:.0f} %."
        )
    else:
        lines.append(f"All planned work was done, so this week plans {100 * found.next_share:.0f} % of working time.")
    late = [entry.ticket_id for entry in found.tickets if not entry.done]
    if late:
        names = ", ".join(late[:5]) + (f" and {len(late) - 5} more" if len(late) > 5 else "")
        lines.append(f"Not done and planned again where there is time: {names}.")
    if found.came_in[1] > found.planned_minutes:
        lines.append("More work came in than was planned: keep mornings for what is new, or ask for help early.")
    return lines
