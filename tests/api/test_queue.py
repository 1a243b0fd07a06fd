"""POST /v1/queue: the order of the command line, bad rows apart, and the desk the server was given."""

from datetime import UTC, datetime

from starlette.testclient import TestClient

from ticket_triage.api.app import create_app
from ticket_triage.domain.desk import Agent, Desk
from ticket_triage.policy import load_policy
from ticket_triage.service.assess import Assessor
from ticket_triage.settings import Settings

ICON = {"ticket_id": "T-1", "subject": "URGENT!!! the icon is ugly", "opened_at": "2020-01-01T00:00:00Z", "vip": True}
OUTAGE = {"ticket_id": "T-2", "subject": "Checkout is down for everyone"}


def places(client, *tickets):
    return client.post("/v1/queue", json={"tickets": list(tickets)}).json()


def test_the_outage_stands_first_in_every_order(client):
    for tickets in ([ICON, OUTAGE], [OUTAGE, ICON]):
        found = places(client, *tickets)
        assert [place["ticket_id"] for place in found["places"]] == ["T-2", "T-1"]
        assert found["places"][0]["why_above_next"] == "P1 stands before P3, whatever the points"


def test_a_row_that_is_no_ticket_stands_apart(client):
    found = places(client, OUTAGE, {"subject": "no id"}, ICON)
    assert len(found["places"]) == 2
    assert [(row["index"], row["error"]["code"]) for row in found["refused"]] == [(1, "bad-value")]


def test_one_id_twice_is_no_accident_of_the_server(client):
    assert len(places(client, ICON, ICON)["places"]) == 2


def test_the_desk_names_who_takes_what():
    desk = Desk(agents=(Agent("Ana", "support"), Agent("Bo", "support"), Agent("Cy", "payments")))
    assessor = Assessor(None, load_policy(), "no model", desk)
    app = create_app(Settings(), assessor, clock=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    with TestClient(app) as client:
        found = places(client, {"ticket_id": "A"}, {"ticket_id": "B"})
        receipt = client.post("/v1/predict", json={"ticket_id": "A", "body": "hello"}).json()
    assert [place["agent"] for place in found["places"]] == ["Ana", "Bo"]
    assert (receipt["route"]["agent"], receipt["desk"]["agents"]) == ("Ana", 3)
