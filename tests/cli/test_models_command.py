"""``triage models``: what is shown, refused and recorded, and with which exit code."""

import json
import shutil

import numpy as np
import pytest

from ticket_triage.intake.sample import sample_history
from ticket_triage.intake.sample.table import as_csv


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a good history, and one with most of its older labels drawn anew."""
    folder = tmp_path_factory.mktemp("data")
    good = sample_history(1200).sort_values("opened_at", ignore_index=True)
    careless, rng = good.copy(), np.random.default_rng(0)
    drawn = rng.permutation(900)[:600]
    for head in ("urgency", "category"):
        careless.loc[drawn, head] = rng.permutation(careless.loc[drawn, head])
    for name, history in {"good": good, "careless": careless}.items():
        (folder / f"{name}.csv").write_bytes(as_csv(history))
    return folder


@pytest.fixture(scope="module")
def made(files, tmp_path_factory):
    """Return a folder in which a good model is in use, and a careless one is a candidate."""
    from ticket_triage.service.train import train

    folder = tmp_path_factory.mktemp("models")
    for name in ("good", "careless"):
        train(str(files / f"{name}.csv"), heads=["urgency", "category"], fast=True, models=folder, name="desk")
    return folder


@pytest.fixture
def models(made, tmp_path):
    shutil.copytree(made, tmp_path / "models")
    return sorted(path.name for path in (tmp_path / "models" / "desk").glob("0*"))


def test_a_worse_retraining_exits_with_1_and_says_how_to_promote_it(triage, files, models, tmp_path):
    shutil.rmtree(tmp_path / "models" / "desk" / models[1])
    asked = "--fast", "--heads", "urgency,category", "--name", "desk", "--json", "r.json"
    ended = triage("train", files / "careless.csv", *asked)
    assert (ended.code, ended.err) == (1, "")
    assert "It is a candidate, and the version in use stays:\n  urgency: macro-F1 falls from " in ended.out
    assert ended.out.endswith(f"  triage models promote {models[1]} --name desk --force --reason '...'\n")
    told = json.loads((tmp_path / "r.json").read_text())["published"]
    assert (told["status"], told["in_use"], told["gate"]["passed"]) == ("candidate", False, False)
    assert told["refusals"] == told["gate"]["refusals"]


def test_a_list_marks_the_version_in_use(triage, models, tmp_path):
    ended = triage("models", "list", "--json", "l.json")
    rows = [line.split() for line in ended.out.splitlines()]
    assert rows[1][:4] == ["desk", models[0], "yes", "1,200"]
    assert rows[2][:3] == ["desk", models[1], "1,200"]
    told = json.loads((tmp_path / "l.json").read_text())
    assert [info["in_use"] for info in told["versions"]] == [True, False]
    assert [change["action"] for change in told["changes"]["desk"]] == ["first"]


def test_show_prints_the_card_and_gives_the_manifest(triage, models, tmp_path):
    ended = triage("models", "show", "2", "--name", "desk", "--json", "m.json")
    assert ended.out == (tmp_path / "models" / "desk" / models[1] / "card.md").read_text()
    assert ended.out.startswith("# Model card: desk\n")
    assert json.loads((tmp_path / "m.json").read_text())["lineage"]["seed"] == 0


def test_a_refused_promotion_exits_with_1_and_changes_nothing(triage, models, tmp_path):
    ended = triage("models", "promote", "2", "--name", "desk", "--json", "v.json")
    assert (ended.code, ended.err) == (1, "")
    assert "The gate refuses it, and the version in use stays:\n  urgency: macro-F1 falls" in ended.out
    assert json.loads((tmp_path / "v.json").read_text())["passed"] is False
    assert len(list((tmp_path / "models" / "desk" / "champions").iterdir())) == 1


def test_a_comparison_shows_every_slice_and_exits_with_0(triage, models):
    ended = triage("models", "compare", "2", "--name", "desk")
    assert ended.code == 0
    assert "  channel email " in ended.out
    assert "recall of critical" in ended.out


def test_force_asks_for_a_reason_and_rollback_undoes_it(triage, models, tmp_path):
    asked = "models", "promote", models[1], "--name", "desk", "--force"
    refused = triage(*asked)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "triage: A forced promotion needs a reason, for the record; give one with --reason.\n"
    forced = triage(*asked, "--reason", "to try it")
    assert forced.out == f"Model 'desk' uses version {models[1]} instead of {models[0]} from now on (forced).\n"
    back = triage("models", "rollback", "--name", "desk", "--reason", "tried")
    assert back.out == f"Model 'desk' uses version {models[0]} instead of {models[1]} from now on (rolled back).\n"
    log = [json.loads(path.read_text()) for path in sorted((tmp_path / "models/desk/champions").iterdir())]
    assert [(entry["action"], entry["reason"]) for entry in log] == [
        ("first", None),
        ("forced", "to try it"),
        ("rolled back", "tried"),
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["rollback", "--name", "desk"], "Model 'desk' has no earlier version that was in use"),
        (["promote", "1", "--name", "desk"], "is in use already"),
        (["promote", "7", "--name", "desk"], "Model 'desk' has no version '7'; known are: 0001-"),
        (["promote", "2", "--name", "dsk"], "There is no model 'dsk' in models; did you mean 'desk'?"),
        (["show", "--name", "a/b"], "'a/b' cannot be a model's name"),
    ],
)
def test_a_mistake_is_one_sentence(triage, models, asked, said):
    ended = triage("models", *asked)
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert said in ended.err


def test_the_shell_completes_names_and_versions(program, made, models):
    def completed(*words):
        line, place = " ".join(["triage", *words, ""]), str(len(words) + 1)
        return program(_TRIAGE_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=place).stdout.split()

    assert completed("models", "show", "--models", str(made), "--name") == ["desk"]
    assert completed("models", "promote", "--models", str(made), "--name", "desk") == models
