"""How often each n-gram occurs in each text of a batch, by sorting keys."""

from __future__ import annotations

import numpy as np

from ticket_triage.modelling.index import DOCUMENT_BITS
from ticket_triage.modelling.ngrams import Spans

MAX_COUNT = 0xFFFF
"""Counts above this are taken for it; a term frequency is logarithmic anyway."""

_DOCUMENT_MASK = np.uint64((1 << DOCUMENT_BITS) - 1)

Counts = tuple[np.ndarray, np.ndarray]
"""Distinct keys in ascending order, and how often each occurs; both uint64."""


def count(spans: Spans) -> Counts:
    """Count the n-grams of each text of a batch of at most ``2**DOCUMENT_BITS`` texts.

    Examples
    --------
    >>> from ticket_triage.modelling.ngrams import TextBatch
    >>> keys, counts = count(TextBatch(["down down", "down"]).words(1))
    >>> counts.tolist(), documents_of(keys).tolist()
    ([2, 1], [0, 1])
    """
    keys = (spans.hashes & ~_DOCUMENT_MASK) | spans.documents
    keys.sort()
    return runs(keys)


def runs(keys: np.ndarray) -> Counts:
    """Return the distinct values of ascending keys and the length of each run."""
    starts = np.flatnonzero(_is_first(keys))
    lengths = np.diff(np.append(starts, len(keys)))
    return keys[starts], np.minimum(lengths, MAX_COUNT).astype(np.uint64)


def documents_of(keys: np.ndarray) -> np.ndarray:
    """Return the document each key stands in."""
    return keys & _DOCUMENT_MASK


def document_frequencies(keys: np.ndarray) -> Counts:
    """Return each n-gram of a batch's keys and the number of its texts it occurs in."""
    return runs(keys & ~_DOCUMENT_MASK)


def merged(batches: list[Counts], min_df: int) -> Counts:
    """Add the document frequencies of all batches and keep the n-grams in at least ``min_df`` texts."""
    hashes = np.concatenate([batch[0] for batch in batches])
    frequencies = np.concatenate([batch[1] for batch in batches]).astype(np.int64)
    order = np.argsort(hashes, kind="stable")
    hashes, frequencies = hashes[order], frequencies[order]
    starts = np.flatnonzero(_is_first(hashes))
    totals = np.add.reduceat(frequencies, starts) if len(starts) else frequencies
    common = totals >= min_df
    return hashes[starts][common], totals[common]


def _is_first(ordered: np.ndarray) -> np.ndarray:
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first
