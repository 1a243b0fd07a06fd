"""How sure a head may be of an answer, as serving needs it: p-values, a proven precision and a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ticket_triage.domain.precision import Precision

HIGH, MEDIUM, LOW = "high", "medium", "low"
UNPROVEN = Precision(0.0, 0, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """From this confidence on, this much is proven."""

    threshold: float
    precision: Precision


@dataclass(frozen=True, slots=True, eq=False)
class HeadConfidence:
    """What held-out tickets say of a head's answers.

    Parameters
    ----------
    scores : tuple of ndarray
        For each class, what held-out tickets of it gave to it, ascending; float32.
    steps : tuple of tuple of Step
        For each class, what is proven of it as an answer; thresholds and bounds rise.
    words : (float, float)
        Confidences from which an answer counts as ``medium`` and as ``high``.
    """

    scores: tuple[np.ndarray, ...]
    steps: tuple[tuple[Step, ...], ...]
    words: tuple[float, float]

    def word(self, confidence: float) -> str:
        """Return how sure an answer of this probability is, in a word whose order is that of observed accuracy."""
        if confidence >= self.words[1]:
            return HIGH
        return MEDIUM if confidence >= self.words[0] else LOW

    def proven(self, answer: int, confidence: float) -> Precision:
        """Return what is proven of an answer given with this probability."""
        found = UNPROVEN
        for step in self.steps[answer]:
            if confidence < step.threshold:
                break
            found = step.precision
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return all but the scores as plain values, and how many scores each class has."""
        return {
            "sizes": [len(own) for own in self.scores],
            "steps": [[_plain(step) for step in own] for own in self.steps],
            "words": list(self.words),
        }

    @classmethod
    def from_dict(cls, entry: dict[str, Any], scores: np.ndarray) -> HeadConfidence:
        """Return what ``as_dict`` wrote, with the scores of all classes one after another.

        Raises
        ------
        KeyError, TypeError, ValueError
            When the parts do not fit together.
        """
        sizes = [int(size) for size in entry["sizes"]]
        if len(scores) != sum(sizes) or len(entry["steps"]) != len(sizes):
            raise ValueError("its held-out scores do not fit its classes")
        medium, high = map(float, entry["words"])
        parts = tuple(np.split(scores, np.cumsum(sizes)[:-1]))
        return cls(parts, tuple(tuple(map(_step, own)) for own in entry["steps"]), (medium, high))


def _plain(step: Step) -> list[float]:
    return [step.threshold, step.precision.bound, step.precision.cases, step.precision.errors]


def _step(values: Sequence[float]) -> Step:
    threshold, bound, cases, errors = values
    return Step(float(threshold), Precision(float(bound), int(cases), int(errors)))
