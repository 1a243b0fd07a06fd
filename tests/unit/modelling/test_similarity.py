"""The nearest past tickets are those with the largest cosine, and one that is taken out is gone."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.modelling.similarity import SimilarityIndex

WORDS = ["checkout", "down", "invoice", "printer", "slow", "login", "page", "refund"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=12)


def cosines(texts, query):
    def terms(text):
        words = text.split()
        return Counter([*words, *pairwise(words)])

    frequency = Counter(term for text in texts for term in terms(text))
    idf = {term: 1 + math.log((1 + len(texts)) / (1 + number)) for term, number in frequency.items()}

    def vector(text):
        weights = {term: (1 + math.log(n)) * idf.get(term, 0) for term, n in terms(text).items()}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1
        return {term: weight / length for term, weight in weights.items()}

    asked = vector(query)
    return [sum(asked.get(term, 0) * weight for term, weight in vector(text).items()) for text in texts]


@given(texts=TEXTS, query=st.lists(st.sampled_from([*WORDS, "unmet"]), max_size=6).map(" ".join))
def test_what_is_found_is_nearest_by_cosine(texts, query):
    expected = cosines(texts, query)
    rows, similarities = SimilarityIndex.build(texts).search(query, 3)
    assert similarities.tolist() == pytest.approx([expected[row] for row in rows], abs=1e-5)
    assert similarities.tolist() == pytest.approx(
        sorted((value for value in expected if value > 0), reverse=True)[:3], abs=1e-5
    )


@given(texts=TEXTS, data=st.data())
def test_a_ticket_taken_out_is_found_no_more_and_leaves_nothing(texts, data):
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    index = SimilarityIndex.build(texts)
    rest = index.without(gone)
    place = {row: number for number, row in enumerate(np.flatnonzero(~gone).tolist())}
    rows, _ = index.search(texts[0], len(texts))
    left, _ = rest.search(texts[0], len(texts))
    assert set(left.tolist()) == {place[row] for row in rows.tolist() if row in place}
    assert len(rest.rows) == int((~gone[index.rows]).sum())


def test_saved_and_loaded_it_finds_the_same(tmp_path):
    index = SimilarityIndex.build(["the checkout is down", "printer jams"] * 10)
    index.save(tmp_path)
    again = SimilarityIndex.load(tmp_path, index.n_rows)
    assert [part.tolist() for part in again.search("checkout", 3)] == [
        part.tolist() for part in index.search("checkout", 3)
    ]


def test_words_that_everybody_writes_find_nobody():
    index = SimilarityIndex.build([f"please number{n} help" for n in range(2000)])
    assert index.search("please help", 5)[0].tolist() == []
    assert index.search("please number7 help", 5)[0].tolist() == [7]


def test_of_nothing_nothing_is_found():
    assert SimilarityIndex.build([]).search("checkout", 5)[0].tolist() == []
    assert SimilarityIndex.build(["", "checkout"]).search("", 5)[0].tolist() == []
