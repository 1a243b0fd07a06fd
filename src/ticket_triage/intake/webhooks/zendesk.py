"""Zendesk's ticket events, ``zen:event-type:ticket.*``, as its webhooks send them.

https://developer.zendesk.com/api-reference/webhooks/event-types/ticket-events/
"""

from __future__ import annotations

from typing import Any

from ticket_triage.domain.events import CLOSED, CUSTOMER_MESSAGE, INTERNAL_NOTE, PUBLIC_REPLY, REOPENED
from ticket_triage.errors import PayloadError
from ticket_triage.intake.webhooks.arrival import MAX_MESSAGE_CHARS, MAX_SUBJECT_CHARS, Arrival, Payload

_PREFIX = "zen:event-type:ticket."
_KINDS = {
    "soft_deleted": CLOSED,
    "permanently_deleted": CLOSED,
    "marked_as_spam": CLOSED,
    "merged": CLOSED,
    "undeleted": REOPENED,
}
_STATUSES = {"hold": "on hold"}


def read(payload: Payload) -> Arrival:
    """Return what one of Zendesk's ticket events tells.

    Raises
    ------
    PayloadError
    """
    payload.must("type", "detail.id")
    kind = str(payload.at("type"))
    if not kind.startswith(_PREFIX):
        raise PayloadError(payload.source, [f"a type that begins with {_PREFIX}"])
    ticket = {
        "ticket_id": payload.name("detail.id"),
        "subject": payload.text("detail.subject", MAX_SUBJECT_CHARS),
        "body": payload.prose("detail.description"),
        "opened_at": payload.text("detail.created_at"),
        "channel": payload.name("detail.via.channel"),
        "requester": payload.name("detail.requester_id"),
        "customer_id": payload.name("detail.organization_id"),
        "tags": payload.names("detail.tags"),
    }
    status = (payload.name("detail.status") or "").lower()
    events = (*_comment(payload), *_event(payload, _KINDS.get(kind.removeprefix(_PREFIX))))
    return Arrival(ticket, events, _STATUSES.get(status, status) or None, payload.text("time"))


def _comment(payload: Payload) -> tuple[dict[str, Any], ...]:
    if not payload.has("event.comment.id"):
        return ()
    public, staff = payload.at("event.comment.is_public"), payload.at("event.comment.author.is_staff")
    kind = INTERNAL_NOTE if public is False else PUBLIC_REPLY if staff is True else CUSTOMER_MESSAGE
    told = {
        "kind": kind,
        "at": payload.text("time"),
        "text": payload.prose("event.comment.body", MAX_MESSAGE_CHARS),
        "event_id": f"zendesk comment {payload.name('event.comment.id')}"[:255],
    }
    return (told,)


def _event(payload: Payload, kind: str | None) -> tuple[dict[str, Any], ...]:
    return () if kind is None else ({"kind": kind, "at": payload.text("time")},)
