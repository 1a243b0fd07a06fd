"""A week's plan in ten steps, for a person or a team, from ranked open tickets.

The steps: what is new, ranked, in time blocks, what depends on what, whom to tell, what may go wrong, what to
escalate, the plan as it is kept, last week looked back on, and what to do otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ticket_triage.planning.blocks import SHARE, Allocation, Lane, Task, allocate
from ticket_triage.planning.review import Review, adjustments

TOP_TASKS = 5


class Responsibility(NamedTuple):
    """A part of the map of areas: its title, skills and tasks."""

    title: str
    skills: tuple[str, ...]
    tasks: tuple[str, ...]


class Update(NamedTuple):
    """Who must hear what of a ticket: the kind of message, and what the plan knows for its slots."""

    ticket_id: str
    to: str
    kind: str
    slots: dict[str, str]


class Roadblock(NamedTuple):
    """What may go wrong, and what can be done about it."""

    ticket_id: str
    block: str
    mitigation: str


@dataclass(frozen=True, eq=False)
class WeekPlan:
    """The plan of a week; see the module for its ten steps."""

    week: str
    who: str
    now: datetime
    share: float
    tasks: tuple[Task, ...]
    lanes: tuple[Lane, ...]
    allocation: Allocation
    top: tuple[str, ...]
    updates: tuple[Update, ...]
    roadblocks: tuple[Roadblock, ...]
    review: Review | None
    adjustments: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON: what is kept, and what the next plan looks back on."""
        return {
            "week": self.week,
            "who": self.who,
            "now": self.now.isoformat(),
            "share": self.share,
            "top": list(self.top),
            "tasks": [_plain(task) for task in self.tasks],
            "people": [_lane(lane) for lane in self.lanes],
            "blocks": [block.as_dict() for block in self.allocation.blocks],
            "left_out": dict(self.allocation.left_out),
            "rings": list(self.allocation.rings),
            "updates": [entry._asdict() for entry in self.updates],
            "roadblocks": [entry._asdict() for entry in self.roadblocks],
            "review": None if self.review is None else self.review.as_dict(),
            "adjustments": list(self.adjustments),
        }


def week_plan(
    week: str,
    who: str,
    now: datetime,
    tasks: Sequence[Task],
    lanes: Sequence[Lane],
    work: Sequence[Responsibility],
    week_after: str,
    last: Review | None = None,
    away: Sequence[str] = (),
) -> WeekPlan:
    """Return the plan of a week.

    Parameters
    ----------
    week : str
        Such as ``2026-W27``.
    who : str
        The agent or team.
    now : datetime
    tasks : sequence of Task
        Open work, first to be served first.
    lanes : sequence of Lane
        Who works, and when.
    work : sequence of Responsibility
        The areas of whoever plans.
    week_after : str
        The Monday on which work without time is looked at again.
    last : Review or None
        Last week looked back on.
    away : sequence of str
        Who of the team does not work now.
    """
    share = SHARE if last is None else last.next_share
    allocation = allocate(tasks, lanes, share)
    return WeekPlan(
        week=week,
        who=who,
        now=now,
        share=share,
        tasks=tuple(tasks),
        lanes=tuple(lanes),
        allocation=allocation,
        top=tuple(top_tasks(tasks, work)),
        updates=tuple(_updates(tasks, allocation, week_after)),
        roadblocks=tuple(_roadblocks(tasks, allocation, away, now)),
        review=last,
        adjustments=tuple(adjustments(last)),
    )


def top_tasks(tasks: Sequence[Task], work: Sequence[Responsibility]) -> list[str]:
    """Return the five tasks of the week: to answer the tickets assigned, then four from the areas with most to do.

    Examples
    --------
    >>> top_tasks([], [Responsibility("Invoices", ("billing",), ("explain a line",))])
    ['Answer the tickets assigned: none is open.', 'Invoices: explain a line.']
    """
    minutes = sum(task.minutes for task in tasks)
    open_now = f"{len(tasks)} open, {minutes} minutes of work" if tasks else "none is open"
    counts = Counter(task.category for task in tasks)
    busiest = sorted(work, key=lambda part: -sum(counts[skill] for skill in part.skills))
    rounds = max((len(part.tasks) for part in busiest), default=0)
    rest = [
        f"{part.title}: {part.tasks[turn]}{_waiting(part, counts)}."
        for turn in range(rounds)
        for part in busiest
        if turn < len(part.tasks)
    ]
    return [f"Answer the tickets assigned: {open_now}.", *rest[: TOP_TASKS - 1]]


def _waiting(part: Responsibility, counts: Mapping[str | None, int]) -> str:
    waiting = sum(counts[skill] for skill in part.skills)
    return f" ({waiting} waiting)" if waiting else ""


def _updates(tasks: Sequence[Task], allocation: Allocation, week_after: str) -> Iterator[Update]:
    begins = {block.ticket_id: block.begins for block in reversed(allocation.blocks)}
    for place, task in enumerate(tasks):
        whom = ", ".join(task.stakeholders) or "the requester"
        if task.escalate_to is not None:
            yield Update(task.ticket_id, whom, "escalated", {"stakeholder": task.escalate_to})
        elif not place:
            yield Update(task.ticket_id, whom, "top_priority", {"priority": task.priority})
        elif task.ticket_id in allocation.left_out:
            yield Update(task.ticket_id, whom, "deferral", {"date": week_after})
        elif task.stakeholders:
            when = begins[task.ticket_id].strftime("%Y-%m-%d %H:%M (UTC)")
            yield Update(task.ticket_id, whom, "deferral", {"date": when})


def _roadblocks(
    tasks: Sequence[Task], allocation: Allocation, away: Sequence[str], now: datetime
) -> Iterator[Roadblock]:
    known = {task.ticket_id for task in tasks}
    ends = {block.ticket_id: block.ends for block in allocation.blocks}
    for task in tasks:
        for name in task.depends_on:
            if name not in known:
                yield Roadblock(
                    task.ticket_id,
                    f"depends on {name}, which is not among these tickets",
                    f"See whether {name} is done; if not, ask its owner for a day before this one begins.",
                )
        end = ends.get(task.ticket_id)
        if task.due_at is not None and (end is None or end > task.due_at):
            due = task.due_at.strftime("%Y-%m-%d %H:%M UTC")
            why = "has no time block" if end is None else f"is planned to end {end:%Y-%m-%d %H:%M}"
            tell = "Tell them the new time before they ask."
            swap = "Swap it with a block that can wait, or hand it on."
            yield Roadblock(task.ticket_id, f"due by {due}, but {why}", tell if task.due_at <= now else swap)
        if task.conflict:
            yield Roadblock(
                task.ticket_id, "people disagree on how to resolve it", "Name the one person who decides, and by when."
            )
    for name in allocation.rings:
        yield Roadblock(name, "waits for a ticket that waits for it", "Cut the ring: decide which of them comes first.")
    for name in away:
        yield Roadblock("", f"{name} is away", "Hand their tickets on, or say when they are back.")
    if tasks and not allocation.blocks:
        yield Roadblock("", "nobody has time this week", "Ask the neighbouring team, or the manager, before Tuesday.")


def _plain(task: Task) -> dict[str, Any]:
    found = asdict(task)
    found["due_at"] = None if task.due_at is None else task.due_at.isoformat()
    return found | {"depends_on": list(task.depends_on), "stakeholders": list(task.stakeholders)}


def _lane(lane: Lane) -> dict[str, Any]:
    minutes = sum((ends - begins).total_seconds() for begins, ends in lane.spans) / 60
    return {"person": lane.person, "working_minutes": int(minutes), "capacity_minutes": lane.capacity_minutes}
