"""How `triage serve` scales: two workers against one in one run, and tickets per second in batches of 500.

The promises: two workers answer at least 1.6 times as many requests as one, and a batch of 500 is answered at 3,000
tickets a second or more. Nothing is recorded. Needs a processor for each worker and one for the client.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from statistics import median

from http_throughput import BODY, TICKET, ask, measure
from serve_memory import served

ROWS = 500


def batches(address: str, rounds: int) -> float:
    """Return tickets per second of a client that sends one batch after the other."""
    rows = [{**TICKET, "ticket_id": f"T-{number}", "body": f"{number} {TICKET['body']}"} for number in range(ROWS)]
    body = json.dumps({"tickets": rows})
    taken = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        ask(f"{address}/v1/predict/batch", body)
        taken.append(time.perf_counter() - began)
    return ROWS / median(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder of trained models")
    parser.add_argument("--name", default="default", help="name of the model")
    parser.add_argument("--clients", type=int, default=16, help="connections at a time")
    parser.add_argument("--seconds", type=int, default=5, help="length of one run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    with served(options, 1) as (_, one, _), served(options, 2) as (_, two, _):
        rates: dict[str, list[float]] = {one: [], two: []}
        for address in rates:
            ask(f"{address}/v1/predict", BODY)
            measure(address, options.clients, 1)
        for _ in range(options.rounds):
            for address, found in rates.items():
                found.append(measure(address, options.clients, options.seconds).per_second)
        per_second = batches(one, 2 * options.rounds)
    first, second = median(rates[one]), median(rates[two])
    print(f"1 worker   {first:8.0f} requests/s")
    print(f"2 workers  {second:8.0f} requests/s, {second / first:.2f} times one; at least 1.60")
    print(f"batches    {per_second:8.0f} tickets/s in batches of {ROWS}, one worker; at least 3,000")
    if options.json:
        told = {"one": first, "two": second, "ratio": second / first, "batch_tickets_per_s": per_second}
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
