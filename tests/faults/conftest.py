"""A PostgreSQL of one test's own, to be stopped and started as it likes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


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
