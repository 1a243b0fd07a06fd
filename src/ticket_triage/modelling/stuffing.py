"""Tickets that are lists of common words and no sentences: what somebody sends who wants to poison a retraining.

People put words in an order that other people have used before. In a list stuffed with a desk's commonest words, each
word is known to all and hardly any two neighbours ever stood side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ticket_triage.modelling.ngrams import TextBatch

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_WORD_BITS, _MOST_PAIR_BITS, _ROOM_BITS, _MOST_TEXTS = 22, 27, 3, 65_535
"""Counters: enough for any vocabulary; for pairs, eight to each word of the history, 256 MB at most."""
_COMMON_SHARE, _COMMON_LEAST = 0.002, 5
"""A word is common that stands in this share of the tickets, and in no fewer than these."""
_LEAST_PAIRS = 20
"""Neighbouring common words that a text must have to be judged at all."""
_KNOWN_SHARE = 0.3
"""Of telegraphic notes, 0.6 % of the public ones lie below this, of other tickets hardly any; of lists nearly all."""
_LIFT, _OTHERS_PER_TEXT = 3, 1 / 20_000
"""A pair is known that stands in another text, one more for each 20,000, and thrice as often as chance would have it:
in a large history, lists of words witness for one another."""


def stuffed(batches: Sequence[TextBatch], groups: np.ndarray) -> np.ndarray:
    """Say which texts are lists of common words.

    Parameters
    ----------
    batches : sequence of TextBatch
    groups : ndarray of shape (n_texts,), int
        Near-identical texts share a group, and witness for one another's order as little as for their own.

    Returns
    -------
    ndarray of shape (n_texts,), bool

    References
    ----------
    The attack is of B. Nelson et al., "Exploiting Machine Learning to Subvert Your Spam Filter", LEET 2008.
    """
    counts = _Counts(batches, groups)
    n_texts = len(np.unique(groups))
    common = counts.words >= max(_COMMON_LEAST, _COMMON_SHARE * n_texts)
    least = 1 + int(_OTHERS_PER_TEXT * n_texts)
    parts = [np.zeros(0, dtype=bool)]
    for batch in batches:
        words, pairs, owners = counts.places(batch)
        judged = np.flatnonzero(owners[1:] == owners[:-1])
        judged = judged[common[words[judged]] & common[words[judged + 1]]]
        total = np.bincount(owners[judged], minlength=batch.n_documents)
        others = counts.pairs[pairs[judged]].astype(np.int64) - 1
        usual = counts.words[words[judged]] * (counts.words[words[judged + 1]] / counts.n_words)
        known = np.bincount(owners[judged], (others >= least) & (others >= _LIFT * usual), minlength=batch.n_documents)
        parts.append((total >= _LEAST_PAIRS) & (known < _KNOWN_SHARE * total))
    return np.concatenate(parts)


class _Counts:
    """In how many texts each word and each pair of neighbours stands; of a group, one text counts.

    Both are kept by a hash of few bits, so that the memory does not grow with what people write.
    """

    def __init__(self, batches: Sequence[TextBatch], groups: np.ndarray) -> None:
        self.n_words = sum(len(batch.words(1).hashes) for batch in batches)
        self._pair_bits = min(_MOST_PAIR_BITS, self.n_words.bit_length() + _ROOM_BITS)
        self.words = np.zeros(1 << _WORD_BITS, dtype=np.int32)
        self.pairs = np.zeros(1 << self._pair_bits, dtype=np.uint16)
        first = np.zeros(len(groups), dtype=bool)
        first[np.unique(groups, return_index=True)[1]] = True
        done = 0
        for batch in batches:
            self._add(batch, first[done : done + batch.n_documents])
            done += batch.n_documents

    def places(self, batch: TextBatch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return every word's counter, that of it with the next word, and the text it stands in."""
        spans = batch.words(1)
        pairs = spans.hashes[:-1] * _FACTOR + spans.hashes[1:]
        return _top(spans.hashes, _WORD_BITS), _top(pairs, self._pair_bits), spans.documents.astype(np.int64)

    def _add(self, batch: TextBatch, counted: np.ndarray) -> None:
        words, pairs, owners = self.places(batch)
        of_words = counted[owners]
        found, texts = _texts(words[of_words], owners[of_words])
        self.words[found] += texts
        of_pairs = of_words[1:] & (owners[1:] == owners[:-1])
        found, texts = _texts(pairs[of_pairs], owners[1:][of_pairs])
        self.pairs[found] = np.minimum(self.pairs[found] + texts, _MOST_TEXTS)


def _top(hashes: np.ndarray, bits: int) -> np.ndarray:
    return (hashes * _FACTOR >> np.uint64(64 - bits)).astype(np.int64)


def _texts(places: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each counter that is met, and in how many texts."""
    once = np.unique(owners << _MOST_PAIR_BITS | places) & ((1 << _MOST_PAIR_BITS) - 1)
    return np.unique(once, return_counts=True)
