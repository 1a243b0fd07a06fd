"""Every error is problem JSON with a stable code."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ticket_triage import errors
from ticket_triage.api.app import create_app
from ticket_triage.api.errors import STATUSES, status_of
from ticket_triage.api.schemas import Problem
from ticket_triage.settings import Settings


def leaves(error: type[errors.TriageError]) -> list[type[errors.TriageError]]:
    below = error.__subclasses__()
    return [leaf for child in below for leaf in leaves(child)] if below else [error]


@pytest.mark.parametrize("leaf", leaves(errors.TriageError))
def test_every_error_of_the_tree_has_a_status(leaf):
    assert any(branch in STATUSES for branch in leaf.__mro__)
    assert 400 <= status_of(leaf) < 600
    assert leaf.code != errors.TriageError.code


def test_an_error_without_a_branch_is_the_server_s():
    assert status_of(errors.TriageError) == 500


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", "/v1/predict/", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", "/v1/predict", 405, "method-not-allowed"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
        ("GET", "/%00%ff/../../etc/passwd", 404, "not-found"),
    ],
)
def test_what_is_not_served_is_a_problem(client, method, path, status, code):
    answer = client.request(method, path)
    problem = Problem.model_validate_json(answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem.status, problem.code) == (status, status, code)


def test_a_method_not_taken_is_told_those_that_are(client):
    assert client.get("/v1/predict").headers["allow"] == "POST"


def test_a_failure_of_ours_tells_nothing_of_the_inside(app):
    broken = create_app(Settings(), Broken())
    with TestClient(broken, raise_server_exceptions=False) as client:
        answer = client.post("/v1/predict", json={"ticket_id": "secret-1"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "secret" not in answer.text


def test_a_parameter_that_fastapi_reads_is_refused_alike(assessor):
    app = create_app(Settings(), assessor)
    add_typed_route(app)
    with TestClient(app) as client:
        answer = client.get("/typed", params={"limit": "canary"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/limit")
    assert "canary" not in answer.text


def add_typed_route(app: FastAPI) -> None:
    @app.get("/typed")
    async def typed(limit: int) -> int:
        return limit


class Broken:
    def predict(self, tickets):
        return [None]

    def conclude(self, ticket, prediction, now):
        raise RuntimeError(f"secret of {ticket.ticket_id}")
