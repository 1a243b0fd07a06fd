"""Past tickets that read like a new one: a derived index, made of a history and no part of any model.

Words and word pairs are hashed into buckets; a bucket's posting list names the tickets that have it, with the weight of
cosine similarity (TF-IDF, unit length). A search adds up the lists of the new text's buckets. Buckets that many tickets
share tell them apart from nothing and are left out, which also bounds the time of a search. The index is a folder of
plain arrays: it can be thrown away and made anew, and any ticket can be taken out of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ticket_triage.modelling.counting import documents_of, runs
from ticket_triage.modelling.index import DOCUMENT_BITS
from ticket_triage.modelling.ngrams import Spans, TextBatch
from ticket_triage.modelling.tfidf import batches

_BITS = 18
_COMMON_SHARE, _COMMON_ROWS = 0.05, 50
"""A bucket in more than this share of the tickets, and in more than so many, is left out."""
_ARRAYS = ("starts", "rows", "values", "idf")


@dataclass(frozen=True, slots=True)
class SimilarityIndex:
    """Posting lists of a history's word buckets.

    Parameters
    ----------
    starts : ndarray of shape (n_buckets + 1,), int64
        Bucket b has the postings from ``starts[b]`` to ``starts[b + 1]``.
    rows : ndarray of shape (n_postings,), int32
        Tickets, by their place in the history.
    values : ndarray of shape (n_postings,), float32
    idf : ndarray of shape (n_buckets,), float32
        Zero for a bucket that is empty or too common.
    n_rows : int

    Examples
    --------
    >>> index = SimilarityIndex.build(["checkout is down", "printer jams again", "the checkout page is down"])
    >>> rows, similarities = index.search("is the checkout down?", 2)
    >>> rows.tolist(), bool(similarities[0] > similarities[1] > 0)
    ([2, 0], True)
    """

    starts: np.ndarray
    rows: np.ndarray
    values: np.ndarray
    idf: np.ndarray
    n_rows: int

    @classmethod
    def build(cls, texts: Iterable[str]) -> SimilarityIndex:
        """Return the index of texts, read batch by batch."""
        buckets, rows, counts, done = [], [], [], 0
        for batch in batches(texts):
            own, documents, times = _counted(batch)
            buckets.append(own.astype(np.int32))
            rows.append((documents + done).astype(np.int32))
            counts.append(times.astype(np.float32))
            done += batch.n_documents
        if not done:
            return cls(np.zeros((1 << _BITS) + 1, np.int64), *_empty(), np.zeros(1 << _BITS, np.float32), 0)
        return cls._of(np.concatenate(buckets), np.concatenate(rows), np.concatenate(counts), done)

    @classmethod
    def _of(cls, buckets: np.ndarray, rows: np.ndarray, counts: np.ndarray, n_rows: int) -> SimilarityIndex:
        frequency = np.bincount(buckets, minlength=1 << _BITS)
        idf = np.where(frequency > 0, 1 + np.log((1 + n_rows) / (1 + frequency)), 0).astype(np.float32)
        idf[frequency > max(_COMMON_ROWS, _COMMON_SHARE * n_rows)] = 0
        weights = (1 + np.log(counts)) * idf[buckets]
        lengths = np.sqrt(np.bincount(rows, weights.astype(np.float64) ** 2, minlength=n_rows))
        kept = np.flatnonzero(weights)
        kept = kept[np.argsort(buckets[kept], kind="stable")]
        values = (weights[kept] / lengths[rows[kept]]).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(buckets[kept], minlength=1 << _BITS))])
        return cls(starts, rows[kept], values, idf, n_rows)

    def search(self, text: str, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the tickets most like a text, nearest first; those that share nothing are none.

        Parameters
        ----------
        text : str
        most : int

        Returns
        -------
        rows : ndarray of shape (n_found,), int64
        similarities : ndarray of shape (n_found,), float64
            Cosine, in (0, 1].
        """
        (batch,) = batches([text])
        buckets, _, times = _counted(batch)
        weights = (1 + np.log(times.astype(np.float64))) * self.idf[buckets]
        length = np.sqrt((weights**2).sum())
        total = np.zeros(self.n_rows)
        for bucket, weight in zip(buckets[weights > 0].tolist(), weights[weights > 0].tolist(), strict=True):
            own = slice(int(self.starts[bucket]), int(self.starts[bucket + 1]))
            total[self.rows[own]] += self.values[own] * (weight / length)  # a ticket stands in a list once
        return _largest(total, most)

    def without(self, gone: np.ndarray) -> SimilarityIndex:
        """Return the index without some tickets; nothing of them is left, and the others keep their order.

        Parameters
        ----------
        gone : ndarray of shape (n_rows,), bool
        """
        place = np.cumsum(~gone) - 1
        kept = np.flatnonzero(~gone[self.rows])
        owners = np.repeat(np.arange(len(self.idf)), np.diff(self.starts))[kept]
        sizes = np.bincount(owners, minlength=len(self.idf))
        idf = np.where(sizes > 0, self.idf, np.float32(0)).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return SimilarityIndex(
            starts, place[self.rows[kept]].astype(np.int32), self.values[kept], idf, int((~gone).sum())
        )

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder."""
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, n_rows: int) -> SimilarityIndex:
        """Load the arrays of a folder, memory-mapped.

        Raises
        ------
        ValueError, OSError
            When they are not there or do not fit together.
        """
        arrays = [np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS]
        starts, rows, values, idf = arrays
        if len(starts) != len(idf) + 1 or len(rows) != len(values) or int(starts[-1]) != len(rows):
            raise ValueError("its arrays do not fit together")
        return cls(starts, rows, values, idf, n_rows)


def _counted(batch: TextBatch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return bucket, text and number of times of all words and word pairs, each bucket once in a text."""
    spans = Spans.joined([batch.words(1), batch.words(2)])
    keys = ((spans.hashes >> np.uint64(64 - _BITS)) << np.uint64(DOCUMENT_BITS)) | spans.documents
    keys.sort()
    keys, times = runs(keys)
    return (keys >> np.uint64(DOCUMENT_BITS)).view(np.int64), documents_of(keys).view(np.int64), times


def _largest(values: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the largest positive values, largest first; of equals the later comes first."""
    places = np.flatnonzero(values > 0)
    if len(places) > most:
        bound = np.partition(values[places], len(places) - most)[len(places) - most]
        places = places[values[places] >= bound]
    order = np.lexsort((-places, -values[places]))[:most]
    return places[order], np.minimum(values[places[order]], 1.0)


def _empty() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(0, np.int32), np.zeros(0, np.float32)
