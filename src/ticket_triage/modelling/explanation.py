"""Which words of a text moved an answer, and how far.

A head is linear, so an answer's log-odds against the mean of the other classes is a sum over n-grams. Each n-gram's
share is given to the words a reader sees: what lies within one blank-separated piece to that piece, a run of words to
the run. A head's weights sum to zero over its classes (``training`` centres them), so the answer's own weight tells
it all: against the mean of the other K - 1 classes it counts K / (K - 1) times.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    if not len(units.owners):
        return [[[] for _ in factors] for _ in outputs]
    n_units = len(units.owners)
    totals = np.array([np.bincount(units.unit_of, column, minlength=n_units) for column in units.moved.T])
    totals *= factors[:, None]
    places, moved = _foremost(units.owners, totals, len(outputs), limit + _SPARE)
    read = _Reading(scored.batch, units.starts.tolist(), units.ends.tolist(), limit)
    return [
        [read.reasons(*each) for each in zip(*text, strict=True)]
        for text in zip(places.tolist(), moved.tolist(), strict=True)
    ]


def _foremost(owners: np.ndarray, totals: np.ndarray, n_texts: int, wanted: int) -> tuple[np.ndarray, np.ndarray]:
    """Return for each text and head the units that moved most, strongest first, of equals the first.

    Texts with fewer units than wanted are filled up with a unit that moved nothing.

    Returns
    -------
    units : ndarray of shape (n_texts, n_heads, n_wanted), int
    moved : ndarray of shape (n_texts, n_heads, n_wanted)
    """
    order = owners.astype(np.uint16).argsort(kind="stable")
    owners = owners[order]
    firsts = owners.searchsorted(np.arange(n_texts + 1))
    wide = max(wanted, int((firsts[1:] - firsts[:-1]).max()))
    place = np.arange(len(owners)) - firsts[owners]
    units = np.zeros((n_texts, wide), dtype=np.int64)
    units[owners, place] = order
    moved = np.zeros((n_texts, len(totals), wide))
    moved[owners, :, place] = totals.T[order]
    best = np.sort(np.abs(moved).argpartition(-wanted, axis=2)[:, :, -wanted:], axis=2)
    moved = np.take_along_axis(moved, best, axis=2)
    ranks = (-np.abs(moved)).argsort(axis=2, kind="stable")
    best, moved = np.take_along_axis(best, ranks, axis=2), np.take_along_axis(moved, ranks, axis=2)
    return units[np.arange(n_texts)[:, None, None], best], moved


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

    def reasons(self, units: list[int], moved: list[float]) -> list[Reason]:
        """Return the strongest units, those that read the same as one."""
        texts = [self._read(unit) for unit in units]
        if len(set(texts)) == len(texts):
            strong = list(zip(texts[: self.limit], moved[: self.limit], strict=True))
        else:
            added: dict[str, float] = {}
            for text, value in zip(texts, moved, strict=True):
                added[text] = added.get(text, 0.0) + value
            strong = sorted(added.items(), key=_weakest_last)[: self.limit]
        return [Reason(text, contribution) for text, value in strong if (contribution := round(value, _DIGITS))]

    def _read(self, unit: int) -> str:
        text = self.batch.text(self.starts[unit], self.ends[unit])
        return text.strip(_EDGES) or text


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
    owners = terms.owners
    starts, ends = terms.bounds(batch)
    times = terms.repeats * terms.scales[owners]
    moved = terms.weights[terms.columns[:, None], outputs[owners]] * times[:, None]
    if unit_of_piece is None:
        return _Units(owners, starts, ends, np.arange(len(owners)), moved)
    piece, within = batch.within_piece(starts, ends)
    apart = (~within).nonzero()[0]
    unit_of = unit_of_piece[piece]
    unit_of[apart] = np.arange(len(apart)) + unit_of_piece.max() + 1
    return _Units(owners[apart], starts[apart], ends[apart], unit_of, moved)


_NONE = np.zeros(0, dtype=np.int64)
_NOTHING = _Units(_NONE, _NONE, _NONE, _NONE, np.zeros((0, 0)))
