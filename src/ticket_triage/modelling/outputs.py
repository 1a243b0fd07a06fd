"""A model's heads side by side: where each stands in the shared matrix, and their logits turned into answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ticket_triage.modelling.confidence import HeadConfidence

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class HeadSlot:
    """A head's place in the shared matrix.

    Parameters
    ----------
    name : str
    classes : tuple of str
        In level order for an ordered head.
    ordered : bool
    start : int
        First column of its classes.
    answer_offsets : tuple of float
        Added to the logits before the balanced answer is taken.
    shares : tuple of float
        How common each class was in the history.
    noise : float
        Share of labels that no text explains.
    confidence : HeadConfidence
        What held-out tickets say of its answers.
    shifts : tuple of float
        What calibration added to each logit; part of the intercepts, and summing to zero.
    """

    name: str
    classes: tuple[str, ...]
    ordered: bool
    start: int
    answer_offsets: tuple[float, ...]
    shares: tuple[float, ...]
    noise: float
    confidence: HeadConfidence
    shifts: tuple[float, ...]

    @property
    def columns(self) -> slice:
        """The head's columns of the shared matrix."""
        return slice(self.start, self.start + len(self.classes))


class Outputs:
    """The heads' outputs side by side, turned into answers all at once."""

    def __init__(self, slots: Sequence[HeadSlot]) -> None:
        sizes = [len(slot.classes) for slot in slots]
        self.starts = np.array([slot.start for slot in slots], dtype=np.int64)
        self.factors = np.array([size / (size - 1) for size in sizes])
        self.columns = [slot.columns for slot in slots]
        self._owners = np.repeat(np.arange(len(slots)), sizes)
        self._offsets = np.array([offset for slot in slots for offset in slot.answer_offsets])
        self._clean = np.repeat([1.0 - slot.noise for slot in slots], sizes)
        self._spread = np.repeat([slot.noise / size for slot, size in zip(slots, sizes, strict=True)], sizes)

    def moved(self, added: np.ndarray, answers: np.ndarray) -> list[list[float]]:
        """Return how far a part of the logits moved each head's answer, against its other classes."""
        own = np.take_along_axis(added, answers + self.starts, axis=1)
        return list((own * self.factors).round(_DIGITS).tolist())

    def answers(self, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return calibrated probabilities, and for every head the position of its balanced answer."""
        if not self.columns:
            return logits, np.zeros((len(logits), 0), dtype=np.int64)
        peaks = np.maximum.reduceat(logits, self.starts, axis=1)
        exponentials = np.exp(logits - peaks.take(self._owners, axis=1))
        sums = np.add.reduceat(exponentials, self.starts, axis=1)
        shares = exponentials / sums.take(self._owners, axis=1)
        leaning = logits + self._offsets
        answers = np.empty((len(logits), len(self.columns)), dtype=np.int64)
        for head, columns in enumerate(self.columns):
            leaning[:, columns].argmax(axis=1, out=answers[:, head])
        shares *= self._clean
        shares += self._spread
        return shares, answers
