"""``triage train`` and ``triage evaluate``: what is published, said and refused."""

import json
import shutil

import pytest
from encoder_folders import write_encoder


@pytest.fixture(scope="module")
def trained(history, tmp_path_factory):
    """Return a folder of models that other tests leave as it is."""
    from ticket_triage.service.train import train

    folder = tmp_path_factory.mktemp("models")
    train(history, fast=True, models=folder, name="desk")
    return folder


def bytes_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_training_publishes_what_it_says_and_shows_how_good_it_is(triage, history, tmp_path):
    ended = triage("train", history, "--fast", "--name", "desk", "--json", "report.json")
    assert (ended.code, ended.err) == (0, "")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["name"], report["usable"], report["data"]["read"]) == ("desk", True, 900)
    assert ended.out.rstrip().endswith(
        f"Model 'desk', version {report['version']}, is in models/desk/{report['version']}\n"
        "It is in use: there was none before."
    )
    assert (tmp_path / "models" / "desk" / report["version"] / "manifest.json").is_file()
    heads = {head["head"]: head for head in report["heads"]}
    for name, head in heads.items():
        assert f"{name}, {head['rows']:,} held-out tickets\n" in ended.out
        assert f"{head['accuracy']['value']:.3f} [{head['accuracy']['low']:.3f}, " in ended.out
    assert f"  critical     recall {heads['urgency']['top_recall']['value']:.3f} [" in ended.out


def test_training_again_on_the_same_tickets_gives_the_same_version(triage, history, trained, tmp_path):
    models = shutil.copytree(trained, tmp_path / "models")
    before = bytes_of(models)
    assert triage("train", history, "--fast", "--name", "desk").code == 0
    assert bytes_of(models) == before


def test_labels_without_signal_publish_nothing_and_exit_with_1(triage, noise, trained, tmp_path):
    models = shutil.copytree(trained, tmp_path / "models")
    before = bytes_of(models)
    ended = triage("train", noise, "--fast", "--name", "desk", "--json", "report.json")
    assert (ended.code, ended.err) == (1, "")
    assert "urgency, " in ended.out
    assert "held-out tickets: no signal found" in ended.out
    assert ended.out.endswith("This model is not usable: no head found a signal, so nothing was published.\n")
    assert json.loads((tmp_path / "report.json").read_text())["usable"] is False
    assert bytes_of(models) == before


def test_a_run_that_fails_leaves_the_published_version_alone(triage, waiting, trained, tmp_path):
    models = shutil.copytree(trained, tmp_path / "models")
    before = bytes_of(models)
    assert triage("train", waiting, "--fast", "--name", "desk").code == 2
    assert bytes_of(models) == before


def test_only_the_heads_asked_for_are_trained(triage, history, tmp_path):
    assert triage("train", history, "--fast", "--heads", "category, category", "--json", "r.json").code == 0
    assert [head["head"] for head in json.loads((tmp_path / "r.json").read_text())["heads"]] == ["category"]


def test_an_ablation_says_what_each_part_of_the_recipe_brings(triage, history, tmp_path):
    ended = triage("train", history, "--fast", "--heads", "urgency", "--ablation", "--json", "r.json")
    parts = json.loads((tmp_path / "r.json").read_text())["ablation"]["urgency"]
    assert [part["part"] for part in parts] == ["as chosen", "without evidence weights", "without class balance"]
    assert "What each part brings to urgency, on a held-out fold:\n  as chosen " in ended.out
    manifest = next((tmp_path / "models" / "default").glob("*/manifest.json"))
    assert json.loads(manifest.read_text())["ablation"]["urgency"] == parts


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_report_fits_the_screen(triage, monkeypatch, noise, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = triage("train", noise, "--fast").out
    figures = [line for line in shown.splitlines() if "log loss" in line and line.startswith("  calibration")]
    assert len(figures) == 3
    assert all(len(line) <= max(columns, 76) for line in shown.splitlines())
    assert not any(line.endswith(" ") for line in shown.splitlines())
    wrapped = shown[shown.index("warning: urgency") :].splitlines()
    assert wrapped[1].startswith("  ")


def test_evaluating_repeats_nothing_but_judges_the_model_in_use(triage, history, trained, tmp_path):
    ended = triage("evaluate", history, "--models", trained, "--name", "desk", "--json", "r.json")
    assert (ended.code, ended.err) == (0, "")
    heads = json.loads((tmp_path / "r.json").read_text())["heads"]
    assert [head["head"] for head in heads] == ["urgency", "category", "sentiment"]
    assert f"  accuracy     {heads[0]['accuracy']['value']:.3f} [" in ended.out
    assert len(list((trained / "desk").glob("0*"))) == 1


def test_a_class_nobody_has_is_none_and_no_false_zero(triage, trained, tmp_path):
    (tmp_path / "calm.csv").write_text("subject,urgency\nHow do I export a chart?,low\nWhere is the menu?,low\n")
    shown = triage("evaluate", "calm.csv", "--models", trained, "--name", "desk").out
    assert "critical     recall none, precision none" in shown
    assert "  critical        0      0.000    none  0.000" in shown


def test_an_encoder_s_part_is_told_in_the_manifest_and_served(triage, history, waiting, tmp_path):
    encoder = write_encoder(tmp_path / "tiny")
    trained = triage("train", history, "--fast", "--heads", "category", "--encoder", encoder, "--models", "m")
    assert (trained.code, trained.err) == (0, "")
    (manifest,) = tmp_path.glob("m/default/*/manifest.json")
    about = json.loads(manifest.read_text())["encoder"]
    assert (about["name"], about["mode"], set(about["weights"])) == ("tiny", "static", {"category"})
    assert triage("predict", waiting, "--out", "decided.csv", "--models", "m").code == 0
