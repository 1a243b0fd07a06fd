"""The OpenAPI document: equal to what is taken in and sent, because both sides are drawn from the same shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from ticket_triage.api.errors import PROBLEM_TYPE
from ticket_triage.api.hook_shapes import HOOK_SHAPES, NOTICES
from ticket_triage.api.rules import FREE, RULES, SIGNED
from ticket_triage.api.schemas import SHAPES, Problem, reference
from ticket_triage.api.tickets import MOMENT
from ticket_triage.intake.webhooks import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from pydantic import BaseModel

    from ticket_triage.settings import Settings

_REFUSALS = {
    400: "The body is no JSON.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is declared to be no plain JSON.",
    422: "A value cannot be used; errors says which and what is allowed.",
}
_CLOSED = {
    401: "No API key, or one that opens nothing.",
    403: "The key lacks the scope in x-scope.",
    429: "The key makes too many requests; Retry-After says when to go on.",
}
_OVERLOADED = {503: "Too many requests are in hand; Retry-After says when to try again."}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, made by triage keys create; on the loopback none is needed before the first exists.",
}
_SIGNED = {401: "The signature is missing, wrong or old.", 429: _CLOSED[429]}
_SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": "webhook-signature",
    "description": "Standard Webhooks for generic; Zendesk, Jira, Zammad sign their way, Freshdesk sends the secret.",
}
_NOTICE_HEADERS = {
    "id": "The same however often it comes.",
    "timestamp": "Seconds since 1970, of this try.",
    "signature": "v1, and base64 of HMAC-SHA-256 over id, timestamp and body, joined by full stops.",
}
_FAILED = {500: "Something failed in the server."}

_NOW: dict[str, Any] = {
    "name": "now",
    "in": "query",
    "required": False,
    "description": "The moment to decide for, ISO 8601 with an offset or Z; the server's clock when absent.",
    "schema": MOMENT,
}

NOW: tuple[dict[str, Any], ...] = (_NOW,)
"""What an ordering can be asked with."""

PAGED: tuple[dict[str, Any], ...] = (
    _NOW,
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "Most tickets on a page, 1 to 500; 50 when absent.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 500},
    },
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "The next of an earlier page; it holds the moment of its queue.",
        "schema": {"type": "string", "maxLength": 2000},
    },
)
"""What a page of the queue can be asked with."""

ABOUT: tuple[dict[str, Any], ...] = (
    _NOW,
    {"name": "ticket_id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}},
)
"""What is asked of one ticket."""

_KEYED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request sent again with it is done once; the first answer is kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}

SAID: tuple[dict[str, Any], ...] = (
    *ABOUT,
    _KEYED,
    {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag the ticket must still have.",
        "schema": {"type": "string"},
    },
)
"""What is asked when something of one ticket is told."""

SHOWN: tuple[dict[str, Any], ...] = (
    *ABOUT,
    {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag that is known already.",
        "schema": {"type": "string"},
    },
)
"""What is asked when one ticket is to be shown."""

VERSION: tuple[dict[str, Any], ...] = (
    {
        "name": "version",
        "in": "path",
        "required": True,
        "description": "A version, or its number.",
        "schema": {"type": "string", "minLength": 1},
    },
)
"""What is asked of one version."""

RECORDED: tuple[dict[str, Any], ...] = (
    _NOW,
    _KEYED,
    {
        "name": "record",
        "in": "query",
        "required": False,
        "description": "false writes nothing at all, anywhere; when absent, receipts are kept where there is a store.",
        "schema": {"type": "boolean"},
    },
)
"""What a decision can be asked with."""

SOURCE: tuple[dict[str, Any], ...] = (
    {
        "name": "source",
        "in": "path",
        "required": True,
        "description": "Who tells it; each has a scheme of its own to sign with.",
        "schema": {"type": "string", "enum": list(SOURCES)},
    },
)
"""What is asked of a webhook."""

HOOK: tuple[dict[str, Any], ...] = (
    {"name": "hook_id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}},
)
"""What is asked of one hook."""

ASKED: tuple[dict[str, Any], ...] = tuple(
    {"name": name, "in": "query", "required": False, "description": why, "schema": schema}
    for name, why, schema in (
        ("head", "One head alone.", {"type": "string"}),
        ("class", "A class of that head to explain instead of its answer.", {"type": "string"}),
        ("all", "Every line, not only the strongest.", {"type": "boolean", "enum": [True]}),
    )
)
"""What an explanation can be asked about."""


def answers(shape: type[BaseModel], *, takes_body: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the documented answers of a route: its shape, and every problem it can meet.

    Examples
    --------
    >>> sorted(answers(Problem, takes_body=True))
    [200, 400, 408, 413, 415, 422, 500]
    """
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    told = {**(_REFUSALS if takes_body else {}), **_FAILED}
    return {
        200: {"description": shape.__doc__, "content": {"application/json": {"schema": reference(shape)}}},
        **{status: {"description": why, "content": problems} for status, why in told.items()},
    }


def told_as_text(why: str) -> dict[int | str, dict[str, Any]]:
    """Return the documented answers of a route that tells plain text."""
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    return {
        200: {"description": why, "content": {"text/plain": {"schema": {"type": "string"}}}},
        **{status: {"description": told, "content": problems} for status, told in _FAILED.items()},
    }


def not_kept() -> dict[int | str, dict[str, Any]]:
    """Return the documented answer when something cannot be kept or read back."""
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    return {503: {"description": "Nothing can be kept now, or there is no store at all.", "content": problems}}


def kept(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documented answers about one ticket beside those of every route."""
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    told: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such ticket.", "content": problems}}
    if 304 in statuses:
        told[304] = {"description": "The ticket is still at the version of If-None-Match."}
    if 412 in statuses:
        told[412] = {"description": "The ticket is no longer at the version of If-Match.", "content": problems}
    return told | not_kept()


def changed() -> dict[int | str, dict[str, Any]]:
    """Return the documented answers about versions of the model beside those of every route."""
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    told = {
        404: "There is no such version, or no model at all.",
        409: "The version in use stays: the gate refuses, somebody else changed it, or there is none before.",
        503: "A version cannot be used, or too many requests are in hand.",
    }
    return {status: {"description": why, "content": problems} for status, why in told.items()}


def not_there(why: str) -> dict[int | str, dict[str, Any]]:
    """Return the documented answer when something named is not there."""
    return {404: {"description": why, "content": {PROBLEM_TYPE: {"schema": reference(Problem)}}}} | not_kept()


def refused_query() -> dict[int | str, dict[str, Any]]:
    """Return the documented answer to a question that cannot be understood."""
    return {422: {"description": _REFUSALS[422], "content": {PROBLEM_TYPE: {"schema": reference(Problem)}}}}


def lacking_model() -> dict[int | str, dict[str, Any]]:
    """Return the documented answer of a route that needs a model when there is none."""
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    return {503: {"description": "No model is loaded.", "content": problems}}


def takes(shape: type[BaseModel], query: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the documented body and query of a route."""
    content = {"application/json": {"schema": reference(shape)}}
    return {"requestBody": {"required": True, "content": content}, "parameters": list(query)}


def install_document(app: FastAPI, settings: Settings) -> None:
    """Have ``/openapi.json`` answer with the whole document, drawn once when first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _draw(app, settings)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def _draw(app: FastAPI, settings: Settings) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, shapes = models_json_schema(list((SHAPES | HOOK_SHAPES).items()), ref_template="#/components/schemas/{model}")
    shapes["$defs"]["BatchIn"]["properties"]["tickets"]["maxItems"] = settings.max_batch
    document.setdefault("components", {})["schemas"] = shapes["$defs"]
    document["components"]["securitySchemes"] = {"key": _KEY, SIGNED: _SIGNATURE}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _say_who_may(operation, RULES[method.upper(), path])
    document["webhooks"] = {kind: {"post": _notice(shape)} for kind, shape in NOTICES.items()}
    return document


def _notice(shape: type[BaseModel]) -> dict[str, Any]:
    """Return what a hook must expect: a signed message, to be answered with success within ten seconds."""
    signed = [
        {"name": f"webhook-{name}", "in": "header", "required": True, "description": why, "schema": {"type": "string"}}
        for name, why in _NOTICE_HEADERS.items()
    ]
    return {
        "summary": shape.__doc__,
        "parameters": signed,
        "requestBody": {"required": True, "content": {"application/json": {"schema": reference(shape)}}},
        "responses": {
            "2XX": {"description": "It is taken, and does not come again."},
            "410": {"description": "Nothing more is wanted here, ever."},
            "default": {"description": "It comes again later, not before what Retry-After says."},
        },
    }


def _say_who_may(operation: dict[str, Any], scope: str) -> None:
    """Document the scope that an operation needs, and how it is refused without."""
    problems = {PROBLEM_TYPE: {"schema": reference(Problem)}}
    told = {**{FREE: {}, SIGNED: _SIGNED}.get(scope, _CLOSED), **_OVERLOADED}
    for status, why in told.items():
        operation["responses"].setdefault(str(status), {"description": why, "content": problems})
    if scope != FREE:
        operation["security"] = [{SIGNED: []}] if scope == SIGNED else [{"key": [scope]}, {}]
        operation["x-scope"] = scope
