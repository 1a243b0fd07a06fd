"""The front of the application: everything that is done for every request, in one pass.

A chain of middlewares would cost as much as a decision. So the request's id, its body, the answer's headers and what is
told of a failure are all here, and the endpoints that read a request themselves are called from here too. FastAPI's
router answers what else there is, and draws the document of all.
"""

from __future__ import annotations

import logging
import re
import secrets
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from ticket_triage.api.bodies import Bodies, TooMuch, once, refuse_body
from ticket_triage.api.errors import Refusal
from ticket_triage.api.handlers import answer_to
from ticket_triage.api.rules import RULES, template_of
from ticket_triage.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ticket_triage.api.doors import Doors
    from ticket_triage.api.load import Load
    from ticket_triage.api.metrics import Metrics

    Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
    Headers = Mapping[bytes, bytes]

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
"""Headers of every answer: a browser shall neither guess, keep, frame nor run anything of it."""

_ONCE = (b"authorization", b"content-type", b"content-encoding", b"content-length", b"host", b"transfer-encoding")
"""Headers that two readers could read differently when they stand twice."""

_SHOWABLE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_log = logging.getLogger("ticket_triage.requests")


class Front:
    """Take every request in, have it answered, and see that whatever happens is answered as a problem.

    Parameters
    ----------
    app : ASGI application
        Answers what none of the endpoints does.
    doors : Doors
        Who may come in.
    bodies : Bodies
        How much may come in.
    load : Load
        How much is taken in hand.
    metrics : Metrics
        Where answers are counted.
    endpoints : mapping of (method, path) to endpoint
        Called without a router.
    tells : bool, default=False
        Whether every answer is logged.
    """

    def __init__(
        self,
        app: ASGIApp,
        doors: Doors,
        bodies: Bodies,
        load: Load,
        metrics: Metrics,
        endpoints: Mapping[tuple[str, str], Endpoint],
        *,
        tells: bool = False,
    ) -> None:
        self.app, self.doors, self.bodies, self.load, self.metrics = app, doors, bodies, load, metrics
        self.endpoints, self.tells = endpoints, tells
        self._run, self._number = secrets.token_hex(6), count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = perf_counter()
        headers = dict(scope["headers"])
        template = template_of(scope["method"], scope["path"])
        answer = _Answer(send, self._request_id(headers))
        try:
            await self._answer(scope, template, headers, receive, answer)
        except TooMuch as refusal:
            await refuse_body(refusal, scope, receive, answer)
        except (HTTPException, TriageError) as error:
            await answer_to(error)(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - logged; whatever fails, the sender gets an answer
            _log.exception("A request failed.", extra={"request_id": answer.request_id.decode()})
            if not answer.begun:
                await answer_to(error)(scope, receive, answer)
        seconds = perf_counter() - began
        self.metrics.answered(template, answer.status, seconds)
        if self.tells:
            self._tell(scope["method"], template, answer, seconds)

    async def _answer(
        self, scope: Scope, template: str | None, headers: Headers, receive: Receive, answer: _Answer
    ) -> None:
        if len(headers) != len(scope["headers"]):
            _refuse_twins(scope["headers"])
        method, path = scope["method"], scope["path"]
        answer.key_id = self.doors.admit(scope, headers, None if template is None else RULES[method, template])
        body = await self.bodies.read(path, headers, receive)
        if body is None:
            return  # the sender has gone
        with self.load.carrying(path):
            endpoint = self.endpoints.get((method, path))
            if endpoint is None:
                await self.app(scope, once(body, receive), answer)
            else:
                response = await endpoint(_Whole(scope, body))
                await response(scope, receive, answer)

    def _tell(self, method: str, template: str | None, answer: _Answer, seconds: float) -> None:
        """Log an answer by the pattern of its route: the address itself may name a ticket."""
        said = {"method": method, "route": template or "other", "status": answer.status, "ms": round(1000 * seconds, 2)}
        _log.info("answered", extra={"request_id": answer.request_id.decode(), "key": answer.key_id, **said})

    def _request_id(self, headers: Headers) -> bytes:
        """Return the sender's own id when it can be shown, else a new one."""
        given = headers.get(b"x-request-id")
        if given is not None and _SHOWABLE_ID.fullmatch(given):
            return given
        return f"{self._run}-{next(self._number)}".encode()


class _Answer:
    """What sends the answer, with the headers of every answer put to it."""

    __slots__ = ("begun", "key_id", "request_id", "send", "status")

    def __init__(self, send: Send, request_id: bytes) -> None:
        self.send, self.request_id = send, request_id
        self.begun, self.status, self.key_id = False, 0, ""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            message["headers"] = [*message["headers"], (b"x-request-id", self.request_id), *SECURITY_HEADERS]
        await self.send(message)


class _Whole(Request):
    """A request whose body is there already."""

    def __init__(self, scope: Scope, body: bytes) -> None:
        super().__init__(scope)
        self._body = body


def _refuse_twins(headers: list[tuple[bytes, bytes]]) -> None:
    names = [name for name, _ in headers]
    for name in _ONCE:
        if names.count(name) > 1:
            raise Refusal(400, "header-twice", f"The header {name.decode()} stands twice; send it once.")
