"""A ticket's log as what held from when to when, and the few moments that start or stop a clock.

Events of one moment without a stated order are taken together: what is changed there and back stays as it was, a reply
answers the messages of its moment, a customer's message ends pauses that began before it, a resolution comes last. So
no order of arrival makes a difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from ticket_triage.domain import events as kinds
from ticket_triage.domain.events import in_order
from ticket_triage.policy.calendars import microseconds
from ticket_triage.policy.statuses import HOLD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticket_triage.domain.events import Event
    from ticket_triage.policy.statuses import Statuses

MESSAGE, REPLY, DONE = "customer message", "public reply", "resolution"

_SETTINGS = {
    kinds.PRIORITY_CHANGED: "priority",
    kinds.PLAN_CHANGED: "plan",
    kinds.CALENDAR_CHANGED: "calendar",
    kinds.STATUS_CHANGED: "status",
}
_DONE_KINDS = (kinds.RESOLVED, kinds.CLOSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a ticket; None where nobody said."""

    priority: str | None = None
    plan: str | None = None
    calendar: str | None = None
    status: str | None = None
    held: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a moment on (microseconds), a standing holds until the next stretch begins."""

    begins: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment that starts or stops a clock."""

    at: int
    what: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A log up to a moment: when the ticket was opened, what held when, and the marks in their order."""

    opened_at: int
    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    unknown: tuple[str, ...]


def timeline(events: Iterable[Event], statuses: Statuses, now: int, start: Standing) -> Timeline | None:
    """Return the log of one ticket up to ``now``, None when nothing has happened by then.

    Parameters
    ----------
    events : iterable of Event
        Of one ticket, in any order.
    statuses : Statuses
    now : int
        Microseconds; later events are left out.
    start : Standing
        What holds before the first event.
    """
    known = [event for event in in_order(events) if microseconds(event.at) <= now]
    if not known:
        return None
    reader = _Reader(statuses, start, known)
    for (at, _), group in groupby(known, key=lambda event: (event.at, event.sequence)):
        reader.read(microseconds(at), list(group))
    return Timeline(
        reader.opened_at, tuple(reader.stretches), tuple(reader.marks), tuple(dict.fromkeys(reader.unknown))
    )


class _Reader:
    """Goes through a log moment by moment."""

    def __init__(self, statuses: Statuses, start: Standing, events: Sequence[Event]) -> None:
        opened = [event.at for event in events if event.kind == kinds.OPENED]
        self.opened_at = microseconds(opened[0] if opened else events[0].at)
        self.stretches = [Stretch(min(self.opened_at, microseconds(events[0].at)), start)]
        self.marks: list[Mark] = []
        self.unknown: list[str] = []
        self._statuses = statuses
        self._only_thanked = _only_thanked(events, statuses)

    def read(self, at: int, events: Sequence[Event]) -> None:
        """Take in what happened at one moment."""
        before = self.stretches[-1].standing
        if before.done and at in self._only_thanked:
            events = [event for event in events if not self._reopens(event)]
        answers = [event for event in events if self._answers(event)]
        standing = self._standing(before, events)
        if answers:
            standing = self._resumed(before, standing)
        if standing != before:
            self.stretches.append(Stretch(at, standing))
        self.marks += [Mark(at, MESSAGE)] * len(answers)
        if any(event.kind == kinds.PUBLIC_REPLY for event in events):
            self.marks.append(Mark(at, REPLY))
        if standing.done and not before.done:
            self.marks.append(Mark(at, DONE))

    def _answers(self, event: Event) -> bool:
        return event.kind == kinds.CUSTOMER_MESSAGE and not self._statuses.thanks(event.text)

    def _resumed(self, before: Standing, standing: Standing) -> Standing:
        """End the pauses that a customer's answer ends; one that began at the same moment stays."""
        if standing.status == before.status and self._statuses.answer_ends(standing.status):
            standing = replace(standing, status=None)
        if standing.held and before.held and self._statuses.answer_ends(HOLD):
            standing = replace(standing, held=False)
        return standing

    def _reopens(self, event: Event) -> bool:
        if event.kind == kinds.REOPENED:
            return True
        return event.kind == kinds.STATUS_CHANGED and self._statuses.done(event.value or "") is False

    def _standing(self, before: Standing, events: Sequence[Event]) -> Standing:
        changes: dict[str, str | None] = {}
        for kind, field in _SETTINGS.items():
            values = {event.value for event in events if event.kind == kind and event.value}
            if values:
                changes[field] = _settled(getattr(before, field), values)
        after = replace(before, **changes)  # type: ignore[arg-type]
        if after.status is not None and "status" in changes and self._statuses.done(after.status) is None:
            self.unknown.append(after.status)
        held = {event.kind == kinds.PAUSED for event in events if event.kind in (kinds.PAUSED, kinds.RESUMED)}
        after = replace(after, held=_toggled(before.held, held), done=self._done(before, after, events))
        if before.done and not after.done:
            status = after.status if "status" in changes else None
            after = replace(after, status=status, held=True in held)
        return after

    def _done(self, before: Standing, after: Standing, events: Sequence[Event]) -> bool:
        """Say whether work is over: by an event that says so, else by what the status means."""
        said = {event.kind in _DONE_KINDS for event in events if event.kind in (*_DONE_KINDS, kinds.REOPENED)}
        if said:
            return _toggled(before.done, said)
        if after.status == before.status or after.status is None:
            return before.done
        meant = self._statuses.done(after.status)
        return before.done if meant is None else meant


def _only_thanked(events: Sequence[Event], statuses: Statuses) -> set[int]:
    """Return the moments at which a customer said thanks and nothing else."""
    said: dict[int, list[bool]] = {}
    for event in events:
        if event.kind == kinds.CUSTOMER_MESSAGE:
            said.setdefault(microseconds(event.at), []).append(statuses.thanks(event.text))
    return {at for at, thanked in said.items() if all(thanked)}


def _settled(current: str | None, values: set[str]) -> str:
    """Return what holds after changes of one moment: there and back is no change."""
    return current if current in values and current is not None else max(values)


def _toggled(current: bool, values: set[bool]) -> bool:
    return next(iter(values)) if len(values) == 1 else current
