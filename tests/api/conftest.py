"""The application with a small fixed model and a stopped clock: in process, and under a real server."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.domain.prediction import HeadPrediction, ModelReference, Prediction, Reason
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.settings import Settings

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class FixedModel:
    """Answers every ticket alike."""

    reference = ModelReference("fixed", "1", "0" * 64)

    def predict(self, tickets: Sequence[Ticket], *, reasons: int = 3) -> list[Prediction]:
        why = (Reason("down", 1.25),)
        heads = (
            HeadPrediction("urgency", "high", ("low", "medium", "high", "critical"), (0.1, 0.2, 0.6, 0.1), why),
            HeadPrediction("sentiment", "neutral", ("negative", "neutral", "positive"), (0.25, 0.5, 0.25)),
        )
        return [Prediction(heads, self.reference, 0.125) for _ in tickets]


@dataclass(frozen=True)
class Live:
    """An application under a real server on the loopback."""

    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def assessor() -> Assessor:
    return Assessor(FixedModel(), load_policy(None))


@pytest.fixture(scope="session")
def app(assessor) -> FastAPI:
    return create_app(Settings(max_body_bytes=20_000), assessor, clock=lambda: NOW)


@pytest.fixture(scope="session")
def client(app) -> Iterator[TestClient]:
    with TestClient(app) as opened:
        yield opened


@pytest.fixture(scope="session")
def live(assessor, serve) -> Iterator[Live]:
    settings = Settings(max_body_bytes=20_000, request_timeout_s=0.4)
    with serve(create_app(settings, assessor, clock=lambda: NOW)) as port:
        yield Live(port)
