"""On real exports, the trainer says what a good report hides: labels by lot, and labels that a rule settles."""

from __future__ import annotations

from pathlib import Path

import pytest

from ticket_triage import train

MAPPINGS = Path(__file__).parents[2] / "data" / "mappings"


@pytest.fixture(scope="module")
def by_lot(shared_data: Path):
    export = shared_data / "raw" / "kaggle_noise" / "customer_support_tickets.csv.gz"
    return train(export, mapping=MAPPINGS / "kaggle_noise.toml", fast=True, models=None)


@pytest.fixture(scope="module")
def by_rule(shared_data: Path):
    export = shared_data / "raw" / "endava_5k" / "all_tickets.csv.gz"
    return train(export, mapping=MAPPINGS / "endava_5k.toml", fast=True, models=None)


def test_labels_by_lot_give_no_usable_model(by_lot):
    assert not by_lot.usable
    assert [(report.head, report.signal) for report in by_lot.reports] == [("urgency", False), ("category", False)]
    assert any(warning.startswith("urgency: no signal found") for warning in by_lot.warnings)


def test_a_label_settled_by_another_column_is_named_with_what_remains(by_rule):
    (warning,) = (text for text in by_rule.warnings if "custom.ticket_type" in text)
    assert "4,855 rows" in warning
    assert "576" in warning


def test_recall_is_given_class_by_class_beside_the_majority_line(by_rule):
    urgency = by_rule.reports[0]
    assert [entry.name for entry in urgency.classes] == ["low", "medium", "high", "critical"]
    assert urgency.majority > 0.85
    assert urgency.classes[-1].recall < urgency.classes[0].recall
