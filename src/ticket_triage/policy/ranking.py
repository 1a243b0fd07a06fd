"""The order of the queue: strict, the same in every order of arrival, with the reason each stands where it does.

First the first priority. Then points as they count in the queue: the scorecard's and what the strategies add, held
inside the priority's own band, plus a little for every working hour waited, never reaching the first priority's
cut-off. Waiting long enough brings every ticket to just below it, where the oldest goes first, so that nobody starves.
Then the opening time, then the id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, overload

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.moments import moment
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.policy.calendars import EPOCH, microseconds
from ticket_triage.policy.case import in_utc
from ticket_triage.policy.ladder import TOP
from ticket_triage.policy.strategies import Part, Waiting, added, part
from ticket_triage.policy.units import hundredths
from ticket_triage.policy.waiting import worked_minutes_until

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.strategies import StrategyBook
    from ticket_triage.policy.surge import Switch

_HIGHEST = 10_000
FIRST_COME = "first_come"
_ORDER = itemgetter(0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ticket's place in the queue, 1 being served first, and why it stands above the next.

    ``standing`` is its points in the queue; ``parts`` what strategies and waiting would add to the scorecard's, before
    its priority's band holds the sum.
    """

    position: int
    ticket: Ticket
    decision: Decision
    standing: float
    parts: tuple[Part, ...]
    why_above_next: str


@dataclass(frozen=True, slots=True, repr=False)
class Ranking(Shown, Sequence[Ranked]):
    """The places of a queue, first to be served first, and by which points they were given.

    ``surge`` is the name of the surge policy while it holds, else None; ``switches`` is when it came on and went off.
    """

    places: tuple[Ranked, ...]
    surge: str | None
    switches: tuple[Switch, ...]

    @overload
    def __getitem__(self, index: int) -> Ranked: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Ranked, ...]: ...

    def __getitem__(self, index: int | slice) -> Ranked | tuple[Ranked, ...]:
        """Return a place, or several."""
        return self.places[index]

    def __len__(self) -> int:
        """Return how many tickets wait."""
        return len(self.places)

    def told(self) -> list[str]:
        """Return how many wait, and whether the surge policy holds."""
        surge = f"; surge policy {self.surge}" if self.surge else ""
        return [f"{len(self.places):,} tickets, first to be served first{surge}."]

    def cells(self) -> Cells:
        """Return one row for each place."""
        headings = ("position", "ticket", "priority", "points", "team", "why above the next")
        decided = ((entry, entry.decision) for entry in self.places)
        return headings, (
            (entry.position, own.ticket_id, own.priority, own.points, own.route.named, entry.why_above_next)
            for entry, own in decided
        )


class _Entry(NamedTuple):
    """A waiting ticket with what it is ordered by, in that order; points in hundredths, falling, so negative."""

    later: bool
    behind: int
    opened: int
    ticket_id: str
    waited: int
    ticket: Ticket
    decision: Decision
    parts: tuple[Part, ...]


def rank(
    decided: Sequence[tuple[Ticket, Decision]],
    policy: Policy,
    now: datetime,
    arrivals: Iterable[datetime] = (),
    desk: Desk | None = None,
) -> Ranking:
    """Put decided tickets in the order they should be served.

    Parameters
    ----------
    decided : sequence of (Ticket, Decision)
        In any order; ids are unique.
    policy : Policy
    now : datetime
        Up to when waiting counts, aware. A ticket without opening time has not waited.
    arrivals : iterable of datetime
        When tickets came in lately, those no longer open included; many of them switch the surge policy on.
    desk : Desk or None
        Who works and how much room they have, which bounds what teams choose to do first; None when not known.

    Returns
    -------
    Ranking
        A sequence of Ranked, first to be served first.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from ticket_triage.domain.prediction import NO_PREDICTION
    >>> from ticket_triage.domain.ticket import Ticket
    >>> from ticket_triage.policy import decide, load_policy
    >>> policy, now = load_policy(), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> tickets = [Ticket("A", "URGENT!!! the icon is ugly"), Ticket("B", "Checkout is down for everyone")]
    >>> queue = rank([(ticket, decide(ticket, NO_PREDICTION, policy, now)) for ticket in tickets], policy, now)
    >>> [(place.ticket.ticket_id, place.why_above_next) for place in queue]
    [('B', 'P1 stands before P3, whatever the points'), ('A', 'last in the queue')]
    """
    rule = policy.surge
    switches = () if rule is None else rule.record(filter(None, map(in_utc, arrivals)), now)
    surging = rule is not None and bool(switches) and switches[-1].on
    book = policy.strategies.with_points(rule.points) if rule is not None and surging else policy.strategies
    entries = sorted(_entries(decided, policy, book, now, desk), key=_ORDER)
    places = tuple(
        Ranked(
            place,
            entry.ticket,
            entry.decision,
            -entry.behind / 100,
            entry.parts,
            _why(entry, entries[place] if place < len(entries) else None),
        )
        for place, entry in enumerate(entries, start=1)
    )
    return Ranking(places, rule.name if rule is not None and surging else None, switches)


def _entries(
    decided: Sequence[tuple[Ticket, Decision]],
    policy: Policy,
    book: StrategyBook,
    now: datetime,
    desk: Desk | None,
) -> Iterable[_Entry]:
    opened = [in_utc(ticket.opened_at) or now for ticket, _ in decided]
    starts = [microseconds(start) for start in opened]
    minutes = worked_minutes_until(now, starts, policy.ageing.calendar)
    rules = {priority: book.of(priority) for priority in PRIORITIES}
    bands = {priority: policy.ladder.band(priority) for priority in PRIORITIES}
    ceilings = {priority: _HIGHEST if priority == TOP else bands[TOP][0] - 1 for priority in PRIORITIES}
    rate = policy.ageing.points_per_hour
    chosen = policy.choices.granted(decided, opened, policy, now, desk)
    each = zip(decided, opened, starts, minutes, chosen, strict=True)
    for (ticket, decision), opened_at, since, worked, choice in each:
        priority = decision.priority
        waiting = Waiting(ticket, decision, policy.heard(decision), opened_at, now, choice)
        extra, parts = added(rules[priority], waiting)
        lowest, highest = bands[priority]
        points = min(highest, max(lowest, hundredths(decision.points)) + extra)
        waited = max(0, min(ceilings[priority] - points, worked * rate // 60))
        if waited:
            parts = (*parts, part(FIRST_COME, waited, f"waited {worked / 60:.1f} working hours"))
        yield _Entry(priority != TOP, -points - waited, since, ticket.ticket_id, waited, ticket, decision, parts)


def _why(entry: _Entry, below: _Entry | None) -> str:
    if below is None:
        return "last in the queue"
    if entry.later != below.later:
        return f"{TOP} stands before {below.decision.priority}, whatever the points"
    if entry.behind != below.behind:
        return f"{-entry.behind / 100:.2f} points in the queue{_added(entry)}, against {-below.behind / 100:.2f}"
    if entry.opened != below.opened:
        return f"equal points, but opened first ({moment(EPOCH + timedelta(microseconds=entry.opened))})"
    return "equal in everything, so by ticket id"


def _added(entry: _Entry) -> str:
    parts = [f"{one.points:.2f} for {'waiting' if one.strategy == FIRST_COME else one.evidence}" for one in entry.parts]
    return f" ({', '.join(parts)})" if parts else ""
