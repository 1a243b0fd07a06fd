"""One ticket's receipt, from any source of tickets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME

if TYPE_CHECKING:
    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.train import MappingSource, Source


def explain(
    tickets: Source,
    *,
    now: datetime,
    ticket_id: str | None = None,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
) -> Decision:
    """Decide one ticket of a file.

    Parameters
    ----------
    tickets : str, Path or DataFrame
    now : datetime
        The moment to decide for, UTC-aware.
    ticket_id : str or None
        Which ticket; may be left out when there is only one.
    mapping, models, name, policy
        As for :func:`ticket_triage.service.predict.predict`.

    Returns
    -------
    Decision

    Raises
    ------
    BadOptionError
        When there is no such ticket, or several and none was named.
    """
    ticket = _picked(tickets_from(read_tickets(tickets, mapping, labelled=False).tickets), ticket_id)
    return build_assessor(Path(models), name, None if policy is None else Path(policy)).decide(ticket, now)


def _picked(tickets: list[Ticket], ticket_id: str | None) -> Ticket:
    if ticket_id is None and len(tickets) == 1:
        return tickets[0]
    if ticket_id is None:
        raise BadOptionError(f"There are {len(tickets)} tickets; name one of them with --ticket.")
    by_id = {ticket.ticket_id: ticket for ticket in tickets}
    if ticket_id not in by_id:
        raise BadOptionError(
            f"There is no ticket {ticket_id!r} among {len(tickets)}; {nearest(ticket_id, list(by_id)[:20])}"
        )
    return by_id[ticket_id]
