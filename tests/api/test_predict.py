"""One ticket in, one receipt out: the same bytes as everywhere else."""

import json
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.api.tickets import EXAMPLE, TicketIn, read_ticket
from ticket_triage.domain.ticket import INTAKE_COLUMNS, Ticket
from ticket_triage.errors import ModelNotFoundError
from ticket_triage.settings import Settings

TICKET = {"ticket_id": "T-1", "subject": "Checkout is down", "body": "No customer can pay since nine."}


def post(client, body, **more):
    return client.post("/v1/predict", content=json.dumps(body), headers={"content-type": "application/json"}, **more)


def test_the_answer_is_the_receipt_byte_for_byte(client, assessor, now):
    answer = post(client, EXAMPLE)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == assessor.decide(read_ticket(EXAMPLE), now).as_json()


def test_the_moment_can_be_given(client, assessor):
    receipt = post(client, TICKET, params={"now": "2026-05-01T12:00:00+02:00"}).json()
    assert receipt["now"] == "2026-05-01T10:00:00Z"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("now=2026-05-01T12:00:00", "now must be a moment in ISO 8601 with an offset or Z"),
        ("now=2026-05-01T12:00:00+02:00", "write + as %2B"),
        ("now=yesterday", "now must be a moment"),
        ("now=0001-01-01T00:00:00Z", "now must lie between the years 1970 and 2199"),
        ("now=2026-05-01T12:00:00Z&now=2026-05-02T12:00:00Z", "now must be given once"),
        ("nwo=2026-05-01T12:00:00Z", "nwo is no parameter here; known are: now, record"),
    ],
)
def test_a_query_that_cannot_be_used_is_refused_with_the_reason(client, query, message):
    answer = post(client, TICKET, params=query)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]
    assert answer.json()["errors"][0]["in"] == "query"


def test_every_intake_column_is_taken_in():
    assert {*TicketIn.model_fields} == {*INTAKE_COLUMNS, "custom"}


def test_every_field_reaches_the_ticket():
    value = {
        "ticket_id": "T-9", "subject": "s", "body": "b", "opened_at": "2026-03-02T10:30:00+01:00", "channel": "chat",
        "language": "en", "requester": "r", "customer_id": "c", "segment": "smb", "plan": "gold", "vip": True,
        "persona": "admin", "annual_value": 12, "affected_users": 3, "product": "p", "project": "j", "tags": ["a", "b"],
        "stakeholders": ["cto"], "stakeholder_aware": False, "conflict": True, "depends_on": ["T-1"],
        "custom": {"region": "emea", "seats": 5, "beta": False, "gone": None},
    }  # fmt: skip
    taken = {
        **value,
        "opened_at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        "tags": ("a", "b"),
        "stakeholders": ("cto",),
    }
    custom = {"region": "emea", "seats": 5.0, "beta": False}
    assert read_ticket(value) == Ticket(**{**taken, "depends_on": ("T-1",), "custom": custom})


def test_a_whole_number_may_be_written_as_a_fraction():
    taken = read_ticket({"ticket_id": "T-1", "affected_users": 3.0, "annual_value": 7})
    assert (repr(taken.affected_users), repr(taken.annual_value)) == ("3", "7.0")


def test_null_and_empty_names_mean_unknown():
    unknown = {**dict.fromkeys([*INTAKE_COLUMNS, "custom"]), "ticket_id": "T-1"}
    assert read_ticket(unknown) == Ticket("T-1")
    assert read_ticket({"ticket_id": "T-1", "channel": "", "plan": ""}) == Ticket("T-1")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("ticket_id", "", "ticket_id must not be empty."),
        ("ticket_id", 7, "ticket_id must be text."),
        ("ticket_id", "T\n1", "ticket_id must not hold control characters."),
        ("ticket_id", "x" * 256, "ticket_id must have at most 255 characters."),
        ("subject", 7, "subject must be text."),
        ("subject", ["x"], "subject must be text."),
        ("vip", 1, "vip must be true or false."),
        ("annual_value", "12", "annual_value must be a number."),
        ("annual_value", True, "annual_value must be a number."),
        ("annual_value", -1, "annual_value must be at least 0."),
        ("affected_users", 1.5, "affected_users must be a whole number."),
        ("affected_users", -1, "affected_users must be at least 0."),
        ("tags", "a", "tags must be a list."),
        ("tags", ["a", 1], "tags[1] must be text."),
        ("tags", ["a"] * 101, "tags must have at most 100 entries."),
        ("custom", [], "custom must be an object."),
        ("custom", {"seats": [1]}, "custom.seats must be text of at most 10000 characters, a finite number"),
        ("custom", {f"f{i}": 1 for i in range(101)}, "custom must have at most 100 entries."),
        ("opened_at", "2026-03-02T10:30:00", "opened_at must be a moment in ISO 8601 with an offset or Z"),
        ("opened_at", "2200-01-01T00:00:00Z", "opened_at must lie between the years 1970 and 2199."),
        ("opened_at", 1772443800, "opened_at must be a moment in ISO 8601 with an offset or Z"),
        ("subjct", "x", "subjct is no field here; did you mean 'subject'?"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_is_allowed(client, field, value, message):
    answer = post(client, {**TICKET, field: value})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "bad-value")
    assert problem["detail"].startswith(message)
    assert problem["errors"][0]["pointer"].startswith(f"/{field}")


def test_a_missing_id_is_asked_for(client):
    assert post(client, {}).json()["errors"] == [
        {"in": "body", "pointer": "/ticket_id", "message": "ticket_id is required."}
    ]


@pytest.mark.parametrize("body", [[], "T-1", 5, None, True])
def test_a_body_that_is_no_object_is_refused(client, body):
    answer = post(client, body)
    assert (answer.status_code, answer.json()["detail"]) == (422, "The body must be an object.")


def test_a_flood_of_fields_is_refused_at_once(client):
    answer = post(client, {f"a{i}": 0 for i in range(1500)})
    assert answer.json()["errors"] == [
        {"in": "body", "pointer": "", "message": "The body must have at most 100 entries."}
    ]


def test_a_long_list_of_faults_is_cut(client):
    assert len(post(client, {f"a{i}": 0 for i in range(90)}).json()["errors"]) == 20


def test_a_long_text_is_decided_like_a_short_one(assessor, now):
    ticket = {"ticket_id": "T-1", "body": "pay " * 50_000}
    with TestClient(create_app(Settings(), assessor, clock=lambda: now)) as client:
        assert post(client, ticket).text == assessor.decide(read_ticket(ticket), now).as_json()


def test_an_error_of_the_tree_is_told_as_a_problem():
    class Gone:
        def predict(self, tickets):
            raise ModelNotFoundError("No model named 'x' is here; train one.")

        def decide(self, ticket, now):
            self.predict([ticket])

    with TestClient(create_app(Settings(), Gone())) as client:
        answer = post(client, TICKET)
    assert (answer.status_code, answer.json()["code"]) == (404, "model-not-found")
