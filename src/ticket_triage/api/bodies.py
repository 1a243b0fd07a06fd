"""How much may come in, and for how long: bodies are read whole before the application sees the request.

A body announced too large is refused before a byte of it is read, one that grows too large as soon as it does, and one
that never ends when its time is over. So no route can forget a limit.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from ticket_triage.api.errors import Refusal, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Message, Receive, Scope, Send

LINGER_S = 1.0
"""Seconds a refused sender is listened to, so that it can read the answer before the connection closes."""

_CLOSE = {"connection": "close"}


class TooMuch(Refusal):
    """A body that is too large or too slow: nobody waits for the rest of it."""


class Bodies:
    """Read whole bodies of bounded size.

    Parameters
    ----------
    limit_bytes : int
        Largest body.
    limits_bytes : mapping of str to int
        Largest body of the paths named here, instead.
    timeout_s : float
        Seconds the whole body may take to arrive.
    """

    def __init__(self, limit_bytes: int, limits_bytes: Mapping[str, int], timeout_s: float) -> None:
        self.timeout_s = timeout_s
        self.limit_bytes, self.limits_bytes = limit_bytes, dict(limits_bytes)

    async def read(self, path: str, headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
        """Return the body of a request, empty when it has none, or None when the sender has gone.

        Raises
        ------
        TooMuch
            413 or 408.
        """
        announced = _announced(headers)
        if announced == 0:
            return b""
        limit = self.limits_bytes.get(path, self.limit_bytes)
        if announced is not None and announced > limit:
            raise _too_large(limit)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await _collect(receive, limit)
        except TimeoutError:
            raise TooMuch(
                408, "body-too-slow", f"The body did not arrive whole within {self.timeout_s:g} s; send it again."
            ) from None


def _announced(headers: Mapping[bytes, bytes]) -> int | None:
    """Return the body's announced length in bytes, 0 without a body, None when it comes in chunks."""
    length = headers.get(b"content-length")
    if length is None:
        return None if b"transfer-encoding" in headers else 0
    return int(length) if length.isdigit() else None


async def _collect(receive: Receive, limit: int) -> bytes | None:
    """Return the body, or None when the sender has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunk = message.get("body", b"")
        if len(body) + len(chunk) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return bytes(body) + chunk if body else bytes(chunk)
        body += chunk


def _too_large(limit: int) -> TooMuch:
    return TooMuch(413, "body-too-large", f"The body is larger than the {limit} bytes this address takes; send less.")


def once(body: bytes, receive: Receive) -> Receive:
    """Return a receive that hands out the body, then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_read() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_read


async def refuse_body(refusal: TooMuch, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the whole answer at once, and close only when the sender had time to read it."""

    async def send_open(message: Message) -> None:
        await send({**message, "more_body": True} if message["type"] == "http.response.body" else message)

    await told(refusal, _CLOSE)(scope, receive, send_open)
    if refusal.status_code == 413:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                await _discard(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _discard(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass
