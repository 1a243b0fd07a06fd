"""Which tickets say the same, and which are held out to judge a model by."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from ticket_triage.modelling.ngrams import TextBatch

_BANDS, _ROWS = 4, 5
_SHINGLE_WORDS = 3


def near_identical_groups(batches: Iterable[TextBatch]) -> np.ndarray:
    """Give texts that share about three quarters of their word triples the same group.

    Parameters
    ----------
    batches : iterable of TextBatch

    Returns
    -------
    ndarray of shape (n_texts,), int
        Numbered from 0; a text without words is a group of its own.

    References
    ----------
    A. Z. Broder, "On the resemblance and containment of documents", SEQUENCES 1997 (minwise hashing); four bands of
    five hashes bring texts together with probability one half at a resemblance of 0.69.

    Examples
    --------
    >>> from ticket_triage.modelling.tfidf import batches
    >>> story = "the checkout page is down for all of our customers since this morning please help us"
    >>> near_identical_groups(batches([story, story + " now", "the icon is ugly"])).tolist()
    [0, 0, 1]
    """
    return grouped(signatures(batches))


def signatures(batches: Iterable[TextBatch]) -> np.ndarray:
    """Return what near-identical texts have in common: they agree in at least one column.

    Parameters
    ----------
    batches : iterable of TextBatch

    Returns
    -------
    ndarray of shape (n_texts, 4), uint64
        Hashes that give no word away; zeros for a text without words.
    """
    return np.concatenate([np.zeros((0, _BANDS), dtype=np.uint64), *(_bands(batch) for batch in batches)])


def grouped(bands: np.ndarray) -> np.ndarray:
    """Give texts whose signatures agree in a column the same group.

    Parameters
    ----------
    bands : ndarray of shape (n_texts, 4), uint64

    Returns
    -------
    ndarray of shape (n_texts,), int
    """
    n_texts = len(bands)
    worded = bands[:, 0] != 0
    rows, columns = [], []
    for band in range(_BANDS):
        _, first, group = np.unique(bands[:, band], return_index=True, return_inverse=True)
        rows.append(np.flatnonzero(worded))
        columns.append(first[group][worded])
    links = np.concatenate(rows), np.concatenate(columns)
    graph = sp.coo_array((np.ones(len(links[0]), dtype=bool), links), shape=(n_texts, n_texts))
    return connected_components(graph, directed=False)[1]


def hold_out_newest(opened_at: np.ndarray, groups: np.ndarray, share: float) -> np.ndarray:
    """Hold out the newest tickets, without those whose text the older ones already have.

    Parameters
    ----------
    opened_at : ndarray of shape (n_tickets,), datetime64
        Not-a-time counts as old.
    groups : ndarray of shape (n_tickets,), int
    share : float
        In (0, 1).

    Returns
    -------
    ndarray of shape (n_tickets,), int8
        1 held out, 0 to learn from, -1 left out of both.
    """
    known = np.where(np.isnat(opened_at), np.datetime64(0, "s"), opened_at)
    newest = np.argsort(known, kind="stable")[len(known) - round(share * len(known)) :]
    place = np.zeros(len(known), dtype=np.int8)
    place[newest] = 1
    place[(place == 1) & np.isin(groups, groups[place == 0])] = -1
    return place


def hold_out_groups(groups: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Hold out whole groups, drawn by lot; one that is too large for what is left is passed over.

    Parameters
    ----------
    groups : ndarray of shape (n_tickets,), int
    share : float
        In (0, 1).
    rng : Generator

    Returns
    -------
    ndarray of shape (n_tickets,), int8
        1 held out, 0 to learn from.
    """
    sizes = np.bincount(groups)
    room = share * len(groups)
    taken = np.zeros(len(sizes), dtype=np.int8)
    for group in rng.permutation(len(sizes)).tolist():
        if sizes[group] <= room:
            taken[group] = 1
            room -= sizes[group]
    return taken[groups]


def _bands(batch: TextBatch) -> np.ndarray:
    """Return each text's four band signatures; zeros where it has no words."""
    hashes, starts, present = _shingles(batch)
    signatures = np.zeros((batch.n_documents, _BANDS), dtype=np.uint64)
    permuted, shifted = np.empty_like(hashes), np.empty_like(hashes)
    for band in range(_BANDS):
        mixed = np.zeros(len(present), dtype=np.uint64)
        for row in range(_ROWS):
            factor = np.uint64(2 * (band * _ROWS + row) + 0x9E3779B97F4A7C15)
            np.multiply(hashes, factor, out=permuted)
            np.right_shift(permuted, np.uint64(29), out=shifted)
            permuted ^= shifted
            permuted *= factor
            mixed = mixed * np.uint64(0xD6E8FEB86659FD93) + np.minimum.reduceat(permuted, starts)
        signatures[present, band] = mixed | np.uint64(1)
    return signatures


def _shingles(batch: TextBatch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return word triples (fewer words in a short text), where each text's begin, and which texts have any."""
    sizes = [batch.words(size) for size in range(1, _SHINGLE_WORDS + 1)]
    longest = np.zeros(batch.n_documents, dtype=np.int8)
    for size, spans in enumerate(sizes, start=1):
        longest[spans.documents] = size
    own = [longest[spans.documents] == size for size, spans in enumerate(sizes, start=1)]
    hashes = np.concatenate([spans.hashes[kept] for spans, kept in zip(sizes, own, strict=True)])
    owners = np.concatenate([spans.documents[kept] for spans, kept in zip(sizes, own, strict=True)])
    order = np.argsort(owners, kind="stable")
    hashes, owners = hashes[order], owners[order]
    begins = np.ones(len(owners), dtype=bool)
    begins[1:] = owners[1:] != owners[:-1]
    starts = begins.nonzero()[0]
    return hashes, starts, owners[starts]
