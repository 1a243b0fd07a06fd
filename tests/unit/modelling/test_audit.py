"""The audit finds what was put there: flipped labels, contested repeats, twin classes, a label that moves in time."""

import numpy as np
import pytest
from invented_desk import invented_history

from ticket_triage.modelling.audit import audit_labels
from ticket_triage.modelling.splitting import near_identical_groups
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures, batches

ROWS = 600


def audited(bodies, labels, **options):
    _, X = TfidfFeatures.learn(batches(bodies), Blocks((1, 2), None), min_df=2, keep=True)
    near = near_identical_groups(batches(bodies))
    same = np.unique(bodies, return_inverse=True)[1]
    return audit_labels("urgency", np.array(labels, dtype=object), X, near=near, same=same, **options)


@pytest.fixture(scope="module")
def desk():
    return invented_history(ROWS)


def test_flipped_labels_are_found(desk):
    labels = desk.urgency.to_numpy(dtype=object, copy=True)
    flipped = np.random.default_rng(0).choice(ROWS, ROWS // 10, replace=False)
    labels[flipped] = np.where(labels[flipped] == "low", "critical", "low")
    found = audited(desk.body.tolist(), labels)
    first = {suspect.row for suspect in found.suspects[: len(flipped)]}
    hits = len(first & set(flipped.tolist()))
    assert hits >= 0.9 * len(first)
    assert hits >= 0.75 * len(flipped)
    truth = desk.urgency.tolist()
    assert np.mean([suspect.likely == truth[suspect.row] for suspect in found.suspects[: len(flipped)]]) > 0.85
    assert found.wrong_share == pytest.approx(0.1, abs=0.05)


def test_clean_labels_raise_little_suspicion(desk):
    found = audited(desk.body.tolist(), desk.urgency.tolist())
    assert found.wrong_share < 0.02
    assert not found.conflicts
    assert not any(pair.flagged for pair in found.overlaps)
    assert found.accuracy > found.majority + 0.3


def test_repeated_texts_show_what_the_labels_permit(desk):
    bodies = desk.body.tolist()[:300] * 2
    labels = desk.urgency.tolist()[:300] * 2
    labels[300:360] = ["low" if label != "low" else "high" for label in labels[300:360]]
    found = audited(bodies, labels)
    assert found.ceiling.tickets == ROWS
    assert found.ceiling.agreement == pytest.approx(0.8)
    assert found.ceiling.commonest.value == pytest.approx(0.9)
    assert found.ceiling.bound == pytest.approx(0.8**0.5)
    assert sorted(conflict.rows for conflict in found.conflicts) == [(row, row + 300) for row in range(60)]


def test_classes_nobody_can_tell_apart_are_named_first(desk):
    rng = np.random.default_rng(1)
    labels = np.where(desk.urgency == "low", rng.choice(["low", "minor"], ROWS), desk.urgency)
    first = audited(desk.body.tolist(), labels).overlaps[0]
    assert {first.first, first.second} == {"low", "minor"}
    assert first.flagged
    assert first.share > 0.5


def test_drift_names_the_period_and_the_class(desk):
    order = np.argsort(desk.urgency == "critical", kind="stable")
    opened_at = np.datetime64("2026-01-01", "s") + np.arange(ROWS) * np.timedelta64(3600, "s")
    bodies, labels = desk.body.to_numpy()[order].tolist(), desk.urgency.to_numpy(dtype=object)[order]
    moving = audited(bodies, labels, opened_at=opened_at).drift
    steady = audited(desk.body.tolist(), desk.urgency.tolist(), opened_at=opened_at).drift
    assert (moving.flagged, moving.moved) == (True, "critical")
    assert moving.periods[moving.period].shares["critical"] == 1.0
    assert not steady.flagged
    assert sum(period.tickets for period in steady.periods) == ROWS


def test_rare_classes_are_set_aside_and_said(desk):
    labels = desk.urgency.to_numpy(dtype=object, copy=True)
    labels[:3] = "odd"
    found = audited(desk.body.tolist(), labels)
    assert found.set_aside == {"odd": 3}
    assert found.labelled == ROWS - 3
    assert audited(desk.body.tolist(), np.full(ROWS, "same", dtype=object)) is None


def test_labels_drawn_by_lot_are_said_to_carry_no_signal_and_none_is_suspected(desk):
    labels = np.random.default_rng(2).choice(["low", "high", "critical"], ROWS)
    found = audited(desk.body.tolist(), labels)
    assert not found.signal
    assert (found.suspects, found.overlaps) == ((), ())
