"""Which words of a ticket moved an answer, and how far.

A head is linear, so an answer's log-odds against the mean of the other classes is a sum over n-grams. Each n-gram's
share is given to the words a reader sees: a character n-gram to the piece of text it lies in, a single word to the
piece it stands in, a word pair to the pair.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.prediction import Reason
from ticket_triage.modelling.counting import documents_of
from ticket_triage.modelling.index import DOCUMENT_BITS
from ticket_triage.modelling.ngrams import Spans, TextBatch

_DOCUMENT_MASK = np.uint64((1 << DOCUMENT_BITS) - 1)
_DIGITS = 4
_EDGES = " \t\r\n.,;:!?\"'()[]{}<>*-/\\"


class Units:
    """The words and word pairs of a batch's known n-grams, ready to be weighed for any answer.

    Parameters
    ----------
    batch : TextBatch
    located : list of (Spans, ndarray)
        N-grams of each block with their columns, -1 where unknown.
    matrix : csr_array of shape (n_texts, n_features)
        The batch's rows.
    """

    def __init__(self, batch: TextBatch, located: list[tuple[Spans, np.ndarray]], matrix: sp.csr_array) -> None:
        self._batch = batch
        spans = Spans.joined([spans for spans, _ in located])
        columns = np.concatenate([columns for _, columns in located])
        known = np.flatnonzero(columns >= 0)
        documents = spans.documents[known]
        starts, ends, hashes = _readable(batch, spans.starts[known], spans.ends[known], spans.hashes[known])
        keys = (hashes & ~_DOCUMENT_MASK) | documents
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._firsts = np.flatnonzero(np.concatenate(([True], self._keys[1:] != self._keys[:-1]))[: len(order)])
        self._starts, self._ends = starts[order][self._firsts], ends[order][self._firsts]
        self._documents = documents_of(self._keys[self._firsts]).view(np.int64)
        self._occurrence_documents = documents[order].view(np.int64)
        self._columns = columns[known][order]
        self._values = _shares(matrix, self._occurrence_documents, self._columns)

    def strongest(self, weights: np.ndarray, answers: np.ndarray, limit: int) -> list[list[Reason]]:
        """Return each text's strongest words for its answer.

        Parameters
        ----------
        weights : ndarray of shape (n_features, n_classes)
        answers : ndarray of shape (n_texts,), int
        limit : int
            Reasons per text at most.

        Returns
        -------
        list of list of Reason
            One list a text, strongest first.
        """
        reasons: list[list[Reason]] = [[] for _ in range(self._batch.n_documents)]
        if not len(self._columns):
            return reasons
        rows = weights[self._columns]
        own = rows[np.arange(len(rows)), answers[self._occurrence_documents]].astype(np.float64)
        against = (rows.sum(axis=1, dtype=np.float64) - own) / (weights.shape[1] - 1)
        moved = np.add.reduceat((own - against) * self._values, self._firsts)
        order = np.lexsort((-np.abs(moved), self._documents))
        rank = np.arange(len(order)) - np.searchsorted(self._documents[order], self._documents[order])
        for unit in order[rank < limit]:
            text = " ".join(self._batch.text(self._starts[unit], self._ends[unit]).split())
            reasons[self._documents[unit]].append(
                Reason(text.strip(_EDGES) or text, round(float(moved[unit]), _DIGITS))
            )
        return reasons


def fact_reasons(labels: list[str], rows: np.ndarray, answer: int) -> list[Reason]:
    """Return how far each intake fact moved an answer.

    Parameters
    ----------
    labels : list of str
        ``name=value`` of each fact.
    rows : ndarray of shape (n_facts, n_classes)
        The facts' weights.
    answer : int
        Position of the answered class.
    """
    own = rows[:, answer].astype(np.float64)
    against = (rows.sum(axis=1, dtype=np.float64) - own) / (rows.shape[1] - 1)
    return [Reason(label, round(float(moved), _DIGITS)) for label, moved in zip(labels, own - against, strict=True)]


def _readable(
    batch: TextBatch, starts: np.ndarray, ends: np.ndarray, hashes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Widen what lies within one piece to the whole piece; leave word pairs as they are."""
    piece_starts, piece_ends = batch.pieces(starts)
    within = ends <= piece_ends + 1
    starts, ends = np.where(within, piece_starts, starts), np.where(within, piece_ends, ends)
    return starts, ends, np.where(within, batch.hashes(starts, ends), hashes)


def _shares(matrix: sp.csr_array, documents: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return what one occurrence of an n-gram is worth: its value in the matrix over how often it occurs."""
    if not len(columns):
        return np.zeros(0)
    width = np.int64(matrix.shape[1])
    owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    entries = np.searchsorted(owners * width + matrix.indices, documents * width + columns)
    occurrences = np.bincount(entries, minlength=matrix.nnz)
    return matrix.data[entries].astype(np.float64) / occurrences[entries]
