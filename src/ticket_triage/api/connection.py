"""One connection: nobody may keep it open without ever finishing a request or reading an answer.

uvicorn waits for ever for the rest of a request, takes headers without end, and waits for a reader that does not read;
and while it waits for one, it does not stop. Here every request has a time to arrive in, a head has a size, and a stop
waits for whole requests alone.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ticket_triage.api.errors import Refusal, told

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

MAX_HEAD_BYTES = 32_768
"""Largest head of a request: its first line and its headers."""

MAX_HEADERS = 100

MAX_CONNECTIONS = 900
"""Connections a process holds at most, below the 1,024 open files that systems commonly allow."""

_CLOSE = {"connection": "close"}


def connections(timeout_s: float) -> Callable[..., asyncio.Protocol]:
    """Return what uvicorn makes a connection with, each request of which may take ``timeout_s`` seconds to arrive."""
    return partial(Connection, timeout_s)


class Connection(HttpToolsProtocol):
    """uvicorn's connection with deadlines and limits.

    Parameters
    ----------
    timeout_s : float
        Seconds a whole request may take to arrive, and a sender to begin reading its answer.
    known : arguments of ``HttpToolsProtocol``
    """

    def __init__(self, timeout_s: float, **known: Any) -> None:
        super().__init__(**known)
        self.timeout_s = timeout_s
        self.waits_since: float | None = None  # for the rest of a request
        self.stuck_since: float | None = None  # for a reader to read
        self.head_bytes: int | None = 0  # read of an incomplete head; None within a body
        self.has_begun = False  # with a request that is not whole yet
        self.is_broken = False  # nothing more can be read; it ends with the answers under way
        self.alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin to wait for a request; when there are too many connections, the one that waits longest must go."""
        super().connection_made(transport)
        self.waits_since = self.loop.time()
        self.alarm = self.loop.call_later(self.timeout_s, self._look)
        if len(self.connections) > MAX_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if self.alarm is not None:
            self.alarm.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has become too large."""
        if self.is_broken:
            return
        if self.head_bytes is not None:
            self.head_bytes += len(data)
        super().data_received(data)
        if self.head_bytes is not None and self.head_bytes > MAX_HEAD_BYTES:
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Begin with the head of a request."""
        super().on_message_begin()
        self.has_begun = True
        self.head_bytes = self.head_bytes or 0
        if self.waits_since is None:
            self.waits_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head is too large."""
        self.head_bytes = None
        read = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if read > MAX_HEAD_BYTES or len(self.headers) > MAX_HEADERS:
            self._refuse_head()
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no longer: the request is here."""
        self.waits_since, self.head_bytes, self.has_begun = None, 0, False
        super().on_message_complete()
        if self.cycle.response_complete:  # it was refused before it was here
            self.waits_since = self.loop.time()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self.waits_since = self.loop.time()
            if self.is_broken:
                self.transport.close()

    def pause_writing(self) -> None:
        """Begin to wait for the reader."""
        self.stuck_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Wait for the reader no longer."""
        self.stuck_since = None
        super().resume_writing()

    def shutdown(self) -> None:
        """Finish what has come whole, and let go of what has not."""
        if self._is_answering():
            super().shutdown()
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Tell the sender that this is no HTTP."""
        del msg  # uvicorn's words
        self._refuse(Refusal(400, "bad-request", "This is no HTTP request that can be read."))

    def _look(self) -> None:
        """Close the connection when something has taken too long, else look again when it would have."""
        since = [moment for moment in (self.waits_since, self.stuck_since) if moment is not None]
        rest = min(since, default=self.loop.time()) + self.timeout_s - self.loop.time()
        if rest > 0:
            self.alarm = self.loop.call_later(rest, self._look)
        elif self.stuck_since is not None:
            self.transport.abort()
        else:
            self._give_up()

    def _give_up(self) -> None:
        if self.has_begun:
            why = f"The request did not arrive whole within {self.timeout_s:g} s; send it again."
            self._refuse(Refusal(408, "body-too-slow", why))
        else:
            self.transport.close()

    def _make_room(self) -> None:
        waiting = [held for held in self.connections if isinstance(held, Connection) and held.waits_since is not None]
        longest = min(waiting, key=lambda held: held.waits_since or 0.0, default=self)
        longest.transport.abort()

    def _refuse_head(self) -> None:
        why = f"A request's head has at most {MAX_HEAD_BYTES:,} bytes and {MAX_HEADERS} headers; send less."
        self._refuse(Refusal(431, "head-too-large", why))

    def _refuse(self, refusal: Refusal) -> None:
        """Answer in place of the application and close, after the answers that are being made."""
        if self.transport.is_closing():
            return
        if self._is_answering():
            self.is_broken = True
        elif self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()  # an answer is half sent to who has not sent the request whole
        else:
            self.transport.write(_raw(refusal))
            self.transport.close()

    def _is_answering(self) -> bool:
        """Whether a request has come whole and waits for its answer."""
        if self.pipeline:
            return True
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body


def _raw(refusal: Refusal) -> bytes:
    """Return a whole answer as it goes over the wire."""
    response = told(refusal, _CLOSE)
    status = f"HTTP/1.1 {refusal.status_code} {HTTPStatus(refusal.status_code).phrase}\r\n".encode()
    return status + b"".join(b"%b: %b\r\n" % each for each in response.raw_headers) + b"\r\n" + bytes(response.body)
