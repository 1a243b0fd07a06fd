"""A store on each kind of database: SQLite always, PostgreSQL where one answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.holds import taking
from ticket_triage.store.recording import record
from ticket_triage.store.store import Store

POSTGRES = os.environ.get("TRIAGE_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of an empty database on a real PostgreSQL."""
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"triage_{uuid4().hex}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"create database {name}"))
    except OperationalError:
        pytest.skip(f"no PostgreSQL answers at {server.url.render_as_string()}; name one in TRIAGE_TEST_POSTGRES")
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    """Return the address of an empty store."""
    if request.param == "sqlite":
        return str(tmp_path / "kept")
    url = request.getfixturevalue("postgres")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    engine.dispose()
    return url


@pytest.fixture
def store(address) -> Iterator[Store]:
    with Store(address) as opened:
        yield opened


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(None, load_policy(None))


@pytest.fixture
def keep(store, assessor):
    """Return a function that decides and records tickets together, and returns the receipts that were kept."""

    def kept(*tickets: Ticket) -> list[bytes]:
        takings = []
        for ticket in tickets:
            decision = assessor.conclude(ticket, NO_PREDICTION, NOW)
            takings.append(taking(assessor, ticket, NO_PREDICTION, decision, decision.as_json().encode()))
        return store.submit(lambda connection: record(connection, takings, NOW)).result()

    return kept


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW
