"""Drift that is there is found and named; where there is none, none is."""

import json

import pandas as pd
import pytest

from ticket_triage import train
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.monitor import _verdict, monitor

PLACE = {"name": "watched"}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    train(sample_history(2500, seed=1), fast=True, models=folder, **PLACE)
    return folder


@pytest.fixture(scope="module")
def later():
    return sample_history(900, seed=7)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_tickets_of_the_same_desk_have_not_drifted(models, seed):
    found = monitor(sample_history(900, seed=seed), models=models, **PLACE)
    assert found.verdict in ("no drift", "watch")
    assert found.whole["findings"] == []
    assert sum(week["rows"] for week in found.weeks) == found.whole["rows"] == 900


def test_a_new_vocabulary_is_named(models, later):
    foreign = later.assign(body=[" ".join(word[::-1] for word in body.split()) for body in later["body"]])
    found = monitor(foreign, models=models, **PLACE)
    assert found.verdict == "drift"
    assert {"text", "unknown"} <= set(found.whole["findings"])
    assert "Retrain" in found.advice


def test_a_shifted_mix_of_classes_is_named(models, later):
    found = monitor(later[later["category"] == later["category"].mode()[0]], models=models, **PLACE)
    assert found.verdict == "drift"
    assert "answers:category" in found.whole["findings"]


def test_labels_that_no_longer_fit_are_named(models, later):
    shuffled = later.assign(category=later["category"].sample(frac=1, random_state=0).to_numpy())
    found = monitor(shuffled, models=models, **PLACE)
    assert found.verdict == "drift"
    assert found.whole["findings"] == ["calibration:category"]
    assert found.whole["heads"]["category"]["gap"] > 0.3
    json.dumps(found.as_dict(), allow_nan=False)


def test_without_labels_calibration_is_not_judged(models, later):
    found = monitor(later[["ticket_id", "opened_at", "subject", "body"]], models=models, **PLACE)
    assert found.whole["heads"] == {}


def test_weeks_of_a_quiet_desk_are_taken_together(models, later):
    found = monitor(later, models=models, **PLACE)
    assert all(week["rows"] >= 100 for week in found.weeks[:-1])
    mondays = [pd.Timestamp(week["week"]) for week in found.weeks]
    assert all(monday.day_of_week == 0 for monday in mondays)
    ends = [monday + pd.Timedelta(weeks=week["weeks"]) for monday, week in zip(mondays, found.weeks, strict=True)]
    assert all(end <= monday for end, monday in zip(ends[:-1], mondays[1:], strict=True))


def test_what_one_period_alone_shows_is_watched_and_what_lasts_is_drift():
    judge = {"judged": True, "rows": 56, "findings": []}
    found = {**judge, "findings": ["answers:category"]}
    whole = {**judge, "rows": 900, "moved": {"text": 0.0}, "heads": {}}
    assert _verdict(whole, [judge, judge])[0] == "no drift"
    assert _verdict(whole, [judge, found])[0] == "watch"
    assert _verdict(whole, [found, judge])[0] == "no drift"
    assert _verdict(whole, [found, {**found, "findings": ["text"]}])[0] == "watch"
    assert _verdict(whole, [judge, found, found])[0] == "drift"
    assert _verdict(whole, [found, {**judge, "judged": False, "rows": 3}, found])[0] == "drift"
    assert _verdict(whole, [judge, {**found, "rows": 300}])[0] == "drift"


def test_a_handful_of_tickets_tells_nothing(models, later):
    assert monitor(later.head(5), models=models, **PLACE).verdict == "too few tickets"


def test_plots_say_what_they_show(models, later, tmp_path):
    pytest.importorskip("matplotlib")
    from ticket_triage.reports.drift_plots import plot_drift

    written = plot_drift(monitor(later, models=models, **PLACE).as_dict(), tmp_path / "plots")
    assert [path.name for path in written] == ["text.png", "movement.png", "calibration.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)
    undated = monitor(later.drop(columns="opened_at"), models=models, **PLACE).as_dict()
    with pytest.raises(BadOptionError, match="have no dates"):
        plot_drift(undated, tmp_path)
