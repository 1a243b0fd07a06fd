"""A client of the service, for programs: one connection, timeouts, and retries that cannot do a thing twice.

It stands alone: only the standard library, and nothing else of this package, so that it can be copied where the
package is not installed.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

MAX_RETRY_AFTER_S = 30.0
"""Longest wait a server can ask for between two tries."""

_PASSING = frozenset({429, 502, 503, 504})
_BROKEN = (http.client.HTTPException, OSError)

Answer = dict[str, Any]


class ServiceError(Exception):
    """The service answered with an error.

    Parameters
    ----------
    status : int
        HTTP status.
    problem : mapping
        The problem document (RFC 9457) that came with it, as far as there was one.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.errors = list(problem.get("errors", ()))
        super().__init__(str(problem.get("detail") or f"The service answered with status {status}."))


class UnreachableError(Exception):
    """The service gave no answer within the timeout, however often it was tried."""


class TriageClient:
    """Asks one service; not to be shared between threads.

    A request that got no answer, or 429, 502, 503 or 504, is sent again after a wait that doubles, or the one that the
    service asks for. Whatever is written carries an idempotency key that stays the same over all tries, so that a
    ticket is never recorded twice.

    Parameters
    ----------
    url : str
        Such as ``"http://127.0.0.1:8000"``; a path before ``/v1`` is kept.
    key : str or None
        API key, sent as a bearer token.
    timeout_s : float, default=10.0
        Seconds to wait for a connection, and for each piece of an answer.
    retries : int, default=3
        How many more times a request is tried.
    backoff_s : float, default=0.2
        Seconds before the first retry.
    sleep : callable
        Waits; passed in so that nobody has to wait in a test.

    Raises
    ------
    ValueError
        When the address is no http or https address, or a limit is out of range.

    Examples
    --------
    >>> client = TriageClient("http://127.0.0.1:8000", key="secret")
    >>> client
    TriageClient('http://127.0.0.1:8000')
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_s: float = 10.0,
        retries: int = 3,
        backoff_s: float = 0.2,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"{url!r} is no address of a service; give one such as http://127.0.0.1:8000.")
        if timeout_s <= 0 or retries < 0 or backoff_s < 0:
            raise ValueError("timeout_s must be above 0, retries and backoff_s must not be below 0.")
        self._url, self._secure = url, parts.scheme == "https"
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path.rstrip("/")
        self._key, self._timeout_s, self._retries, self._backoff_s = key, timeout_s, retries, backoff_s
        self._sleep = sleep
        self._connection: http.client.HTTPConnection | None = None

    def __repr__(self) -> str:
        return f"TriageClient({self._url!r})"

    def __enter__(self) -> TriageClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def predict(self, ticket: Mapping[str, Any], *, now: datetime | None = None, record: bool | None = None) -> Answer:
        """Return the receipt of one ticket.

        Parameters
        ----------
        ticket : mapping
            The fields of a ticket, such as ``ticket_id``, ``subject`` and ``body``.
        now : datetime or None
            The moment to decide for, aware; None means the service's present.
        record : bool or None
            Whether the service keeps the receipt; None leaves it to the service.

        Raises
        ------
        ServiceError, UnreachableError
        """
        return self._post("/v1/predict", ticket, _asked(now, record))

    def predict_batch(
        self, tickets: Sequence[Mapping[str, Any]], *, now: datetime | None = None, record: bool | None = None
    ) -> list[Answer]:
        """Return a result for each ticket, in order: an object with ``receipt``, or with ``error``.

        Raises
        ------
        ServiceError, UnreachableError
        """
        results: list[Answer] = self._post("/v1/predict/batch", {"tickets": list(tickets)}, _asked(now, record))[
            "results"
        ]
        return results

    def ticket(self, ticket_id: str) -> Answer:
        """Return what the service keeps of a ticket."""
        return self._get(f"/v1/tickets/{quote(ticket_id, safe='')}")

    def clocks(self, ticket_id: str, *, now: datetime | None = None) -> Answer:
        """Return the service clocks of a kept ticket at a moment, the service's present without one."""
        return self._get(f"/v1/tickets/{quote(ticket_id, safe='')}/clocks", _asked(now, None))

    def queue(self, **asked: str | int) -> Answer:
        """Return a page of the queue; ``cursor`` and ``limit`` as the service names them."""
        return self._get("/v1/queue", asked)

    def event(self, ticket_id: str, event: Mapping[str, Any]) -> Answer:
        """Tell the service what happened to a ticket."""
        return self._post(f"/v1/tickets/{quote(ticket_id, safe='')}/events", event)

    def feedback(self, ticket_id: str, feedback: Mapping[str, Any]) -> Answer:
        """Tell the service what a person made of its answer."""
        return self._post(f"/v1/tickets/{quote(ticket_id, safe='')}/feedback", feedback)

    def ready(self) -> Answer:
        """Return with which model and policy the service decides."""
        return self._get("/readyz")

    def _get(self, path: str, asked: Mapping[str, str | int] | None = None) -> Answer:
        return self._ask("GET", path, asked or {}, None, {})

    def _post(self, path: str, body: object, asked: Mapping[str, str | int] | None = None) -> Answer:
        content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        return self._ask("POST", path, asked or {}, content, headers)

    def _ask(
        self, method: str, path: str, asked: Mapping[str, str | int], body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        """Send a request until it is answered for good or all tries are used up."""
        target = f"{self._path}{path}?{urlencode(asked)}" if asked else self._path + path
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                response, content = self._send(method, target, body, headers)
            except _BROKEN as error:
                self.close()
                if last:
                    raise UnreachableError(f"{self._url} gave no answer: {error or type(error).__name__}.") from error
                self._sleep(self._backoff_s * 2**attempt)
                continue
            if response.status < 400:
                return _object(response.status, content)
            if response.status not in _PASSING or last:
                raise ServiceError(response.status, _problem(content))
            self._sleep(_wait(response.getheader("Retry-After"), self._backoff_s * 2**attempt))
        raise AssertionError("the last try answers or raises")

    def _send(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = self._connected()
        self._connection.request(method, target, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.will_close:
            self.close()
        return response, content

    def _connected(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)


def _asked(now: datetime | None, record: bool | None) -> dict[str, str | int]:
    asked: dict[str, str | int] = {}
    if now is not None:
        if now.utcoffset() is None:
            raise ValueError("now has no time zone; give an aware moment.")
        asked["now"] = now.isoformat()
    if record is not None:
        asked["record"] = "true" if record else "false"
    return asked


def _object(status: int, content: bytes) -> Answer:
    answer = _problem(content) if content.strip() else {}
    if content.strip() and not answer:
        raise ServiceError(status, {"code": "no-json", "detail": "The answer is no JSON object; is this the service?"})
    return answer


def _problem(content: bytes) -> Answer:
    """Return the JSON object of an answer; empty when it holds none, as from a proxy in between."""
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _wait(asked: str | None, otherwise: float) -> float:
    """Return the seconds a service asks for, within bounds; dates and nonsense count as nothing."""
    return min(float(asked), MAX_RETRY_AFTER_S) if asked is not None and asked.isdecimal() else otherwise
