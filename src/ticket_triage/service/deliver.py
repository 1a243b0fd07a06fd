"""Deliver notices: each hook in a lane of its own, so that a slow or dead one keeps nobody else waiting.

A delivery that is not taken is tried again after a wait that triples, blurred so that many do not come back at the same
moment, and never before the other side says; after so many tries it is dead, and stands in a list until somebody has it
tried anew. An address that answers 410 gets nothing more.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.errors import StoreError
from ticket_triage.service.sending import GONE, TIMEOUT_S, Sent
from ticket_triage.service.signatures import signed_headers
from ticket_triage.store.deliveries import Due, bury_all, hooks_due, settle, take
from ticket_triage.store.hooks import disable_hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ticket_triage.store.store import Connection, Store

    Send = Callable[[str, Mapping[str, str], bytes], Sent]

LOOK_EVERY_S = 0.5
"""Seconds between two looks for what is due."""

LONGEST_WAIT_S = 43_200.0
"""Longest wait between two tries that follows by itself: twelve hours."""

LONGEST_ASKED_S = 86_400.0
"""Longest wait that the other side can ask for."""

_MINE = timedelta(seconds=6 * TIMEOUT_S)
"""How long a delivery belongs to whoever took it."""

_GROWTH = 3.0
_STOP_WITHIN_S = 2.0

_log = logging.getLogger("ticket_triage.hooks")


class Schedule(NamedTuple):
    """When to try again: seconds before the first retry, and how many tries there are in all."""

    first_s: float = 5.0
    attempts: int = 12

    def wait_s(self, tried: int, draw: float, asked_s: float = 0.0) -> float | None:
        """Return the seconds to wait after so many tries, None after the last.

        Parameters
        ----------
        tried : int
            At least 1.
        draw : float
            A random number in [0, 1); the wait is three to five quarters of what it would be.
        asked_s : float
            Seconds the other side wants to be left alone.

        Examples
        --------
        >>> [Schedule().wait_s(tried, 0.5) for tried in (1, 2, 3, 11, 12)]
        [5.0, 15.0, 45.0, 43200.0, None]
        >>> Schedule().wait_s(1, 0.5, asked_s=120.0)
        120.0
        """
        if tried >= self.attempts:
            return None
        plain = min(self.first_s * _GROWTH ** min(tried - 1, 40), LONGEST_WAIT_S)
        return max(plain * (0.75 + draw / 2), min(asked_s, LONGEST_ASKED_S))


class Deliverer:
    """Delivers what is due from a store.

    Parameters
    ----------
    store : Store
    send : callable
        Sends a body with headers to an address, and says what came of it.
    clock : callable
        Returns the present moment, UTC-aware.
    draw : callable
        Returns a random number in [0, 1).
    schedule : Schedule
    """

    def __init__(
        self,
        store: Store,
        send: Send,
        clock: Callable[[], datetime],
        draw: Callable[[], float],
        schedule: Schedule,
    ) -> None:
        self._store, self._send, self._clock, self._draw, self._schedule = store, send, clock, draw, schedule
        self._lanes: dict[str, threading.Thread] = {}
        self._stopping = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Deliver in the background until the context ends; what is on its way then is tried again later."""
        thread = threading.Thread(target=self._watch, name="hooks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            until = monotonic() + _STOP_WITHIN_S
            for each in (thread, *self._lanes.values()):
                each.join(max(0.0, until - monotonic()))

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            try:
                self._begin_lanes()
            except StoreError as error:
                _log.warning("Notices wait: %s", error)

    def _begin_lanes(self) -> None:
        """Begin a lane for every hook that something is due for and that has none."""
        with self._store.reading() as connection:
            due = hooks_due(connection, self._clock())
        self._lanes = {hook: lane for hook, lane in self._lanes.items() if lane.is_alive()}
        for hook in set(due) - set(self._lanes):
            lane = self._lanes[hook] = threading.Thread(target=self.clear, args=(hook,), name="hook", daemon=True)
            lane.start()

    def clear(self, hook_id: str) -> None:
        """Try all that is due for one hook, one after the other."""
        try:
            while not self._stopping.is_set() and (due := self._take(hook_id)) is not None:
                self._settle(due, self._try(due))
        except StoreError as error:
            _log.warning("Notices to hook %s wait: %s", hook_id, error)

    def _take(self, hook_id: str) -> Due | None:
        now = self._clock()
        return self._store.submit(partial(take, hook_id=hook_id, now=now, until=now + _MINE)).result()

    def _try(self, due: Due) -> Sent:
        body = due.body.encode()
        return self._send(due.url, signed_headers(due.secret, due.notice_id, self._clock(), body), body)

    def _settle(self, due: Due, sent: Sent) -> None:
        now = self._clock()
        asked_s = seconds_asked(sent.retry_after, now)
        wait_s = None if sent.status == GONE else self._schedule.wait_s(due.attempts, self._draw(), asked_s)
        again = None if wait_s is None else now + timedelta(seconds=wait_s)

        def work(connection: Connection) -> None:
            settle(connection, due, sent.status, sent.error, now, again)
            if sent.status == GONE:
                disable_hook(connection, due.hook_id, now)
                bury_all(connection, due.hook_id, sent.error)

        self._store.submit(work).result()
        if sent.error:
            next_try = "it is dead now" if again is None else f"again at {again.isoformat(timespec='seconds')}"
            what = (due.notice_id, due.hook_id, sent.error, due.attempts, next_try)
            _log.warning("Notice %s to hook %s: %s, try %d; %s.", *what)


def seconds_asked(retry_after: str | None, now: datetime) -> float:
    """Return how many seconds a ``Retry-After`` asks to wait, 0 when it says nothing that can be read.

    Examples
    --------
    >>> now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    >>> seconds_asked("120", now), seconds_asked("Mon, 02 Mar 2026 09:31:00 GMT", now), seconds_asked("soon", now)
    (120.0, 60.0, 0.0)
    """
    told = (retry_after or "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
