"""Freshdesk's automation webhooks, with the names its simple content has, and three that only a template can add.

https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules
"""

from __future__ import annotations

from typing import Any

from ticket_triage.domain.events import CUSTOMER_MESSAGE, INTERNAL_NOTE, PUBLIC_REPLY
from ticket_triage.intake.webhooks.arrival import MAX_MESSAGE_CHARS, MAX_SUBJECT_CHARS, Arrival, Payload

_SAID = (CUSTOMER_MESSAGE, PUBLIC_REPLY, INTERNAL_NOTE)
_IN = "freshdesk_webhook"


def read(payload: Payload) -> Arrival:
    """Return what an automation rule tells of a ticket.

    ``comment_kind`` (customer_message, public_reply or internal_note) says whose the latest comment is, ``created_at``
    and ``updated_at`` when the ticket came in and changed, in ISO 8601.

    Raises
    ------
    PayloadError
    """
    payload.must(f"{_IN}.ticket_id")
    ticket = {
        "ticket_id": payload.name(f"{_IN}.ticket_id"),
        "subject": payload.text(f"{_IN}.ticket_subject", MAX_SUBJECT_CHARS),
        "body": payload.prose(f"{_IN}.ticket_description"),
        "opened_at": payload.text(f"{_IN}.created_at"),
        "channel": payload.name(f"{_IN}.ticket_source"),
        "requester": payload.name(f"{_IN}.ticket_requester_email") or payload.name(f"{_IN}.requester_email"),
        "customer_id": payload.name(f"{_IN}.ticket_company_name"),
        "product": payload.name(f"{_IN}.ticket_product_name"),
        "tags": payload.names(f"{_IN}.ticket_tags"),
    }
    at = payload.text(f"{_IN}.updated_at")
    return Arrival(ticket, _message(payload, at), payload.name(f"{_IN}.ticket_status"), at)


def _message(payload: Payload, at: str | None) -> tuple[dict[str, Any], ...]:
    kind = payload.text(f"{_IN}.comment_kind")
    if kind not in _SAID:
        return ()
    return ({"kind": kind, "at": at, "text": payload.prose(f"{_IN}.ticket_latest_public_comment", MAX_MESSAGE_CHARS)},)
