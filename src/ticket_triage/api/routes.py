"""The routes: parse, one call into the service, return."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ticket_triage import _version
from ticket_triage.api.errors import Refusal, no_store
from ticket_triage.api.faults import bad_value, fault
from ticket_triage.api.openapi import ASKED, NOW, RECORDED, answers, lacking_model, not_kept, takes
from ticket_triage.api.schemas import (
    BatchIn,
    BatchOut,
    ExplanationOut,
    Health,
    QueueOut,
    Readiness,
    Receipt,
    ServiceMap,
    WhatIfOut,
)
from ticket_triage.api.strict_json import Unusable, read_json
from ticket_triage.api.tickets import TicketIn, moment_of, read_ticket
from ticket_triage.errors import nearest
from ticket_triage.service.breakdown import narrowed
from ticket_triage.service.queue import queue_of

if TYPE_CHECKING:
    from datetime import datetime

    from fastapi import FastAPI
    from pydantic import BaseModel

    from ticket_triage.api.together import Together
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

LONG_TEXT_CHARS = 5_000
"""Longer texts are decided in a thread, so that no other request waits for them."""


async def predict(request: Request) -> Response:
    """Decide one ticket and answer with its receipt."""
    body = await _json_body(request)
    now, record = _now_and_record(request)
    ticket = read_ticket(body)
    together: Together = request.app.state.together
    if len(ticket.subject) + len(ticket.body) > LONG_TEXT_CHARS:
        [receipt] = await together.apart([ticket], now, record=record)
    else:
        receipt = await together.receipt(ticket, now, record=record)
    return Response(receipt, media_type="application/json")


async def predict_batch(request: Request) -> Response:
    """Decide up to 1,000 tickets, each as if alone: a receipt or an error for every row."""
    rows = _rows(await _json_body(request), request.app.state.settings.max_batch)
    now, record = _now_and_record(request)
    read = await run_in_threadpool(_read_rows, rows)
    together: Together = request.app.state.together
    tickets = [row for row in read if not isinstance(row, Refusal)]
    receipts = iter(await together.apart(tickets, now, record=record))
    results = [
        _row_refused(row, index)
        if isinstance(row, Refusal)
        else f'{{"index":{index},"receipt":{next(receipts).decode()}}}'
        for index, row in enumerate(read)
    ]
    return Response(f'{{"results":[{",".join(results)}]}}', media_type="application/json")


async def explain(request: Request) -> Response:
    """Say what each n-gram and fact added to a ticket's prediction."""
    body = await _json_body(request)
    asked = _explained(request)
    ticket = read_ticket(body)
    model = _assessor(request).model
    if model is None:
        raise Refusal(503, "no-model", "No model is loaded, and rules have no log-odds to explain; see /readyz.")
    found = await run_in_threadpool(
        narrowed, model, ticket, asked.get("head"), asked.get("class"), everything="all" in asked
    )
    return Response(found.as_json(), media_type="application/json")


async def order_queue(request: Request) -> Response:
    """Decide up to 1,000 open tickets together and put them in the order to serve them; bad rows stand apart."""
    rows = _rows(await _json_body(request), request.app.state.settings.max_batch)
    body = await run_in_threadpool(_ordered, _assessor(request), rows, _now(request))
    return Response(body, media_type="application/json")


def _ordered(assessor: Assessor, rows: list[Any], now: datetime) -> str:
    read = _read_rows(rows)
    tickets = [row for row in read if not isinstance(row, Refusal)]
    refused = [_row_refused(row, index) for index, row in enumerate(read) if isinstance(row, Refusal)]
    return f'{queue_of(tickets, assessor, now).as_json()[:-1]},"refused":[{",".join(refused)}]}}'


async def what_if(request: Request) -> Response:
    """Decide one ticket and say what would move its priority one level up and down."""
    ticket, now = read_ticket(await _json_body(request)), _now(request)
    return JSONResponse(await run_in_threadpool(_supposed, _assessor(request), ticket, now))


def _supposed(assessor: Assessor, ticket: Ticket, now: datetime) -> dict[str, Any]:
    found = assessor.what_would_change(ticket, assessor.decide(ticket, now))
    return {"what_if": [entry.as_dict() for entry in found]}


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
    why = "Say what added up to a prediction"
    _posting(app, "/v1/explain", why, explain, TicketIn, ExplanationOut, ASKED, lacking_model())
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


def _telling(app: FastAPI, path: str, summary: str, endpoint: Endpoint, sent: type[BaseModel]) -> None:
    app.get(path, summary=summary, response_class=Response, responses=answers(sent))(endpoint)


def _assessor(request: Request) -> Assessor:
    together: Together = request.app.state.together
    return together.assessor


async def _json_body(request: Request) -> Any:
    headers = request.headers
    _check_type(headers.get("content-type", ""))
    if headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "unsupported-media-type", "The body is compressed; send it without Content-Encoding.")
    return read_json(await request.body())


def _check_type(content_type: str) -> None:
    if content_type == "application/json":
        return
    kind, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace('"', "").replace(" ", "")
    if kind.strip() != "application/json" or charset not in ("", "charset=utf-8", "charset=utf8"):
        told = "The body must be JSON in UTF-8; send it with Content-Type: application/json."
        raise Refusal(415, "unsupported-media-type", told)


def _now(request: Request) -> datetime:
    return _now_of(request, _asked(request, ("now",)))


def _now_and_record(request: Request) -> tuple[datetime, bool]:
    """Return the moment to decide for, and whether to keep the receipt: wherever it can be, unless told not to."""
    asked = _asked(request, ("now", "record"))
    recorder = request.app.state.together.recorder
    record = asked.get("record")
    if record not in (None, "true", "false"):
        raise bad_value([fault("query", ["record"], "must be true or false")])
    if record == "true" and recorder is None:
        raise no_store()
    return _now_of(request, asked), recorder is not None and record != "false"


def _now_of(request: Request, asked: dict[str, str]) -> datetime:
    if "now" not in asked:
        clock: Callable[[], datetime] = request.app.state.clock
        return clock()
    try:
        return moment_of(asked["now"])
    except ValueError as error:
        hint = "; write + as %2B" if " " in asked["now"] else ""
        raise bad_value([fault("query", ["now"], f"{error}{hint}")]) from None


def _explained(request: Request) -> dict[str, str]:
    """Return what an explanation shall be of."""
    asked = _asked(request, ("head", "class", "all"))
    if asked.get("all", "true") != "true":
        raise bad_value([fault("query", ["all"], "must be true, or left out")])
    return asked


def _asked(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """Return what the address asks for; every name given at most once."""
    asked: dict[str, str] = {}
    if not request.scope["query_string"]:
        return asked
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise bad_value([fault("query", [name], f"is no parameter here; known are: {', '.join(names)}")])
        if name in asked:
            raise bad_value([fault("query", [name], "must be given once")])
        asked[name] = value
    return asked


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
