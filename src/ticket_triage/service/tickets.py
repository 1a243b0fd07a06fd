"""Tickets that are kept: what is known of one, and what happens to it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.moments import moment
from ticket_triage.domain.redaction import redact
from ticket_triage.errors import BadValueError
from ticket_triage.policy.calendars import microseconds
from ticket_triage.policy.timeline import Standing, timeline
from ticket_triage.service.stored import clocks_of
from ticket_triage.store.events import add_event
from ticket_triage.store.reading import read_ticket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.domain.events import Event
    from ticket_triage.policy import Policy
    from ticket_triage.store.reading import Kept
    from ticket_triage.store.store import Connection, Store


def ticket_view(store: Store, ticket_id: str, policy: Policy, now: datetime) -> dict[str, Any]:
    """Return all that is kept of a ticket, with its service clocks at the moment ``now``, as plain values.

    Raises
    ------
    TicketNotFoundError
    """
    with store.reading() as connection:
        kept = read_ticket(connection, ticket_id)
    return {
        "ticket_id": ticket_id,
        "version": kept.version,
        "open": kept.is_open,
        "ticket": dict(kept.document),
        "receipt": json.loads(kept.receipt),
        "receipts": kept.receipts,
        "events": [_event(event) for event in kept.history.events],
        "feedback": kept.feedback,
        "labels": kept.labels,
        "holds": {"locks": dict(kept.holds.locks), "reverts": list(kept.holds.reverts)},
        "clocks": _clocks(kept, policy, now),
    }


def tell_event(
    connection: Connection, event: Event, policy: Policy, now: datetime, expected: int | None = None
) -> dict[str, Any]:
    """Keep what happened to a ticket; return the ticket's state and clocks by then, as plain values.

    Raises
    ------
    TicketNotFoundError, TicketChangedError, BadValueError
    """
    clean = replace(event, text=redact(event.text))
    told = add_event(connection, clean, now, lambda events: _is_over(events, policy, now), expected)
    kept = read_ticket(connection, event.ticket_id)
    return {
        "ticket_id": event.ticket_id,
        "event_id": event.event_id,
        "duplicate": told.duplicate,
        "version": told.version,
        "open": told.is_open,
        "clocks": _clocks(kept, policy, now),
    }


def _is_over(events: Sequence[Event], policy: Policy, now: datetime) -> bool:
    """Say whether work is over after all events, those that a clock ahead of ours told included."""
    until = max(microseconds(now), *(microseconds(event.at) for event in events))
    line = timeline(events, policy.statuses, until, Standing())
    return line is not None and line.stretches[-1].standing.done


def _clocks(kept: Kept, policy: Policy, now: datetime) -> dict[str, Any] | None:
    """Return the service clocks of a ticket; None where its events lie ahead."""
    try:
        clocks = clocks_of(kept.ticket, kept.history, policy, now)
    except BadValueError:
        return None
    return clocks.as_dict()


def _event(event: Event) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "at": moment(event.at),
        "kind": event.kind,
        "value": event.value,
        "text": event.text,
        "sequence": event.sequence,
    }
