"""Which words of a ticket moved an answer, and how far.

A head is linear, so an answer's log-odds against the mean of the other classes is a sum over n-grams. Each n-gram's
share is given to the words a reader sees: what lies within one blank-separated piece to that piece, a word pair to
the pair. A head's weights sum to zero over its classes (``training`` centres them), so the answer's own weight tells
it all: against the mean of the other K - 1 classes it counts K / (K - 1) times.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from ticket_triage.domain.prediction import Reason
from ticket_triage.modelling.counting import distinct
from ticket_triage.modelling.ngrams import Spans, TextBatch

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
    entries : ndarray of shape (n_known,), int64
        Where in the matrix each known n-gram's value stands.
    """

    def __init__(
        self,
        batch: TextBatch,
        located: list[tuple[Spans, np.ndarray]],
        matrix: sp.csr_array,
        entries: np.ndarray,
    ) -> None:
        self._batch = batch
        self._columns, self._values = matrix.indices, matrix.data.astype(np.float64)
        self._owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        self._entries = entries
        self._values /= np.bincount(entries, minlength=matrix.nnz)
        self._unit_of, owners, self._starts, self._ends = _units(batch, _known(located))
        self._bounds = np.searchsorted(owners, np.arange(batch.n_documents + 1)).tolist()

    def strongest(self, weights: np.ndarray, answers: np.ndarray, limit: int) -> list[list[Reason]]:
        """Return each text's strongest words for its answer.

        Parameters
        ----------
        weights : ndarray of shape (n_features, n_classes)
            Summing to zero over the classes.
        answers : ndarray of shape (n_texts,), int
        limit : int
            Reasons per text at most.

        Returns
        -------
        list of list of Reason
            One list a text, strongest first.
        """
        n_classes = weights.shape[1]
        own = weights[self._columns, answers[self._owners]] * (n_classes / (n_classes - 1))
        moved = np.bincount(self._unit_of, (own * self._values)[self._entries], minlength=len(self._starts))
        strength = -np.abs(moved)
        return [
            [self._reason(first + unit, moved) for unit in _smallest(strength[first:last], limit)]
            for first, last in zip(self._bounds[:-1], self._bounds[1:], strict=True)
        ]

    def _reason(self, unit: int, moved: np.ndarray) -> Reason:
        text = " ".join(self._batch.text(self._starts[unit], self._ends[unit]).split())
        return Reason(text.strip(_EDGES) or text, round(float(moved[unit]), _DIGITS))


def fact_moves(weights: np.ndarray) -> list[list[float]]:
    """Return how far each intake fact moves each answer.

    Parameters
    ----------
    weights : ndarray of shape (n_facts, n_classes)
        Summing to zero over the classes.

    Returns
    -------
    list of list of float
        One list a class, one figure a fact.
    """
    n_classes = weights.shape[1]
    moved = weights.T.astype(np.float64) * (n_classes / (n_classes - 1))
    return [list(row) for row in moved.round(_DIGITS).tolist()]


def _known(located: list[tuple[Spans, np.ndarray]]) -> Spans:
    """Return the n-grams that were met in training."""
    parts = []
    for spans, columns in located:
        known = (columns >= 0).nonzero()[0]
        parts.append(Spans(spans.hashes[known], spans.documents[known], spans.starts[known], spans.ends[known]))
    return Spans.joined(parts)


def _units(batch: TextBatch, spans: Spans) -> tuple[np.ndarray, np.ndarray, list[int], list[int]]:
    """Return each n-gram's unit; and each unit's text, in ascending order, and one place where it stands."""
    pieces = batch.pieces()
    piece_of = batch.piece_of(spans.starts)
    across = np.flatnonzero(spans.ends > pieces.ends[piece_of] + 1)
    piece_of[across] = len(pieces.hashes) + np.arange(len(across))
    starts = np.concatenate([pieces.starts, spans.starts[across]])
    ends = np.concatenate([pieces.ends, spans.ends[across]])
    hashes = np.concatenate([pieces.hashes, spans.hashes[across]])
    documents = np.concatenate([pieces.documents, spans.documents[across]])
    owners, first, unit_of = distinct(hashes, documents)
    return unit_of[piece_of], owners, starts[first].tolist(), ends[first].tolist()


def _smallest(values: np.ndarray, limit: int) -> list[int]:
    """Return where the smallest values below zero stand, smallest first."""
    found = values.argpartition(limit - 1)[:limit] if len(values) > limit else np.arange(len(values))
    found = found[values[found] < 0]
    return list(found[values[found].argsort(kind="stable")].tolist())
