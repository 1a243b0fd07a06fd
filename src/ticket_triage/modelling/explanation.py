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
    """What a reader sees of a batch: distinct pieces, then runs of words that reach across pieces.

    ``owners`` has the text of each; ``unit_of`` and ``moved`` have an entry per term, ``moved`` a column a head.
    ``pieces`` are the texts of the first units; ``firsts`` and ``lasts`` the first and last word of the other ones.
    """

    owners: np.ndarray
    unit_of: np.ndarray
    moved: np.ndarray
    pieces: list[str]
    firsts: np.ndarray
    lasts: np.ndarray


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
    read = _Reading(scored.batch, units, limit)
    return [
        [read.reasons(*each) for each in zip(*text, strict=True)]
        for text in zip(places.tolist(), moved.tolist(), moved.round(_DIGITS).tolist(), strict=True)
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
    sizes = np.bincount(owners, minlength=n_texts)
    firsts = sizes.cumsum() - sizes
    wide = max(wanted, int(sizes.max()))
    rows = np.arange(len(totals) * n_texts)[:, None]
    padded = np.zeros((len(totals), n_texts * wide))
    padded[:, np.arange(len(owners)) + np.repeat(np.arange(n_texts) * wide - firsts, sizes)] = totals.take(
        order, axis=1
    )
    best = np.abs(padded.reshape(-1, wide)).argpartition(-wanted, axis=1)[:, -wanted:]
    best.sort(axis=1)
    moved = padded.take(best + rows * wide)
    ranks = (-np.abs(moved)).argsort(axis=1, kind="stable")
    ranks += rows * wanted
    places = best.take(ranks) + firsts.take(rows % n_texts)
    units = order.take(np.minimum(places, len(order) - 1))
    shape = (len(totals), n_texts, wanted)
    return units.reshape(shape).swapaxes(0, 1), moved.take(ranks).reshape(shape).swapaxes(0, 1)


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


class _Reading:
    """How units read, and how many of them are wanted."""

    def __init__(self, batch: TextBatch, units: _Units, limit: int) -> None:
        starts, ends = batch.word_bounds()
        self._batch, self._pieces, self._limit = batch, units.pieces, limit
        self._starts, self._ends = starts.take(units.firsts).tolist(), ends.take(units.lasts).tolist()
        self._known: dict[int, str] = {}

    def reasons(self, units: list[int], moved: list[float], rounded: list[float]) -> list[Reason]:
        """Return the strongest units, those that read the same as one."""
        known = self._known
        texts = [known.get(unit) or self._read(unit) for unit in units]
        if len(set(texts)) < len(texts):
            texts, rounded = _merged(texts, moved)
        return [Reason(text, value) for text, value in zip(texts[: self._limit], rounded, strict=False) if value]

    def _read(self, unit: int) -> str:
        pieces = self._pieces
        if unit < len(pieces):
            text = pieces[unit]
        else:
            text = self._batch.text(self._starts[unit - len(pieces)], self._ends[unit - len(pieces)])
        self._known[unit] = text = text.strip(_EDGES) or text
        return text


def _merged(texts: list[str], moved: list[float]) -> tuple[list[str], list[float]]:
    """Return distinct texts and how far all of a kind moved an answer, strongest first."""
    added: dict[str, float] = {}
    for text, value in zip(texts, moved, strict=True):
        added[text] = added.get(text, 0.0) + value
    strong = sorted(added, key=lambda text: -abs(added[text]))
    return strong, [round(added[text], _DIGITS) for text in strong]


def weakness(reason: Reason) -> float:
    """Return what reasons are sorted by, strongest first."""
    return -abs(reason.contribution)


def _units(scored: Scored, outputs: np.ndarray) -> _Units:
    if scored.words is None:
        return _NOTHING if scored.pieces is None else _piece_units(scored.pieces, outputs)
    words = _word_units(scored.words, outputs, scored.pieces)
    if scored.pieces is None:
        return words
    pieces = _piece_units(scored.pieces, outputs)
    return _Units(
        np.concatenate([pieces.owners, words.owners]),
        np.concatenate([pieces.unit_of, words.unit_of]),
        np.concatenate([pieces.moved, words.moved]),
        pieces.pieces,
        words.firsts,
        words.lasts,
    )


def _piece_units(terms: PieceTerms, outputs: np.ndarray) -> _Units:
    """Return the distinct pieces of each text."""
    times = terms.repeats * terms.scales[terms.owners]
    moved = terms.table[terms.numbers[:, None], outputs.take(terms.owners, axis=0)] * times[:, None]
    return _Units(terms.owners, np.arange(len(terms.owners)), moved, terms.pieces, _NONE, _NONE)


def _word_units(terms: WordTerms, outputs: np.ndarray, pieces: PieceTerms | None) -> _Units:
    """Return the runs of words; those within one piece belong to the piece's unit, if there are such."""
    owners = terms.owners
    firsts, lasts = terms.extents()
    times = terms.repeats * terms.scales[owners]
    moved = terms.weights[terms.columns[:, None], outputs.take(owners, axis=0)] * times[:, None]
    if pieces is None:
        return _Units(owners, np.arange(len(owners)), moved, [], firsts, lasts)
    piece_of = terms.runs.piece_of_words()
    first_pieces = piece_of.take(firsts)
    unit_of = pieces.distinct_of.take(first_pieces)
    apart = (first_pieces != piece_of.take(lasts)).nonzero()[0]
    unit_of[apart] = np.arange(len(pieces.pieces), len(pieces.pieces) + len(apart))
    return _Units(owners[apart], unit_of, moved, [], firsts[apart], lasts[apart])


_NONE = np.zeros(0, dtype=np.int64)
_NOTHING = _Units(_NONE, _NONE, np.zeros((0, 0)), [], _NONE, _NONE)
