"""A ticket as the store holds it: one JSON document, and back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.moments import moment
from ticket_triage.domain.ticket import INTAKE_COLUMNS, Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping

_LISTS = ("tags", "stakeholders", "depends_on")


def ticket_document(ticket: Ticket) -> str:
    """Return a ticket as one line of JSON; what is unknown is left out.

    Examples
    --------
    >>> ticket_document(Ticket("T-1", "Help", tags=("billing",)))
    '{"ticket_id":"T-1","subject":"Help","tags":["billing"]}'
    """
    known = {name: value for name in INTAKE_COLUMNS if (value := getattr(ticket, name)) not in (None, "", ())}
    if ticket.opened_at is not None:
        known["opened_at"] = moment(ticket.opened_at)
    if ticket.custom:
        known["custom"] = dict(ticket.custom)
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))


def ticket_values(document: str) -> dict[str, Any]:
    """Return what a document says, as plain values."""
    values: dict[str, Any] = json.loads(document)
    return values


def ticket_of(values: Mapping[str, Any]) -> Ticket:
    """Return the ticket that a document's values stand for.

    Examples
    --------
    >>> ticket = Ticket("T-1", "Help", tags=("billing",), custom={"region": "emea"})
    >>> ticket_of(ticket_values(ticket_document(ticket))) == ticket
    True
    """
    made = {**values, **{name: tuple(values[name]) for name in _LISTS if name in values}}
    if "opened_at" in values:
        made["opened_at"] = datetime.fromisoformat(values["opened_at"])
    return Ticket(**made)
