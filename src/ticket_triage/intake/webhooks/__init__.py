"""What helpdesks post when something happens to a ticket, read as one shape.

The map: ``arrival`` that shape, and how a payload is read · ``generic`` our own · ``zendesk``, ``freshdesk``, ``jira``
(Service Management) and ``zammad`` theirs · ``markup`` their texts without markup.

Whatever a source lets its owner write by a template may also have the generic shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ticket_triage.intake.webhooks import freshdesk, generic, jira, zammad, zendesk
from ticket_triage.intake.webhooks.arrival import Arrival, Payload

__all__ = ["SOURCES", "Arrival", "read_arrival"]

_READERS: dict[str, Callable[[Payload], Arrival]] = {
    "generic": generic.read,
    "zendesk": zendesk.read,
    "freshdesk": freshdesk.read,
    "jira": jira.read,
    "zammad": zammad.read,
}

SOURCES = tuple(_READERS)
"""Every source there is."""


def read_arrival(source: str, value: Any) -> Arrival:
    """Return what a source's payload tells of a ticket.

    Parameters
    ----------
    source : str
        One of ``SOURCES``.
    value : object
        The payload's JSON as plain values.

    Raises
    ------
    PayloadError
        It lacks what it takes to know what happened, and what that is.

    Examples
    --------
    >>> arrival = read_arrival("freshdesk", {"freshdesk_webhook": {"ticket_id": 7, "ticket_subject": "No mail"}})
    >>> arrival.ticket["ticket_id"], arrival.ticket["subject"]
    ('7', 'No mail')
    """
    payload = Payload(source, value)
    return generic.read(payload) if payload.has("data.ticket") else _READERS[source](payload)
