"""Versions of the model over HTTP: listed, put into use, taken back; answers change from then on and never mix."""

import json
import shutil
import threading
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from ticket_triage import registry
from ticket_triage.api.app import create_app
from ticket_triage.api.schemas import ModelsOut, VersionChange
from ticket_triage.intake.sample import sample_history
from ticket_triage.policy.loading import policy_text
from ticket_triage.service.train import train
from ticket_triage.settings import Settings

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TICKET = {"ticket_id": "T-1", "subject": "Checkout is down for everyone"}


@pytest.fixture(scope="module")
def two_versions(small_models, tmp_path_factory):
    folder = shutil.copytree(small_models, tmp_path_factory.mktemp("two") / "models")
    train(sample_history(700), heads=["urgency"], fast=True, models=folder, name="small")
    return folder


@pytest.fixture
def models(two_versions, tmp_path):
    return shutil.copytree(two_versions, tmp_path / "models")


@pytest.fixture
def client(models):
    settings = Settings(models=models, name="small")
    with TestClient(create_app(settings, clock=lambda: NOW)) as opened:
        yield opened


def used(client):
    return client.post("/v1/predict", json=TICKET).json()["prediction"]["model"]["version"]


def test_versions_are_listed_with_the_one_in_use(client, models):
    answer = client.get("/v1/models")
    listed = ModelsOut.model_validate_json(answer.text, strict=True)
    assert [each.version for each in listed.versions] == registry.versions(models, "small")
    assert [each.in_use for each in listed.versions] == [True, False]
    assert [change.action for change in listed.changes] == ["first"]
    assert client.get("/v1/models?x=1").status_code == 422


def test_a_version_put_into_use_answers_at_once_and_so_does_the_one_before_it(client, models):
    first, second = registry.versions(models, "small")
    forced = client.post("/v1/models/2/promote", json={"force": True, "reason": "to try it"})
    made = VersionChange.model_validate_json(forced.text, strict=True)
    assert (made.version, made.previous, made.action, made.reason) == (second, first, "forced", "to try it")
    assert used(client) == second
    back = client.post("/v1/models/rollback", json={"reason": "worse"}).json()
    assert (back["version"], back["action"]) == (first, "rolled back")
    assert used(client) == first
    assert [change["number"] for change in client.get("/v1/models").json()["changes"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/models/2/promote", {}, 409, "different-heads"),
        ("/v1/models/9/promote", {}, 404, "model-not-found"),
        ("/v1/models/1/promote", {}, 422, "bad-option"),
        ("/v1/models/..%2f..%2fetc/promote", {}, 404, None),
        ("/v1/models/%00/promote", {}, 404, "model-not-found"),
        ("/v1/models/2/promote", {"force": True}, 422, "bad-value"),
        ("/v1/models/2/promote", {"force": "yes"}, 422, "bad-value"),
        ("/v1/models/2/promote", {"forced": True}, 422, "bad-value"),
        ("/v1/models/2/promote", {"reason": "x" * 501, "force": True}, 422, "bad-option"),
        ("/v1/models/rollback", {}, 409, "no-earlier-champion"),
        ("/v1/models/rollback", [], 422, "bad-value"),
    ],
)
def test_what_cannot_be_put_into_use_changes_nothing(client, models, path, body, status, code):
    answer = client.post(path, json=body)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert used(client) == registry.versions(models, "small")[0]


def test_under_load_every_answer_is_of_one_version_and_none_is_lost(client, models):
    first, second = registry.versions(models, "small")
    heads = {first: {"urgency", "category", "sentiment"}, second: {"urgency"}}
    seen, faults, stop = set(), [], threading.Event()

    def ask():
        while not stop.is_set():
            answer = client.post("/v1/predict", json=TICKET)
            if answer.status_code != 200:
                faults.append(answer.text)
                continue
            prediction = answer.json()["prediction"]
            version = prediction["model"]["version"]
            seen.add(version)
            if {head["head"] for head in prediction["heads"] if head["origin"] == "predicted"} - heads[version]:
                faults.append(json.dumps(prediction))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for _ in range(3):
        assert client.post("/v1/models/2/promote", json={"force": True, "reason": "drill"}).status_code == 200
        assert client.post("/v1/models/rollback", json={}).status_code == 200
    stop.set()
    for asker in askers:
        asker.join()
    assert faults == []
    assert seen == {first, second}


def test_an_edited_policy_is_taken_up_and_a_broken_one_is_not(models, tmp_path, caplog):
    policy = tmp_path / "policy.toml"
    policy.write_text(policy_text())
    with TestClient(create_app(Settings(models=models, name="small", policy=policy))) as client:
        before = client.get("/readyz").json()["policy"]["sha256"]
        policy.write_text(policy_text().replace('version = "1"', 'version = "2"', 1))
        after = until_changed(client, before)
        policy.write_text("cutofs = 1\n")
        until_told(caplog)
        assert client.get("/readyz").json()["policy"]["sha256"] == after
        assert client.post("/v1/predict", json=TICKET).json()["policy"]["sha256"] == after
    assert "The policy stays as it is" in caplog.text
    assert "cutofs" in caplog.text


def until_changed(client, before):
    for _ in range(400):
        now = client.get("/readyz").json()["policy"]["sha256"]
        if now != before:
            return now
        threading.Event().wait(0.02)
    raise AssertionError("the policy was not taken up")


def until_told(caplog):
    for _ in range(400):
        if "stays as it is" in caplog.text:
            return
        threading.Event().wait(0.02)
    raise AssertionError("nothing was told of the broken policy")
