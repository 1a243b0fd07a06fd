import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.labels import CATEGORY
from ticket_triage.modelling.anonymity import requester_numbers
from ticket_triage.modelling.facts import FactFeatures
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures, batches
from ticket_triage.modelling.training import train_model

WORDS = st.sampled_from(["vpn", "printer", "invoice", "kowalczyk", "down"])
TICKETS = st.lists(st.tuples(st.lists(WORDS, max_size=3).map(" ".join), st.integers(-1, 4)), min_size=1, max_size=12)


@given(tickets=TICKETS, cut=st.integers(1, 4))
def test_a_word_is_learnt_exactly_when_three_requesters_wrote_it(tickets, cut):
    texts, who = [text for text, _ in tickets], np.array([number for _, number in tickets])
    parts = [TextBatch(texts[start : start + cut]) for start in range(0, len(texts), cut)]
    features, _ = TfidfFeatures.learn(parts, Blocks((1, 1), None), min_df=1, keep=False, requesters=who)
    for word in ("vpn", "printer", "invoice", "kowalczyk", "down"):
        writers = {number for text, number in tickets if word in text.split() and number >= 0}
        assert (features.transform([word]).nnz == 1) == (len(writers) >= 3)


def test_histories_that_name_no_requester_learn_every_word():
    texts = ["vpn down"] * 2
    free, _ = TfidfFeatures.learn(batches(texts), Blocks((1, 1), None), min_df=2, keep=False)
    assert free.n_features == 2
    assert requester_numbers([None, "", np.nan, "jo"]) is None


def test_a_fact_of_one_customer_alone_is_not_learnt():
    rows = [("acme",)] * 30 + [("web",)] * 30
    who = np.array([0] * 30 + list(range(30)))
    assert FactFeatures.learn(rows, ["product"], min_rows=20, requesters=who).known == ["product=web"]


def test_the_words_of_one_insistent_person_stay_out_of_the_model():
    topics = ["printer jam paper tray", "invoice wrong amount charged"] * 60
    frame = pd.DataFrame(
        {
            "body": [f"{text} {'kowalczyk' if row < 40 else ''} case {row}" for row, text in enumerate(topics)],
            "category": ["hardware", "billing"] * 60,
            "requester": ["Kowalczyk" if row < 40 else f"person {row}" for row in range(120)],
        }
    )
    for named in (True, False):
        history = frame if named else frame.drop(columns="requester")
        text = train_model(history, heads=[CATEGORY], n_jobs=1).model.text
        columns = [columns for _, columns in text.located(TextBatch(["kowalczyk"]))]
        assert (columns[0] >= 0).any() != named


def test_how_much_was_held_back_is_told_and_that_too_few_are_named_is_warned_of():
    topics = ["printer jam paper tray", "invoice wrong amount charged"] * 60
    bodies = [f"{text} case {row}" for row, text in enumerate(topics)]
    frame = pd.DataFrame({"body": bodies, "category": ["hardware", "billing"] * 60})
    crowd = [f"person {row}" for row in range(120)]
    nobody = train_model(frame, heads=[CATEGORY], n_jobs=1)
    everybody = train_model(frame.assign(requester=crowd), heads=[CATEGORY], n_jobs=1)
    few = train_model(frame.assign(requester=[*crowd[:20], *[""] * 100]), heads=[CATEGORY], n_jobs=1)
    told = [found.about["training"]["held_back"] is not None for found in (nobody, everybody, few)]
    assert told == [False, True, False]
    said = [any("name a requester: too few" in note for note in found.notes) for found in (nobody, everybody, few)]
    assert said == [False, False, True]
    parts = list(batches(["one two", "one three", "one two", "one"]))
    features, _ = TfidfFeatures.learn(
        parts, Blocks((1, 1), None), min_df=2, keep=False, requesters=np.array([0, 1, 0, 2])
    )
    assert (features.n_features, features.held_back) == (1, 1)
