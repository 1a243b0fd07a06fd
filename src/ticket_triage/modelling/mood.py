"""A sentiment for desks whose history has no labels of it: what the word lists alone can tell.

The one figure that counts is how far friendly words outweigh angry ones. Its strengths were fitted once on the training
parts of two public sets, each class weighing alike; no figure of the desk at hand stands behind them. There, with
macro-F1 .60 on tweets to airlines and .49 over eight languages (labels bring .78 and .58), it is a hint and no more,
so its answers carry the origin ``lexicon``, no p-values, no confidence and no proof, and policy sets nothing by them
alone.
"""

from __future__ import annotations

import numpy as np

from ticket_triage.domain.explanation import BASE, Calibration, HeadExplanation, Line
from ticket_triage.domain.labels import SENTIMENT, SENTIMENT_LEVELS
from ticket_triage.domain.prediction import HeadPrediction, Reason
from ticket_triage.modelling.breakdown import against_the_others
from ticket_triage.modelling.softmax import softmax
from ticket_triage.modelling.tone import TONE, TONE_FEATURES

LEXICON = "lexicon"
"""The origin of such an answer."""

_BASE = np.array([0.0, -0.1, 0.0])
_WEIGHTS = np.zeros((len(TONE_FEATURES), len(SENTIMENT_LEVELS)))
_WEIGHTS[TONE_FEATURES.index("tone: more friendly than angry")] = -1.75, 0.0, 1.75
_WEIGHTS[TONE_FEATURES.index("tone: nothing friendly or angry")] = 0.0, 0.8, 0.0
_BASE, _WEIGHTS = (values - values.mean(axis=-1, keepdims=True) for values in (_BASE, _WEIGHTS))
_DIGITS = 4


def mood_logits(tones: np.ndarray) -> np.ndarray:
    """Return the log-odds of each level, from the figures of each text's tone.

    Parameters
    ----------
    tones : ndarray of shape (n_texts, n_figures)

    Returns
    -------
    ndarray of shape (n_texts, n_levels), float64
    """
    return (tones[:, :, None] * _WEIGHTS).sum(axis=1) + _BASE


def mood_predictions(tones: np.ndarray, limit: int) -> list[HeadPrediction]:
    """Return what the word lists make of each text, with so many reasons at most.

    Examples
    --------
    >>> from ticket_triage.modelling.tone import tones
    >>> calm, angry = mood_predictions(tones(["invoice of may", "this is a horrible mess"]), 3)
    >>> (calm.answer, angry.answer, angry.origin, angry.probability > 0.6, angry.confidence)
    ('neutral', 'negative', 'lexicon', True, None)
    """
    logits = mood_logits(tones)
    answers = logits.argmax(axis=1)
    shares = softmax(logits).round(_DIGITS)
    told = zip(tones, answers.tolist(), shares.tolist(), strict=True)
    return [
        HeadPrediction(
            SENTIMENT.name,
            SENTIMENT_LEVELS[answer],
            SENTIMENT_LEVELS,
            tuple(own),
            _reasons(figures, answer, limit),
            LEXICON,
        )
        for figures, answer, own in told
    ]


def mood_explanation(figures: np.ndarray, about: int | None) -> HeadExplanation:
    """Return every line that was added up to what the word lists make of one text.

    Parameters
    ----------
    figures : ndarray of shape (n_figures,)
        Of the text's tone.
    about : int or None
        Position of the level to explain; None takes the answer.
    """
    (logits,) = mood_logits(figures[None])
    answer = int(logits.argmax())
    place = answer if about is None else about
    lines = [Line(BASE, "", float(against_the_others(_BASE, place)))]
    lines += [Line(TONE, reason.text, reason.contribution) for reason in _moved(figures, place)]
    step = Calibration(0.0, float(against_the_others(logits, place)), tuple(logits.tolist()), 0.0)
    return HeadExplanation(
        SENTIMENT.name,
        SENTIMENT_LEVELS[answer],
        SENTIMENT_LEVELS[place],
        SENTIMENT_LEVELS,
        tuple(lines),
        step,
        float(softmax(logits[None])[0, place]),
    )


def _reasons(figures: np.ndarray, answer: int, limit: int) -> tuple[Reason, ...]:
    rounded = [Reason(text, round(value, _DIGITS)) for text, value in _moved(figures, answer)] if limit else []
    return tuple(reason for reason in rounded[:limit] if reason.contribution)


def _moved(figures: np.ndarray, place: int) -> list[Reason]:
    """Return what moved a level against the others, strongest first."""
    values = against_the_others(figures[:, None] * _WEIGHTS, place)
    moved = [Reason(TONE_FEATURES[figure], float(values[figure])) for figure in np.flatnonzero(values).tolist()]
    return sorted(moved, key=lambda reason: -abs(reason.contribution))
