"""N-grams of every script are the ones a reader would name, and strangers are told from acquaintances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.text import normalise, words
from ticket_triage.modelling.index import SpanIndex
from ticket_triage.modelling.ngrams import TextBatch, word_hash

CORPUS = 30_000
LOW_BITS = np.uint64(10)


def texts_of_spans(batch, spans):
    return [batch.text(*bounds) for bounds in zip(spans.starts, spans.ends, strict=True)]


def random_hashes(seed, size):
    drawn = np.random.default_rng(seed).integers(0, 1 << 54, size, dtype=np.uint64)
    return np.unique(drawn) << LOW_BITS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("भुगतान पृष्ठ बंद है", ["भुगतान", "पृष्ठ", "बंद", "है"]),
        ("صفحة الدفع معطلة", ["صفحة", "الدفع", "معطلة"]),
        ("ระบบ ล่ม", ["ระบบ", "ล่ม"]),
        ("Сервер упал снова", ["сервер", "упал", "снова"]),
        ("支払い", ["支", "払", "い"]),
        ("help 😡 now", ["help", "😡", "now"]),
        ("error_502 (down)!", ["error_502", "down"]),
    ],
)
def test_words_of_every_script_stay_whole(text, words):
    batch = TextBatch([normalise(text)])
    assert texts_of_spans(batch, batch.words(1)) == words


def test_character_ngrams_count_code_points_and_stay_within_a_piece():
    batch = TextBatch(["aé😡 b"])
    assert texts_of_spans(batch, batch.characters(3, 3)) == [" aé", "aé😡", "é😡 ", " b "]
    assert texts_of_spans(batch, batch.characters(1, 1)) == ["a", "é", "😡", "b"]


def test_runs_of_blanks_and_empty_texts_make_no_ngrams():
    batch = TextBatch(["", " \n\t ", ""])
    assert len(batch.words(1).hashes) == len(batch.words(3).hashes) == 0
    assert len(batch.characters(1, 4).hashes) == 0


def test_ngrams_never_reach_into_the_next_text():
    batch = TextBatch(["checkout is", "", "down now"])
    assert texts_of_spans(batch, batch.words(2)) == ["checkout is", "down now"]
    assert batch.words(2).documents.tolist() == [0, 2]
    assert set(texts_of_spans(batch, batch.characters(4, 4))) >= {" is ", " dow"}
    assert not any("s d" in text for text in texts_of_spans(batch, batch.characters(2, 5)))


@given(st.lists(st.text(max_size=20).map(normalise), min_size=1, max_size=4))
def test_equal_ngrams_have_equal_hashes_and_different_ones_do_not(texts):
    batch = TextBatch(texts)
    spans = batch.characters(2, 4)
    blanks = str.maketrans(dict.fromkeys(map(chr, range(32)), " "))
    names = [text.translate(blanks) for text in texts_of_spans(batch, spans)]
    assert (
        len(set(zip(names, spans.hashes.tolist(), strict=True))) == len(set(names)) == len(set(spans.hashes.tolist()))
    )


def test_an_ngram_never_met_is_dropped_instead_of_borrowing_a_column():
    index, _ = SpanIndex.build(random_hashes(1, CORPUS), np.ones(CORPUS, dtype=np.int64))
    strangers = np.setdiff1d(random_hashes(2, 100_000), random_hashes(1, CORPUS))
    assert np.mean(index.columns(strangers) >= 0) < 1e-4


def test_few_learnt_ngrams_lose_their_slot_to_a_more_frequent_one():
    hashes = random_hashes(3, CORPUS)
    frequencies = np.random.default_rng(4).integers(2, 100, len(hashes))
    index, kept = SpanIndex.build(hashes, frequencies)
    lost = np.setdiff1d(np.arange(len(hashes)), kept)
    assert index.columns(hashes[kept]).tolist() == list(range(len(kept)))
    assert index.columns(hashes[lost]).max() == -1
    assert len(lost) < 0.09 * len(hashes)
    assert frequencies[lost].mean() < 0.8 * frequencies.mean()


@given(st.lists(st.text(min_size=1).map(lambda text: "".join(words(normalise(text)))).filter(bool), min_size=1))
def test_a_word_alone_has_the_hash_and_the_column_it_has_among_others(several):
    spans = TextBatch(several).words(1)
    assert [word_hash(word) for word in several] == spans.hashes.tolist()
    met = np.unique(spans.hashes[::2] >> LOW_BITS) << LOW_BITS
    index, _ = SpanIndex.build(met, np.ones(len(met), dtype=np.int64))
    assert [index.column(word_hash(word)) for word in several] == index.columns(spans.hashes).tolist()
