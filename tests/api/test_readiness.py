"""What the service says about itself, with a model and without."""

import pytest
from starlette.testclient import TestClient

from ticket_triage import _version
from ticket_triage.api.app import create_app
from ticket_triage.api.rules import RULES
from ticket_triage.errors import PolicyError
from ticket_triage.settings import Settings


def test_it_lives(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_it_names_its_model_and_policy(client, assessor):
    ready = client.get("/readyz").json()
    assert ready["model"] == {"name": "fixed", "version": "1", "sha256": "0" * 64}
    assert (ready["status"], ready["mode"], ready["reason"]) == ("ready", "full", None)
    assert ready["policy"]["sha256"] == assessor.policy_reference.sha256


def test_without_a_model_it_decides_by_rules_and_says_why(tmp_path):
    with TestClient(create_app(Settings(models=tmp_path, name="absent"))) as client:
        ready = client.get("/readyz").json()
        receipt = client.post("/v1/predict", json={"ticket_id": "T-1", "subject": "Checkout is down"}).json()
    assert (ready["mode"], ready["model"]) == ("rules only", None)
    assert "no model" in ready["reason"]
    assert (receipt["mode"], receipt["prediction"]["model"]) == ("rules only", None)


def test_a_broken_policy_stops_the_start(tmp_path):
    client = TestClient(create_app(Settings(models=tmp_path, policy=tmp_path / "none.toml")))
    with pytest.raises(PolicyError, match=r"none\.toml"), client:
        pass


def test_the_map_lists_every_route(client):
    answer = client.get("/").json()
    assert (answer["service"], answer["version"]) == ("ticket-triage", _version.__version__)
    served = [f"{method} {path}" for method, path in RULES if path != "/openapi.json"]
    assert sorted(answer["routes"]) == sorted(served)


def test_the_clock_is_the_machine_s_unless_given(tmp_path):
    with TestClient(create_app(Settings(models=tmp_path))) as client:
        first, second = (client.post("/v1/predict", json={"ticket_id": "T-1"}).json()["now"] for _ in range(2))
    assert "2025" < first < second
