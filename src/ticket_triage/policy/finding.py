"""What is found in tickets before anything is decided: signals, how loud they are, what heads say, the category.

Each step is taken for all tickets before the next, so that the processor has its code at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.prediction import EMPTY_TEXT
from ticket_triage.domain.text import ticket_text
from ticket_triage.policy.case import Case, in_utc
from ticket_triage.policy.corrections import heard
from ticket_triage.policy.phrases import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.logged import Logged
    from ticket_triage.policy.staffing import Staff

_NOTHING: Mapping[str, str] = {}


def cases_of(
    tickets: Sequence[Ticket],
    predictions: Sequence[Prediction],
    policy: Policy,
    moments: Sequence[datetime],
    staff: Staff | None,
    logs: Sequence[Logged | None],
) -> list[Case]:
    """Return what is found in each of several tickets that have their segment."""
    texts = [ticket_text(ticket.subject, ticket.body) for ticket in tickets]
    words = [tokens(ticket.normalised) for ticket in tickets]
    found = [policy.signals.find(*each) for each in zip(tickets, words, strict=True)]
    cues = [policy.scorecard.moods.loudness.cues(text, hurry) for text, (_, hurry) in zip(texts, found, strict=True)]
    silences = [
        EMPTY_TEXT if not text or text.isspace() else policy.gate.silence(prediction)
        for text, prediction in zip(texts, predictions, strict=True)
    ]
    fixed = [_NOTHING if staff is None else staff.fixed.get(ticket.ticket_id, _NOTHING) for ticket in tickets]
    heads = [heard(*each) for each in zip(predictions, silences, fixed, strict=True)]
    categories = [
        policy.categories.read(ticket, own.get("category")) for ticket, own in zip(tickets, heads, strict=True)
    ]
    answers = [policy.answers.read(*each) for each in zip(predictions, silences, categories, heads, strict=True)]
    return [
        Case(
            ticket=ticket,
            text=text,
            prediction=prediction,
            heads=own,
            hits=hits,
            cues=loud,
            category=category,
            opened_at=in_utc(ticket.opened_at) if log is None else log.opened_at,
            now=now,
            staff=staff,
            answers=answered,
            claims=None if staff is None or ticket.requester is None else staff.desk.claims.get(ticket.requester),
            log=log,
        )
        for ticket, text, prediction, own, (hits, _), loud, category, now, answered, log in zip(
            tickets, texts, predictions, heads, found, cues, categories, moments, answers, logs, strict=True
        )
    ]


def case_of(ticket: Ticket, prediction: Prediction, policy: Policy, now: datetime, staff: Staff | None) -> Case:
    """Return what is found in one ticket that has its segment, its log unknown."""
    [case] = cases_of([ticket], [prediction], policy, [now], staff, [None])
    return case


def loudness_of(ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """Return by what a requester calls a ticket urgent; nothing where they do not."""
    _, hurry = policy.signals.find(ticket, tokens(ticket.normalised))
    return policy.scorecard.moods.loudness.cues(ticket_text(ticket.subject, ticket.body), hurry)
