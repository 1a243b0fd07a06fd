"""The routes over what is kept: a ticket, what happens to it, what people say of it, and the queue of the open."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ticket_triage.api.asking import asked, json_body, moment_asked
from ticket_triage.api.errors import Refusal, no_store
from ticket_triage.api.faults import bad_value, fault, faults_of
from ticket_triage.api.happenings import EventIn, FeedbackIn

if TYPE_CHECKING:
    from ticket_triage.api.together import Together
    from ticket_triage.service.record import Answer, Once, Recorder
    from ticket_triage.service.standings import Place

IDEMPOTENCY_KEY = "idempotency-key"
"""The header by which the same request sent twice is done once."""

MAX_KEY_CHARS = 255
"""Longest Idempotency-Key."""

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
_MAX_CURSOR_CHARS = 2_000
_ESCAPED_CLOCKS = b"%2FCLOCKS"  # the end of an id, not of an address

Body = TypeVar("Body", bound=BaseModel)


async def show_ticket(request: Request) -> Response:
    """Answer with all that is kept of a ticket; its ETag is its version."""
    return await _shown(request, _ticket_id(request))


async def _shown(request: Request, name: str) -> Response:
    from ticket_triage.service.tickets import ticket_view

    recorder, together = recorder_of(request), _together(request)
    now = moment_asked(request, asked(request, ("now",)))
    view = await run_in_threadpool(ticket_view, recorder.store, name, together.assessor.policy, now)
    tag = f'"{view["version"]}"'
    if tag in (part.strip() for part in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(to_json(view), media_type="application/json", headers={"ETag": tag})


async def show_clocks(request: Request) -> Response:
    """Answer with the service clocks of a ticket: the rule and why, what is left, and whether it will be missed."""
    if request.scope.get("raw_path", b"").upper().endswith(_ESCAPED_CLOCKS):
        return await _shown(request, f"{_ticket_id(request)}/clocks")
    recorder, policy = recorder_of(request), _together(request).assessor.policy
    now = moment_asked(request, asked(request, ("now",)))
    found = await run_in_threadpool(recorder.paces.clocks, _ticket_id(request), policy, now)
    return Response(to_json(found), media_type="application/json")


async def tell_event(request: Request) -> Response:
    """Keep what happened to a ticket, and answer with its service clocks by then."""
    from ticket_triage.service.tickets import tell_event as keep_event

    told = read_shape(EventIn, await json_body(request))
    recorder, policy = recorder_of(request), _together(request).assessor.policy
    now, expected = moment_asked(request, asked(request, ("now",))), _expected(request)
    event = told.to_domain(_ticket_id(request), now)

    def work(connection: Any) -> tuple[str, list[str]]:
        return to_json(keep_event(connection, event, policy, now, expected)).decode(), [event.ticket_id]

    return answered(await recorder.do_once(await once_of(request), work))


async def say_feedback(request: Request) -> Response:
    """Keep what a person says of a ticket's last receipt; locks and reverts hold from then on."""
    from ticket_triage.service.feedback import say

    said = read_shape(FeedbackIn, await json_body(request)).to_domain()
    recorder, assessor, name = recorder_of(request), _together(request).assessor, _ticket_id(request)
    now, expected = moment_asked(request, asked(request, ("now",))), _expected(request)

    def work(connection: Any) -> tuple[str, list[str]]:
        return to_json(say(connection, name, said, assessor, now, expected)).decode(), [name]

    return answered(await recorder.do_once(await once_of(request), work))


async def show_queue(request: Request) -> Response:
    """Answer with a page of the open tickets in the order to serve them, and the cursor of the next page."""
    recorder, together = recorder_of(request), _together(request)
    wanted = asked(request, ("now", "limit", "cursor"))
    place = _place(request, wanted)
    page = await run_in_threadpool(recorder.standings.page, together.assessor, place, _limit(wanted))
    return Response(to_json(page), media_type="application/json")


def recorder_of(request: Request) -> Recorder:
    """Return what keeps things.

    Raises
    ------
    Refusal
        503, when nothing does.
    """
    recorder = _together(request).recorder
    if recorder is None:
        raise no_store()
    return recorder


async def once_of(request: Request) -> Once | None:
    """Return the request's idempotency key with its caller and a hash of the whole request; None without a key.

    Raises
    ------
    Refusal
        422, when the key is empty, too long or not printable.
    """
    from ticket_triage.service.record import Once

    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY_CHARS or not key.isprintable():
        raise bad_value([fault("header", ["Idempotency-Key"], f"must have 1 to {MAX_KEY_CHARS} printable characters")])
    caller = request.headers.get("authorization", "")
    whole = "\n".join((request.method, request.url.path, request.url.query, "")).encode() + await request.body()
    return Once(sha256(f"{caller}\n{key}".encode()).hexdigest(), sha256(whole).hexdigest())


def answered(answer: Answer) -> Response:
    """Return the response to what was done once."""
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else None
    return Response(answer.body, media_type="application/json", headers=headers)


def _together(request: Request) -> Together:
    together: Together = request.app.state.together
    return together


def _ticket_id(request: Request) -> str:
    name: str = request.path_params["ticket_id"]
    return name


def read_shape(shape: type[Body], value: object) -> Body:
    """Return what a JSON value stands for.

    Raises
    ------
    Refusal
        422, naming each field that cannot be used.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise bad_value(faults_of(details, shape.model_fields, ()))


def _expected(request: Request) -> int | None:
    """Return the version that If-Match demands."""
    tag = request.headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    digits = tag.strip().strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise Refusal(412, "ticket-changed", "If-Match names no version of this ticket; read it again, then decide.")
    return int(digits)


def _limit(wanted: dict[str, str]) -> int:
    said = wanted.get("limit", str(DEFAULT_LIMIT))
    if said.isascii() and said.isdigit() and len(said) < 6 and 1 <= int(said) <= MAX_LIMIT:
        return int(said)
    raise bad_value([fault("query", ["limit"], f"must be a whole number from 1 to {MAX_LIMIT}")])


def _place(request: Request, wanted: dict[str, str]) -> Place:
    from ticket_triage.service.standings import Place, read_place

    cursor = wanted.get("cursor")
    if cursor is None:
        return Place(moment_asked(request, wanted))
    if "now" in wanted:
        raise bad_value([fault("query", ["now"], "must be left out: the cursor holds the moment of its queue")])
    try:
        if len(cursor) > _MAX_CURSOR_CHARS:
            raise ValueError
        return read_place(cursor)
    except (ValueError, OverflowError, RecursionError):
        raise bad_value([fault("query", ["cursor"], "must be the next of an earlier page, to the letter")]) from None
