"""Training as a use case: what is published, and what is refused before any work."""

import pytest

from ticket_triage.errors import BadOptionError
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.models import load_model
from ticket_triage.service.train import train


@pytest.fixture(scope="module")
def history():
    return sample_history(900)


@pytest.fixture(scope="module")
def noise():
    made = sample_history(600)
    made["category"] = made["category"].sample(frac=1, random_state=0).to_numpy()
    return made


def clock():
    """Return a timer that counts in steps of five seconds."""
    return iter(range(0, 1000, 5)).__next__


def test_what_was_published_is_what_loads(history, tmp_path):
    trained = train(history, fast=True, models=tmp_path, name="desk", timer=clock())
    loaded = load_model(tmp_path, "desk")
    assert trained.version == tmp_path / "desk" / loaded.reference.version
    assert [slot.name for slot in loaded.slots] == [report.head for report in trained.reports]
    assert trained.seconds == 5
    assert trained.data["learnt_from"] + trained.data["judged_on"] <= trained.data["read"] == 900


def test_the_same_history_and_seed_give_the_same_version(history, tmp_path):
    first = train(history, heads=["category"], fast=True, models=tmp_path / "a")
    second = train(history, heads=["category"], fast=True, models=tmp_path / "b")
    assert first.version.name == second.version.name
    other = train(history, heads=["category"], fast=True, seed=1, models=tmp_path / "a")
    assert other.version.name.startswith("0002-")


def test_nothing_is_published_unless_asked(history, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert train(history, heads="category", fast=True, models=None).version is None
    assert list(tmp_path.iterdir()) == []


def test_labels_that_follow_nothing_are_called_so_and_publish_nothing(noise, tmp_path):
    trained = train(noise, heads=["category"], fast=True, models=tmp_path)
    assert (trained.usable, trained.version) == (False, None)
    assert trained.warnings[-1].startswith("category: no signal found. On ")
    assert list(tmp_path.iterdir()) == []


def test_a_head_without_signal_stays_out_of_the_model(noise, tmp_path):
    trained = train(noise, heads=["urgency", "category"], fast=True, models=tmp_path)
    assert [report.head for report in trained.reports] == ["urgency", "category"]
    assert [slot.name for slot in trained.model.slots] == ["urgency"]
    assert trained.usable


def test_tickets_of_ones_own_are_judged_by_when_given(history):
    trained = train(history[:700], test=history[700:], heads=["category"], fast=True, models=None)
    assert trained.data["judged_on"] == 200


def test_the_report_is_plain_values(history):
    report = train(history, heads=["sentiment"], fast=True, models=None, timer=clock()).as_dict()
    first = ["name", "version", "usable", "published", "seconds", "data", "heads"]
    assert list(report) == [*first, "ablation", "costs", "contracts", "learning_curve", "warnings"]
    assert report["costs"] is None
    assert {entry["answer"] for entry in report["contracts"]} == {"negative", "neutral", "positive"}
    assert report["heads"][0]["head"] == "sentiment"
    assert report["data"]["refused"] == 0


def test_progress_ends_with_everything_done(history):
    told = []
    train(history, heads=["category"], fast=True, models=None, progress=lambda what, share: told.append((what, share)))
    assert told[0] == ("Reading tickets", 0.0)
    assert told[-1] == ("Done", 1.0)
    assert all(0 <= share <= 1 for _, share in told)


@pytest.mark.parametrize("heads", [["urgncy"], "urgncy"], ids=["list", "text"])
def test_an_unknown_head_is_refused_with_the_nearest(history, heads):
    with pytest.raises(BadOptionError, match="no head 'urgncy'; did you mean 'urgency'"):
        train(history, heads=heads, models=None)


def test_no_head_at_all_is_refused(history):
    with pytest.raises(BadOptionError, match="known are: category, sentiment, urgency"):
        train(history, heads=[], models=None)


def test_a_place_that_cannot_hold_models_is_refused_before_any_work(tmp_path):
    (tmp_path / "models").touch()
    with pytest.raises(BadOptionError, match="models is a file, so nothing can be kept in"):
        train("never read", models=tmp_path / "models")
    with pytest.raises(BadOptionError, match="cannot be a model's name"):
        train("never read", models=tmp_path, name="a/b")


def test_a_learning_curve_ends_with_the_figures_of_the_whole(history):
    trained = train(history, heads=["category"], fast=True, models=None, curve=True)
    points = trained.learning_curve
    assert [point.learnt_from for point in points] == sorted(point.learnt_from for point in points)
    assert (points[-1].learnt_from, points[-1].macro_f1) == (trained.data["learnt_from"], trained.reports[0].macro_f1)
    assert {point.accuracy.n for point in points} == {trained.reports[0].rows}
    assert points[0].accuracy.value < points[-1].accuracy.value


def test_three_hundred_tickets_are_taken_honestly():
    trained = train(sample_history(300), fast=True, models=None)
    assert all(report.accuracy.high - report.accuracy.low > 0.15 for report in trained.reports)
    assert not any(contract.automatic for contract in trained.contracts)
    assert all(contract.labels_needed for contract in trained.contracts)
