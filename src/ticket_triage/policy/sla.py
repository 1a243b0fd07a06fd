"""The service clocks of one ticket: a pure function of its log, the policy and the moment.

First response runs from the opening to the first public reply, and no move starts it anew. Next reply runs, once there
was a first, from the oldest customer's message without an answer to the reply to it. Resolution runs from the opening
until work is over, and on when it is taken up again. All stop when work is over. Automatic replies and internal notes
stop none; a customer's last thanks starts none. Outside the calendar and in pauses nothing runs. A change of priority,
plan or calendar keeps the start and what was consumed: each stretch counts in the calendar that was in force, and the
target in force last judges.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import (
    FIRST_RESPONSE,
    NEXT_REPLY,
    RESOLUTION,
    ClockReading,
    TicketClocks,
)
from ticket_triage.errors import BadValueError
from ticket_triage.policy.calendars import microseconds, recorded
from ticket_triage.policy.run import OVER, CalendarBook, Cycle, Leg, Run, moment_at
from ticket_triage.policy.timeline import DONE, MESSAGE, REPLY, Standing, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.domain.events import Event
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.timeline import Timeline


def read_clocks(
    events: Iterable[Event],
    policy: Policy,
    now: datetime,
    *,
    priority: str | None = None,
    plan: str | None = None,
    calendars: Sequence[CalendarUse] = (),
) -> TicketClocks:
    """Return what every service clock of a ticket says.

    Parameters
    ----------
    events : iterable of Event
        Of one ticket, in any order; those after ``now`` are left out.
    policy : Policy
    now : datetime
        Aware. The clock is never read.
    priority, plan : str or None
        What holds from the opening on, where no event says otherwise.
    calendars : sequence of CalendarUse
        From an earlier answer, to get it again whatever today's tables of zones and holidays say.

    Returns
    -------
    TicketClocks
        The same for the same events in any order.

    Raises
    ------
    BadValueError
        There is no event by then, they are of several tickets, or one names a priority or calendar that the policy
        does not define; ``now`` has no time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> from ticket_triage.domain.events import Event
    >>> from ticket_triage.policy import load_policy
    >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    >>> log = [Event("T-1", nine, "opened"), Event("T-1", ten, "public_reply")]
    >>> clocks = read_clocks(log, load_policy(), ten, priority="P2")
    >>> [(entry.clock, entry.state, str(entry.remaining)) for entry in clocks.readings]
    [('first_response', 'met', '1:00:00'), ('resolution', 'running', '15:00:00')]
    """
    log = list(events)
    name = _only_ticket(log)
    if now.utcoffset() is None:
        raise BadValueError(f"The moment now, {now.isoformat()}, has no time zone; give one such as {now:%H:%M}Z.")
    line = timeline(log, policy.statuses, microseconds(now), Standing(priority=priority, plan=plan))
    if line is None:
        raise BadValueError(f"Ticket {name} has no event by {now.isoformat()}; ask for a later moment.")
    book = CalendarBook({use.name: recorded(use) for use in calendars})
    readings = line_readings(line, policy, microseconds(now), book)
    notes = tuple(
        f"The policy does not know the state {status!r}, so it pauses and stops no clock; add it to [clocks.statuses]."
        for status in line.unknown
    )
    return TicketClocks(name, moment_at(microseconds(now)), readings, notes, tuple(book.uses()))


def line_readings(line: Timeline, policy: Policy, now: int, book: CalendarBook) -> tuple[ClockReading, ...]:
    """Return what every clock of a timeline says at the moment ``now`` (microseconds); ``book`` notes the calendars."""
    reader = _Reader(policy, line, now, book)
    return tuple(reader.reading(cycle) for cycle in reader.cycles())


def _only_ticket(events: Sequence[Event]) -> str:
    names = sorted({event.ticket_id for event in events})
    if len(names) != 1:
        shown = ", ".join(names[:3]) or "none"
        raise BadValueError(f"Clocks are read from the events of one ticket, but these are of {shown}.")
    return names[0]


class _Reader:
    """Reads the clocks of one timeline."""

    def __init__(self, policy: Policy, line: Timeline, now: int, book: CalendarBook) -> None:
        self._now = now
        self._policy = policy
        self._line = line
        self._book = book

    def cycles(self) -> Iterator[Cycle]:
        """Yield every run of every clock that ever started."""
        marks, opened = self._line.marks, self._line.opened_at
        first = next((mark for mark in marks if mark.what in (REPLY, DONE) and mark.at >= opened), None)
        yield Cycle(FIRST_RESPONSE, 1, opened, *((first.at, first.what) if first else ()))
        for number, cycle in enumerate(self._replies(), start=1):
            yield Cycle(NEXT_REPLY, number, *cycle)
        ends = [mark.at for mark in marks if mark.what == DONE]
        if not self._policy.statuses.continues:
            ends = ends[:1]
        elif not self._line.stretches[-1].standing.done:
            ends = []
        yield Cycle(RESOLUTION, 1, opened, *((ends[-1], DONE) if ends else ()))

    def _replies(self) -> Iterator[tuple[int, int, str] | tuple[int]]:
        """Yield each wait for a next reply: from the oldest message without an answer to the answer."""
        answered, waiting = False, None
        for mark in self._line.marks:
            if mark.what == MESSAGE:
                if answered and waiting is None:
                    waiting = mark.at
                continue
            if waiting is not None:
                yield waiting, mark.at, mark.what
            answered, waiting = True, None
        if waiting is not None and self._worked_on_since(waiting):
            yield (waiting,)

    def _worked_on_since(self, moment: int) -> bool:
        """Whether the ticket was open at some time from a moment on; a word after the end starts no clock."""
        stretches = self._line.stretches
        ends = [stretch.begins for stretch in stretches[1:]]
        return any(
            not stretch.standing.done and (end is None or end > moment)
            for stretch, end in zip(stretches, [*ends, None], strict=True)
        )

    def _legs(self, cycle: Cycle) -> list[Leg]:
        """Cut a cycle where something changes; what holds at an open end has a leg, be it without length."""
        end = self._now if cycle.stop is None else cycle.stop
        stretches = self._line.stretches
        bounds = [*(stretch.begins for stretch in stretches[1:]), end]
        legs = [
            self._leg(cycle.clock, begins, ends, stretch.standing)
            for stretch, until in zip(stretches, bounds, strict=True)
            if (begins := max(cycle.start, stretch.begins)) < (ends := min(end, until))
        ]
        if cycle.stop is None or not legs:
            last = [stretch for stretch in stretches if stretch.begins <= end][-1]
            if not legs or legs[-1].standing != last.standing:
                legs.append(self._leg(cycle.clock, end, end, last.standing))
        return legs

    def _leg(self, clock: str, begins: int, ends: int, standing: Standing) -> Leg:
        target = None
        if standing.priority is not None:
            target = self._policy.levels.target(clock, standing.priority, standing.plan, standing.calendar)
        still = OVER if standing.done else self._policy.statuses.pauses_in(clock, standing.status, standing.held)
        return Leg(begins, ends, standing, target, still)

    def reading(self, cycle: Cycle) -> ClockReading:
        """Return one cycle judged."""
        return Run(cycle, self._legs(cycle), self._book).reading()
