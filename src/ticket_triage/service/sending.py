"""Send one message to one address: no redirect, no proxy, no more than so many seconds and bytes."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.errors import BadOptionError
from ticket_triage.service.reach import Reach, addresses_of, read_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from urllib.parse import SplitResult

TIMEOUT_S = 10.0
"""Seconds from the connection to the answer."""

MAX_ANSWER_BYTES = 1 << 16
"""Most of an answer's body that is listened to; none of it is kept."""

GONE = 410
"""What an address answers that wants nothing more, ever."""


class Sent(NamedTuple):
    """What came of sending: the answer's status, why it was not taken, and when to come again, as the answer says."""

    status: int | None
    error: str
    retry_after: str | None = None


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked up before; the host is named to it and, with TLS, must prove it."""

    def __init__(
        self, parts: SplitResult, places: list[tuple[str, int]], timeout_s: float, trusted: ssl.SSLContext | None
    ) -> None:
        self._places, self._secure, self._trusted = places, parts.scheme == "https", trusted
        self.default_port = 443 if self._secure else 80
        super().__init__(str(parts.hostname), parts.port, timeout=timeout_s)

    def connect(self) -> None:
        self.sock = self._reached()
        if self._secure:
            context = self._trusted or ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def _reached(self) -> socket.socket:
        for place in self._places[:-1]:
            with suppress(OSError):
                return socket.create_connection(place, self.timeout)
        return socket.create_connection(self._places[-1], self.timeout)


def send(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    reach: Reach,
    timeout_s: float = TIMEOUT_S,
    trusted: ssl.SSLContext | None = None,
) -> Sent:
    """Post a JSON message, and return what came of it; nothing is raised that a network can do.

    Parameters
    ----------
    url : str
    headers : mapping of str to str
    body : bytes
    reach : Reach
    timeout_s : float
        Seconds after which it counts as not taken, however busy the other side was.
    trusted : SSLContext or None
        Whose certificates are trusted; None reads the system's, which takes as long as many a message.
    """
    try:
        parts = read_url(url, reach)
        connection = _Connection(parts, addresses_of(parts, reach), timeout_s, trusted)
    except (BadOptionError, OSError) as error:
        return Sent(None, _reason(error))
    with _within(connection, timeout_s) as late:
        try:
            return _answer(connection, parts, headers, body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Sent(None, f"no answer within {timeout_s:g} s" if late.is_set() else _reason(error))


def _answer(connection: _Connection, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Sent:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = {"Content-Type": "application/json", "User-Agent": "ticket-triage", "Connection": "close"}
    connection.request("POST", path, body, {**own, **headers})
    answer = connection.getresponse()
    answer.read(MAX_ANSWER_BYTES)
    told = answer.getheader("Retry-After")
    if 200 <= answer.status < 300:
        return Sent(answer.status, "")
    why = "; redirects are not followed" if 300 <= answer.status < 400 else ""
    return Sent(answer.status, f"answered {answer.status}{why}", told)


@contextmanager
def _within(connection: _Connection, timeout_s: float) -> Iterator[threading.Event]:
    """Cut a connection when the time is over, for one that sends a byte now and then never times out by itself."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout_s, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        connection.close()


def _reason(error: Exception) -> str:
    """Say what failed without what was sent."""
    kinds = {
        BadOptionError: "its address is not one that notices may go to",
        socket.gaierror: "its name cannot be looked up",
        ssl.SSLCertVerificationError: "its certificate cannot be trusted",
        TimeoutError: "no answer in time",
        ConnectionRefusedError: "it refuses connections",
    }
    named = (why for kind, why in kinds.items() if isinstance(error, kind))
    return next(named, f"the connection failed ({type(error).__name__})")
