"""A ticket's service clocks in a few lines that a person can read and believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import MISSED, NO_TARGET
from ticket_triage.domain.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from ticket_triage.domain.clocks import ClockReading, TicketClocks


def lasting(duration: timedelta) -> str:
    """Write a duration of work in hours and minutes, cut to the minute.

    Examples
    --------
    >>> from datetime import timedelta
    >>> lasting(timedelta(hours=30, minutes=5)), lasting(-timedelta(minutes=90)), lasting(timedelta(0))
    ('30 h 05 min', '-1 h 30 min', '0 min')
    """
    minutes = abs(duration).days * 1440 + abs(duration).seconds // 60
    sign = "-" if duration.total_seconds() < 0 and minutes else ""
    hours, rest = divmod(minutes, 60)
    return f"{sign}{hours} h {rest:02} min" if hours else f"{sign}{rest} min"


def called(reading: ClockReading) -> str:
    """Return what a clock is called, with its number where there are several."""
    name = reading.clock.replace("_", " ")
    return f"{name} {reading.number}" if reading.number > 1 else name


def clock_lines(clocks: TicketClocks) -> Iterator[str]:
    """Yield what every clock says, why, and what changed its rule."""
    for reading in clocks.readings:
        yield f"{called(reading)}: {_verdict(reading)}"
        yield f"  {reading.rule}, because {reading.why}" if reading.state != NO_TARGET else f"  {reading.why}"
        for change in reading.changes:
            yield f"  {moment(change.at)}: {change.old} became {change.new} after {lasting(change.consumed)}"
    yield from clocks.notes


def _verdict(reading: ClockReading) -> str:
    spent = f"{lasting(reading.consumed)} used"
    if reading.paused:
        spent += f", {lasting(reading.paused)} paused"
    if reading.remaining is None:
        return f"{reading.state}, {spent}"
    late = reading.state == MISSED
    left = f"{lasting(abs(reading.remaining))} {'over' if late else 'left'}"
    parts = [reading.state, spent, left]
    if reading.due_at is not None:
        parts.append(f"due {moment(reading.due_at)}")
    if reading.stopped_at is not None:
        parts.append(f"stopped {moment(reading.stopped_at)} by {reading.stopped_by}")
    elif reading.warned and not late:
        parts.append("warned")
    if reading.breach_probability is not None:
        parts.append(f"missed with probability {reading.breach_probability:.2f}")
    return ", ".join(parts)
