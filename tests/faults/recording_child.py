"""Processes that record receipts from several threads and say each ticket's id once it is acknowledged.

What they need is loaded once, here. Each line on standard input names a store, a name and a pipe; a fork makes a
process of its own for it, which says its number and then what was acknowledged into the pipe, until it is killed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.holds import taking
from ticket_triage.store.recording import record
from ticket_triage.store.store import Store

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
THREADS = 4


def write(assessor: Assessor, address: str, name: str, pipe: str) -> None:
    out = os.open(pipe, os.O_WRONLY)
    os.write(out, f"{os.getpid()}\n".encode())
    store = Store(address)

    def record_on(thread: int) -> None:
        number = 0
        while True:
            number += 1
            ticket = Ticket(f"{name}-{thread}-{number}", "Checkout is down", requester=f"R-{number % 9}")
            decision = assessor.conclude(ticket, NO_PREDICTION, NOW)
            made = taking(assessor, ticket, NO_PREDICTION, decision, decision.as_json().encode())
            store.submit(lambda connection, made=made: record(connection, [made], NOW)).result()
            os.write(out, f"{ticket.ticket_id}\n".encode())

    for thread in range(THREADS):
        threading.Thread(target=record_on, args=(thread,)).start()
    signal.pause()


def main() -> None:
    assessor = Assessor(None, load_policy(None))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        if os.fork() == 0:
            write(assessor, *line.rstrip("\n").split("\t"))


if __name__ == "__main__":
    main()
