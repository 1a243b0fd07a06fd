"""Every line that was added up to a head's log-odds, n-gram by n-gram.

A logit is a sum, so nothing has to be estimated: each n-gram's own weight times how often it stands in the text, over
the text's length, is what it added to a class; what it added to the mean of the other classes is taken off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.domain.explanation import BASE, CHARACTERS, FACT, WORDS, Calibration, HeadExplanation, Line
from ticket_triage.modelling.counting import distinct

if TYPE_CHECKING:
    from ticket_triage.modelling.outputs import HeadSlot
    from ticket_triage.modelling.scoring import Scored
    from ticket_triage.modelling.tfidf import TfidfFeatures


@dataclass(frozen=True, slots=True)
class Moves:
    """What was added to every output, line by line.

    Parameters
    ----------
    kinds, texts : list of str of length n_lines
    values : ndarray of shape (n_lines, n_outputs), float64
    """

    kinds: list[str]
    texts: list[str]
    values: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Moves]) -> Moves:
        """Return the lines of several parts as one."""
        kinds = [kind for part in parts for kind in part.kinds]
        texts = [text for part in parts for text in part.texts]
        return cls(kinds, texts, np.concatenate([part.values for part in parts]))


def base_moves(intercepts: np.ndarray) -> Moves:
    """Return what holds before anything of a ticket is known."""
    return Moves([BASE], [""], intercepts[None, :])


def word_moves(scored: Scored) -> Moves:
    """Return what each known run of words of the one text of a batch added."""
    terms = scored.words
    if terms is None:
        return _nothing(scored.logits.shape[1])
    values = terms.weights.take(terms.columns, axis=0) * (terms.repeats * terms.scales[0])[:, None]
    return Moves([WORDS] * len(values), _read(scored, *terms.bounds(scored.batch)), values)


def character_moves(scored: Scored, text: TfidfFeatures, weights: np.ndarray) -> Moves:
    """Return what each known run of characters of the one text of a batch added.

    Parameters
    ----------
    scored : Scored
        Of one text.
    text : TfidfFeatures
    weights : ndarray of shape (n_text_features, n_outputs)
        What one occurrence of each n-gram adds to each output, before the text's length is divided out.
    """
    if scored.pieces is None or text.blocks.characters is None:
        return _nothing(scored.logits.shape[1])
    spans = scored.batch.characters(*text.blocks.characters)
    columns = text.indexes[-1].columns(spans.hashes, int(text.starts[-2]))
    known = (columns >= 0).nonzero()[0]
    _, first, repeats = distinct(spans.hashes[known], spans.documents[known])
    places = known[first]
    times = repeats * scored.pieces.scales[0]
    values = weights.take(columns[places], axis=0) * times[:, None]
    texts = _read(scored, spans.starts[places], spans.ends[places])
    return Moves([CHARACTERS] * len(values), texts, values)


def fact_lines(known: Sequence[str], columns: Sequence[int], weights: np.ndarray) -> Moves:
    """Return what each learnt intake fact of a ticket added; ``weights`` has a row per fact."""
    return Moves([FACT] * len(columns), [known[column] for column in columns], weights[list(columns)])


def head_explanation(
    slot: HeadSlot, moves: Moves, answer: int, about: int, logits: np.ndarray, shares: np.ndarray
) -> HeadExplanation:
    """Return why a head gives one of its classes the probability it gives.

    Parameters
    ----------
    slot : HeadSlot
    moves : Moves
        All that was added to all outputs, the base first.
    answer, about : int
        Positions in ``slot.classes``: what the head answers, and which class is explained.
    logits, shares : ndarray of shape (n_classes,)
        The head's logits and calibrated probabilities.
    """
    shift = float(against_the_others(np.array(slot.shifts), about))
    values = against_the_others(moves.values[:, slot.columns].astype(np.float64), about)
    values[0] -= shift
    strongest = [0, *(1 + np.abs(values[1:]).argsort(kind="stable")[::-1]).tolist()]
    lines = tuple(Line(moves.kinds[place], moves.texts[place], float(values[place])) for place in strongest)
    step = Calibration(shift, float(against_the_others(logits, about)), tuple(logits.tolist()), slot.noise)
    return HeadExplanation(
        slot.name, slot.classes[answer], slot.classes[about], slot.classes, lines, step, float(shares[about])
    )


def against_the_others(values: np.ndarray, about: int) -> np.ndarray:
    """Return what stands for a class less the mean of the other classes, over the last axis."""
    n_classes = values.shape[-1]
    return (values[..., about] - values.mean(axis=-1)) * (n_classes / (n_classes - 1))


def _read(scored: Scored, starts: np.ndarray, ends: np.ndarray) -> list[str]:
    return [scored.batch.text(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _nothing(n_outputs: int) -> Moves:
    return Moves([], [], np.zeros((0, n_outputs)))
