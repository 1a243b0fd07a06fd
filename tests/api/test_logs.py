"""The log: one line for each thing, with the request's id, and never what somebody wrote."""

import io
import json
import logging

import pytest
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.logs import JsonLines, TextLines
from ticket_triage.settings import Settings

CANARY = "canary-4711"


class Failing:
    """Fails with the text it was given."""

    model = None
    model_reference = None

    def predict(self, tickets, **_):
        raise ValueError(tickets[0].subject)


@pytest.fixture
def written():
    """Return a function that has the log written in a format, and the text it is written to."""
    out, logger = io.StringIO(), logging.getLogger("ticket_triage")
    handler = logging.StreamHandler(out)

    def begin(formatter):
        handler.setFormatter(formatter)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        return out

    yield begin
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def test_an_answer_is_told_by_its_pattern_and_id(written, assessor):
    out = written(JsonLines())
    with TestClient(create_app(Settings(access_log=True), assessor)) as client:
        body = {"ticket_id": CANARY, "subject": CANARY}
        client.post("/v1/predict?now=2026-03-02T09:30:00Z", json=body, headers={"x-request-id": "mine-1"})
        client.get(f"/{CANARY}")
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["request_id"], first["method"], first["route"], first["status"]) == (
        "mine-1",
        "POST",
        "/v1/predict",
        200,
    )
    assert first["ms"] > 0
    assert (second["route"], second["status"]) == ("other", 404)
    assert CANARY not in out.getvalue()


def test_without_being_asked_only_failures_are_told(written, assessor):
    out = written(JsonLines())
    with TestClient(create_app(Settings(), assessor)) as client:
        client.post("/v1/predict", json={"ticket_id": "T-1"})
    assert out.getvalue() == ""


@pytest.mark.parametrize("formatter", [JsonLines(), TextLines()])
def test_a_failure_is_told_with_its_places_but_not_its_words(written, formatter):
    out = written(formatter)
    with TestClient(create_app(Settings(), Failing())) as client:
        answer = client.post("/v1/predict", json={"ticket_id": "T-1", "subject": CANARY})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert CANARY not in answer.text + out.getvalue()
    assert "ValueError" in out.getvalue()
    assert "test_logs.py" in out.getvalue()
    assert answer.headers["x-request-id"] in out.getvalue()
