"""From a trained candidate to the version in use: what the gate lets pass, what it refuses, and what is on record."""

import json
import shutil
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from ticket_triage import registry
from ticket_triage.errors import (
    ArtefactDamagedError,
    BadOptionError,
    DifferentHeadsError,
    GateRefusedError,
    ModelNotFoundError,
)
from ticket_triage.intake.sample import sample_history
from ticket_triage.service import promote as use
from ticket_triage.service.models import load_model
from ticket_triage.service.train import train

NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
HEADS = ["urgency", "category"]


@pytest.fixture(scope="module")
def history():
    return sample_history(1200).sort_values("opened_at", ignore_index=True)


@pytest.fixture(scope="module")
def careless(history):
    """Return the history with two thirds of its older labels drawn anew; the newest fifth is as it was."""
    made, rng = history.copy(), np.random.default_rng(0)
    drawn = rng.permutation(900)[:600]
    for head in HEADS:
        made.loc[drawn, head] = rng.permutation(made.loc[drawn, head])
    return made


def poisoned(history, share=0.01):
    """Return the history with tickets stuffed with its commonest words, all said to be unimportant."""
    words = history["body"].str.lower().str.split().explode().value_counts().index[:600].to_numpy()
    rng = np.random.default_rng(0)
    stuffed = history.sample(round(share * len(history)), random_state=0).assign(subject="", urgency="low")
    stuffed["body"] = [" ".join(rng.permutation(words)[:200]) for _ in range(len(stuffed))]
    stuffed["ticket_id"] = [f"X-{number}" for number in range(len(stuffed))]
    return pd.concat([history.drop(stuffed.index), stuffed]).sort_index()


def learn(history, models, **more):
    return train(history, heads=HEADS, fast=True, models=models, name="desk", now=NOW, **more)


@pytest.fixture(scope="module")
def improved(history, careless, tmp_path_factory):
    """Return a folder in which a careless model was followed by a good one."""
    models = tmp_path_factory.mktemp("models")
    return models, learn(careless, models), learn(history, models)


@pytest.fixture
def models(improved, tmp_path):
    return shutil.copytree(improved[0], tmp_path / "models")


def test_the_first_usable_version_is_in_use_and_a_better_one_takes_its_place(improved):
    models, first, second = improved
    assert (first.published.status, second.published.status) == ("first", "promoted")
    assert [(change.version, change.action, change.at) for change in registry.changes(models, "desk")] == [
        (first.version.name, "first", NOW.isoformat()),
        (second.version.name, "promoted", NOW.isoformat()),
    ]
    assert load_model(models, "desk").reference.version == second.version.name


def test_a_worse_model_is_kept_as_a_candidate_and_refused_when_asked_for(improved, careless, models):
    bad, used = learn(careless, models), improved[2].version.name
    assert bad.published.status == "candidate"
    assert any(reason.startswith("urgency: macro-F1 falls from ") for reason in bad.published.refusals)
    with pytest.raises(GateRefusedError, match=f"{used} stays: .* add --force and a --reason") as refused:
        use.promote(bad.version.name, now=NOW, models=models, name="desk")
    assert not refused.value.verdict.passed
    assert load_model(models, "desk").reference.version == used


def test_a_retraining_on_one_percent_of_stuffed_tickets_is_refused(history, improved, models):
    bad, used = learn(poisoned(history), models), improved[2].version.name
    assert bad.published.status == "candidate"
    assert any("are lists of common words and no sentences" in reason for reason in bad.published.refusals)
    with pytest.raises(GateRefusedError, match="somebody may be poisoning the history"):
        use.promote(bad.version.name, now=NOW, models=models, name="desk")
    assert registry.champion(models, "desk") == used


def test_force_needs_a_reason_and_both_are_recorded(models):
    with pytest.raises(BadOptionError, match="needs a reason, for the record"):
        use.promote("1", now=NOW, models=models, name="desk", force=True, reason="  ")
    change = use.promote("1", now=NOW, models=models, name="desk", force=True, reason="the new one misroutes")
    assert (change.action, change.reason, change.at) == ("forced", "the new one misroutes", NOW.isoformat())
    assert registry.changes(models, "desk")[-1] == change


def test_a_rollback_brings_the_earlier_version_back_without_training(improved, models):
    before = {path for path in models.rglob("*") if path.is_file()}
    change = use.roll_back(now=NOW, models=models, name="desk", reason="worse on Mondays")
    assert (change.version, change.action) == (improved[1].version.name, "rolled back")
    assert load_model(models, "desk").reference.version == improved[1].version.name
    assert {path for path in models.rglob("*") if path.is_file()} - before == {models / "desk/champions/0003.json"}


def test_comparing_backwards_turns_the_figures_round(improved, models):
    forth = use.compare("2", models=models, name="desk", champion="1")
    back = use.compare("1", models=models, name="desk")
    assert (forth.passed, back.passed) == (True, False)
    pairs = zip(forth.checks, back.checks, strict=True)
    assert all((one.champion, one.candidate) == (other.candidate, other.champion) for one, other in pairs)


def test_other_heads_are_named_and_never_promoted_unasked(history, models):
    third = train(history, heads=["category"], fast=True, models=models, name="desk", now=NOW)
    assert third.published.status == "candidate"
    with pytest.raises(DifferentHeadsError, match=r"answers category, but version 0002-\w+ in use answers category, u"):
        use.promote("3", now=NOW, models=models, name="desk")
    forced = use.promote("3", now=NOW, models=models, name="desk", force=True, reason="urgency is set by hand now")
    assert load_model(models, "desk").reference.version == forced.version


def test_the_version_in_use_is_not_promoted_again(models):
    with pytest.raises(BadOptionError, match=r"Version 0002-\w+ of model 'desk' is in use already"):
        use.promote("2", now=NOW, models=models, name="desk")


def test_training_again_changes_nothing_and_is_said_to(history, models):
    before = {path: path.read_bytes() for path in models.rglob("*") if path.is_file()}
    again = learn(history, models)
    assert (again.published.status, again.published.in_use) == ("unchanged", True)
    assert {path: path.read_bytes() for path in models.rglob("*") if path.is_file()} == before


def test_the_same_candidate_beside_the_same_champion_has_the_same_bytes(improved, history, careless, tmp_path):
    learn(careless, tmp_path)
    again = learn(history, tmp_path).version
    made = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in (again, improved[2].version)]
    assert made[0] == made[1]
    assert {"outcomes.npy", "outcomes_rows.npy", "outcomes_seen.npy", "card.md", "card.html"} <= set(made[0])


def test_outcomes_hold_labels_slices_and_hashes_and_no_word_of_any_ticket(history, improved):
    version = improved[2].version
    told = json.loads((version / "outcomes.json").read_text())
    assert list(told) == ["heads", "slices", "champion", "champion_heads", "stuffed"]
    for head in told["heads"]:
        assert set(head["classes"]) <= set(history[head["name"]])
    assert set(told["slices"]) == {"channel", "language", "segment", "length"}
    for name in ("channel", "language", "segment"):
        assert set(told["slices"][name]) <= {"", *history[name].dropna()}
    assert {np.load(path).dtype.kind for path in version.glob("outcomes*.npy")} == {"i", "u"}


def test_a_damaged_version_in_use_is_no_measure_and_force_is_the_way_out(improved, careless, models):
    used = models / "desk" / improved[2].version.name
    (used / "intercepts.npy").write_bytes(b"")
    third = learn(careless, models)
    assert third.published.status == "candidate"
    assert "cannot be compared with" in third.published.refusals[0]
    with pytest.raises(ArtefactDamagedError, match=r"intercepts\.npy is not the file"):
        use.promote(third.version.name, now=NOW, models=models, name="desk")
    use.promote(third.version.name, now=NOW, models=models, name="desk", force=True, reason="the disk failed")
    assert load_model(models, "desk").reference.version == third.version.name


def test_a_list_says_what_is_in_use_how_good_it_is_and_what_is_damaged(improved, models):
    (models / "desk" / improved[1].version.name / "card.md").write_text("another")
    first, second = use.list_versions(models)
    assert (first.in_use, first.heads) == (False, {})
    assert "card.md is not the file that was published" in first.damage
    assert (second.in_use, second.rows, second.damage) == (True, 1200, None)
    assert second.heads == {report.head: report.macro_f1 for report in improved[2].reports}


def test_what_is_not_there_is_said_so(tmp_path, models):
    with pytest.raises(ModelNotFoundError, match="There is no model in"):
        use.list_versions(tmp_path / "none")
    with pytest.raises(ModelNotFoundError, match=r"has no version '9'"):
        use.promote("9", now=NOW, models=models, name="desk")


def test_lineage_tells_the_data_the_window_the_code_and_the_seed(history, careless, improved):
    lineage = json.loads((improved[2].version / "manifest.json").read_text())["lineage"]
    other = json.loads((improved[1].version / "manifest.json").read_text())["lineage"]
    assert lineage["window"] == [moment.isoformat() for moment in (history.opened_at.min(), history.opened_at.max())]
    assert (lineage["seed"], lineage["heads"]) == (0, HEADS)
    assert lineage["data_sha256"] != other["data_sha256"]
    assert lineage["judged_sha256"] == other["judged_sha256"]
