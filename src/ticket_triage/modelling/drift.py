"""How far tickets and answers have moved from those a model was judged by.

The reference is made of held-out tickets and kept in the model's manifest: how texts spread over word buckets, how much
of them the model had never met, what it answered and how surely. Later tickets are held against it by the population
stability index, the sum of ``(p - q) * ln(p / q)`` over bins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from ticket_triage.domain.prediction import Prediction
from ticket_triage.domain.text import words

_BUCKETS = 64
_BINS = 10
_WORDS_A_DRAW = 10
_FLOOR = 1e-4
SMALL, LARGE = 0.1, 0.25
"""The index's usual bounds: below the first nothing happened, above the second much did."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of some tickets.

    Parameters
    ----------
    rows : int
    words : ndarray of shape (n_buckets,)
        Words in each bucket; all zero without texts.
    unknown : ndarray of shape (n_bins,)
        Tickets by the share of their n-grams that the model had never met.
    unknown_share : float
        Mean of that share.
    answers : dict of str to dict of str to int
        By head and class.
    confidence : dict of str to ndarray of shape (n_bins,)
        Tickets by the probability of their answer, by head.
    """

    rows: int
    words: np.ndarray
    unknown: np.ndarray
    unknown_share: float
    answers: dict[str, dict[str, int]]
    confidence: dict[str, np.ndarray]

    @classmethod
    def of(cls, texts: Sequence[str], predictions: Sequence[Prediction]) -> Observed:
        """Return what is seen of normalised texts (none, when only answers were kept) and their predictions."""
        shares = np.array([prediction.unknown_share for prediction in predictions])
        heads = [[head for prediction in predictions for head in prediction.heads if head.head == name]
                 for name in _names(predictions)]  # fmt: skip
        answers = {own[0].head: {c: sum(h.answer == c for h in own) for c in own[0].classes} for own in heads}
        sure = {own[0].head: _histogram(np.array([h.probability for h in own])) for own in heads}
        return cls(len(predictions), spread(texts), _histogram(shares), float(shares.mean()) if len(shares) else 0.0,
                   answers, sure)  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "rows": self.rows,
            "words": self.words.tolist(),
            "unknown": self.unknown.tolist(),
            "unknown_share": round(self.unknown_share, 4),
            "answers": self.answers,
            "confidence": {head: counts.tolist() for head, counts in self.confidence.items()},
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Observed:
        """Return what :meth:`as_dict` wrote."""
        confidence = {head: np.array(counts) for head, counts in values["confidence"].items()}
        parts = np.array(values["words"]), np.array(values["unknown"]), float(values["unknown_share"])
        return cls(int(values["rows"]), *parts, values["answers"], confidence)


def spread(texts: Sequence[str]) -> np.ndarray:
    """Return how many words of normalised texts fall into each bucket: an array of shape (n_buckets,), int64."""
    buckets = np.zeros(_BUCKETS, dtype=np.int64)
    for word, number in Counter(word for text in texts for word in words(text)).items():
        buckets[crc32(word.encode()) % _BUCKETS] += number
    return buckets


def moved_words(now: np.ndarray, before: np.ndarray) -> float:
    """Return how far the words of some texts are from those of others, both as :func:`spread` gives them."""
    return excess(now, before, *(_independent(counts) for counts in (now, before)))


def excess(counts: np.ndarray, reference: np.ndarray, rows: int, reference_rows: int) -> float:
    """Return the population stability index beyond what chance alone would bring, at least 0.

    Parameters
    ----------
    counts, reference : ndarray of shape (n_bins,)
    rows, reference_rows : int
        Tickets behind them: chance brings about ``(n_bins - 1) * (1 / rows + 1 / reference_rows)``.

    Examples
    --------
    >>> excess(np.array([50, 50]), np.array([500, 500]), 100, 1000)
    0.0
    >>> round(excess(np.array([90, 10]), np.array([500, 500]), 100, 1000), 2)
    0.87
    """
    if not counts.sum() or not reference.sum():
        return 0.0
    p, q = (np.maximum(part / part.sum(), _FLOOR) for part in (counts, reference))
    used = (counts + reference) > 0
    index = float(((p - q) * np.log(p / q))[used].sum())
    return max(0.0, index - (int(used.sum()) - 1) * (1 / rows + 1 / reference_rows))


def movements(now: Observed, before: Observed) -> dict[str, float]:
    """Return how far each thing moved: ``text``, ``unknown``, and ``answers:HEAD`` and ``confidence:HEAD``."""
    sizes = now.rows, before.rows
    moved = {
        "text": moved_words(now.words, before.words),
        "unknown": excess(now.unknown, before.unknown, *sizes),
    }
    for head in before.answers.keys() & now.answers.keys():
        classes = sorted(before.answers[head])
        counts = [np.array([seen.answers[head].get(name, 0) for name in classes]) for seen in (now, before)]
        moved[f"answers:{head}"] = excess(counts[0], counts[1], *sizes)
        moved[f"confidence:{head}"] = excess(now.confidence[head], before.confidence[head], *sizes)
    return {name: round(moved[name], 4) for name in sorted(moved)}


def _independent(counts: np.ndarray) -> int:
    """Return how many independent draws a number of words is worth: those of one ticket hang together."""
    return max(1, int(counts.sum()) // _WORDS_A_DRAW)


def _names(predictions: Sequence[Prediction]) -> list[str]:
    return list(dict.fromkeys(head.head for prediction in predictions for head in prediction.heads))


def _histogram(shares: np.ndarray) -> np.ndarray:
    return np.bincount(np.minimum((shares * _BINS).astype(int), _BINS - 1), minlength=_BINS)
