"""A process that records receipts from several threads and says each ticket's id once it is acknowledged."""

from __future__ import annotations

import os
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


def main(address: str, name: str, threads: int) -> None:
    assessor = Assessor(None, load_policy(None))
    store = Store(address)

    def write(thread: int) -> None:
        number = 0
        while True:
            number += 1
            ticket = Ticket(f"{name}-{thread}-{number}", "Checkout is down", requester=f"R-{number % 9}")
            decision = assessor.conclude(ticket, NO_PREDICTION, NOW)
            made = taking(assessor, ticket, NO_PREDICTION, decision, decision.as_json().encode())
            store.submit(lambda connection, made=made: record(connection, [made], NOW)).result()
            os.write(1, f"{ticket.ticket_id}\n".encode())

    for thread in range(threads):
        threading.Thread(target=write, args=(thread,)).start()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
