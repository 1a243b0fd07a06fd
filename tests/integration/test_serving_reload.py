"""A running server takes up another version by itself, and keeps the old one when the new cannot be trusted."""

import json
import shutil
import time
from datetime import UTC, datetime

import pytest

from ticket_triage import registry
from ticket_triage.intake.sample import sample_history
from ticket_triage.service import promote as use
from ticket_triage.service.train import train

TICKET = b'{"ticket_id": "T-1", "subject": "Checkout is down for everyone"}'
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def models(small_models, tmp_path):
    """Return a folder with a second version that is not in use."""
    folder = shutil.copytree(small_models, tmp_path / "models")
    train(sample_history(700), heads=["urgency"], fast=True, models=folder, name="small")
    return folder


def serving(served):
    return json.loads(served.get("/readyz"))["model"]["version"]


def until(what):
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_promotion_rollback_and_a_damaged_version_reach_a_running_server(models, server):
    first, second = registry.versions(models, "small")
    with server("--models", models, "--name", "small") as served:
        assert serving(served) == first
        use.promote(second, now=NOW, models=models, name="small", force=True, reason="to try it")
        until(lambda: serving(served) == second)
        assert json.loads(served.post("/v1/predict", TICKET))["prediction"]["model"]["version"] == second
        use.roll_back(now=NOW, models=models, name="small")
        until(lambda: serving(served) == first)
        before = served.post("/v1/predict?now=2026-03-02T09:30:00Z", TICKET)
        (models / "small" / second / "model.pkl").write_bytes(b"\x80\x04.")
        entry = {"version": second, "previous": first, "action": "forced", "reason": None, "at": NOW.isoformat()}
        (models / "small" / "champions" / "0004.json").write_text(json.dumps(entry))
        time.sleep(2.5)
        assert served.post("/v1/predict?now=2026-03-02T09:30:00Z", TICKET) == before
        ended = served.stop()
    assert "model.pkl was not published with its version" in ended.err
    assert ended.err.count("The model stays as it is") == 1
