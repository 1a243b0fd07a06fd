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
from ticket_triage.modelling.counting import distinct
from ticket_triage.modelling.index import DOCUMENT_BITS
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.scoring import PieceTerms, Scored, WordTerms

_DIGITS = 4
_SPARE = 2
"""How many times as many units are looked at as are shown, for some may read the same."""
_EDGES = " .,;:!?\"'()[]{}<>*-/\\"


@dataclass(frozen=True, slots=True)
class _Units:
    """What a reader sees of a batch: pieces and runs of words, and what was added up to each.

    ``owners`` and ``texts`` have an entry per unit; ``unit_of`` and ``moved`` one per term, ``moved`` a column a head.
    """

    owners: np.ndarray
    texts: list[str]
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
    totals = np.array([np.bincount(units.unit_of, column, minlength=len(units.texts)) for column in units.moved.T])
    totals *= factors[:, None]
    order = units.owners.astype(np.uint16).argsort(kind="stable")
    bounds = units.owners[order].searchsorted(np.arange(len(outputs) + 1)).tolist()
    members = (order[first:last] for first, last in pairwise(bounds))
    return [_by_head(units.texts, own, totals[:, own], limit) for own in members]


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


def _by_head(texts: list[str], units: np.ndarray, moved: np.ndarray, limit: int) -> list[list[Reason]]:
    """Return a text's strongest units for each head, given a row of figures per head."""
    wanted = _SPARE * limit
    found = np.abs(moved).argpartition(-wanted, axis=1)[:, -wanted:] if len(units) > wanted else None
    if found is not None:
        units, moved = units[found], np.take_along_axis(moved, found, axis=1)
    else:
        units = np.broadcast_to(units, moved.shape)
    return [_reasons(texts, *each, limit) for each in zip(units.tolist(), moved.tolist(), strict=True)]


def _reasons(texts: list[str], units: list[int], moved: list[float], limit: int) -> list[Reason]:
    """Return the strongest units, those that read the same as one."""
    added: dict[str, float] = {}
    for unit, value in sorted(zip(units, moved, strict=True)):
        added[texts[unit]] = added.get(texts[unit], 0.0) + value
    strong = sorted(added.items(), key=lambda each: -abs(each[1]))[:limit]
    return [Reason(text, round(value, _DIGITS)) for text, value in strong if round(value, _DIGITS)]


def weakness(reason: Reason) -> float:
    """Return what reasons are sorted by, strongest first."""
    return -abs(reason.contribution)


def _units(scored: Scored, outputs: np.ndarray) -> _Units:
    if scored.pieces is None:
        return _word_units(scored.batch, scored.words, outputs, None) if scored.words else _NOTHING
    pieces, unit_of_piece = _piece_units(scored.pieces, outputs)
    if scored.words is None:
        return pieces
    words = _word_units(scored.batch, scored.words, outputs, unit_of_piece)
    return _Units(
        np.concatenate([pieces.owners, words.owners]),
        pieces.texts + words.texts,
        np.concatenate([pieces.unit_of, words.unit_of]),
        np.concatenate([pieces.moved, words.moved]),
    )


def _piece_units(terms: PieceTerms, outputs: np.ndarray) -> tuple[_Units, np.ndarray]:
    """Return the distinct pieces of each text, and which of them every piece is."""
    numbers = terms.numbers.astype(np.uint64) << np.uint64(DOCUMENT_BITS)
    owners, first, unit_of = distinct(numbers, terms.owners.view(np.uint64))
    texts = [terms.pieces[place] for place in first.tolist()]
    moved = terms.table[terms.numbers[:, None], outputs[terms.owners]] * terms.scales[terms.owners, None]
    return _Units(owners, [text.strip(_EDGES) or text for text in texts], unit_of, moved), unit_of


def _word_units(batch: TextBatch, terms: WordTerms, outputs: np.ndarray, unit_of_piece: np.ndarray | None) -> _Units:
    """Return the runs of words; those within one piece belong to the piece's unit, if there are such."""
    spans, owners = terms.spans, terms.spans.documents.view(np.int64)
    moved = terms.weights[terms.columns[:, None], outputs[owners]] * terms.scales[owners, None]
    unit_of = np.empty(len(owners), dtype=np.int64)
    apart, n_pieces = np.arange(len(owners)), 0
    if unit_of_piece is not None:
        piece, within = batch.within_piece(spans.starts, spans.ends)
        apart, n_pieces = (~within).nonzero()[0], int(unit_of_piece.max()) + 1
        unit_of[within] = unit_of_piece[piece[within]]
    run_owners, first, run_of = distinct(spans.hashes[apart], spans.documents[apart])
    unit_of[apart] = run_of + n_pieces
    starts, ends = spans.starts[apart][first].tolist(), spans.ends[apart][first].tolist()
    texts = [batch.text(start, end) for start, end in zip(starts, ends, strict=True)]
    return _Units(run_owners, texts, unit_of, moved)


_NOTHING = _Units(np.zeros(0, np.int64), [], np.zeros(0, np.int64), np.zeros((0, 0)))
