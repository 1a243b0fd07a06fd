"""The OpenAPI document equals what is taken in and sent."""

import json
from datetime import UTC, datetime

import pytest

from ticket_triage.api.app import create_app
from ticket_triage.api.schemas import (
    BatchOut,
    Health,
    PolicyFileOut,
    Problem,
    QueueOut,
    Readiness,
    Receipt,
    ServiceMap,
    SimulationOut,
    WhatIfOut,
)
from ticket_triage.service.notices import KINDS
from ticket_triage.service.signatures import signed_headers
from ticket_triage.settings import Settings

START = datetime(2026, 3, 2, tzinfo=UTC)
FREE_PATHS = ("/healthz", "/readyz")
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


def test_every_reference_leads_somewhere(document):
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(document["components"]["schemas"])


def test_no_shape_allows_a_field_it_does_not_name(document):
    loose = {
        name
        for name, shape in document["components"]["schemas"].items()
        if "properties" in shape and shape.get("additionalProperties") is not False
    }
    assert loose == set()


def test_every_operation_documents_its_problems(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            refused = set(operation["responses"]) - {"200", "304", "401", "403", "429"}
            body = {"400", "408", "413", "415", "422"} if method == "post" else set()
            asked = {"422"} if operation.get("parameters") else set()
            kept = {"404"} | ({"412"} if method == "post" else set()) if "{ticket_id}" in path else set()
            versions = {"404", "409"} | asked | {"422"} if "/models" in path else set()
            hooks = {"404"} if "_id}" in path or "{source}" in path or path.endswith("/retry") else set()
            hooks |= {"422"} if method == "get" and "/hooks" in path else set()
            assert refused == body | asked | kept | versions | hooks | {"500", "503"}, path
            assert ("401" in operation["responses"]) == ("security" in operation) == (path not in FREE_PATHS)


def test_every_kind_of_notice_is_documented(document):
    assert sorted(document["webhooks"]) == sorted(KINDS)
    for told in document["webhooks"].values():
        assert [header["name"] for header in told["post"]["parameters"]] == [*signed_headers("", "m", START, b"")]


def test_the_documented_example_is_answered(client, document):
    for example in document["components"]["schemas"]["TicketIn"]["examples"]:
        assert client.post("/v1/predict", json=example).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "shape"),
    [
        ("/v1/predict", {"ticket_id": "T-1", "subject": "Checkout is down", "custom": {"a": 1}}, Receipt),
        ("/v1/predict", {"ticket_id": "T-1", "vip": True, "opened_at": "2026-03-01T00:00:00Z"}, Receipt),
        ("/v1/predict", {"ticket_id": 5}, Problem),
        ("/v1/predict/batch", {"tickets": [{"ticket_id": "T-1"}, {}]}, BatchOut),
        ("/v1/queue", {"tickets": [{"ticket_id": "T-1", "vip": True}, {"ticket_id": "T-2"}, {}]}, QueueOut),
        ("/v1/what-if", {"ticket_id": "T-1", "subject": "Checkout is down"}, WhatIfOut),
        ("/v1/policy/simulate", {"policy": 'extends = "default"', "tickets": [{"ticket_id": "T-1"}]}, SimulationOut),
        ("/v1/policy", None, PolicyFileOut),
        ("/healthz", None, Health),
        ("/readyz", None, Readiness),
        ("/", None, ServiceMap),
    ],
)
def test_what_is_sent_has_exactly_the_documented_shape(client, document, path, body, shape):
    answer = client.get(path) if body is None else client.post(path, json=body)
    read = shape.model_validate_json(answer.text, strict=True)
    assert set(answer.json()) == set(document["components"]["schemas"][shape.__name__]["properties"])
    assert answer.json().keys() == read.model_dump(by_alias=True).keys()


def test_every_property_that_is_sent_is_promised(document):
    shapes = document["components"]["schemas"]
    for name in ("Receipt", "Problem", "Readiness", "RowReceipt", "PredictionOut"):
        assert set(shapes[name]["required"]) == set(shapes[name]["properties"])


def test_the_limit_of_a_batch_is_documented_as_set(assessor):
    document = create_app(Settings(max_batch=7), assessor).openapi()
    assert document["components"]["schemas"]["BatchIn"]["properties"]["tickets"]["maxItems"] == 7


def test_no_page_loads_scripts_from_the_network(client):
    assert client.get("/docs").status_code == 404
    assert "http" not in client.get("/").text
