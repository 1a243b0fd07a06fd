"""Judging a model in use on labelled tickets."""

import pandas as pd
import pytest

from ticket_triage.errors import ModelNotFoundError, NoLabelsError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.evaluate import evaluate
from ticket_triage.service.models import load_model


@pytest.fixture(scope="module")
def labelled():
    return sample_history(300, seed=5)


def test_accuracy_is_the_share_of_right_answers_where_people_labelled(labelled, small_models):
    reading = read_tickets(labelled)
    answers = [
        said.head("category").answer
        for said in load_model(small_models, "small").predict(tickets_from(reading.tickets))
    ]
    known = reading.tickets.category.notna() & (reading.tickets.category_source != "machine")
    right = (reading.tickets.category == answers)[known].mean()
    report = next(
        entry for entry in evaluate(labelled, models=small_models, name="small").reports if entry.head == "category"
    )
    assert report.rows == known.sum()
    assert report.accuracy.value == pytest.approx(right, abs=1e-4)


def test_only_heads_with_labels_are_judged(labelled, small_models):
    reports = evaluate(labelled.drop(columns=["urgency", "sentiment"]), models=small_models, name="small").reports
    assert [report.head for report in reports] == ["category"]


def test_a_class_the_model_never_learnt_counts_as_missed(small_models):
    frame = pd.DataFrame(
        {"subject": ["Checkout is broken"] * 4, "category": ["checkout", "parking", "parking", "parking"]}
    )
    evaluated = evaluate(frame, models=small_models, name="small")
    report = evaluated.reports[0]
    assert report.rows == 4
    assert report.accuracy.value <= 0.25
    (warning,) = [text for text in evaluated.warnings if "none the model learnt" in text]
    assert warning.startswith(
        "category: 3 of the 4 labels are none the model learnt ('parking'). Each counts as missed"
    )


def test_tickets_without_labels_cannot_judge(small_models):
    with pytest.raises(NoLabelsError, match="has no label of urgency, category, sentiment"):
        evaluate(pd.DataFrame({"subject": ["Down"]}), models=small_models, name="small")


def test_a_model_that_is_not_there_is_named(labelled, small_models):
    with pytest.raises(ModelNotFoundError, match="did you mean 'small'"):
        evaluate(labelled, models=small_models, name="smal")


def test_tickets_the_model_learnt_are_said_to_flatter_it(small_models):
    evaluated = evaluate(sample_history(900), models=small_models, name="small")
    assert any("nearly word for word what the model learnt" in warning for warning in evaluated.warnings)


def test_new_tickets_are_not_said_to_be_learnt(labelled, small_models):
    assert not any("word for word" in said for said in evaluate(labelled, models=small_models, name="small").warnings)
