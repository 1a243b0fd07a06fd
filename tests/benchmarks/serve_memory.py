"""Memory of `triage serve` with one worker and with several, after each has answered: proportional set sizes, summed.

The promise: four workers use at most 0.6 of four times the memory of one. Reads /proc, so it runs on Linux.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from http_throughput import BODY, ask, free_port, wait_for


@contextmanager
def served(options: argparse.Namespace, workers: int) -> Iterator[tuple[int, str, float]]:
    """Run the service; yield its process, its address, and the seconds until it answered."""
    port = free_port()
    chosen = ["--models", str(options.models), "--name", options.name, "--store", "none"]
    command = [sys.executable, "-m", "ticket_triage", "serve", "--port", str(port), "--workers", str(workers), *chosen]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        ask(f"http://127.0.0.1:{port}/readyz")
        yield process.pid, f"http://127.0.0.1:{port}", time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def tree_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(below for child in children for below in tree_of(int(child)))]


def pss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measure(options: argparse.Namespace, workers: int) -> tuple[float, float]:
    """Return MiB of all processes together, and seconds to start."""
    with served(options, workers) as (pid, address, started_s):
        for _ in range(400 * workers):  # each on a connection of its own, so that every worker answers many
            ask(f"{address}/v1/predict", BODY)
        return sum(pss_mib(each) for each in tree_of(pid)), started_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder of trained models")
    parser.add_argument("--name", default="default", help="name of the model")
    parser.add_argument("--workers", type=int, default=4, help="workers to compare with one")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    one, one_s = measure(options, 1)
    several, several_s = measure(options, options.workers)
    ratio = several / (options.workers * one)
    print(f"1 worker   {one:8.1f} MiB, answers after {one_s:.2f} s")
    print(f"{options.workers} workers  {several:8.1f} MiB, answers after {several_s:.2f} s")
    print(f"ratio      {ratio:8.2f} of {options.workers} times one; at most 0.60")
    if options.json:
        told = {"one_mib": one, "several_mib": several, "ratio": ratio, "start_s": one_s}
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
