"""A whole queue handed out at once: in its order, each ticket to whoever can take it best by then."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ticket_triage.policy.staffing import staff_of

if TYPE_CHECKING:
    from ticket_triage.domain.desk import Desk
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.ranking import Ranking


def hand_out(ranking: Ranking, policy: Policy, desk: Desk) -> list[str | None]:
    """Return who should take each ticket, None where nobody at work has room left.

    A single decision knows one snapshot, so many decided on it would all name the same person; here each ticket adds
    to the load of whoever got it.

    Parameters
    ----------
    ranking : Ranking
    policy : Policy
    desk : Desk
        The snapshot the tickets were decided on.

    Returns
    -------
    list of str or None
        One name for each place.
    """
    staff = staff_of(desk, policy)
    given: defaultdict[str, int] = defaultdict(int)
    names: list[str | None] = []
    for entry in ranking:
        ticket_id, team = entry.ticket.ticket_id, entry.decision.route.team
        name = staff.fixed.get(ticket_id, {}).get("agent")
        needs = policy.router.needed_by(entry.ticket, entry.decision)
        if name is None and team is not None:
            person = staff.best(team, needs, entry.decision.now, desk.reverts.get(ticket_id, ()), given)
            name = None if person is None else person.name
        if name is not None:
            given[name] += needs.minutes
        names.append(name)
    return names
