"""What a request asks: its JSON body and the parameters of its address, read strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ticket_triage.api.errors import Refusal
from ticket_triage.api.faults import bad_value, fault
from ticket_triage.api.strict_json import read_json
from ticket_triage.api.tickets import moment_of

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request


async def json_body(request: Request) -> Any:
    """Return the value of a request's JSON.

    Raises
    ------
    Refusal
        400 or 415.
    """
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


def moment_asked(request: Request, wanted: dict[str, str]) -> datetime:
    """Return the moment to answer for, the present unless another is asked for.

    Raises
    ------
    Refusal
        422, when it is no moment.
    """
    if "now" not in wanted:
        clock: Callable[[], datetime] = request.app.state.clock
        return clock()
    try:
        return moment_of(wanted["now"])
    except ValueError as error:
        hint = "; write + as %2B" if " " in wanted["now"] else ""
        raise bad_value([fault("query", ["now"], f"{error}{hint}")]) from None


def asked(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """Return what the address asks for, by name.

    Raises
    ------
    Refusal
        422, when a name is none of these or stands twice.
    """
    wanted: dict[str, str] = {}
    if not request.scope["query_string"]:
        return wanted
    for name, value in request.query_params.multi_items():
        if name not in names:
            raise bad_value([fault("query", [name], f"is no parameter here; known are: {', '.join(names)}")])
        if name in wanted:
            raise bad_value([fault("query", [name], "must be given once")])
        wanted[name] = value
    return wanted
