"""The arithmetic of slips agrees with writing every slip out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.modelling.ngrams import TextBatch, byte_values
from ticket_triage.modelling.spelling import slip, slip_hashes

PLAIN_WORDS = st.text("abcxyz", min_size=5, max_size=20)


@given(words=st.lists(PLAIN_WORDS, min_size=1, max_size=4))
def test_a_slip_has_the_hash_it_would_have_in_a_text(words):
    width = max(map(len, words))
    letters = np.zeros((len(words), width), dtype=np.uint64)
    for row, word in enumerate(words):
        letters[row, : len(word)] = byte_values()[[*word.encode()]]
    hashes = slip_hashes(letters)
    for row, word in enumerate(words):
        written = {number: other for number in range(hashes.shape[1]) if (other := slip(word, number, width))}
        spans = TextBatch([" ".join(written.values())]).words(1)
        assert hashes[row, list(written)].tolist() == spans.hashes.tolist()


@given(word=PLAIN_WORDS, room=st.integers(0, 5))
def test_every_word_one_slip_away_is_among_them(word, room):
    width = len(word) + room
    numbers = range(width + width - 1 + 26 * (2 * width + 1))
    found = [other for number in numbers if (other := slip(word, number, width)) is not None]
    assert len(found) == 54 * len(word) + 25
    assert {word[1:], word[1] + word[0] + word[2:], "q" + word[1:], word + "q"} < set(found)
