"""Open tickets as the queue in which they should be served; serving needs no tables, so neither does this."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.moments import moment
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.policy import Ranking, hand_out, rank

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy import Ranked
    from ticket_triage.service.assess import Assessor


@dataclass(frozen=True, slots=True, repr=False)
class Queue(Shown):
    """Tickets in the order they should be served.

    Parameters
    ----------
    ranking : Ranking
    agents : tuple of str or None
        Who should take each, when the desk is known; None where nobody has room.
    """

    ranking: Ranking
    agents: tuple[str | None, ...]

    def told(self) -> list[str]:
        """Return how many wait."""
        return self.ranking.told()

    def cells(self) -> Cells:
        """Return one row for each place, with who should take it."""
        headings, rows = self.ranking.cells()
        return (*headings, "agent"), ((*row, agent) for row, agent in zip(rows, self.agents, strict=True))

    def as_dict(self) -> dict[str, Any]:
        """Return the queue as plain values, the same through the command line and HTTP."""
        return {
            "surge": self.ranking.surge,
            "switches": [
                {"at": moment(switch.at), "on": switch.on, "arrivals": switch.arrivals}
                for switch in self.ranking.switches
            ],
            "places": [_place(entry, agent) for entry, agent in zip(self.ranking, self.agents, strict=True)],
        }

    def as_json(self) -> str:
        """Return the queue as one line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _place(entry: Ranked, agent: str | None) -> dict[str, Any]:
    return {
        "position": entry.position,
        "ticket_id": entry.ticket.ticket_id,
        "priority": entry.decision.priority,
        "points": entry.decision.points,
        "standing": entry.standing,
        "team": entry.decision.route.team,
        "agent": agent,
        "parts": [part._asdict() for part in entry.parts],
        "why_above_next": entry.why_above_next,
    }


def queue_of(tickets: Sequence[Ticket], assessor: Assessor, now: datetime) -> Queue:
    """Decide tickets and put them in the order they should be served.

    Arrivals that may switch the surge policy on are the desk's; when it names none, the tickets' own opening times.
    """
    decisions = assessor.decide_many(tickets, now, reasons=False)
    return queue_decided(list(zip(tickets, decisions, strict=True)), assessor, now)


def queue_decided(decided: Sequence[tuple[Ticket, Decision]], assessor: Assessor, now: datetime) -> Queue:
    """Put tickets that are decided in the order they should be served; see ``queue_of``."""
    desk = assessor.desk
    opened = [ticket.opened_at for ticket, _ in decided if ticket.opened_at is not None]
    arrivals = desk.arrivals if desk is not None and desk.arrivals else opened
    ranking = rank(decided, assessor.policy, now, arrivals, desk)
    if desk is not None:
        return Queue(ranking, tuple(hand_out(ranking, assessor.policy, desk)))
    return Queue(ranking, (None,) * len(ranking))
