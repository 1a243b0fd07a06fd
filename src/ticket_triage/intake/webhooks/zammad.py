"""Zammad's default payload: a ticket, and the article that set its trigger off.

https://admin-docs.zammad.org/en/latest/manage/webhook/payload.html
"""

from __future__ import annotations

from typing import Any

from ticket_triage.domain.events import AUTOMATIC_REPLY, CUSTOMER_MESSAGE, INTERNAL_NOTE, PUBLIC_REPLY
from ticket_triage.intake.webhooks.arrival import MAX_MESSAGE_CHARS, MAX_SUBJECT_CHARS, Arrival, Payload

_SENDERS = {"Customer": CUSTOMER_MESSAGE, "Agent": PUBLIC_REPLY, "System": AUTOMATIC_REPLY}


def read(payload: Payload) -> Arrival:
    """Return what Zammad's payload tells; a ticket's first article is its body, later ones are messages.

    Raises
    ------
    PayloadError
    """
    payload.must("ticket.number", "ticket.title")
    first = _is_first(payload)
    vip = payload.at("ticket.customer.vip")
    ticket = {
        "ticket_id": payload.name("ticket.number"),
        "subject": payload.text("ticket.title", MAX_SUBJECT_CHARS),
        "body": payload.prose("article.body") if first else None,
        "opened_at": payload.text("ticket.created_at"),
        "channel": payload.name("ticket.create_article_type"),
        "requester": payload.name("ticket.customer.email") or payload.name("ticket.customer.login"),
        "customer_id": payload.name("ticket.organization.name"),
        "vip": vip if isinstance(vip, bool) else None,
        "tags": payload.names("ticket.tags"),
    }
    return Arrival(ticket, () if first else _message(payload), _state(payload), payload.text("ticket.updated_at"))


def _is_first(payload: Payload) -> bool:
    every = payload.at("ticket.article_ids")
    known = [entry for entry in every if isinstance(entry, int)] if isinstance(every, list) else []
    return bool(known) and payload.at("article.id") == min(known)


def _state(payload: Payload) -> str | None:
    """Return the state, which stands there as a name or as an object; what is pending to be closed is not over."""
    state = payload.name("ticket.state.name") or payload.name("ticket.state")
    return "pending" if state is not None and state.casefold().startswith("pending") else state


def _message(payload: Payload) -> tuple[dict[str, Any], ...]:
    if not payload.has("article.id"):
        return ()
    sender = payload.name("article.sender.name") or payload.name("article.sender") or ""
    kind = INTERNAL_NOTE if payload.at("article.internal") is True else _SENDERS.get(sender, INTERNAL_NOTE)
    told = {
        "kind": kind,
        "at": payload.text("article.created_at"),
        "text": payload.prose("article.body", MAX_MESSAGE_CHARS),
        "event_id": f"zammad article {payload.name('article.id')}"[:255],
    }
    return (told,)
