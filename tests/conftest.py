"""What several tests share: the folder of public ticket sets, and the flag for long drills."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import FastAPI

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

POSTGRES = os.environ.get("TRIAGE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
DEFAULT_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of public ticket sets, or skip where it is absent."""
    folder = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA))
    if not folder.is_dir():
        pytest.skip(f"the folder of public ticket sets is not at {folder}; name it in TRIAGE_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of models with one of little learning in it, named ``small``."""
    from ticket_triage.intake.sample import sample_history
    from ticket_triage.service.train import train

    folder = tmp_path_factory.mktemp("models")
    train(sample_history(900), fast=True, models=folder, name="small")
    return folder


class Ended(NamedTuple):
    """How a process ended."""

    code: int
    out: str
    err: str


class Served:
    """A server that runs in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str) -> bytes:
        """Return what a path answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.read()

    def post(self, path: str, body: bytes) -> bytes:
        """Return what a path answers to JSON."""
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def stop(self, how: int = signal.SIGINT) -> Ended:
        """Stop it, and return how it ended."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=30)
        return Ended(self.process.returncode, out, err)

    def wait(self) -> None:
        """Return once it is ready."""
        until = time.monotonic() + 60
        while True:
            try:
                self.get("/readyz")
            except urllib.error.HTTPError:
                return
            except OSError:
                assert self.process.poll() is None, self.process.communicate()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.05)
            else:
                return


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of an empty database on a real PostgreSQL."""
    from sqlalchemy import create_engine, make_url, text
    from sqlalchemy.exc import OperationalError

    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"triage_{uuid4().hex}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"create database {name}"))
    except OperationalError:
        told = f"no PostgreSQL answers at {server.url.render_as_string()}; name one in TRIAGE_TEST_POSTGRES"
        (pytest.fail if os.environ.get("TRIAGE_TEST_POSTGRES_REQUIRED") else pytest.skip)(told)
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    """Return the address of an empty store."""
    if request.param == "sqlite":
        return str(tmp_path / "kept")
    from sqlalchemy import create_engine, text

    url = request.getfixturevalue("postgres")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()
    return url


@dataclass
class Got:
    """A message that a receiver got."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """A real HTTP server that keeps what is posted to it, and answers as told: a status, and headers."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        """What to answer next; 204 once there is nothing more."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def url(self, path: str = "/in") -> str:
        """Return an address of it."""
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a server that notices can be sent to."""
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def serve():
    """Return the context that serves an application from this process, on a free port of the loopback."""
    import uvicorn

    from ticket_triage.api.connection import connections

    @contextmanager
    def serving(app: FastAPI, timeout_s: float = 0.4) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            http = connections(timeout_s)
            served = uvicorn.Server(
                uvicorn.Config(app, http=http, log_level="critical", ws="none", proxy_headers=False)
            )
            thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]})
            thread.start()
            yield listener.getsockname()[1]
            served.should_exit = True
            thread.join()

    return serving


@pytest.fixture(scope="session")
def server():
    """Return a context that serves as ``triage serve`` with these options and variables on a free port."""

    @contextmanager
    def serve(*options: object, **variables: str):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        kept = () if "--store" in options else ("--store", "none")
        command = [sys.executable, "-m", "ticket_triage", "serve", "--port", str(port), *map(str, options), *kept]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=clean_environment() | variables, **pipes) as process:
            served = Served(process, port)
            try:
                served.wait()
                yield served
            finally:
                if process.poll() is None:
                    served.stop()

    return serve


def clean_environment() -> dict[str, str]:
    """Return the environment without what would change an answer."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TRIAGE_", "COLUMNS"))}


@pytest.fixture
def program(tmp_path: Path):
    """Return a function that runs the command in a process of its own, in an empty folder, without our settings."""
    clean = clean_environment()

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ticket_triage", *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, env=clean | variables, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run the long drills too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--run-slow"):
        return
    skip = pytest.mark.skip(reason="a long drill; run it with --run-slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
