"""A word that alone decides many answers is found and named; the sets of what cannot be ruled out are judged."""

import json

import numpy as np
import pytest

from ticket_triage import train
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.evaluate import evaluate

FOOTER = "zulu4711"
PLACE = {"name": "planted"}


def with_footer(history):
    """Return a history in which nothing but a footer tells urgent tickets from others."""
    urgent = history["urgency"] == "critical"
    drawn = history.sample(frac=1, random_state=0)
    texts = {name: history[name].where(~urgent, drawn[name].to_numpy()) for name in ("subject", "body")}
    return history.assign(subject=texts["subject"], body=texts["body"].where(~urgent, texts["body"] + f" {FOOTER}"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    train(with_footer(sample_history(1200, seed=1)), fast=True, models=folder, **PLACE)
    return folder


@pytest.fixture(scope="module")
def labelled():
    return with_footer(sample_history(400, seed=5))


@pytest.fixture(scope="module")
def evaluated(models, labelled):
    return evaluate(labelled, models=models, shortcuts=True, **PLACE)


def test_a_planted_word_leads_its_head(evaluated, labelled):
    planted = next(entry for entry in evaluated.shortcuts if entry.head == "urgency")
    assert planted.word == FOOTER
    assert planted.tickets == labelled["body"].str.contains(FOOTER).sum()
    assert planted.share > 0.5
    assert planted.priorities > 0
    assert any(f"urgency leans on '{FOOTER}'" in warning for warning in evaluated.warnings)


def test_a_word_is_told_of_once_a_head_and_most_flips_come_first(evaluated):
    for head in ("urgency", "category"):
        own = [entry for entry in evaluated.shortcuts if entry.head == head]
        assert len({entry.word for entry in own}) == len(own) <= 10
        assert [entry.flipped for entry in own] == sorted((entry.flipped for entry in own), reverse=True)
        assert all(0 < entry.flipped <= entry.tickets for entry in own)


def test_nothing_is_probed_unasked(models, labelled):
    evaluated = evaluate(labelled, models=models, **PLACE)
    assert evaluated.shortcuts is None
    assert not any("leans on" in warning for warning in evaluated.warnings)


def test_sets_hold_the_true_class_as_often_as_promised(evaluated):
    assert {entry.head for entry in evaluated.coverage} == {report.head for report in evaluated.reports}
    for entry in evaluated.coverage:
        assert entry.covered.high >= entry.level == 0.9
        assert entry.mean_size >= 1.0
        assert entry.least is None or entry.least.value <= entry.covered.value
    json.dumps(evaluated.as_dict(), allow_nan=False)


def test_sets_that_hold_too_little_are_warned_of(models, labelled):
    rng = np.random.default_rng(0)
    evaluated = evaluate(
        labelled.assign(category=rng.permutation(labelled["category"].to_numpy())), models=models, **PLACE
    )
    assert any(
        warning.startswith("category: its sets hold the true class less often") for warning in evaluated.warnings
    )
    assert next(entry for entry in evaluated.coverage if entry.head == "category").covered.value < 0.8
