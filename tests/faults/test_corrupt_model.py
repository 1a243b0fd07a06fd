"""A damaged model put into use under load: nobody is refused, the one before answers on, a sound one is taken up."""

import json
import shutil
import time
from datetime import UTC, datetime

import pytest

from ticket_triage import registry
from ticket_triage.intake.sample import sample_history
from ticket_triage.service import promote as use
from ticket_triage.service.keep import check_store
from ticket_triage.service.train import train

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def models(small_models, tmp_path):
    """Return a folder with a second version that is not in use."""
    folder = shutil.copytree(small_models, tmp_path / "models")
    train(sample_history(700), heads=["urgency"], fast=True, models=folder, name="small")
    return folder


def put_into_use(models, version, previous):
    """Write down that a version is in use, as somebody does who trusts it."""
    entry = {"version": version, "previous": previous, "action": "forced", "reason": None, "at": NOW.isoformat()}
    (models / "small" / "champions" / "0002.json").write_text(json.dumps(entry))


def damaged(models, version):
    """Return a further version, whole but for one byte of its largest array."""
    name = f"0003-{version.partition('-')[2]}"
    folder = shutil.copytree(models / "small" / version, models / "small" / name)
    largest = max(folder.glob("*.npy"), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    largest.write_bytes(content)
    return name


def test_a_damaged_model_under_load_changes_nothing_and_a_sound_one_is_taken_up(models, server, load, tmp_path):
    first, second = registry.versions(models, "small")

    def serving():
        return json.loads(served.get("/readyz"))["model"]["version"]

    with server("--store", tmp_path / "kept", "--models", models, "--name", "small") as served:
        with load(served) as sent:
            sent.until_acknowledged(30)
            put_into_use(models, damaged(models, second), first)
            sent.until_acknowledged(60)
            time.sleep(1)
            assert serving() == first
            use.promote(second, now=NOW, models=models, name="small", force=True, reason="it is sound")
            while serving() != second:
                sent.until_acknowledged(10)
        ended = served.stop()
    assert ended.err.count("The model stays as it is") == 1
    assert sent.refused == []
    assert check_store(str(tmp_path / "kept")).faults == ()
