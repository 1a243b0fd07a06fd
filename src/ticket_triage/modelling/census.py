"""Which n-grams a history has, counted in flat memory over any number of tickets.

Two passes. The first counts in how many texts an n-gram of each of some million buckets stands, a bucket being the top
bits of its hash; that gives the frequency from which no more than so many can be. The second counts the n-grams of the
frequent buckets one by one.
"""

from __future__ import annotations

import hashlib

import numpy as np

from ticket_triage.modelling.anonymity import LEAST_REQUESTERS, Witnesses, witnesses
from ticket_triage.modelling.counting import Counts, count, document_frequencies, merged
from ticket_triage.modelling.index import SpanIndex
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures

_BUCKET_BITS = 24
_SHIFT = np.uint64(64 - _BUCKET_BITS)
_MOST_COUNTED = 1 << 16
_NAMED_SHARE = 0.5
"""As in ``anonymity``: fewer tickets than these name their requester, and nobody can be told from the crowd."""
_NOBODY = (np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))


class Census:
    """The counts of word n-grams: every text goes through :meth:`look`, then through :meth:`tally` in the same order.

    Parameters
    ----------
    blocks : Blocks
        With words alone.
    min_df : int
        N-grams in fewer texts are not learnt.
    most : int
        N-grams that are learnt at most, the commonest.
    """

    def __init__(self, blocks: Blocks, min_df: int, most: int) -> None:
        self._blocks, self._least, self._most = blocks, min_df, most
        self._buckets = np.zeros(1 << _BUCKET_BITS, dtype=np.uint32)
        self._counts: Counts = (np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))
        self._seen: Witnesses = _NOBODY
        self._n_texts, self._n_named, self._settled = 0, 0, False

    def look(self, batch: TextBatch) -> None:
        """Count a batch by buckets."""
        hashes, frequencies = self._frequencies(batch)
        np.add.at(self._buckets, (hashes >> _SHIFT).view(np.int64), frequencies.astype(np.uint32))
        self._n_texts += batch.n_documents

    def tally(self, batch: TextBatch, requesters: np.ndarray | None = None) -> None:
        """Count a batch's n-grams of frequent buckets; ``requesters`` as :func:`requester_codes` gives them."""
        if not self._settled:
            self._settle()
        keys, _ = count(self._blocks.word_spans(batch))
        hashes, frequencies = document_frequencies(keys)
        kept = self._buckets[(hashes >> _SHIFT).view(np.int64)] >= self._least
        self._counts = merged([self._counts, (hashes[kept], frequencies[kept])], 1)
        if requesters is not None:
            self._n_named += int((requesters >= 0).sum())
            self._seen = _first_of(self._seen, witnesses(keys, requesters), self._counts[0])

    def features(self) -> TfidfFeatures:
        """Return the n-grams that are learnt.

        Raises
        ------
        ValueError
            When there is no text.
        """
        if not self._n_texts:
            raise ValueError("There is no text to learn n-grams from.")
        hashes, frequencies = self._counts
        common = frequencies >= self._least
        if self._n_named >= _NAMED_SHARE * self._n_texts:
            crowd = np.bincount(hashes.searchsorted(self._seen[0]), minlength=len(hashes))
            common &= crowd >= LEAST_REQUESTERS
        hashes, frequencies = hashes[common], frequencies[common]
        index, places = SpanIndex.build(hashes, frequencies)
        idf = 1 + np.log((1 + self._n_texts) / (1 + frequencies[places]))
        return TfidfFeatures(self._blocks, [index], [idf.astype(np.float32)])

    def _frequencies(self, batch: TextBatch) -> Counts:
        return document_frequencies(count(self._blocks.word_spans(batch))[0])

    def _settle(self) -> None:
        """Find the least frequency at which no more than ``most`` buckets are left."""
        of_frequency = np.bincount(np.minimum(self._buckets, _MOST_COUNTED), minlength=_MOST_COUNTED + 1)
        at_least = of_frequency[::-1].cumsum()[::-1]
        self._least = max(self._least, int(np.argmax(at_least <= self._most)))
        self._settled = True


def requester_codes(names: list[object]) -> np.ndarray:
    """Return a number for each requester, the same wherever the name stands; -1 where there is none.

    Examples
    --------
    >>> codes = requester_codes(["Jo", "jo ", None])
    >>> bool(codes[0] == codes[1]), int(codes[2])
    (True, -1)
    """
    written = [name.strip().casefold() if isinstance(name, str) else "" for name in names]
    codes = {name: _code(name) if name else -1 for name in set(written)}
    return np.array([codes[name] for name in written], dtype=np.int64)


def _code(name: str) -> int:
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def _first_of(seen: Witnesses, more: Witnesses, hashes: np.ndarray) -> Witnesses:
    """Return up to three requesters of each n-gram among ``hashes``, of those known and of further ones."""
    spans, codes = (np.concatenate(pair) for pair in zip(seen, more, strict=True))
    kept = np.isin(spans, hashes)
    spans, codes = spans[kept], codes[kept]
    order = np.lexsort((codes, spans))
    spans, codes = spans[order], codes[order]
    fresh = np.ones(len(spans), dtype=bool)
    fresh[1:] = (spans[1:] != spans[:-1]) | (codes[1:] != codes[:-1])
    spans, codes = spans[fresh], codes[fresh]
    few = np.arange(len(spans)) - spans.searchsorted(spans) < LEAST_REQUESTERS
    return spans[few], codes[few]
