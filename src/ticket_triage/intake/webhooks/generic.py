"""Our own shape: ``{"data": {"ticket": {...}, "events": [...], "status": "..."}}``, its parts as the API takes them."""

from __future__ import annotations

from ticket_triage.errors import PayloadError
from ticket_triage.intake.webhooks.arrival import Arrival, Payload

MAX_EVENTS = 100


def read(payload: Payload) -> Arrival:
    """Return what a payload of our own shape tells.

    Raises
    ------
    PayloadError
        It has no ticket with an id, or its events are no list of objects.

    Examples
    --------
    >>> read(Payload("generic", {"data": {"ticket": {"ticket_id": "T-1"}, "status": "solved"}})).status
    'solved'
    """
    payload.must("data.ticket.ticket_id")
    events = payload.at("data.events") or []
    if not isinstance(events, list) or len(events) > MAX_EVENTS or not all(isinstance(event, dict) for event in events):
        raise PayloadError(payload.source, ["data.events as a list of at most 100 objects"])
    return Arrival(
        payload.at("data.ticket"), tuple(events), status=payload.name("data.status"), at=payload.text("timestamp")
    )
