"""Time blocks for ranked work: inside working time, within what people can hold, dependencies first.

A fifth of every stretch of working time is left free for what comes in, more when last week's plan was too full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

SHARE = 0.8
"""Share of working time that is planned when nothing is known of earlier weeks."""

_SHORTEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Task:
    """An open ticket as work to plan.

    Parameters
    ----------
    ticket_id, title : str
    priority : str
        ``"P1"`` (first) to ``"P4"``.
    points, minutes
        Of the scorecard; of usual work.
    category, person, escalate_to, due_at
        None where not known or not needed; ``person`` must do it.
    depends_on : tuple of str
        Ids of tickets that come first.
    stakeholders : tuple of str
        Who watches it.
    reason, escalation : str
        Why it stands where it does; which way it is escalated, empty when it is not.
    new, conflict : bool
        Whether it came in since the last plan; whether people disagree on it.
    """

    ticket_id: str
    title: str
    priority: str
    points: float
    minutes: int
    category: str | None = None
    person: str | None = None
    due_at: datetime | None = None
    depends_on: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()
    reason: str = ""
    escalation: str = ""
    escalate_to: str | None = None
    new: bool = False
    conflict: bool = False


class Lane(NamedTuple):
    """A person's week: free stretches in order, and how many minutes of work they can hold (None: no limit known)."""

    person: str
    spans: tuple[tuple[datetime, datetime], ...]
    capacity_minutes: int | None = None


class Block(NamedTuple):
    """A stretch of somebody's time for a ticket; ``part`` of ``parts`` where it had to be cut."""

    ticket_id: str
    person: str
    begins: datetime
    ends: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "ticket_id": self.ticket_id,
            "person": self.person,
            "begins": self.begins.isoformat(),
            "ends": self.ends.isoformat(),
        }


class Allocation(NamedTuple):
    """Blocks in order of time, the tickets without one and why, and the tickets that wait for one another in a ring."""

    blocks: tuple[Block, ...]
    left_out: Mapping[str, str]
    rings: tuple[str, ...]


def ordered(tasks: Sequence[Task]) -> tuple[list[Task], list[str]]:
    """Return tasks in their order, each after those it depends on, and the ids that wait for one another in a ring.

    Examples
    --------
    >>> first, second = Task("A", "", "P1", 90.0, 30, depends_on=("B",)), Task("B", "", "P4", 5.0, 30)
    >>> [task.ticket_id for task in ordered([first, second])[0]]
    ['B', 'A']
    """
    by_id = {task.ticket_id: task for task in tasks}
    done: dict[str, Task] = {}
    rings: list[str] = []
    for task in tasks:
        stack = [(task, iter(task.depends_on))]
        open_now = {task.ticket_id}
        while stack and task.ticket_id not in done:
            current, waits_for = stack[-1]
            needed = next((by_id[name] for name in waits_for if name in by_id and name not in done), None)
            if needed is None:
                done[current.ticket_id] = current
                open_now.discard(current.ticket_id)
                stack.pop()
            elif needed.ticket_id in open_now:
                rings.append(current.ticket_id)
            else:
                open_now.add(needed.ticket_id)
                stack.append((needed, iter(needed.depends_on)))
    return list(done.values()), rings


def allocate(tasks: Sequence[Task], lanes: Sequence[Lane], share: float = SHARE) -> Allocation:
    """Give ranked tasks time blocks.

    Parameters
    ----------
    tasks : sequence of Task
        First to be served first.
    lanes : sequence of Lane
    share : float, default=0.8
        How much of each free stretch is planned.

    Returns
    -------
    Allocation
        No two blocks of a person overlap, none lies outside their stretches, nobody gets more than their capacity,
        and no ticket begins before those it depends on have ended.
    """
    weeks = {lane.person: _Week(lane, share) for lane in lanes}
    ends: dict[str, datetime] = {}
    left_out: dict[str, str] = {}
    found: list[Block] = []
    in_order, rings = ordered(tasks)
    for task in in_order:
        late = [name for name in task.depends_on if name in left_out]
        if late:
            left_out[task.ticket_id] = f"waits for {late[0]}, which has no time this week"
            continue
        after = max((ends[name] for name in task.depends_on if name in ends), default=None)
        week = weeks.get(task.person or "") or _freest(weeks, after, task.minutes)
        blocks = week.take(task, after) if week is not None else None
        if blocks is None:
            left_out[task.ticket_id] = "no time is left this week" if weeks else "nobody is known to work this week"
            continue
        ends[task.ticket_id] = blocks[-1].ends
        found += blocks
    blocks_in_time = tuple(sorted(found, key=lambda block: (block.begins, block.person, block.ticket_id)))
    return Allocation(blocks_in_time, left_out, tuple(dict.fromkeys(rings)))


class _Week:
    """What is left of a person's week, taken from its begin on."""

    def __init__(self, lane: Lane, share: float) -> None:
        self.person = lane.person
        self._room = lane.capacity_minutes
        self._spans = [(begins, begins + (ends - begins) * share) for begins, ends in lane.spans]

    def free_from(self, after: datetime | None, minutes: int) -> datetime | None:
        """Return from when a task could begin, None when there is not enough left."""
        pieces = self._pieces(timedelta(minutes=minutes), after)
        return pieces[0][0] if pieces else None

    def take(self, task: Task, after: datetime | None) -> list[Block] | None:
        """Take time for a task, None when there is not enough left."""
        pieces = self._pieces(timedelta(minutes=task.minutes), after)
        if pieces is None:
            return None
        taken_until = pieces[-1][1]
        self._spans = [(max(begins, taken_until), ends) for begins, ends in self._spans if ends > taken_until]
        if self._room is not None:
            self._room -= task.minutes
        return [Block(task.ticket_id, self.person, *piece) for piece in pieces]

    def _pieces(self, needed: timedelta, after: datetime | None) -> list[tuple[datetime, datetime]] | None:
        if self._room is not None and needed > timedelta(minutes=self._room):
            return None
        found = []
        for begins, ends in self._usable(after):
            if ends - begins < min(needed, _SHORTEST):
                continue
            piece = min(needed, ends - begins)
            found.append((begins, begins + piece))
            needed -= piece
            if not needed:
                return found
        return None

    def _usable(self, after: datetime | None) -> Iterator[tuple[datetime, datetime]]:
        for begins, ends in self._spans:
            first = begins if after is None else max(begins, after)
            if first < ends:
                yield first, ends


def _freest(weeks: Mapping[str, _Week], after: datetime | None, minutes: int) -> _Week | None:
    """Return whoever could begin first."""
    free = [(start, week.person) for week in weeks.values() if (start := week.free_from(after, minutes)) is not None]
    return weeks[min(free)[1]] if free else None
