"""What becomes of an exception nobody caught: always a problem, never a trace."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ticket_triage.api.errors import Refusal, problem, status_of, told
from ticket_triage.api.faults import bad_value, fault
from ticket_triage.errors import StoreError, TriageError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

RETRY_AFTER_S = 2
"""Seconds after which a request that could not be recorded may be sent again."""

_DETAILS = {
    404: "Nothing is served at this address; GET / lists what is.",
    405: "This address does not take this method; the header Allow lists those it takes.",
}


def install_handlers(app: FastAPI) -> None:
    """Have every error of the application answered as a problem."""
    app.add_exception_handler(HTTPException, _answered)
    app.add_exception_handler(TriageError, _answered)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _answered)


def answer_to(error: Exception) -> Response:
    """Return the answer to a request that ended in an error."""
    if isinstance(error, HTTPException):
        return _told(error)
    if isinstance(error, TriageError):
        status = status_of(type(error))
        later = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 and isinstance(error, StoreError) else None
        return problem(status, error.code, str(error), headers=later)
    return problem(500, "internal-error", "Something failed here; the server's log says what. Nothing was decided.")


def _told(raised: HTTPException) -> Response:
    if isinstance(raised, Refusal):
        return told(raised)
    phrase = HTTPStatus(raised.status_code).phrase
    detail = _DETAILS.get(raised.status_code, f"{phrase}.")
    return problem(raised.status_code, phrase.lower().replace(" ", "-"), detail, headers=raised.headers)


async def _answered(_request: Request, error: Exception) -> Response:
    return answer_to(error)


async def _invalid(_request: Request, error: Exception) -> Response:
    """Answer for a route that lets FastAPI read its parameters; what was sent is not repeated."""
    places = [entry["loc"] for entry in cast("RequestValidationError", error).errors()]
    return told(bad_value([fault(place[0], place[1:], "has a value that is not allowed") for place in places]))
