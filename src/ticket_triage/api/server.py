"""Serve the application: one process, or several that share what was loaded before they were made.

The processes are forked once everything is loaded, so that code, policy and model are in memory once; a process that
dies is replaced. ``triage serve`` comes here by an import string.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import uvicorn

from ticket_triage.api.app import create_app
from ticket_triage.api.connection import connections
from ticket_triage.api.logs import write_logs
from ticket_triage.api.metrics import Metrics
from ticket_triage.errors import BadOptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ticket_triage.service.assess import Assessor
    from ticket_triage.settings import Settings

STOP_WITHIN_S = 10
"""Seconds that requests in hand may still take when the service is stopped."""

SHORT_LIFE_S = 2.0
"""A process that dies younger than this is not replaced at once: it would die again."""

_BACKLOG = 2048
_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}

_log = logging.getLogger("ticket_triage.server")


def serve(settings: Settings, assessor: Assessor, host: str, port: int, workers: int = 1) -> None:
    """Serve until stopped by SIGINT or SIGTERM.

    Parameters
    ----------
    settings : Settings
    assessor : Assessor
        What decides until another version is put into use.
    host : str
    port : int
    workers : int, default=1
        Processes that answer.

    Raises
    ------
    BadOptionError
        When there shall be several workers on a system that cannot fork.
    """
    if workers > 1 and not hasattr(os, "fork"):
        raise BadOptionError("This system runs one worker; leave --workers out.")

    metrics = Metrics(workers)
    write_logs(as_json=settings.log_format == "json")

    def run(process: int) -> None:
        metrics.count_in(process)
        app = create_app(settings, assessor, watch=True, metrics=metrics, leads=process == 0)
        config = uvicorn.Config(
            app,
            http=connections(settings.request_timeout_s),  # type: ignore[arg-type]  # it only ever calls it
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            backlog=_BACKLOG,
        )
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=_BACKLOG) as listener:
        run(0) if workers == 1 else Workers(workers, run).keep()


class _Worker(NamedTuple):
    """A process: its number, and when it was made."""

    number: int
    born: float


class Workers:
    """Processes that all do the same until they are stopped.

    Parameters
    ----------
    count : int
    run : callable
        What each of them does, given its number from 0.
    """

    def __init__(self, count: int, run: Callable[[int], None]) -> None:
        self.count, self.run = count, run
        self.living: dict[int, _Worker] = {}

    def keep(self) -> None:
        """Keep them running until SIGINT or SIGTERM comes; then let each finish what it has in hand."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        gc.collect()
        gc.freeze()  # else the collector would write to every object, and each process get a copy of its own
        try:
            for number in range(self.count):
                self._begin(number, before)
            while signal.sigwait(_SIGNALS) == signal.SIGCHLD:
                for gone in self._buried():
                    time.sleep(max(0.0, gone.born + SHORT_LIFE_S - time.monotonic()))
                    self._begin(gone.number, before)
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _begin(self, number: int, mask: set[int | signal.Signals]) -> None:
        pid = os.fork()
        if pid:
            self.living[pid] = _Worker(number, time.monotonic())
            return
        code = 1
        try:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            self.run(number)
            code = 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _buried(self) -> list[_Worker]:
        """Return the processes that have died since."""
        found = []
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                _log.error("Worker %d ended with %d; another takes its place.", ended[0], ended[1])
                found.append(self.living.pop(ended[0]))
        return found

    def _stop(self) -> None:
        for pid in self.living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        late = time.monotonic() + STOP_WITHIN_S + 2
        while self.living and time.monotonic() < late:
            with suppress(ChildProcessError):
                self.living.pop(os.waitpid(-1, os.WNOHANG)[0], None)
            time.sleep(0.02)
        for pid in self.living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
