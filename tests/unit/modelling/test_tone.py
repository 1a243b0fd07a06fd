"""How a text sounds: in eight languages, with denials, and as lines of an explanation that add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_desk import invented_history

from ticket_triage.domain.labels import SENTIMENT
from ticket_triage.domain.text import normalise
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import ArtefactVersionError
from ticket_triage.modelling.artefact import load_model, save_model
from ticket_triage.modelling.tone import LANGUAGES, TONE_FEATURES, lexicon, tone
from ticket_triage.modelling.training import train_model

BALANCE = TONE_FEATURES.index("tone: more friendly than angry")


def balance(text):
    return tone(normalise(text))[BALANCE]


@pytest.mark.parametrize(
    ("friendly", "angry"),
    [
        ("What a wonderful answer", "What a horrible answer"),
        ("Das war wunderbar schnell", "Das war furchtbar schlecht"),
        ("Un accueil très agréable", "Un service vraiment décevant"),
        ("Una atención excelente", "Un servicio pésimo"),
        ("Un servizio ottimo", "Un servizio pessimo"),
        ("Um atendimento ótimo", "Um atendimento péssimo"),
        ("خدمة رائعة", "خدمة سيئة"),
        ("बहुत अच्छा", "बहुत बुरा"),
        ("it works 😀", "it works 😡"),
        ("it works :)", "it works :("),
    ],
)
def test_friendly_and_angry_words_are_told_apart_in_each_language(friendly, angry):
    assert balance(friendly) > 0 > balance(angry)


def test_a_denied_word_turns_and_a_full_stop_ends_the_denial():
    assert balance("they were helpful") > 0 > balance("they were not helpful")
    assert balance("no. great.") > 0
    assert 0 > balance("bad") > balance("really bad")
    assert 0 > balance("slightly bad") > balance("bad")


def test_what_follows_a_but_counts_more():
    assert balance("good flight but rude staff") < balance("rude staff but good flight")


@given(st.text(max_size=200))
def test_every_figure_of_any_text_lies_between_minus_one_and_one(text):
    figures = tone(normalise(text))
    assert len(figures) == len(TONE_FEATURES)
    assert all(-1 <= figure <= 1 for figure in figures)


def test_capitals_change_nothing():
    assert tone(normalise("This is GREAT, really")) == tone(normalise("this is great, really"))


def test_the_lists_hold_words_as_the_model_reads_them():
    known = lexicon()
    assert len(LANGUAGES) == 9
    assert all(normalise(word) == word and "(" not in word[:-1] for word in known.valences if word.isalpha())
    assert {"frustrating", "enttauscht", "decevant", "pesimo", ":("} <= known.valences.keys()


@pytest.fixture(scope="module")
def toned(quick):
    """A model of moods that are told by other words in every ticket, so that tone alone can tell."""
    rng = np.random.default_rng(0)
    words = sorted(word for word in lexicon().valences if word.isascii() and word.isalpha())
    history = invented_history(600, seed=3)
    drawn = rng.choice(words, (600, 2))
    felt = np.array([sum(lexicon().valences[word] for word in pair) for pair in drawn])
    history["body"] = [f"order {number}: {' and '.join(pair)}" for number, pair in enumerate(drawn.tolist())]
    history["sentiment"] = np.select([felt < -1, felt > 1], ["negative", "positive"], "neutral")
    return train_model(history, heads=(SENTIMENT,), recipe=quick, n_jobs=1)


def test_a_head_of_moods_takes_the_tone_and_says_so(toned):
    assert toned.model.toned
    assert toned.about["choices"]["sentiment"]["blocks"]["tone"] > 0
    (report,) = toned.reports
    assert report.accuracy.value > 0.7
    reasons = toned.model.predict([Ticket("T-1", body="abysmal and hideous!")])[0].heads[0].reasons
    assert any(reason.text in TONE_FEATURES for reason in reasons)


def test_lines_of_the_tone_add_up_with_the_others(toned):
    explained = toned.model.explain(Ticket("T-1", body="a wonderful flight, but a rude answer!")).heads[0]
    assert {line.text for line in explained.lines if line.kind == "tone"} == set(TONE_FEATURES)
    total = sum(line.contribution for line in explained.lines)
    assert total + explained.calibration.shift == pytest.approx(explained.calibration.log_odds, abs=1e-5)


def test_alone_and_in_a_batch_a_ticket_gets_the_same_figures(toned):
    tickets = [Ticket("", body=body) for body in ("great work!", "no answer, awful", "", "order 7 😡")]
    together = toned.model.predict(tickets)
    assert [toned.model.predict([ticket])[0] for ticket in tickets] == together


def test_the_ablation_names_it(quick):
    history = invented_history(300)
    found = train_model(history, heads=(SENTIMENT,), recipe=quick, n_jobs=1, ablate=True)
    kept = found.about["choices"]["sentiment"]["blocks"]["tone"] > 0
    assert kept == ("without tone" in {part["part"] for part in found.about["ablation"]["sentiment"]})


def test_a_model_that_learnt_from_other_lists_is_refused(toned, tmp_path):
    save_model(toned.model, tmp_path, {"name": "desk"})
    assert load_model(tmp_path).toned
    manifest = tmp_path / "manifest.json"
    told = manifest.read_text(encoding="utf-8")
    manifest.write_text(told.replace(lexicon().sha256, "0" * 64), encoding="utf-8")
    with pytest.raises(ArtefactVersionError, match="other word lists of tone than this version has; train the model"):
        load_model(tmp_path)
