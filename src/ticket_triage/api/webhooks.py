"""The route of webhooks: a helpdesk tells what happened, and its signature says that it is the one."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ticket_triage.api.asking import json_body
from ticket_triage.api.errors import Refusal
from ticket_triage.api.faults import fault
from ticket_triage.api.happenings import EventIn
from ticket_triage.api.kept import answered, read_shape, recorder_of
from ticket_triage.api.tickets import moment_of, read_ticket
from ticket_triage.errors import PayloadError, SignatureError, TicketChangedError, nearest
from ticket_triage.intake.webhooks import SOURCES, read_arrival
from ticket_triage.service.signatures import Message, checked

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.api.together import Together
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.arrivals import Happened, Seen
    from ticket_triage.service.record import Answer

_ASK = {"www-authenticate": 'Signature realm="ticket-triage"'}
_TRIES = 5


class _Told(NamedTuple):
    """What a payload says: the ticket, and what happened to it."""

    ticket: Ticket
    happened: Happened


async def take_webhook(request: Request) -> Response:
    """Keep and decide what a helpdesk tells of a ticket; what comes twice is answered as the first time."""
    from ticket_triage.service.arrivals import Seen  # loads SQLAlchemy

    source = request.path_params["source"]
    if source not in SOURCES:
        raise Refusal(404, "not-found", f"No webhooks of that name are taken; {nearest('', SOURCES)}.")
    now = request.app.state.clock()
    message = await _message(request, source, now)
    request.app.doors.count(f"webhook {source}")
    recorder_of(request)
    told = _told(source, await json_body(request), now)
    seen = Seen(source, message.keys, message.content, message.dated)
    return answered(await _taken_in(request, seen, told, now))


async def _message(request: Request, source: str, now: datetime) -> Message:
    """Return what came once it is known whose it is."""
    secrets = request.app.state.settings.webhook_secrets(source)
    if not secrets:
        variable = f"TRIAGE_WEBHOOK_{source.upper()}_SECRET"
        raise Refusal(503, "no-webhook-secret", f"Nothing is taken of {source} until {variable} says how it signs.")
    try:
        return checked(source, secrets, request.headers, await request.body(), now)
    except SignatureError as error:
        raise Refusal(401, error.code, str(error), headers=_ASK) from None


def _told(source: str, value: object, now: datetime) -> _Told:
    from ticket_triage.service.arrivals import Happened

    try:
        arrival = read_arrival(source, value)
    except PayloadError as error:
        faults = [fault("body", [], f"lacks {what}") for what in error.missing]
        raise Refusal(422, error.code, str(error), faults) from None
    ticket = read_ticket(dict(arrival.ticket))
    events = [read_shape(EventIn, dict(event)).to_domain(ticket.ticket_id, now) for event in arrival.events]
    return _Told(ticket, Happened(events, arrival.status, _at(arrival.at, now), arrival.over, arrival.author))


def _at(written: str | None, now: datetime) -> datetime:
    """Return the moment a payload names; the present when it names none, or one that nobody can read."""
    try:
        return now if written is None else moment_of(written)
    except ValueError:
        return now


async def _taken_in(request: Request, seen: Seen, told: _Told, now: datetime) -> Answer:
    """Keep what is told; once more with what is known by then when something else was faster."""
    for _ in range(_TRIES - 1):
        with suppress(TicketChangedError):
            return await _tried(request, seen, told, now)
    return await _tried(request, seen, told, now)


async def _tried(request: Request, seen: Seen, told: _Told, now: datetime) -> Answer:
    """Decide the ticket with what is known of it, and keep all unless the ticket changed meanwhile."""
    from ticket_triage.service.arrivals import look_up, merged, take_in
    from ticket_triage.service.holds import taking
    from ticket_triage.service.record import Answer

    together: Together = request.app.state.together
    recorder = recorder_of(request)
    known = await run_in_threadpool(look_up, recorder.store, seen, told.ticket.ticket_id)
    if known.answer is not None:
        return Answer(known.answer, replayed=True)
    assessor, row = await together.decided(merged(known.ticket, told.ticket), now)
    decided, happened, policy = taking(assessor, *row), told.happened, assessor.policy
    return await recorder.do(
        partial(take_in, seen=seen, known=known, taking=decided, happened=happened, policy=policy, now=now)
    )
