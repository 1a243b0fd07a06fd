"""Whom a ticket delays, and by how long: its team's queue worked through with it and without it."""

from __future__ import annotations

from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import Delay
from ticket_triage.policy.staffing import staff_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ticket_triage.domain.desk import Desk
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.ranking import Ranked, Ranking


def delayed_by(ticket_id: str, ranking: Ranking, policy: Policy, desk: Desk | None = None) -> tuple[Delay, ...]:
    """Return the tickets that begin later because a ticket is there, in the queue's order.

    Whoever asks, an executive or anybody else, stands where the scorecard puts the ticket; this is what that costs.
    Everybody at work in the ticket's team takes the next in order when free; one person, when nobody is known. A ticket
    takes the minutes its category usually does.

    Parameters
    ----------
    ticket_id : str
        One of the ranking's; another delays nothing.
    ranking : Ranking
    policy : Policy
    desk : Desk or None
        Who is at work.

    Returns
    -------
    tuple of Delay
        In working minutes of the team; tickets that are not delayed are left out.
    """
    place = next((entry for entry in ranking if entry.ticket.ticket_id == ticket_id), None)
    if place is None or place.decision.route.team is None:
        return ()
    team = place.decision.route.team
    queue = [entry for entry in ranking if entry.decision.route.team == team]
    hands = 0 if desk is None else len(staff_of(desk, policy).at_work(team, place.decision.now))
    minutes = [policy.router.needed_by(entry.ticket, entry.decision).minutes for entry in queue]
    cut = next(index for index, entry in enumerate(queue) if entry is place)
    before = _starts(minutes[:cut] + minutes[cut + 1 :], hands or 1)[cut:]
    after = _starts(minutes, hands or 1)[cut + 1 :]
    return tuple(_delays(queue[cut + 1 :], before, after))


def _delays(queue: Sequence[Ranked], before: Iterable[int], after: Iterable[int]) -> Iterable[Delay]:
    for entry, early, late in zip(queue, before, after, strict=True):
        if late > early:
            yield Delay(entry.ticket.ticket_id, entry.decision.priority, late - early)


def _starts(minutes: Sequence[int], hands: int) -> list[int]:
    """Return when each piece of work begins, in order, each taken by whoever is free first."""
    free = [0] * hands
    heapify(free)
    starts = []
    for length in minutes:
        starts.append(free[0])
        heapreplace(free, free[0] + length)
    return starts
