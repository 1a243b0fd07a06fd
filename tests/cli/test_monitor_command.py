"""``triage monitor``: what it prints, writes and ends with."""

import json

import pytest

from ticket_triage.intake.sample import sample_history
from ticket_triage.intake.sample.table import as_csv


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    from ticket_triage.service.train import train

    folder = tmp_path_factory.mktemp("models")
    train(sample_history(1500, seed=1), heads=["urgency", "category"], fast=True, models=folder, name="desk")
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return later tickets of the same desk, and the same with every word turned round."""
    folder = tmp_path_factory.mktemp("data")
    later = sample_history(600, seed=7)
    turned = later.assign(body=[" ".join(word[::-1] for word in body.split()) for body in later["body"]])
    for name, tickets in {"later": later, "turned": turned}.items():
        (folder / f"{name}.csv").write_bytes(as_csv(tickets))
    return folder


def test_tickets_of_the_same_desk_end_with_0(triage, files, models):
    ended = triage("monitor", files / "later.csv", "--models", models, "--name", "desk")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(("Verdict: no drift\n", "Verdict: watch\n"))


def test_drift_ends_with_1_and_says_where(triage, files, models, tmp_path):
    pytest.importorskip("matplotlib")
    asked = "--models", models, "--name", "desk", "--json", "m.json", "--out", "plots"
    ended = triage("monitor", files / "turned.csv", *asked)
    assert (ended.code, ended.err) == (1, "")
    assert "Verdict: drift\n" in ended.out
    assert "Retrain on tickets of the last weeks." in " ".join(ended.out.split())
    told = json.loads((tmp_path / "m.json").read_text())
    assert told["verdict"] == "drift"
    assert {"unknown"} <= set(told["whole"]["findings"])
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == [
        "calibration.png",
        "movement.png",
        "text.png",
    ]


def test_a_narrow_terminal_cuts_nothing_off(triage, files, models, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    ended = triage("monitor", files / "turned.csv", "--models", models, "--name", "desk")
    assert "\u2026" not in ended.out
    assert max(map(len, ended.out.splitlines())) <= 60
