"""Training learns only from what it may, says what it left out, and does the same again to the byte."""

import numpy as np
import pandas as pd
import pytest
from invented_desk import invented_history

from ticket_triage.domain.labels import CATEGORY, SENTIMENT, URGENCY, Head
from ticket_triage.domain.ticket import LATER_COLUMNS, Ticket
from ticket_triage.errors import LaterColumnError, NoLabelsError
from ticket_triage.modelling import margins
from ticket_triage.modelling.artefact import save_model
from ticket_triage.modelling.margins import Solver, Task
from ticket_triage.modelling.training import train_model

HEADS = (URGENCY, CATEGORY, SENTIMENT)


def train(history, recipe, heads=HEADS, **options):
    return train_model(history, heads=heads, recipe=recipe, n_jobs=1, **options)


def by_lot(*labels, rows=240):
    return np.random.default_rng(1000).choice(labels, rows)


def saved(result, folder):
    folder.mkdir()
    save_model(result.model, folder, result.about)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_head_learns_from_the_rows_that_have_its_label(result):
    rows = {report.head: report.rows for report in result.reports}
    assert rows["urgency"] == rows["category"]
    assert rows["urgency"] * 0.3 < rows["sentiment"] < rows["urgency"] * 0.7
    assert all(report.accuracy.value > 0.8 for report in result.reports)
    assert [slot.name for slot in result.model.slots] == ["urgency", "category", "sentiment"]
    assert result.usable


def test_classes_stand_in_level_order_without_levels_nobody_has(result):
    urgency, category, sentiment = (slot.classes for slot in result.model.slots)
    assert urgency == ("low", "high", "critical")
    assert category == ("access", "billing")
    assert sentiment == ("negative", "positive")


def test_a_head_without_labels_is_absent(history, quick):
    found = train(history.drop(columns=["sentiment"]), quick, heads=(*HEADS, Head("impact")))
    assert [report.head for report in found.reports] == ["urgency", "category"]
    assert found.model.predict([Ticket("T-1", body="outage")])[0].head("impact") is None


def test_labels_a_machine_set_are_not_learnt(history, quick):
    wrong = history.assign(urgency=np.where(history.index % 2 == 0, history["urgency"], "medium"))
    source = np.where(history.index % 2 == 0, "human", "machine")
    found = train(wrong.assign(urgency_source=source), quick, heads=(URGENCY,))
    assert found.model.slots[0].classes == ("low", "high", "critical")


def test_classes_too_small_to_learn_are_named_in_a_note(history, quick):
    category = history["category"].mask(history.index < 4, "parking").mask(history.index == 5, "garden")
    found = train(history.assign(category=category), quick, heads=(CATEGORY,), test=history)
    assert "category: 2 classes with under 5 tickets are not learnt: 'garden', 'parking'." in found.notes
    assert found.model.slots[0].classes == ("access", "billing")


def test_labels_of_one_class_alone_are_no_labels(history, quick):
    with pytest.raises(NoLabelsError, match="none has two classes with at least 5 labelled tickets each"):
        train(history.assign(urgency="low"), quick, heads=(URGENCY,))


@pytest.mark.parametrize("column", LATER_COLUMNS)
def test_a_column_known_only_later_is_refused(history, quick, column):
    with pytest.raises(LaterColumnError, match=f"Column '{column}' is only known after"):
        train(history, quick, facts=["channel", column])


def test_labels_drawn_by_lot_give_no_signal_and_no_head(history, quick):
    noise = history.assign(urgency=by_lot("low", "medium", "high"))
    found = train(noise, quick, heads=(URGENCY, CATEGORY))
    assert [(report.head, report.signal) for report in found.reports] == [("urgency", False), ("category", True)]
    assert [slot.name for slot in found.model.slots] == ["category"]


def test_when_no_head_finds_a_signal_the_model_is_not_usable_but_harmless(history, quick, tmp_path):
    noise = history.assign(urgency=by_lot("low", "high"))
    found = train(noise, quick, heads=(URGENCY,))
    assert not found.usable
    assert found.model.predict([Ticket("T-1", body="outage")])[0].heads == ()
    assert "coefficients.npy" in saved(found, tmp_path / "empty")


def test_the_same_history_gives_the_same_bytes(history, quick, result, tmp_path):
    again = train(history.copy(), quick, facts=["channel"])
    assert saved(again, tmp_path / "again") == saved(result, tmp_path / "first")
    assert again.reports == result.reports


def test_processes_change_no_byte(monkeypatch):
    monkeypatch.setattr(margins, "_WORTH_PROCESSES", 0)
    rng = np.random.default_rng(0)
    X, truth = rng.normal(size=(2000, 300)), rng.integers(0, 4, 2000)
    alone, shared = (
        Solver(balance=0.5, tolerance=0.1, seed=0, n_jobs=jobs).fit(X, truth, 4, [Task(None, 1.0)]) for jobs in (1, 2)
    )
    assert alone[0].tobytes() == shared[0].tobytes()


def test_a_mistake_in_a_large_history_ends_quietly_though_processes_were_started(monkeypatch, history, quick, capfd):
    monkeypatch.setattr(margins, "_WORTH_PROCESSES", 0)
    with pytest.raises(NoLabelsError):
        train_model(history.assign(urgency="low"), heads=(URGENCY,), recipe=quick, n_jobs=2)
    assert capfd.readouterr().err == ""


def test_the_newest_tickets_are_held_out_when_there_are_dates(history, quick):
    opened_at = pd.date_range("2026-01-01", periods=len(history), freq="h", tz="UTC")
    found = train(history.assign(opened_at=opened_at), quick, heads=(URGENCY,))
    about = found.about["training"]
    assert (about["learnt_from"], about["judged_on"]) == (192, 48)
    assert about["split"] == "newest fifth, without texts already seen"
    assert about["window"] == ["2026-01-01T00:00:00+00:00", "2026-01-10T23:00:00+00:00"]


def test_a_text_sent_again_later_is_not_what_the_model_is_judged_by(history, quick):
    twice = pd.concat([history, history.tail(40)], ignore_index=True)
    dated = twice.assign(opened_at=pd.date_range("2026-01-01", periods=len(twice), freq="h", tz="UTC"))
    about = train(dated, quick, heads=(URGENCY,)).about["training"]
    assert (about["learnt_from"], about["judged_on"]) == (224, 32)


def test_a_given_test_file_judges_and_is_not_learnt(history, quick):
    found = train(history, quick, heads=(URGENCY,), test=invented_history(60, seed=9))
    assert (found.about["training"]["learnt_from"], found.reports[0].rows) == (len(history), 60)


def test_a_test_file_without_the_label_is_refused(history, quick):
    with pytest.raises(NoLabelsError, match="no ticket with a label of urgency to judge it by"):
        train(history, quick, heads=(URGENCY,), test=history.assign(urgency=None))


def test_progress_goes_up_to_the_whole(history, quick):
    shares = []
    train(history, quick, heads=(URGENCY, CATEGORY), progress=lambda _what, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_judging_by_what_was_learnt_is_said(history, quick):
    result = train_model(history, heads=[CATEGORY], recipe=quick, test=history, n_jobs=1)
    assert any("the figures flatter the model" in note for note in result.notes)
