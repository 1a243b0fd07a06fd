"""What deciding open tickets again costs those who ask: POST /v1/predict, recorded, with thousands of tickets due.

Two servers in this one run, each with a store of its own: in one nothing is due; in the other, as many open tickets as
told have turned while the service was away. The first is measured, then the second while it catches up, with the same
body; then how fast it caught up.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from http_throughput import BODY, Measured, ask, measure, serving
from sqlalchemy import func, select

from ticket_triage.domain.ticket import Ticket
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.holds import taking
from ticket_triage.store.recording import record
from ticket_triage.store.store import Store
from ticket_triage.store.tables import NOTICES

MOST_SLOWER = 1.5
TOGETHER = 200


def fill(folder: str, options: argparse.Namespace) -> None:
    """Keep tickets that came in two days ago."""
    assessor = build_assessor(options.models, options.name)
    then = datetime.now(UTC) - timedelta(days=2)
    text = "Card payments fail in the shop since this morning, about forty orders were lost so far."
    with Store(folder) as store:
        for start in range(0, options.tickets, TOGETHER):
            names = range(start, min(start + TOGETHER, options.tickets))
            tickets = [Ticket(f"D-{number}", f"Checkout {number}", text, opened_at=then) for number in names]
            takings = []
            for ticket, prediction in zip(tickets, assessor.predict(tickets), strict=True):
                decision = assessor.conclude(ticket, prediction, then)
                takings.append(taking(assessor, ticket, prediction, decision, decision.as_json().encode()))
            store.submit(lambda connection, takings=takings: record(connection, takings, then)).result()


def turned(folder: str) -> int:
    """Return of how many tickets something was told."""
    with Store(folder) as store, store.reading() as connection:
        counted = select(func.count(NOTICES.c.ticket_id.distinct()))
        return int(connection.execute(counted).scalar_one())


def run(options: argparse.Namespace) -> tuple[Measured, Measured, float, float]:
    chosen = {"TRIAGE_MODELS": str(options.models), "TRIAGE_NAME": options.name}
    with tempfile.TemporaryDirectory() as idle, tempfile.TemporaryDirectory() as due:
        fill(due, options)
        with serving("ticket_triage.api.app:create_app", chosen | {"TRIAGE_STORE": idle}) as address:
            ask(f"{address}/v1/predict", BODY)
            measure(address, options.clients, 1)
            before = measure(address, options.clients, options.seconds)
        with serving("ticket_triage.api.app:create_app", chosen | {"TRIAGE_STORE": due}) as address:
            ask(f"{address}/v1/predict", BODY)
            done, began = turned(due), time.perf_counter()
            during = measure(address, options.clients, options.seconds)
            busy = (turned(due) - done) / (time.perf_counter() - began)
            done, began = turned(due), time.perf_counter()
            time.sleep(options.seconds)
            alone = (turned(due) - done) / (time.perf_counter() - began)
            if turned(due) >= options.tickets:
                print("all had turned before the end: ask for more --tickets")
        return before, during, busy, alone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder of trained models")
    parser.add_argument("--name", default="default", help="name of the model")
    parser.add_argument("--tickets", type=int, default=5000, help="open tickets that are due")
    parser.add_argument("--clients", type=int, default=16, help="connections at a time")
    parser.add_argument("--seconds", type=int, default=8, help="length of one run")
    before, during, busy, alone = run(parser.parse_args())
    for name, measured in (("nothing due", before), ("catching up", during)):
        print(
            f"{name}: {measured.per_second:.0f} requests/s, p50 {measured.p50_ms:.1f} ms, p99 {measured.p99_ms:.1f} ms"
        )
    ratio = before.per_second / during.per_second
    print(f"requests {ratio:.2f} times as slow; {busy:.0f} tickets/s decided again under load, {alone:.0f} without")
    sys.exit(ratio > MOST_SLOWER)


if __name__ == "__main__":
    main()
