"""A store on each kind of database: SQLite always, PostgreSQL where one answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.holds import taking
from ticket_triage.store.recording import record
from ticket_triage.store.store import Store

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


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
