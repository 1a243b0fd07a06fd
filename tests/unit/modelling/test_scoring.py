"""One text scored by itself, without saying what was added up, has the very figures it has in a batch."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.scoring import Scorer
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures
from ticket_triage.modelling.words import WordBook

WORDS = st.sampled_from(["outage", "icon", "invoice", "e-mail", "the", "हिन्दी", "zzqx", "?", ""])
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)
SIZES = st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 3)])


def scorer_of(texts, sizes):
    text, _ = TfidfFeatures.learn([TextBatch(texts)], Blocks(sizes, None), min_df=1, keep=False)
    weights = np.random.default_rng(7).normal(size=(text.n_features, 5)).astype(np.float32)
    return Scorer(text, weights, WordBook(text.indexes[0], sizes))


@given(learnt=st.lists(TEXTS, min_size=1, max_size=5), asked=st.lists(TEXTS, min_size=1, max_size=5), sizes=SIZES)
@example(learnt=["outage icon"], asked=["", "zzqx ?", "outage"], sizes=(1, 2))
def test_one_text_has_the_figures_of_a_batch(learnt, asked, sizes):
    scorer = scorer_of(learnt, sizes)
    together = scorer.score(TextBatch(asked))
    for number, text in enumerate(asked):
        alone = scorer.score(TextBatch([text]), traced=False)
        assert alone.logits.tolist() == together.logits[number : number + 1].tolist()
        assert alone.unknown_shares == together.unknown_shares[number : number + 1]
