"""Which words of a text moved an answer, and how far.

A head is linear, so an answer's log-odds against the mean of the other classes is a sum over n-grams. Each n-gram's
share is given to the words a reader sees: what lies within one blank-separated piece to that piece, a run of words to
the run. A head's weights sum to zero over its classes (``training`` centres them), so the answer's own weight tells
it all: against the mean of the other K - 1 classes it counts K / (K - 1) times.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ticket_triage.domain.prediction import Reason
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.scoring import PieceTerms, Scored, WordTerms

_DIGITS = 4
_SPARE = 2
"""How many more units are looked at than are shown, for some may read the same."""
_EDGES = " .,;:!?\"'()[]{}<>*-/\\"


@dataclass(frozen=True, slots=True)
class _Units:
    """What a reader sees of a batch: pieces and runs of words, and what was added up to each.

    ``owners``, ``starts`` and ``ends`` (byte offsets) have an entry per unit; ``unit_of`` and ``moved`` one per term,
    ``moved`` a column a head.
    """

    owners: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    unit_of: np.ndarray
    moved: np.ndarray


def strongest(scored: Scored, outputs: np.ndarray, factors: np.ndarray, limit: int) -> list[list[list[Reason]]]:
    """Return each text's strongest words for each head's answer.

    Parameters
    ----------
    scored : Scored
    outputs : ndarray of shape (n_texts, n_heads), int
        The output each head answered with.
    factors : ndarray of shape (n_heads,)
        K / (K - 1) for a head of K classes.
    limit : int
        Reasons per text and head at most; words that moved nothing are none.

    Returns
    -------
    list of list of list of Reason
        By text and head, strongest first.
    """
    units = _units(scored, outputs)
    n_units = len(units.owners)
    totals = np.array([np.bincount(units.unit_of, column, minlength=n_units) for column in units.moved.T])
    totals = totals * factors[:, None]  # of nothing, they are integers
    order = units.owners.astype(np.uint16).argsort(kind="stable")
    bounds = units.owners[order].searchsorted(np.arange(len(outputs) + 1)).tolist()
    reading = _Reading(scored.batch, units.starts.tolist(), units.ends.tolist(), limit)
    return [reading.by_head(own, totals[:, own]) for own in (order[first:last] for first, last in pairwise(bounds))]


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """How units read, and how many of them are wanted."""

    batch: TextBatch
    starts: list[int]
    ends: list[int]
    limit: int

    def by_head(self, units: np.ndarray, moved: np.ndarray) -> list[list[Reason]]:
        """Return a text's strongest units for each head, given a row of figures per head."""
        wanted = self.limit + _SPARE
        if len(units) <= wanted:
            return [self._reasons(units.tolist(), row) for row in moved.tolist()]
        found = np.abs(moved).argpartition(-wanted, axis=1)[:, -wanted:]
        moved = moved[np.arange(len(moved))[:, None], found]
        return [self._reasons(*each) for each in zip(units[found].tolist(), moved.tolist(), strict=True)]

    def _reasons(self, units: list[int], moved: list[float]) -> list[Reason]:
        """Return the strongest units, those that read the same as one."""
        added: dict[str, float] = {}
        for unit, value in sorted(zip(units, moved, strict=True)):
            text = self.batch.text(self.starts[unit], self.ends[unit])
            text = text.strip(_EDGES) or text
            added[text] = added.get(text, 0.0) + value
        strong = sorted(added.items(), key=_weakest_last)[: self.limit]
        return [Reason(text, round(value, _DIGITS)) for text, value in strong if round(value, _DIGITS)]


def _weakest_last(each: tuple[str, float]) -> float:
    return -abs(each[1])


def weakness(reason: Reason) -> float:
    """Return what reasons are sorted by, strongest first."""
    return -abs(reason.contribution)


def _units(scored: Scored, outputs: np.ndarray) -> _Units:
    if scored.pieces is None:
        return _NOTHING if scored.words is None else _word_units(scored.batch, scored.words, outputs, None)
    pieces = _piece_units(scored.batch, scored.pieces, outputs)
    if scored.words is None:
        return pieces
    words = _word_units(scored.batch, scored.words, outputs, np.array(scored.pieces.distinct_of))
    return _Units(
        np.concatenate([pieces.owners, words.owners]),
        np.concatenate([pieces.starts, words.starts]),
        np.concatenate([pieces.ends, words.ends]),
        np.concatenate([pieces.unit_of, words.unit_of]),
        np.concatenate([pieces.moved, words.moved]),
    )


def _piece_units(batch: TextBatch, terms: PieceTerms, outputs: np.ndarray) -> _Units:
    """Return the distinct pieces of each text, where each stands last."""
    places = np.empty(len(terms.owners), dtype=np.int64)
    places[terms.distinct_of] = np.arange(len(terms.distinct_of))
    starts, ends = batch.piece_bounds()
    times = terms.repeats * terms.scales[terms.owners]
    moved = terms.table[terms.numbers[:, None], outputs[terms.owners]] * times[:, None]
    return _Units(terms.owners, starts[places], ends[places], np.arange(len(terms.owners)), moved)


def _word_units(batch: TextBatch, terms: WordTerms, outputs: np.ndarray, unit_of_piece: np.ndarray | None) -> _Units:
    """Return the runs of words; those within one piece belong to the piece's unit, if there are such."""
    spans, owners = terms.spans, terms.spans.documents.view(np.int64)
    times = terms.repeats * terms.scales[owners]
    moved = terms.weights[terms.columns[:, None], outputs[owners]] * times[:, None]
    if unit_of_piece is None:
        return _Units(owners, spans.starts, spans.ends, np.arange(len(owners)), moved)
    piece, within = batch.within_piece(spans.starts, spans.ends)
    apart = (~within).nonzero()[0]
    unit_of = unit_of_piece[piece]
    unit_of[apart] = np.arange(len(apart)) + unit_of_piece.max() + 1
    return _Units(owners[apart], spans.starts[apart], spans.ends[apart], unit_of, moved)


_NONE = np.zeros(0, dtype=np.int64)
_NOTHING = _Units(_NONE, _NONE, _NONE, _NONE, np.zeros((0, 0)))
