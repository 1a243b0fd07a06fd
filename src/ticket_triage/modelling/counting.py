"""How often each n-gram occurs in each text of a batch, by sorting keys."""

from __future__ import annotations

import numpy as np

from ticket_triage.modelling.index import DOCUMENT_BITS
from ticket_triage.modelling.ngrams import Spans

MAX_COUNT = 0xFFFF
"""Counts above this are taken for it: a text that repeats itself so often says nothing else."""

_KEPT_BITS, _ABOVE_THEM = np.uint64(DOCUMENT_BITS), np.uint64(64 - DOCUMENT_BITS)
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
    starts = _is_first(keys).nonzero()[0]
    lengths = np.diff(starts, append=len(keys))
    return keys[starts], np.minimum(lengths, MAX_COUNT).astype(np.uint64)


def distinct(hashes: np.ndarray, documents: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what is distinct within its text, ordered by text.

    Parameters
    ----------
    hashes, documents : ndarray of shape (n_spans,), uint64

    Returns
    -------
    owners : ndarray of shape (n_distinct,), int64
        The text of each.
    first : ndarray of shape (n_distinct,), int64
        Where each stands first.
    repeats : ndarray of shape (n_distinct,), int64
        How often its text has each.

    Examples
    --------
    >>> distinct(np.array([7, 9, 7, 7], dtype=np.uint64) << np.uint64(32), np.array([0, 0, 0, 1], dtype=np.uint64))
    (array([0, 0, 1]), array([0, 1, 3]), array([2, 1, 1]))
    """
    keys = hashes >> _KEPT_BITS
    keys |= documents << _ABOVE_THEM
    order = keys.argsort(kind="stable")
    starts = _is_first(keys.take(order)).nonzero()[0]
    repeats = np.empty(len(starts), dtype=np.int64)
    np.subtract(starts[1:], starts[:-1], out=repeats[:-1])
    repeats[-1:] = len(keys) - starts[-1:]
    first = order.take(starts)
    return documents.take(first).view(np.int64), first, repeats


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
    """Say of each of ascending values whether it is the first of its kind."""
    first = np.empty(len(ordered), dtype=bool)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first
