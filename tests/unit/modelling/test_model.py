"""A model answers a ticket the same way alone, in a batch, and with or without reasons."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from invented_desk import invented_history

from ticket_triage.domain.ticket import Ticket
from ticket_triage.modelling.calibration import with_noise
from ticket_triage.modelling.facts import FactFeatures
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.reading import TextReader
from ticket_triage.modelling.softmax import softmax
from ticket_triage.modelling.tone import tones

WORDS = st.sampled_from(["outage", "icon", "invoice", "login", "the", "हिन्दी", "返金", "\n", "!"])
TICKETS = st.lists(
    st.builds(
        Ticket,
        st.just(""),
        body=st.lists(WORDS, max_size=8).map(" ".join),
        channel=st.sampled_from(["email", "phone", "fax", None]),
    ),
    max_size=6,
)


@given(tickets=TICKETS)
def test_a_ticket_alone_and_in_a_batch_gets_the_same_prediction(model, tickets):
    assert model.predict(tickets) == [prediction for ticket in tickets for prediction in model.predict([ticket])]


def test_thousands_of_tickets_get_the_figures_each_gets_alone(model):
    tickets = [Ticket("", body=body) for body in invented_history(1500, seed=3)["body"]]
    together = model.predict(tickets)
    assert len(together) == 1500
    assert all(together[n] == model.predict([tickets[n]])[0] for n in range(0, 1500, 50))


def test_reasons_change_no_figure(model):
    tickets = [Ticket("", body=body, channel="phone") for body in invented_history(20, seed=4)["body"]]
    for bare, full in zip(model.predict(tickets, reasons=0), model.predict(tickets, reasons=5), strict=True):
        assert bare.unknown_share == full.unknown_share
        for one, other in zip(bare.heads, full.heads, strict=True):
            assert (one.answer, one.probabilities) == (other.answer, other.probabilities)
            assert one.reasons == ()


def test_probabilities_are_the_softmax_of_the_logits_with_the_labels_noise(model):
    texts = invented_history(30, seed=6)["body"].tolist()
    logits = model.logits(texts, [(None,)] * len(texts))
    for slot in model.slots:
        probabilities, answers = model.answers(slot, logits)
        own = logits[:, slot.columns]
        np.testing.assert_allclose(probabilities, with_noise(softmax(own), slot.noise), rtol=1e-12)
        assert answers.tolist() == (own + slot.answer_offsets).argmax(axis=1).tolist()
        assert probabilities.sum(axis=1) == pytest.approx(1.0)


def test_the_share_of_unknown_words_and_pairs_is_counted(model):
    # Known: outage, everyone; unknown: zzyzx and both pairs.
    assert model.predict([Ticket("", body="outage zzyzx everyone")])[0].unknown_share == 0.6


def test_no_ticket_gives_no_prediction(model):
    assert model.predict([]) == []
    assert model.logits([], []).shape == (0, 7)


def test_facts_are_told_apart_as_people_write_them():
    rows = [("Email ", True, 3.0), ("email", True, 3), ("phone", False, None), (None, float("nan"), "")]
    facts = FactFeatures.learn(rows, ["channel", "vip", "custom.floor"], min_rows=1)
    assert facts.known == ["channel=email", "channel=phone", "custom.floor=3", "vip=false", "vip=true"]
    assert facts.transform(rows).toarray().tolist() == [[1, 0, 1, 0, 1], [1, 0, 1, 0, 1], [0, 1, 0, 1, 0], [0] * 5]


def test_served_logits_are_the_training_matrix_times_the_weights(model):
    frame = invented_history(50, seed=8)
    texts, facts = frame["body"].tolist(), [(channel,) for channel in frame["channel"]]
    split = model.text.n_features
    weights = model.coefficients[:split] / model.text.occurrence_values()[:, None]
    read = list(TextReader(model.text).batches(texts))
    matrix = model.text.stacked(map(model.text.rows, read))
    toned = [tones(text for batch in read for text in batch.texts)] if model.toned else []
    expected = matrix @ weights + sp.hstack([model.facts.transform(facts), *toned]) @ model.coefficients[split:]
    np.testing.assert_allclose(model.logits(texts, facts), expected + model.intercepts, atol=1e-5)


def test_what_was_read_before_never_changes_an_answer(model):
    rng = np.random.default_rng(0)
    flood = ["".join(letters) for letters in rng.choice([*"outagelogin"], (70_000, 7))]
    ticket = Ticket("", body="outage of the login page " + " ".join(flood[:50]))
    before = model.predict([ticket])
    whole = model.logits([" ".join(flood)], [(None,)])
    for start in range(0, len(flood), 10_000):
        model.predict([Ticket("", body=" ".join(flood[start : start + 10_000]))], reasons=0)
    assert model.predict([ticket]) == before
    assert model.logits([" ".join(flood)], [(None,)]).tobytes() == whole.tobytes()


def test_threads_asking_at_once_get_the_answers_of_one(model, history):
    tickets = [Ticket("", body=f"{body} {number}{number}") for number, body in enumerate(history["body"])]
    alone = model.predict(tickets)
    parts = model.text, model.facts, model.coefficients, model.intercepts, model.slots
    fresh = TriageModel(*parts, support=model.support, toned=model.toned)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda ticket: fresh.predict([ticket])[0], tickets))
    assert together == alone
