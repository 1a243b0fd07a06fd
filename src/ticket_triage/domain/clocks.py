"""What the service clocks of a ticket say, with everything they were computed from.

States of a clock: ``running`` · ``paused`` · ``met`` and ``missed``, judged by the target in force when it stopped, or
missed already while it runs on · ``no target`` where the policy sets none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ticket_triage.domain.moments import moment
from ticket_triage.domain.shown import Cells, Shown

FIRST_RESPONSE = "first_response"
NEXT_REPLY = "next_reply"
RESOLUTION = "resolution"
CLOCKS = (FIRST_RESPONSE, NEXT_REPLY, RESOLUTION)

RUNNING, PAUSED, MET, MISSED, NO_TARGET = "running", "paused", "met", "missed", "no target"

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CalendarUse:
    """What a calendar was made of on the days an answer needed it, so that no library's update changes the answer.

    Parameters
    ----------
    name, zone : str
    hours : tuple of seven tuples of (int, int)
        Spans in minutes of the day, Monday first.
    holidays : tuple of (date, str)
        With their names, ``""`` for the policy's own dates.
    offsets : tuple of (datetime, int)
        Seconds ahead of UTC, and the moment from which they held.
    """

    name: str
    zone: str
    hours: tuple[tuple[tuple[int, int], ...], ...]
    holidays: tuple[tuple[date, str], ...]
    offsets: tuple[tuple[datetime, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain values."""
        return {
            "name": self.name,
            "zone": self.zone,
            "hours": [[list(span) for span in spans] for spans in self.hours],
            "holidays": [{"date": day.isoformat(), "name": name} for day, name in self.holidays],
            "offsets": [{"since": moment(start), "seconds": seconds} for start, seconds in self.offsets],
        }


def calendar_use(record: dict[str, Any]) -> CalendarUse:
    """Return a record from its plain values.

    Examples
    --------
    >>> from datetime import UTC
    >>> use = CalendarUse("day", "UTC", (((540, 1020),),) * 7, (), ((datetime(2026, 3, 2, tzinfo=UTC), 0),))
    >>> calendar_use(use.as_dict()) == use
    True
    """
    return CalendarUse(
        name=record["name"],
        zone=record["zone"],
        hours=tuple(tuple((first, last) for first, last in spans) for spans in record["hours"]),
        holidays=tuple((date.fromisoformat(entry["date"]), entry["name"]) for entry in record["holidays"]),
        offsets=tuple((datetime.fromisoformat(entry["since"]), entry["seconds"]) for entry in record["offsets"]),
    )


@dataclass(frozen=True, slots=True)
class RuleChange:
    """That another rule took over a clock; what was consumed by then stays consumed."""

    at: datetime
    old: str
    new: str
    old_minutes: int | None
    new_minutes: int | None
    consumed: timedelta


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One clock of a ticket as it stands.

    Parameters
    ----------
    clock : str
        One of ``CLOCKS``.
    number : int
        Counts the next replies of a ticket from 1; otherwise 1.
    state : str
        See the module's text.
    rule, why : str
        Which target applies, and because of what.
    target_minutes : int or None
        Working minutes of the rule's calendar.
    started_at : datetime
    stopped_at : datetime or None
        None while it is open.
    stopped_by : str
        What stopped it, ``""`` while it is open.
    due_at : datetime or None
        When its target is used up if nothing more happens: the breach that is foreseen, or that has come. None while
        it is paused before that.
    warn_at : datetime or None
        The same for the policy's share of the target, three quarters as shipped.
    warned : bool
        Whether that share was used up before it stopped.
    consumed, paused : timedelta
        Working time that counted, and that did not because of pauses.
    remaining : timedelta or None
        Negative once missed.
    changes : tuple of RuleChange
    breach_probability : float or None
        How probably it will be missed, when the desk's own past was given.
    """

    clock: str
    number: int
    state: str
    rule: str
    why: str
    target_minutes: int | None
    started_at: datetime
    stopped_at: datetime | None
    stopped_by: str
    due_at: datetime | None
    warn_at: datetime | None
    warned: bool
    consumed: timedelta
    paused: timedelta
    remaining: timedelta | None
    changes: tuple[RuleChange, ...] = ()
    breach_probability: float | None = None

    @property
    def open(self) -> bool:
        """Whether it has not stopped yet."""
        return self.stopped_at is None

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as plain values, in a fixed order of keys; durations in minutes."""
        return {
            "clock": self.clock,
            "number": self.number,
            "state": self.state,
            "rule": self.rule,
            "why": self.why,
            "target_minutes": self.target_minutes,
            "started_at": moment(self.started_at),
            "stopped_at": None if self.stopped_at is None else moment(self.stopped_at),
            "stopped_by": self.stopped_by,
            "due_at": None if self.due_at is None else moment(self.due_at),
            "warn_at": None if self.warn_at is None else moment(self.warn_at),
            "warned": self.warned,
            "consumed_minutes": minutes(self.consumed),
            "paused_minutes": minutes(self.paused),
            "remaining_minutes": None if self.remaining is None else minutes(self.remaining),
            "breach_probability": self.breach_probability,
            "changes": [_change(entry) for entry in self.changes],
        }


@dataclass(frozen=True, slots=True, repr=False)
class TicketClocks(Shown):
    """All clocks of a ticket at one moment.

    Parameters
    ----------
    ticket_id : str
    now : datetime
        Later events were left out.
    readings : tuple of ClockReading
        First response, next replies in their order, resolution; only those that ever started.
    notes : tuple of str
        What the policy does not know of the log, and what follows from that.
    calendars : tuple of CalendarUse
    """

    ticket_id: str
    now: datetime
    readings: tuple[ClockReading, ...]
    notes: tuple[str, ...]
    calendars: tuple[CalendarUse, ...]

    def reading(self, clock: str) -> ClockReading | None:
        """Return the named clock's last reading, None when it never started."""
        return next((entry for entry in reversed(self.readings) if entry.clock == clock), None)

    def told(self) -> list[str]:
        """Return whose clocks these are, and what the policy does not know of the log."""
        return [f"Ticket {self.ticket_id} at {moment(self.now)}", *self.notes]

    def cells(self) -> Cells:
        """Return one row for each clock."""
        headings = ("clock", "number", "state", "rule", "started_at", "stopped_at", "due_at", "remaining_minutes")
        rows = (entry.as_dict() for entry in self.readings)
        return headings, ([row[name] for name in headings] for row in rows)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, in a fixed order of keys."""
        return {
            "ticket_id": self.ticket_id,
            "now": moment(self.now),
            "clocks": [entry.as_dict() for entry in self.readings],
            "notes": list(self.notes),
            "calendars": [entry.as_dict() for entry in self.calendars],
        }


def minutes(duration: timedelta) -> float:
    """Return a duration in minutes, to the hundredth, rounded down.

    Examples
    --------
    >>> minutes(timedelta(seconds=90)), minutes(timedelta(seconds=-1))
    (1.5, -0.02)
    """
    return (duration * 100 // _MINUTE) / 100


def _change(change: RuleChange) -> dict[str, Any]:
    return {
        "at": moment(change.at),
        "old": change.old,
        "new": change.new,
        "old_minutes": change.old_minutes,
        "new_minutes": change.new_minutes,
        "consumed_minutes": minutes(change.consumed),
    }
