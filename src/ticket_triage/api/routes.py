"""The routes: parse, one call into the service, return."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ticket_triage import _version
from ticket_triage.api.asking import asked, json_body, moment_asked
from ticket_triage.api.errors import Refusal, no_store
from ticket_triage.api.faults import bad_value, fault
from ticket_triage.api.happenings import EventIn, FeedbackIn
from ticket_triage.api.hook_shapes import (
    DeadOut,
    HookGone,
    HookIn,
    HookMade,
    HooksOut,
    RetryIn,
    TriedAnew,
    WebhookIn,
    WebhookOut,
)
from ticket_triage.api.hooks import add_hook, list_dead, list_hooks, remove_hook, retry
from ticket_triage.api.kept import (
    IDEMPOTENCY_KEY,
    answered,
    once_of,
    say_feedback,
    show_clocks,
    show_queue,
    show_ticket,
    tell_event,
)
from ticket_triage.api.openapi import (
    ABOUT,
    ASKED,
    HOOK,
    NOW,
    PAGED,
    RECORDED,
    SAID,
    SHOWN,
    SOURCE,
    VERSION,
    answers,
    changed,
    kept,
    lacking_model,
    not_kept,
    not_there,
    refused_query,
    takes,
)
from ticket_triage.api.schemas import (
    BatchIn,
    BatchOut,
    ClocksOut,
    EventOut,
    ExplanationOut,
    FeedbackOut,
    Health,
    ModelsOut,
    PolicyFileOut,
    PromoteIn,
    QueueOut,
    QueuePage,
    Readiness,
    Receipt,
    RollbackIn,
    ServiceMap,
    SimulationIn,
    SimulationOut,
    TicketOut,
    VersionChange,
    WhatIfOut,
)
from ticket_triage.api.strict_json import Unusable
from ticket_triage.api.tickets import TicketIn, read_ticket
from ticket_triage.api.versions import list_models, promote, roll_back
from ticket_triage.api.webhooks import take_webhook
from ticket_triage.errors import PolicyError, nearest
from ticket_triage.policy import parse_policy
from ticket_triage.service.breakdown import narrowed
from ticket_triage.service.policy_simulate import Simulated, compare
from ticket_triage.service.queue import queue_of

if TYPE_CHECKING:
    from datetime import datetime

    from fastapi import FastAPI
    from pydantic import BaseModel

    from ticket_triage.api.together import Together
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor
    from ticket_triage.service.record import Once

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

_LONGEST_POLICY = 1_000_000
"""Characters; the shipped one has some 50,000."""

LONG_TEXT_CHARS = 5_000
"""Longer texts are decided in a thread, so that no other request waits for them."""


async def predict(request: Request) -> Response:
    """Decide one ticket and answer with its receipt."""
    body = await json_body(request)
    now, record = _now_and_record(request)
    ticket = read_ticket(body)
    together: Together = request.app.state.together
    once = await _once(request, record=record)
    if once is not None:
        return answered(await together.once([ticket], now, once, _only))
    if len(ticket.subject) + len(ticket.body) > LONG_TEXT_CHARS:
        [receipt] = await together.apart([ticket], now, record=record)
    else:
        receipt = await together.receipt(ticket, now, record=record)
    return Response(receipt, media_type="application/json")


async def predict_batch(request: Request) -> Response:
    """Decide up to 1,000 tickets, each as if alone: a receipt or an error for every row."""
    rows = _rows(await json_body(request), request.app.state.settings.max_batch)
    now, record = _now_and_record(request)
    read = await run_in_threadpool(_read_rows, rows)
    together: Together = request.app.state.together
    tickets = [row for row in read if not isinstance(row, Refusal)]
    once = await _once(request, record=record)
    if once is not None:
        return answered(await together.once(tickets, now, once, partial(_results, read)))
    receipts = await together.apart(tickets, now, record=record)
    return Response(_results(read, receipts), media_type="application/json")


def _only(receipts: list[bytes]) -> str:
    return receipts[0].decode()


def _results(read: list[Ticket | Refusal], receipts: list[bytes]) -> str:
    """Return one result in JSON for each row, the receipts in the order of the rows that are tickets."""
    each = iter(receipts)
    results = [
        _row_refused(row, index) if isinstance(row, Refusal) else f'{{"index":{index},"receipt":{next(each).decode()}}}'
        for index, row in enumerate(read)
    ]
    return f'{{"results":[{",".join(results)}]}}'


async def _once(request: Request, *, record: bool) -> Once | None:
    """Return the request's idempotency key; None without one, and where nothing is recorded that could come twice."""
    once = await once_of(request) if IDEMPOTENCY_KEY in request.headers else None
    return once if record else None


async def explain(request: Request) -> Response:
    """Say what each n-gram and fact added to a ticket's prediction."""
    body = await json_body(request)
    wanted = _explained(request)
    ticket = read_ticket(body)
    model = _assessor(request).model
    if model is None:
        raise Refusal(503, "no-model", "No model is loaded, and rules have no log-odds to explain; see /readyz.")
    found = await run_in_threadpool(
        narrowed, model, ticket, wanted.get("head"), wanted.get("class"), everything="all" in wanted
    )
    return Response(found.as_json(), media_type="application/json")


async def order_queue(request: Request) -> Response:
    """Decide up to 1,000 open tickets together and put them in the order to serve them; bad rows stand apart."""
    rows = _rows(await json_body(request), request.app.state.settings.max_batch)
    body = await run_in_threadpool(_ordered, _assessor(request), rows, moment_asked(request, asked(request, ("now",))))
    return Response(body, media_type="application/json")


def _ordered(assessor: Assessor, rows: list[Any], now: datetime) -> str:
    tickets, refused = _apart(rows)
    return f'{queue_of(tickets, assessor, now).as_json()[:-1]},"refused":[{",".join(refused)}]}}'


async def what_if(request: Request) -> Response:
    """Decide one ticket and say what would move its priority one level up and down."""
    ticket, now = read_ticket(await json_body(request)), moment_asked(request, asked(request, ("now",)))
    return JSONResponse(await run_in_threadpool(_supposed, _assessor(request), ticket, now))


def _supposed(assessor: Assessor, ticket: Ticket, now: datetime) -> dict[str, Any]:
    found = assessor.what_would_change(ticket, assessor.decide(ticket, now))
    return {"what_if": [entry.as_dict() for entry in found]}


async def show_policy(request: Request) -> Response:
    """Show the policy that decides, whole."""
    policy = _assessor(request).policy
    named = json.dumps(asdict(policy.reference), ensure_ascii=False, separators=(",", ":"))
    return Response(f'{{"policy":{named},"content":{policy.content}}}', media_type="application/json")


async def simulate(request: Request) -> Response:
    """Say what another policy would make of up to 1,000 tickets; bad rows stand apart."""
    body, now = await json_body(request), moment_asked(request, asked(request, ("now",)))
    text = body.pop("policy", None) if isinstance(body, dict) else None
    rows = _rows(body, request.app.state.settings.max_batch)
    if not isinstance(text, str) or len(text) > _LONGEST_POLICY:
        told = f"must be the text of a policy file, {_LONGEST_POLICY:,} characters at most"
        raise bad_value([fault("body", ["policy"], told)])
    found = await run_in_threadpool(_simulated, _assessor(request), text, rows, now)
    return Response(found, media_type="application/json")


def _simulated(assessor: Assessor, text: str, rows: list[Any], now: datetime) -> str:
    try:
        other = parse_policy(text, "sent")
    except PolicyError as error:
        raise bad_value([fault("body", ["policy"], str(error))]) from None
    tickets, refused = _apart(rows)
    found = Simulated(assessor.policy_reference, other.reference)
    compare(found, tickets, assessor, other, now)
    return f'{found.as_json()[:-1]},"refused":[{",".join(refused)}]}}'


def _apart(rows: list[Any]) -> tuple[list[Ticket], list[str]]:
    """Return the rows that are tickets, and what is wrong with the others."""
    read = _read_rows(rows)
    tickets = [row for row in read if not isinstance(row, Refusal)]
    return tickets, [_row_refused(row, index) for index, row in enumerate(read) if isinstance(row, Refusal)]


async def healthz(_request: Request) -> Response:
    """Say that the process lives."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Say with which model and policy tickets are decided, or why by rules only."""
    assessor = _assessor(request)
    model, policy = assessor.model_reference, assessor.policy_reference
    return JSONResponse(
        {
            "status": "ready",
            "mode": assessor.mode,
            "model": model and {"name": model.name, "version": model.version, "sha256": model.sha256},
            "reason": assessor.missing,
            "policy": {"name": policy.name, "version": policy.version, "sha256": policy.sha256},
        }
    )


async def service_map(request: Request) -> Response:
    """Say what is served where."""
    paths = request.app.openapi()["paths"]
    routes = {
        f"{method.upper()} {path}": operation["summary"]
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    body = {"service": "ticket-triage", "version": _version.__version__, "openapi": "/openapi.json", "routes": routes}
    return JSONResponse(body)


class PlainRoute(APIRoute):
    """A route whose endpoint reads the request itself: FastAPI's own reading would cost as much as all of ours."""

    def get_route_handler(self) -> Endpoint:
        """Return the endpoint as it is."""
        endpoint: Endpoint = self.endpoint
        return endpoint


def install_routes(app: FastAPI) -> None:
    """Put every route on the application."""
    _posting(app, "/v1/predict", "Decide one ticket", predict, TicketIn, Receipt, RECORDED, not_kept())
    _posting(app, "/v1/predict/batch", "Decide many tickets", predict_batch, BatchIn, BatchOut, RECORDED, not_kept())
    _posting(app, "/v1/queue", "Put open tickets in order", order_queue, BatchIn, QueueOut, NOW, {})
    _posting(app, "/v1/what-if", "Say what would change a priority", what_if, TicketIn, WhatIfOut, NOW, {})
    tried = "Say what another policy would decide otherwise"
    _posting(app, "/v1/policy/simulate", tried, simulate, SimulationIn, SimulationOut, NOW, {})
    why = "Say what added up to a prediction"
    _posting(app, "/v1/explain", why, explain, TicketIn, ExplanationOut, ASKED, lacking_model())
    name = "/v1/tickets/{ticket_id:path}"
    _posting(app, f"{name}/events", "Tell what happened to a ticket", tell_event, EventIn, EventOut, SAID, kept(412))
    say = "Say what is right or wrong of a decision"
    _posting(app, f"{name}/feedback", say, say_feedback, FeedbackIn, FeedbackOut, SAID, kept(412))
    read = "Show the service clocks of a ticket"
    _getting(app, f"{name}/clocks", read, show_clocks, ClocksOut, ABOUT, kept())
    _getting(app, name, "Show all that is kept of a ticket", show_ticket, TicketOut, SHOWN, kept(304))
    _getting(app, "/v1/queue", "Show the open tickets in order", show_queue, QueuePage, PAGED, not_kept())
    _telling(app, "/v1/policy", "Show the policy that decides", show_policy, PolicyFileOut)
    _posting(app, "/v1/models/rollback", "Use the version before", roll_back, RollbackIn, VersionChange, (), changed())
    _posting(
        app, "/v1/models/{version}/promote", "Use a version", promote, PromoteIn, VersionChange, VERSION, changed()
    )
    told, unknown = "Take in what a helpdesk tells", not_there("No webhooks of that name are taken.")
    _posting(app, "/v1/webhooks/{source}", told, take_webhook, WebhookIn, WebhookOut, SOURCE, unknown)
    _getting(app, "/v1/hooks", "List where notices go", list_hooks, HooksOut, (), not_kept())
    _posting(app, "/v1/hooks", "Have notices sent somewhere", add_hook, HookIn, HookMade, (), not_kept())
    gone = not_there("There is no such hook, or no such dead delivery.")
    _getting(app, "/v1/hooks/{hook_id}", "Send nothing more somewhere", remove_hook, HookGone, HOOK, gone, "DELETE")
    _getting(app, "/v1/hooks/dead", "List what could not be delivered", list_dead, DeadOut, (), not_kept())
    _posting(app, "/v1/hooks/dead/retry", "Try it anew", retry, RetryIn, TriedAnew, (), gone)
    _getting(app, "/v1/models", "Show the versions of the model", list_models, ModelsOut, (), changed())
    _telling(app, "/healthz", "Say whether the process lives", healthz, Health)
    _telling(app, "/readyz", "Say with which model and policy tickets are decided", readyz, Readiness)
    _telling(app, "/", "Say what is served where", service_map, ServiceMap)


def endpoints_of(app: FastAPI) -> dict[tuple[str, str], Endpoint]:
    """Return the endpoints that read a request themselves, by method and path: they need no router."""
    plain = [route for route in app.routes if isinstance(route, PlainRoute) and not route.param_convertors]
    return {(method, route.path): route.endpoint for route in plain for method in route.methods or ()}


def _posting(
    app: FastAPI,
    path: str,
    summary: str,
    endpoint: Endpoint,
    taken: type[BaseModel],
    sent: type[BaseModel],
    query: Sequence[dict[str, Any]],
    also: dict[int | str, dict[str, Any]],
) -> None:
    app.router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        summary=summary,
        response_class=Response,
        responses=answers(sent, takes_body=True) | also,
        openapi_extra=takes(taken, query),
        route_class_override=PlainRoute,
    )


def _getting(
    app: FastAPI,
    path: str,
    summary: str,
    endpoint: Endpoint,
    sent: type[BaseModel],
    query: Sequence[dict[str, Any]],
    also: dict[int | str, dict[str, Any]],
    method: str = "GET",
) -> None:
    app.router.add_api_route(
        path,
        endpoint,
        methods=[method],
        summary=summary,
        response_class=Response,
        responses=answers(sent) | refused_query() | also,
        openapi_extra={"parameters": list(query)},
        route_class_override=PlainRoute,
    )


def _telling(app: FastAPI, path: str, summary: str, endpoint: Endpoint, sent: type[BaseModel]) -> None:
    app.get(path, summary=summary, response_class=Response, responses=answers(sent))(endpoint)


def _assessor(request: Request) -> Assessor:
    together: Together = request.app.state.together
    return together.assessor


def _now_and_record(request: Request) -> tuple[datetime, bool]:
    """Return the moment to decide for, and whether to keep the receipt: wherever it can be, unless told not to."""
    wanted = asked(request, ("now", "record"))
    recorder = request.app.state.together.recorder
    record = wanted.get("record")
    if record not in (None, "true", "false"):
        raise bad_value([fault("query", ["record"], "must be true or false")])
    if record == "true" and recorder is None:
        raise no_store()
    return moment_asked(request, wanted), recorder is not None and record != "false"


def _explained(request: Request) -> dict[str, str]:
    """Return what an explanation shall be of."""
    wanted = asked(request, ("head", "class", "all"))
    if wanted.get("all", "true") != "true":
        raise bad_value([fault("query", ["all"], "must be true, or left out")])
    return wanted


def _rows(body: Any, max_batch: int) -> list[Any]:
    if isinstance(body, Unusable):
        raise bad_value([fault("body", [], body.why)])
    if not isinstance(body, dict):
        raise bad_value([fault("body", [], "must be an object")])
    for name in body:
        if name != "tickets":
            raise bad_value([fault("body", [name], f"is no field here; {nearest('', ['tickets'])}")])
    rows = body.get("tickets")
    if not isinstance(rows, list) or not 1 <= len(rows) <= max_batch:
        raise bad_value([fault("body", ["tickets"], f"must be a list of 1 to {max_batch} tickets")])
    return rows


def _read_rows(rows: list[Any]) -> list[Ticket | Refusal]:
    return [_read_row(row, index) for index, row in enumerate(rows)]


def _read_row(row: Any, index: int) -> Ticket | Refusal:
    try:
        return read_ticket(row, ("tickets", index))
    except Refusal as refusal:
        return refusal


def _row_refused(refusal: Refusal, index: int) -> str:
    error = {"code": refusal.code, "detail": refusal.detail, "errors": refusal.faults}
    return json.dumps({"index": index, "error": error}, separators=(",", ":"))
