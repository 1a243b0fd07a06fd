"""What only one or two people ever wrote says who they are: such words never enter a model.

Where a history names its requesters, an n-gram counts only when at least three of them wrote it. Batches are looked at
one by one; of each batch's n-grams no more than three requesters are remembered.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ticket_triage.modelling.counting import documents_of, runs
from ticket_triage.modelling.index import DOCUMENT_BITS

LEAST_REQUESTERS = 3
"""An n-gram of fewer requesters is not learnt."""

_NAMED_SHARE = 0.5
_DOCUMENT_MASK = np.uint64((1 << DOCUMENT_BITS) - 1)
_PLACE_SHIFT = np.uint64(32)

Witnesses = tuple[np.ndarray, np.ndarray]
"""N-grams in ascending order, several times each, and the requester of each time; uint64 and int64."""


def requester_numbers(names: Sequence[object]) -> np.ndarray | None:
    """Give each requester a number, and -1 to nobody; None where fewer than half of the tickets name one.

    Examples
    --------
    >>> requester_numbers(["Jo", "al", None, "jo "]).tolist()
    [0, 1, -1, 0]
    >>> requester_numbers(["Jo", None, None]) is None
    True
    """
    numbers: dict[str, int] = {}
    written = [name.strip().casefold() if isinstance(name, str) else "" for name in names]
    found = [numbers.setdefault(name, len(numbers)) if name else -1 for name in written]
    named = sum(number >= 0 for number in found)
    return np.array(found, dtype=np.int64) if found and named >= _NAMED_SHARE * len(found) else None


def witnesses(keys: np.ndarray, requesters: np.ndarray) -> Witnesses:
    """Return up to three requesters of each n-gram of a batch.

    Parameters
    ----------
    keys : ndarray of shape (n_keys,), uint64
        As :func:`~ticket_triage.modelling.counting.count` gives them.
    requesters : ndarray of shape (n_documents,), int64
        Number of each text's requester, -1 where it is unknown.
    """
    codes, local = np.unique(requesters, return_inverse=True)
    owners = documents_of(keys).view(np.int64)
    named = (requesters[owners] >= 0).nonzero()[0]
    pairs = (keys[named] & ~_DOCUMENT_MASK) | local[owners[named]].astype(np.uint64)
    pairs.sort()
    pairs = runs(pairs)[0]
    spans = pairs & ~_DOCUMENT_MASK
    nth = np.arange(len(spans)) - spans.searchsorted(spans)
    kept = (nth < LEAST_REQUESTERS).nonzero()[0]
    return spans[kept], codes[(pairs[kept] & _DOCUMENT_MASK).view(np.int64)]


def crowd_sizes(hashes: np.ndarray, batches: Sequence[Witnesses]) -> np.ndarray:
    """Return how many requesters wrote each n-gram; beyond three the number is only a lower bound.

    Parameters
    ----------
    hashes : ndarray of shape (n_spans,), uint64
        Distinct, ascending.
    batches : sequence of Witnesses

    Examples
    --------
    >>> spans = np.array([1, 2], dtype=np.uint64) << np.uint64(32)
    >>> keys = np.sort(np.concatenate([spans[0] | np.arange(3, dtype=np.uint64), spans[1:]]))
    >>> crowd_sizes(spans, [witnesses(keys, np.array([7, 8, 8]))]).tolist()
    [2, 1]
    """
    found = [_pairs(hashes, *batch) for batch in batches]
    pairs = np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)
    pairs.sort()
    places = (runs(pairs)[0] >> _PLACE_SHIFT).view(np.int64)
    return np.bincount(places, minlength=len(hashes))


def _pairs(hashes: np.ndarray, spans: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return place and requester in one number, for the n-grams among ``hashes``."""
    places = np.minimum(hashes.searchsorted(spans), max(len(hashes) - 1, 0))
    kept = (hashes[places] == spans).nonzero()[0] if len(hashes) else np.zeros(0, dtype=np.int64)
    return (places[kept].astype(np.uint64) << _PLACE_SHIFT) | codes[kept].astype(np.uint64)
