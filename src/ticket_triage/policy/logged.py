"""What a decision reads of a ticket's log: what held when, and the few marks that its open clocks rest on.

A receipt keeps it, without any text, so that the decision can be made again from the receipt alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.clocks import RESOLUTION
from ticket_triage.domain.events import CALENDAR_CHANGED, PRIORITY_CHANGED
from ticket_triage.domain.moments import moment
from ticket_triage.errors import BadValueError, ReceiptError
from ticket_triage.policy.calendars import microseconds
from ticket_triage.policy.case import in_utc
from ticket_triage.policy.run import moment_at
from ticket_triage.policy.timeline import DONE, MESSAGE, REPLY, Mark, Standing, Stretch, Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticket_triage.domain.events import Event
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.statuses import Statuses

_NAMES = ("priority", "plan", "calendar", "status")
_FLAGS = ("held", "done")


@dataclass(frozen=True, slots=True)
class Logged:
    """A ticket's log up to the moment decided for.

    Parameters
    ----------
    line : Timeline
        A priority of None is the one that is decided.
    still : timedelta
        How long, since the opening, work stood still or was over.
    stands : bool
        Whether it does now.
    """

    line: Timeline
    still: timedelta
    stands: bool

    @property
    def opened_at(self) -> datetime:
        """When the ticket was opened."""
        return moment_at(self.line.opened_at)

    def plain(self, priority: str, ticket: Ticket) -> bool:
        """Whether it says nothing that a decision of this priority on the ticket does not know without it."""
        if in_utc(ticket.opened_at) != self.opened_at or self.line.marks:
            return False
        known = (Standing(plan=ticket.plan), Standing(priority=priority, plan=ticket.plan))
        return all(entry.standing in known for entry in self.line.stretches)

    def decided(self, priority: str, now: int) -> Timeline:
        """Return the line in which a priority is in force from ``now`` (microseconds) on, and where none was known."""
        stretches = [
            replace(entry, standing=replace(entry.standing, priority=entry.standing.priority or priority))
            for entry in self.line.stretches
        ]
        last = stretches[-1].standing
        if last.priority != priority:
            stretches.append(Stretch(now, replace(last, priority=priority)))
        return replace(self.line, stretches=tuple(stretches))

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values; what nobody said is left out."""
        return {
            "opened_at": moment(self.opened_at),
            "standings": [
                {"since": moment(moment_at(entry.begins)), **_told(entry.standing)} for entry in self.line.stretches
            ],
            "marks": [{"at": moment(moment_at(mark.at)), "what": mark.what} for mark in self.line.marks],
        }


def read_log(events: Sequence[Event], ticket_id: str, policy: Policy, now: datetime, plan: str | None) -> Logged | None:
    """Return what a decision reads of a log, None when nothing has happened by ``now``.

    Raises
    ------
    BadValueError
        An event is of another ticket.
    """
    strange = next((event.ticket_id for event in events if event.ticket_id != ticket_id), None)
    if strange is not None:
        raise BadValueError(f"Ticket {ticket_id} cannot be decided by an event of ticket {strange}; give its own log.")
    known, _ = fitting(events, policy)
    line = timeline(known, policy.statuses, microseconds(now), Standing(plan=plan))
    if line is None:
        return None
    brief = replace(line, stretches=_lasting(line.stretches), marks=_needed(line.marks))
    return _logged(brief, policy.statuses, now)


def fitting(events: Iterable[Event], policy: Policy) -> tuple[list[Event], tuple[str, ...]]:
    """Return the events that name no priority or calendar the policy lacks, and what is told of the others."""
    known = {PRIORITY_CHANGED: policy.levels.standard, CALENDAR_CHANGED: policy.levels.calendars}
    fits, notes = [], []
    for event in events:
        if event.kind in known and event.value not in known[event.kind]:
            what = event.kind.removesuffix("_changed")
            notes.append(f"The policy has no {what} {event.value!r}, so a change to it counts for nothing.")
        else:
            fits.append(event)
    return fits, tuple(dict.fromkeys(notes))


def recorded_log(record: dict[str, Any], policy: Policy, now: datetime) -> Logged:
    """Return a log from the plain values in a receipt.

    Raises
    ------
    ReceiptError
        They are no log.
    """
    try:
        line = Timeline(
            opened_at=_at(record["opened_at"]),
            stretches=tuple(Stretch(_at(entry["since"]), _standing(entry)) for entry in record["standings"]),
            marks=tuple(Mark(_at(entry["at"]), entry["what"]) for entry in record["marks"]),
            unknown=(),
        )
        if not line.stretches:
            raise ValueError("it holds no standing")
    except (KeyError, TypeError, ValueError) as error:
        raise ReceiptError(
            f"The receipt's log is none ({type(error).__name__}: {error}); take it as written."
        ) from None
    return _logged(line, policy.statuses, now)


def _logged(line: Timeline, statuses: Statuses, now: datetime) -> Logged:
    end = microseconds(now)
    ends = [*(entry.begins for entry in line.stretches[1:]), end]
    still = sum(
        max(0, until - max(line.opened_at, entry.begins))
        for entry, until in zip(line.stretches, ends, strict=True)
        if _stands_still(entry.standing, statuses)
    )
    return Logged(line, timedelta(microseconds=still), _stands_still(line.stretches[-1].standing, statuses))


def _stands_still(standing: Standing, statuses: Statuses) -> bool:
    return standing.done or statuses.pauses_in(RESOLUTION, standing.status, standing.held) is not None


def _lasting(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches that last, and the one at the end."""
    followed = [entry for entry, after in pairwise(stretches) if entry.begins < after.begins]
    return (*followed, stretches[-1])


def _needed(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks that open clocks rest on: the first and the last stop of each kind, and who waits since then."""
    stops = [place for place, mark in enumerate(marks) if mark.what in (REPLY, DONE)]
    dones = [place for place, mark in enumerate(marks) if mark.what == DONE]
    after = range(stops[-1] + 1 if stops else 0, len(marks))
    waiting = [place for place in after if marks[place].what == MESSAGE]
    return tuple(marks[place] for place in sorted({*stops[:1], *stops[-1:], *dones[:1], *dones[-1:], *waiting[:1]}))


def _told(standing: Standing) -> dict[str, Any]:
    return {name: value for name in (*_NAMES, *_FLAGS) if (value := getattr(standing, name))}


def _standing(entry: dict[str, Any]) -> Standing:
    names, flags = ({name: entry[name] for name in group if name in entry} for group in (_NAMES, _FLAGS))
    if not all(isinstance(value, str) for value in names.values()) or not all(flag is True for flag in flags.values()):
        raise TypeError("a standing is of another kind")
    return Standing(**names, **flags)


def _at(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))
