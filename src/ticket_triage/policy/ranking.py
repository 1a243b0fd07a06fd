"""The order of the queue: strict, the same in every order of arrival, with the reason each stands where it does.

First the first priority. Then points as they count in the queue: held inside the priority's own band, plus a little for
every working hour waited, never reaching the first priority's cut-off. Waiting long enough brings every ticket to
just below it, where the oldest goes first, so that nobody starves. Then the opening time, then the id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import moment
from ticket_triage.policy.case import in_utc
from ticket_triage.policy.clock import worked_minutes
from ticket_triage.policy.ladder import TOP
from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy

_HIGHEST = 10_000


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ticket's place in the queue, 1 being served first, and why it stands above the next."""

    position: int
    ticket: Ticket
    decision: Decision
    why_above_next: str


@dataclass(frozen=True, slots=True)
class _Entry:
    ticket: Ticket
    decision: Decision
    standing: int
    waited: int
    opened_at: datetime

    @property
    def order(self) -> tuple[bool, int, datetime, str]:
        return (self.decision.priority != TOP, -self.standing, self.opened_at, self.ticket.ticket_id)


def rank(decided: Sequence[tuple[Ticket, Decision]], policy: Policy, now: datetime) -> list[Ranked]:
    """Put decided tickets in the order they should be served.

    Parameters
    ----------
    decided : sequence of (Ticket, Decision)
        In any order; ids are unique.
    policy : Policy
    now : datetime
        Up to when waiting counts, aware. A ticket without opening time has not waited.

    Returns
    -------
    list of Ranked
        First to be served first.
    """
    entries = sorted((_entry(ticket, decision, policy, now) for ticket, decision in decided), key=_order)
    return [
        Ranked(place, entry.ticket, entry.decision, _why(entry, entries[place] if place < len(entries) else None))
        for place, entry in enumerate(entries, start=1)
    ]


def _order(entry: _Entry) -> tuple[bool, int, datetime, str]:
    return entry.order


def _entry(ticket: Ticket, decision: Decision, policy: Policy, now: datetime) -> _Entry:
    opened_at = in_utc(ticket.opened_at) or now
    lowest, highest = policy.ladder.band(decision.priority)
    points = min(highest, max(lowest, hundredths(decision.points)))
    ceiling = _HIGHEST if decision.priority == TOP else policy.ladder.band(TOP)[0] - 1
    waited = _waited(opened_at, now, policy, ceiling - points)
    return _Entry(ticket, decision, points + waited, waited, opened_at)


def _waited(opened_at: datetime, now: datetime, policy: Policy, room: int) -> int:
    """Return the hundredths of a point that waiting adds, no more than there is room for."""
    rate = policy.ageing.points_per_hour
    if rate == 0 or room <= 0 or opened_at >= now:
        return 0
    enough = room * 60 // rate + 1
    return min(room, worked_minutes(opened_at, now, policy.ageing.calendar, enough) * rate // 60)


def _why(entry: _Entry, below: _Entry | None) -> str:
    if below is None:
        return "last in the queue"
    own, other = entry.decision.priority, below.decision.priority
    if own == TOP != other:
        return f"{TOP} stands before {other}, whatever the points"
    if entry.standing != below.standing:
        waited = f", {entry.waited / 100:.2f} of them for waiting" if entry.waited else ""
        return f"{entry.standing / 100:.2f} points in the queue{waited}, against {below.standing / 100:.2f}"
    if entry.opened_at != below.opened_at:
        return f"equal points, but opened first ({moment(entry.opened_at)})"
    return "equal in everything, so by ticket id"
