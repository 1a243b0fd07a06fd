"""What drills need: clients that never rest, and a PostgreSQL of one test's own, to be stopped and started."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


CLIENTS = 6


class Load:
    """Clients that send tickets without a pause, and keep what they were told."""

    def __init__(self, served):
        self.served = served
        self.acknowledged, self.refused = [], []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(name,)) for name in range(CLIENTS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, name):
        number = 0
        while not self._over.is_set():
            number += 1
            ticket = {"ticket_id": f"{name}-{number}", "subject": "Checkout is down"}
            try:
                self.served.post("/v1/predict", json.dumps(ticket).encode())
                self.acknowledged.append(ticket["ticket_id"])
            except urllib.error.HTTPError as error:
                self.refused.append((error.code, json.loads(error.read())["code"], error.headers["retry-after"]))

    def until_acknowledged(self, more):
        """Wait until so many more tickets are acknowledged."""
        wanted, late = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < late, Counter(self.refused)
            time.sleep(0.02)


class Cluster:
    """A cluster in a folder, run by whoever PostgreSQL lets run it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Make its files and start it."""
        self._run("initdb", "-U", "postgres", "-A", "trust")
        told = f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with (self.folder / "postgresql.conf").open("a") as settings:
            settings.write(told)
        self.control("start")

    def control(self, what: str, *how: str) -> None:
        """Start, stop or restart it, and wait until that is done."""
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), *how, what)

    def _run(self, program: str, *options: str) -> None:
        user = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        command = [*user, str(self.programs / program), "-D", str(self.folder), *options]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, timeout=60)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Return a running PostgreSQL of its own, or skip where its programs are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        told = "PostgreSQL's programs are not in /usr/lib/postgresql"
        (pytest.fail if os.environ.get("TRIAGE_TEST_POSTGRES_REQUIRED") else pytest.skip)(told)
    with TemporaryDirectory(prefix="cluster-", ignore_cleanup_errors=True) as folder:  # pytest's own is for one user
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        made = Cluster(Path(folder), found[-1])
        made.make()
        try:
            yield made
        finally:
            made.control("stop", "-m", "immediate")


@pytest.fixture
def load() -> type[Load]:
    """Return the context in which clients send tickets to a server."""
    return Load
