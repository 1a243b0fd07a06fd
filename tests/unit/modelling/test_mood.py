"""Without labels of sentiment, word lists answer by name, monotonely, and as a hint only."""

import numpy as np
import pytest

from ticket_triage.domain.labels import CATEGORY, SENTIMENT, URGENCY
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError
from ticket_triage.modelling.artefact import load_model, save_model
from ticket_triage.modelling.mood import mood_logits, mood_predictions
from ticket_triage.modelling.tone import TONE_FEATURES
from ticket_triage.modelling.training import train_model

HEADS = (URGENCY, CATEGORY, SENTIMENT)
ANGRY, GLAD = Ticket("T-1", body="outage again, this is a horrible mess"), Ticket("T-2", body="great, the login works")


@pytest.fixture(scope="module")
def unlabelled(history, quick):
    return train_model(history.drop(columns=["sentiment"]), heads=HEADS, recipe=quick, n_jobs=1)


def test_the_lists_answer_by_name_and_claim_no_proof(unlabelled):
    angry, glad = (entry.head("sentiment") for entry in unlabelled.model.predict([ANGRY, GLAD]))
    assert (angry.answer, glad.answer) == ("negative", "positive")
    assert {angry.origin, glad.origin} == {"lexicon"}
    assert (angry.p_values, angry.confidence, angry.precision) == ((), None, None)
    assert angry.reasons[0].text == "tone: more friendly than angry"
    assert sum(angry.probabilities) == pytest.approx(1, abs=2e-4)
    assert any("word lists answer (origin: lexicon)" in note for note in unlabelled.notes)
    assert [report.head for report in unlabelled.reports] == ["urgency", "category"]


def test_with_labels_or_unasked_no_list_answers(result, history, quick):
    assert result.model.predict([ANGRY])[0].head("sentiment").origin == "model"
    unasked = train_model(history.drop(columns=["sentiment"]), heads=(CATEGORY,), recipe=quick, n_jobs=1)
    assert unasked.model.predict([ANGRY])[0].head("sentiment") is None


def test_an_empty_text_has_no_mood(unlabelled):
    assert unlabelled.model.predict([Ticket("T-1")])[0].head("sentiment") is None


def test_more_friendly_words_never_make_a_text_angrier():
    figures = np.zeros((41, len(TONE_FEATURES)))
    figures[:, TONE_FEATURES.index("tone: more friendly than angry")] = np.linspace(-1, 1, 41)
    shares = np.array([head.probabilities for head in mood_predictions(figures, 0)])
    assert (np.diff(shares[:, 0]) < 0).all()
    assert (np.diff(shares[:, 2]) > 0).all()
    assert mood_logits(figures).sum(axis=1) == pytest.approx(np.zeros(41), abs=1e-12)


@pytest.mark.parametrize("about", [{}, {"sentiment": "positive"}])
def test_its_lines_add_up(unlabelled, about):
    told = next(head for head in unlabelled.model.explain(ANGRY, about=about).heads if head.head == "sentiment")
    assert told.about == about.get("sentiment", "negative")
    assert sum(line.contribution for line in told.lines) == pytest.approx(told.calibration.log_odds)
    assert {line.kind for line in told.lines} == {"base", "tone"}
    with pytest.raises(BadOptionError, match="has no class 'furious'"):
        unlabelled.model.explain(ANGRY, about={"sentiment": "furious"})


def test_it_comes_back_from_its_folder(unlabelled, tmp_path):
    save_model(unlabelled.model, tmp_path, {"name": "desk"})
    loaded = load_model(tmp_path)
    assert [entry.heads for entry in loaded.predict([ANGRY, GLAD])] == [
        entry.heads for entry in unlabelled.model.predict([ANGRY, GLAD])
    ]
