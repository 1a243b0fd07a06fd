"""Many tickets at once: each as if alone."""

import json

import pytest

from ticket_triage.api.tickets import read_ticket

JSON = {"content-type": "application/json"}


def post(client, body, **more):
    content = body if isinstance(body, str) else json.dumps(body)
    return client.post("/v1/predict/batch", content=content, headers=JSON, **more)


def tickets(count):
    return [{"ticket_id": f"T-{number}", "subject": "Checkout is down"} for number in range(count)]


def test_each_row_gets_the_receipt_it_would_get_alone(client, assessor, now):
    rows = tickets(120)
    receipts = ",".join(
        f'{{"index":{index},"receipt":{assessor.decide(read_ticket(row), now).as_json()}}}'
        for index, row in enumerate(rows)
    )
    assert post(client, {"tickets": rows}).text == f'{{"results":[{receipts}]}}'


def test_a_bad_row_harms_no_other(client):
    results = post(client, {"tickets": [{"ticket_id": "a"}, {"subject": 5}, {"ticket_id": "c"}]}).json()["results"]
    assert [sorted(row) for row in results] == [["index", "receipt"], ["error", "index"], ["index", "receipt"]]
    assert results[1]["error"]["code"] == "bad-value"
    assert [fault["pointer"] for fault in results[1]["error"]["errors"]] == [
        "/tickets/1/ticket_id",
        "/tickets/1/subject",
    ]


@pytest.mark.parametrize(
    "row",
    [
        "5", "null", "[]", '{"ticket_id":"a","ticket_id":"b"}', r'{"ticket_id":"\ud800"}', '{"ticket_id":NaN}',
        '{"ticket_id":"a","affected_users":' + "9" * 5000 + "}", '{"ticket_id":"a","annual_value":1e999}',
    ],
)  # fmt: skip
def test_a_hostile_row_is_an_error_of_its_own(client, row):
    answer = post(client, f'{{"tickets":[{row},{{"ticket_id":"good"}}]}}')
    results = answer.json()["results"]
    assert answer.status_code == 200
    assert results[0]["error"]["code"] == "bad-value"
    assert results[1]["receipt"]["ticket_id"] == "good"


def test_the_moment_holds_for_every_row(client):
    results = post(client, {"tickets": tickets(3)}, params={"now": "2026-05-01T00:00:00Z"}).json()["results"]
    assert {row["receipt"]["now"] for row in results} == {"2026-05-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "The body must be an object."),
        ({}, "tickets must be a list of 1 to 1000 tickets."),
        ({"tickets": []}, "tickets must be a list of 1 to 1000 tickets."),
        ({"tickets": {}}, "tickets must be a list of 1 to 1000 tickets."),
        ({"tickets": [{}] * 1001}, "tickets must be a list of 1 to 1000 tickets."),
        ({"tickets": [{}], "ticket": 1}, "ticket is no field here; known are: tickets."),
        ('{"tickets":[],"tickets":[]}', "The body has a name that stands twice."),
    ],
)
def test_an_envelope_that_cannot_be_used_is_refused_whole(client, body, message):
    answer = post(client, body)
    assert (answer.status_code, answer.json()["detail"]) == (422, message)


def test_a_thousand_rows_are_answered(client):
    assert len(post(client, {"tickets": tickets(1000)}).json()["results"]) == 1000
