"""Jira's issue and comment events, as its webhooks send them, with what Service Management adds.

https://developer.atlassian.com/cloud/jira/service-desk/webhooks/
"""

from __future__ import annotations

from typing import Any

from ticket_triage.domain.events import AUTOMATIC_REPLY, CLOSED, CUSTOMER_MESSAGE, INTERNAL_NOTE, PUBLIC_REPLY
from ticket_triage.intake.webhooks.arrival import MAX_MESSAGE_CHARS, MAX_SUBJECT_CHARS, Arrival, Payload

_SAYING = ("comment_created", "jira:issue_updated", "jira:issue_created")
_BY_ACCOUNT = {"customer": CUSTOMER_MESSAGE, "app": AUTOMATIC_REPLY}


def read(payload: Payload) -> Arrival:
    """Return what one of Jira's events tells of an issue.

    Raises
    ------
    PayloadError
    """
    payload.must("webhookEvent", "issue.key")
    category = payload.text("issue.fields.status.statusCategory.key")
    ticket = {
        "ticket_id": payload.name("issue.key"),
        "subject": payload.text("issue.fields.summary", MAX_SUBJECT_CHARS),
        "body": payload.prose("issue.fields.description"),
        "opened_at": payload.text("issue.fields.created"),
        "requester": _reporter(payload),
        "project": payload.name("issue.fields.project.key"),
        "tags": payload.names("issue.fields.labels"),
    }
    return Arrival(
        ticket,
        _events(payload),
        status=payload.name("issue.fields.status.name"),
        at=payload.moment("timestamp"),
        over=None if category is None else category == "done",
        author=payload.name("comment.author.accountId"),
    )


def _reporter(payload: Payload) -> str | None:
    return payload.name("issue.fields.reporter.accountId") or payload.name("issue.fields.reporter.name")


def _events(payload: Payload) -> tuple[dict[str, Any], ...]:
    event = payload.text("webhookEvent")
    if event == "jira:issue_deleted":
        return ({"kind": CLOSED, "at": payload.moment("timestamp")},)
    if event not in _SAYING or not payload.has("comment.id"):
        return ()
    told = {
        "kind": _kind(payload),
        "at": payload.text("comment.created") or payload.moment("timestamp"),
        "text": payload.prose("comment.body", MAX_MESSAGE_CHARS),
        "event_id": f"jira comment {payload.name('comment.id')}"[:255],
    }
    return (told,)


def _kind(payload: Payload) -> str:
    """Return the kind of a comment; a public one of nobody's known side counts as the desk's."""
    if payload.at("comment.jsdPublic") is False:
        return INTERNAL_NOTE
    author = payload.name("comment.author.accountId")
    if author is not None and author == _reporter(payload):
        return CUSTOMER_MESSAGE
    return _BY_ACCOUNT.get(payload.text("comment.author.accountType") or "", PUBLIC_REPLY)
