"""``POST /v1/explain``: the same bytes as the command line's, or a problem that says what to mend."""

import json

import pytest
from starlette.testclient import TestClient

from ticket_triage import load_model
from ticket_triage.api.app import create_app
from ticket_triage.api.schemas import ExplanationOut
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.service.breakdown import narrowed
from ticket_triage.settings import Settings

TICKET = {"ticket_id": "T-1", "subject": "Checkout is down", "body": "since ten o'clock, “nobody” can pay"}


@pytest.fixture(scope="module")
def model(small_models):
    return load_model(small_models, "small")


@pytest.fixture(scope="module")
def explainer(model):
    with TestClient(create_app(Settings(), Assessor(model, load_policy()))) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "head", "about", "everything"),
    [
        ("", None, None, False),
        ("?all=true", None, None, True),
        ("?head=urgency", "urgency", None, False),
        ("?head=urgency&class=low&all=true", "urgency", "low", True),
    ],
)
def test_http_and_python_give_the_same_bytes(explainer, model, query, head, about, everything):
    answer = explainer.post(f"/v1/explain{query}", json=TICKET)
    assert answer.status_code == 200
    assert answer.text == narrowed(model, Ticket(**TICKET), head, about, everything=everything).as_json()
    ExplanationOut.model_validate_json(answer.text, strict=True)


def test_the_command_line_prints_what_http_sends(explainer, small_models, program, tmp_path):
    (tmp_path / "one.json").write_text(json.dumps(TICKET))
    ran = program("explain", "one.json", "--models", small_models, "--name", "small", "--head", "urgency", "--json")
    assert ran.stdout == explainer.post("/v1/explain?head=urgency", json=TICKET).text + "\n"


@pytest.mark.parametrize(
    ("query", "pointer", "message"),
    [
        ("?heads=urgency", "/heads", "heads is no parameter here; known are: head, class, all."),
        ("?head=urgency&head=category", "/head", "head must be given once."),
        ("?all=1", "/all", "all must be true, or left out."),
    ],
)
def test_a_query_that_is_none_is_told(explainer, query, pointer, message):
    answer = explainer.post(f"/v1/explain{query}", json=TICKET)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"in": "query", "pointer": pointer, "message": message}]


def test_an_unknown_head_is_told(explainer):
    answer = explainer.post("/v1/explain?head=urgncy", json=TICKET)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-option")


def test_rules_alone_have_nothing_to_explain():
    with TestClient(create_app(Settings(), Assessor(None, load_policy(), "There is none."))) as client:
        answer = client.post("/v1/explain", json=TICKET)
        assert (answer.status_code, answer.json()["code"]) == (503, "no-model")
        assert client.post("/v1/explain", json={"ticket_id": 5}).status_code == 422
