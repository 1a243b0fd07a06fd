"""A file of open tickets as the queue in which they should be served."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.decision import moment
from ticket_triage.intake.reading import Reading, read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy import Ranking, hand_out, rank
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy import Ranked
    from ticket_triage.service.train import MappingSource, Source


@dataclass(frozen=True, slots=True)
class Queue:
    """Tickets in the order they should be served.

    Parameters
    ----------
    ranking : Ranking
    agents : tuple of str or None
        Who should take each, when the desk is known; None where nobody has room.
    """

    ranking: Ranking
    agents: tuple[str | None, ...]

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

    def as_frame(self) -> pd.DataFrame:
        """Return the queue as a table, one row for each place."""
        rows = [
            place | {"parts": "; ".join(f"{part['strategy']} {part['points']:.2f}" for part in place["parts"])}
            for place in self.as_dict()["places"]
        ]
        return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


_COLUMNS = {
    "position": "int64",
    "ticket_id": "str",
    "priority": "str",
    "points": "float64",
    "standing": "float64",
    "team": "str",
    "agent": "str",
    "parts": "str",
    "why_above_next": "str",
}


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


@dataclass(frozen=True, slots=True)
class Ordered:
    """What came of ordering a file: the queue, what was read, and why rules alone decided (None with a model)."""

    queue: Queue
    reading: Reading
    missing: str | None


def queue_of(tickets: Sequence[Ticket], assessor: Assessor, now: datetime) -> Queue:
    """Decide tickets and put them in the order they should be served.

    Arrivals that may switch the surge policy on are the desk's; when it names none, the tickets' own opening times.
    """
    decisions = assessor.decide_many(tickets, now, reasons=False)
    desk = assessor.desk
    opened = [ticket.opened_at for ticket in tickets if ticket.opened_at is not None]
    arrivals = desk.arrivals if desk is not None and desk.arrivals else opened
    ranking = rank(list(zip(tickets, decisions, strict=True)), assessor.policy, now, arrivals)
    if desk is not None:
        return Queue(ranking, tuple(hand_out(ranking, assessor.policy, desk)))
    return Queue(ranking, (None,) * len(ranking))


def order(
    tickets: Source,
    *,
    now: datetime,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    desk: str | Path | None = None,
) -> Ordered:
    """Order the open tickets of a file.

    Parameters
    ----------
    tickets : str, Path or DataFrame
    now : datetime
        The moment to decide for and up to which waiting counts, UTC-aware.
    mapping, models, name, policy
        As for :func:`ticket_triage.service.predict.predict`.
    desk : str, Path or None
        A snapshot of the desk; None when not known.

    Returns
    -------
    Ordered

    Raises
    ------
    InputError, PolicyError
        When tickets, policy or desk cannot be read. A model that cannot be used raises nothing: ``missing`` says why.
    """
    assessor = build_assessor(
        Path(models), name, None if policy is None else Path(policy), None if desk is None else Path(desk)
    )
    reading = read_tickets(tickets, mapping, labelled=False)
    return Ordered(queue_of(tickets_from(reading.tickets), assessor, now), reading, assessor.missing)
