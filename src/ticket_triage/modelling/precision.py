"""What can be promised of an answer: a lower bound of its precision, by how sure the model is of it.

Thresholds are chosen where the folds of training look good, and proven on tickets of a later window: a figure that
was picked because it was high proves nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import betaincinv

from ticket_triage.domain.precision import Precision
from ticket_triage.modelling.confidence import HeadConfidence, Step
from ticket_triage.modelling.conformal import class_scores

_RISK = 0.05
_LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9)
"""Thresholds tried: those that leave out this share of an answer's held-out cases."""
_MEDIUM, _HIGH = 0.7, 0.9
"""Observed accuracy from which a confidence is called so."""
_LEAST_OF_A_WORD = 30
"""Held-out cases from which a word is used at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Answers to samples a head had not seen.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    answers, truth : ndarray of shape (n_samples,), int
        Positions of classes; a truth beyond them is a class the head never learnt.
    groups : ndarray of shape (n_samples,)
        Near-identical tickets share a group.
    """

    probabilities: np.ndarray
    answers: np.ndarray
    truth: np.ndarray
    groups: np.ndarray

    @property
    def confidence(self) -> np.ndarray:
        """Probability of each answer."""
        return np.asarray(self.probabilities[np.arange(len(self.answers)), self.answers]).round(4)

    @property
    def hits(self) -> np.ndarray:
        """Whether each answer is right."""
        return np.asarray(self.answers == self.truth)

    def of_answer(self, answer: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the confidence, wrongness and group of the samples with this answer, the surest first."""
        rows = np.flatnonzero(self.answers == answer)
        sure = self.confidence[rows]
        order = rows[np.argsort(-sure, kind="stable")]
        return self.confidence[order], self.truth[order] != answer, self.groups[order]


def fit_confidence(folds: Judged, later: Judged) -> HeadConfidence:
    """Return what a head's held-out answers say of how sure it may be.

    Parameters
    ----------
    folds : Judged
        Held-out folds of training.
    later : Judged
        The tickets that judge.
    """
    return HeadConfidence(
        scores=tuple(class_scores(folds.probabilities, folds.truth)),
        steps=tuple(precision_steps(folds, later, answer) for answer in range(folds.probabilities.shape[1])),
        words=word_borders(folds, later),
    )


def word_borders(folds: Judged, later: Judged) -> tuple[float, float]:
    """Return the confidences from which an answer counts as ``medium`` and as ``high``; 2 where there is no such one.

    On the folds nine in ten of the ``high`` are right and seven in ten of the ``medium`` or more; a border that the
    later tickets contradict, because what lies above it was right less often than what lies below, is dropped.
    """
    order = np.argsort(folds.confidence, kind="stable")
    risen = isotonic_regression(folds.hits[order].astype(float)).x
    medium, high = (_border(folds.confidence[order], risen, level) for level in (_MEDIUM, _HIGH))
    if _contradicted(later, medium, high, 2.0):
        high = 2.0
    return (2.0 if _contradicted(later, 0.0, medium, 2.0) else medium), high


def _border(confidence: np.ndarray, accuracy: np.ndarray, level: float) -> float:
    """Return the lowest confidence from which the accuracy reaches a level; both rise."""
    above = np.flatnonzero(accuracy >= level)
    return float(confidence[above[0]]) if len(above) >= _LEAST_OF_A_WORD else 2.0


def _contradicted(later: Judged, low: float, middle: float, high: float) -> bool:
    """Say whether what lies from middle to high was right less often than what lies from low to middle."""
    sure = later.confidence
    below, above = (later.hits[(sure >= start) & (sure < end)] for start, end in ((low, middle), (middle, high)))
    return bool(len(below) and len(above) and above.mean() < below.mean())


def precision_steps(folds: Judged, later: Judged, answer: int) -> tuple[Step, ...]:
    """Return what is proven of an answer, step by step of confidence.

    Parameters
    ----------
    folds : Judged
        Held-out folds of training: they choose the thresholds, and cap what is promised from each.
    later : Judged
        The tickets that judge: they prove.
    answer : int

    Returns
    -------
    tuple of Step
        Thresholds and bounds rise. The first stands at confidence 0, so that every answer finds a step.

    References
    ----------
    C. Clopper and E. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    Biometrika 26, 1934.
    """
    sure, wrong, groups = folds.of_answer(answer)
    later_sure, later_wrong, later_groups = later.of_answer(answer)
    steps: list[Step] = []
    for threshold in _thresholds(sure):
        cases, errors = _witnesses(later_sure, later_wrong, later_groups, threshold)
        seen, missed = _witnesses(sure, wrong, groups, threshold)
        bound = min(lower_bound(cases, errors), (seen - missed) / max(seen, 1))
        if not steps or bound > steps[-1].precision.bound:
            steps.append(Step(threshold, Precision(float(np.floor(bound * 1e4) / 1e4), cases, errors)))
    return tuple(steps)


def lower_bound(cases: int, errors: int) -> float:
    """Return the one-sided 95 % lower bound of a precision.

    Examples
    --------
    >>> round(lower_bound(59, 0), 4), round(lower_bound(58, 0), 4), lower_bound(0, 0)
    (0.9505, 0.9497, 0.0)
    """
    return float(betaincinv(cases - errors, errors + 1, _RISK)) if cases > errors else 0.0


def _thresholds(sure: np.ndarray) -> list[float]:
    """Return the confidences to try, rising from 0; ``sure`` falls."""
    if not len(sure):
        return [0.0]
    tried = {float(np.round(np.quantile(sure, share), 4)) for share in _LADDER[1:]}
    return sorted({0.0} | tried)


def _witnesses(sure: np.ndarray, wrong: np.ndarray, groups: np.ndarray, threshold: float) -> tuple[int, int]:
    """Count the groups at least this sure, and those among them with any error."""
    there = sure >= threshold
    return len(np.unique(groups[there])), len(np.unique(groups[there & wrong]))
