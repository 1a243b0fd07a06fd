"""The fast vectoriser equals a slow one made of strings and dictionaries, however the texts are cut."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import example, given
from hypothesis import strategies as st
from slow_tfidf import SlowTfidf, character_ngrams, word_ngrams

from ticket_triage.domain.text import normalise
from ticket_triage.modelling import tfidf
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.vectorizer import HashedTfidfVectorizer

WORDS = ["down", "Checkout", "a", "हिन्दी", "خدمة", "บริการ", "返金", "😡", "naïve", "502", "e-mail", "x_y", "don\u2019t"]
BLANKS = [" ", "  ", "\n", "\t", "\x00", "\x1f", "\u200b", "\u3000", ". ", " - "]
PHRASES = st.lists(st.sampled_from(WORDS) | st.sampled_from(BLANKS), max_size=12).map("".join)
TEXTS = st.lists(PHRASES | st.text(max_size=12), min_size=1, max_size=5)
SIZES = st.tuples(st.integers(1, 3), st.integers(0, 3)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def named_rows(vectorizer, texts, canonical, sizes):
    """Return each text's weights by n-gram, and the n-grams of the texts that have no column."""
    rows, unknown = [], set()
    for text, row in zip(texts, vectorizer.transform(texts), strict=True):
        batch = TextBatch([normalise(text)])
        ((spans, columns),) = vectorizer.features_.located(batch)
        names = [canonical(batch.text(*bounds), *sizes) for bounds in zip(spans.starts, spans.ends, strict=True)]
        unknown |= {name for name, column in zip(names, columns, strict=True) if column < 0}
        named = {column: name for name, column in zip(names, columns, strict=True) if column >= 0}
        rows.append({named[column]: value for column, value in zip(row.indices, row.data, strict=True)})
    return rows, unknown


def spelt_words(span, low, high):
    return max(word_ngrams(span, 1, high), key=len)


def spelt_characters(span, low, high):
    return "".join(" " if ord(char) < 33 else char for char in span)


def assert_equal_to_slow(texts, further, ngrams, spelt, sizes, min_df, **blocks):
    vectorizer = HashedTfidfVectorizer(**blocks, min_df=min_df).fit(texts)
    rows, unknown = named_rows(vectorizer, texts + further, spelt, sizes)
    known = SlowTfidf(texts, ngrams, sizes, min_df=min_df).known
    lost = known & unknown
    assert len(lost) <= 3 + len(known) / 8
    slow = SlowTfidf(texts, ngrams, sizes, min_df=min_df, lost=lost)
    assert vectorizer.features_.n_features == len(slow.idf)
    for text, row in zip(texts + further, rows, strict=True):
        assert row == pytest.approx(slow.row(text), rel=1e-5)


@given(texts=TEXTS, further=TEXTS, sizes=SIZES, min_df=st.integers(1, 2))
@example(texts=["one two three"], further=["three two one"], sizes=(5, 6), min_df=1)
def test_word_ngrams_are_weighted_as_the_slow_way_does(texts, further, sizes, min_df):
    assert_equal_to_slow(texts, further, word_ngrams, spelt_words, sizes, min_df, words=sizes)


@given(texts=TEXTS, further=TEXTS, sizes=SIZES, min_df=st.integers(1, 2))
@example(texts=["a b", "c  d"], further=["b"], sizes=(1, 2), min_df=1)
def test_character_ngrams_are_weighted_as_the_slow_way_does(texts, further, sizes, min_df):
    blocks = {"words": None, "characters": sizes}
    assert_equal_to_slow(texts, further, character_ngrams, spelt_characters, sizes, min_df, **blocks)


@given(texts=TEXTS)
def test_two_blocks_are_the_two_beside_each_other_under_their_weights(texts):
    both = HashedTfidfVectorizer((1, 2), (2, 3), min_df=1, character_weight=0.5).fit_transform(texts).toarray()
    words = HashedTfidfVectorizer((1, 2), min_df=1).fit_transform(texts).toarray()
    characters = HashedTfidfVectorizer(None, (2, 3), min_df=1).fit_transform(texts).toarray()
    np.testing.assert_allclose(both, np.hstack([words, 0.5 * characters]), rtol=1e-6)


@given(texts=st.lists(PHRASES | st.text(max_size=12), min_size=2, max_size=6), sizes=SIZES)
def test_a_text_alone_and_in_a_batch_gives_identical_bytes(texts, sizes):
    vectorizer = HashedTfidfVectorizer((1, 3), sizes, min_df=1).fit(texts)
    together = vectorizer.transform(texts)
    for number, text in enumerate(texts):
        alone = vectorizer.transform([text])
        row = slice(together.indptr[number], together.indptr[number + 1])
        assert alone.indices.tobytes() == together.indices[row].tobytes()
        assert alone.data.tobytes() == together.data[row].tobytes()


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\x1f", "\u200b", "...!?", "never met before"])
def test_a_text_without_known_ngrams_gives_an_empty_row_of_full_width(text):
    vectorizer = HashedTfidfVectorizer((1, 1), min_df=1).fit(["checkout is down", ""])
    row = vectorizer.transform([text])
    assert (row.shape, row.nnz) == ((1, 3), 0)


def test_a_history_of_empty_texts_has_no_features_and_no_failure():
    matrix = HashedTfidfVectorizer((1, 2), (2, 3), min_df=1).fit_transform(["", " "])
    assert matrix.shape == (2, 0)


def peak_of(call):
    """Return the most bytes a call held at once."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("piece", ["checkout is down now ", "a", "हिन्दी सेवा बंद है ", "😡", "返金"])
def test_a_text_of_a_megabyte_is_read_within_bounded_memory(piece):
    vectorizer = HashedTfidfVectorizer((1, 3), (2, 5), min_df=1).fit([piece * 3])
    text = piece * (1_000_000 // len(piece.encode()))
    assert peak_of(lambda: vectorizer.transform([text])) < 300e6


def test_a_text_that_swells_eighteenfold_is_read_up_to_a_limit():
    swelling, limit = "\ufdfa", 1 << 20
    (batch,) = tfidf.batches([swelling * 100_000])
    assert len(batch.data.decode()) == limit + 2


def test_batches_are_bounded_in_texts_and_in_characters():
    many = list(tfidf.batches(["down"] * 2500))
    assert [batch.n_documents for batch in many] == [1024, 1024, 452]
    long = list(tfidf.batches(["word " * 60_000] * 4))
    assert [batch.n_documents for batch in long] == [1, 1, 1, 1]
    swelling = list(tfidf.batches(["\ufdfa" * 20_000] * 4))
    assert [batch.n_documents for batch in swelling] == [1, 1, 1, 1]


def test_where_batches_are_cut_does_not_matter():
    texts = [f"ticket {number % 700} is down since {number % 13} days" for number in range(2100)]
    vectorizer = HashedTfidfVectorizer((1, 2), (2, 4))
    learnt = vectorizer.fit_transform(texts)
    pieces = [vectorizer.transform(texts[start : start + 300]) for start in range(0, 2100, 300)]
    assert (learnt != vectorizer.transform(texts)).nnz == 0
    assert (learnt != sp.vstack(pieces)).nnz == 0


def test_what_is_no_text_is_refused_by_name():
    with pytest.raises(ValueError, match=r"Texts are expected; got float\."):
        HashedTfidfVectorizer().fit(["down", float("nan")])
    with pytest.raises(ValueError, match="There is no text to learn n-grams from"):
        HashedTfidfVectorizer().fit([])


@pytest.mark.parametrize("options", [{"words": (1, 1)}, {"words": None, "characters": (2, 5)}])
@pytest.mark.parametrize("times", [2, 7, 64])
def test_saying_it_again_says_nothing_new(options, times):
    texts = ["the webhook delivery is slow since yesterday", "the checkout is down, down I say", "slow slow webhook"]
    vectorizer = HashedTfidfVectorizer(min_df=1, **options).fit(texts)
    once = vectorizer.transform(texts).toarray()
    again = vectorizer.transform(["\n".join([text] * times) for text in texts]).toarray()
    np.testing.assert_allclose(again, once, rtol=1e-5)
