"""A model that cannot be trusted is named, and the one that answers goes on answering."""

import hashlib
import json
import pickle
import shutil
from datetime import UTC, datetime

import pytest

from ticket_triage import registry
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import ArtefactDamagedError, ArtefactVersionError, CanaryFailedError, ForeignFileError
from ticket_triage.intake.sample import sample_history
from ticket_triage.service import promote as use
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.reload import reloaded
from ticket_triage.service.train import train

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TICKET = Ticket("T-1", "Checkout is down for everyone")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder in which version 1 is in use, and version 2 would do as well."""
    models = tmp_path_factory.mktemp("models")
    for seed in (0, 1):
        train(sample_history(700), heads=["urgency"], fast=True, seed=seed, models=models, name="desk", now=NOW)
    if registry.champion(models, "desk").startswith("0002"):
        registry.roll_back(models, "desk", at=NOW)
    return models


@pytest.fixture
def models(made, tmp_path):
    return shutil.copytree(made, tmp_path / "models")


def version(models, number):
    return registry.version_folder(models, "desk", str(number))


def flipped_byte(folder):
    content = bytearray((folder / "coefficients.npy").read_bytes())
    content[-1] ^= 1
    (folder / "coefficients.npy").write_bytes(content)
    return folder


def truncated_file(folder):
    path = folder / "coefficients.npy"
    path.write_bytes(path.read_bytes()[:-1])
    return folder


def swapped_manifest(folder):
    shutil.copy(version(folder.parent.parent, 1) / "manifest.json", folder / "manifest.json")
    return folder


def pickle_in_the_folder(folder):
    (folder / "model.pkl").write_bytes(pickle.dumps({"weights": [1.0]}))
    return folder


def rewritten(folder, **changes):
    """Change the manifest and give the folder the name that belongs to it, as a careful forger would."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return folder.rename(folder.with_name(f"0002-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"))


def future_format(folder):
    return rewritten(folder, format=99)


def other_answers(folder):
    return rewritten(
        folder, canary=json.loads((version(folder.parent.parent, 1) / "manifest.json").read_text())["canary"]
    )


FAULTS = [
    (flipped_byte, ArtefactDamagedError, r"coefficients\.npy is not the file that was published"),
    (truncated_file, ArtefactDamagedError, r"coefficients\.npy is not the file that was published"),
    (swapped_manifest, ArtefactDamagedError, r"manifest\.json is not the file that was published"),
    (pickle_in_the_folder, ForeignFileError, r"model\.pkl was not published with its version"),
    (future_format, ArtefactVersionError, "has format 99, but this version reads format"),
    (other_answers, CanaryFailedError, "answers fixed tickets otherwise than when it was published"),
]


@pytest.mark.parametrize(("damage", "error", "said"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_what_cannot_be_trusted_is_named_wherever_it_is_met_and_the_old_model_answers_on(models, damage, error, said):
    assessor = build_assessor(models, "desk")
    before = assessor.decide(TICKET, NOW)
    folder = damage(version(models, 2))
    with pytest.raises(error, match=said):
        use.promote("2", now=NOW, models=models, name="desk", force=True, reason="hurry")
    assert registry.champion(models, "desk") == version(models, 1).name
    entry = {"version": folder.name, "previous": None, "action": "forced", "reason": None, "at": NOW.isoformat()}
    (models / "desk" / "champions" / f"{len(registry.changes(models, 'desk')) + 1:04d}.json").write_text(
        json.dumps(entry)
    )
    with pytest.raises(error, match=said):
        reloaded(assessor, models, "desk")
    assert assessor.decide(TICKET, NOW) == before
    assert (build_assessor(models, "desk").mode, assessor.mode) == ("rules only", "full")


def test_a_promoted_version_answers_after_a_reload_and_the_policy_stays(models):
    assessor = build_assessor(models, "desk")
    use.promote("2", now=NOW, models=models, name="desk", force=True, reason="to try it")
    fresh = reloaded(assessor, models, "desk")
    assert fresh.decide(TICKET, NOW).prediction.model.version == version(models, 2).name
    assert assessor.decide(TICKET, NOW).prediction.model.version == version(models, 1).name
    assert fresh.policy is assessor.policy


def test_nothing_is_loaded_when_the_version_is_the_same(models):
    assessor = build_assessor(models, "desk")
    assert reloaded(assessor, models, "desk") is assessor


def test_a_model_that_appears_ends_the_reign_of_rules(models, tmp_path):
    assessor = build_assessor(tmp_path / "later", "desk")
    assert assessor.mode == "rules only"
    shutil.copytree(models, tmp_path / "later")
    assert (reloaded(assessor, tmp_path / "later", "desk").mode, assessor.mode) == ("full", "rules only")
