"""Throughput of POST /v1/predict, dry and recorded, beside a FastAPI endpoint that only validates the same body.

Both run in this one run, each under its own uvicorn with one worker, and are measured in turn (A B A B ...) with the
same body; medians are reported. The client is ``wrk`` where it is installed, else one of our own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from fastapi import FastAPI

from ticket_triage.api.tickets import TicketIn

TICKET = {
    "ticket_id": "T-1042",
    "subject": "Card payments fail in the shop since this morning",
    "body": (
        "Hello, since about nine this morning none of our customers can pay by card. The payment page loads, they type "
        "their number, and after half a minute an error 502 appears. Bank transfer still works. We have already "
        "cleared the cache and tried three browsers. About forty orders were lost so far, please look into this soon. "
        "Kind regards, Ada"
    ),
    "opened_at": "2026-03-02T09:14:00Z",
    "channel": "email",
    "segment": "enterprise",
    "plan": "gold",
    "tags": ["payments"],
}
BODY = json.dumps(TICKET)
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Measured:
    """One run against one server: requests per second, and latencies in milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float


def noop_app() -> FastAPI:
    """Return an application whose only endpoint validates a ticket and does nothing."""
    app = FastAPI()

    @app.post("/v1/predict")
    async def endpoint(ticket: TicketIn) -> dict[str, bool]:
        return {"ok": True}

    return app


@contextmanager
def serving(factory: str, environment: dict[str, str]) -> Iterator[str]:
    """Run an application under uvicorn, one worker; yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port)]
    quiet = ["--no-access-log", "--log-level", "warning", "--app-dir", str(Path(__file__).parent)]
    process = subprocess.Popen([*command, *quiet], env={**os.environ, **environment})
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            sys.exit("http_throughput: a server did not start; its words are above.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("http_throughput: a server did not listen within 30 s.")


def ask(url: str, body: str | None = None) -> dict[str, object]:
    """Ask once; a refusal ends the benchmark with its words."""
    content = None if body is None else body.encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit(f"http_throughput: {url} answered {error.code}: {error.read().decode()}")


def measure(address: str, clients: int, seconds: int) -> Measured:
    wrk = shutil.which("wrk")
    url = f"{address}/v1/predict"
    return with_wrk(wrk, url, clients, seconds) if wrk else asyncio.run(with_own_client(url, clients, seconds))


def with_wrk(wrk: str, url: str, clients: int, seconds: int) -> Measured:
    script = f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[{BODY}]==]\n'
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = [wrk, "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-s", file.name, url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"http_throughput: not every request was answered:\n{told}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return Measured(float(rate.group(1)), latency_ms(told, "50%"), latency_ms(told, "99%"))


def latency_ms(told: str, share: str) -> float:
    value, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", told).groups()
    return float(value) * UNITS_MS[unit]


async def with_own_client(url: str, clients: int, seconds: int) -> Measured:
    port = int(url.split(":")[2].split("/")[0])
    until = time.perf_counter() + seconds
    taken = [took for times in await asyncio.gather(*(ask_on(port, until) for _ in range(clients))) for took in times]
    taken.sort()
    return Measured(len(taken) / seconds, taken[len(taken) // 2] * 1e3, taken[len(taken) * 99 // 100] * 1e3)


async def ask_on(port: int, until: float) -> list[float]:
    """Send the body again and again on one connection; return the seconds each answer took."""
    head = (
        f"POST /v1/predict HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    while (began := time.perf_counter()) < until:
        writer.write((head + BODY).encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b" 200 " not in answer.split(b"\r\n", 1)[0]:
            sys.exit(f"http_throughput: a request was refused: {answer.decode()}")
        await reader.readexactly(int(answer.split(b"content-length:")[1].split(b"\r\n")[0]))
        taken.append(time.perf_counter() - began)
    writer.close()
    return taken


def summary(runs: list[Measured]) -> Measured:
    return Measured(
        median(run.per_second for run in runs), median(run.p50_ms for run in runs), median(run.p99_ms for run in runs)
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path("models"), help="folder of trained models")
    parser.add_argument("--name", default="default", help="name of the model")
    parser.add_argument("--clients", type=int, default=16, help="connections at a time")
    parser.add_argument("--seconds", type=int, default=5, help="length of one run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each server")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    return parser.parse_args()


def run(options: argparse.Namespace) -> dict[str, Measured]:
    chosen = {"TRIAGE_MODELS": str(options.models), "TRIAGE_NAME": options.name}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("http_throughput:noop_app", {}) as noop,
        serving("ticket_triage.api.app:create_app", chosen) as ours,
        serving("ticket_triage.api.app:create_app", chosen | {"TRIAGE_STORE": folder}) as recording,
    ):
        print(f"serving: {json.dumps(ask(f'{ours}/readyz'))}")
        servers = {"no-op": noop, "predict": ours, "recorded": recording}
        runs: dict[str, list[Measured]] = {name: [] for name in servers}
        for address in servers.values():
            ask(f"{address}/v1/predict", BODY)
            measure(address, options.clients, 1)
        for _ in range(options.rounds):
            for name, address in servers.items():
                runs[name].append(measure(address, options.clients, options.seconds))
        return {name: summary(measured) for name, measured in runs.items()}


def main() -> None:
    options = arguments()
    figures = run(options)
    for name, found in figures.items():
        print(f"{name:8} {found.per_second:8.0f} requests/s   p50 {found.p50_ms:6.2f} ms   p99 {found.p99_ms:6.2f} ms")
    ratios = {name: found.per_second / figures["no-op"].per_second for name, found in figures.items()}
    for name in ("predict", "recorded"):
        print(f"{name:8} {ratios[name]:8.2f} of the no-op's throughput, {options.clients} clients, one worker")
    if options.json:
        told = {"ratio": ratios["predict"], "ratio_recorded": ratios["recorded"]}
        told |= {name: vars(found) for name, found in figures.items()}
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
