"""How good a head is on tickets it had not seen, led by what hurts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student
from sklearn.metrics import cohen_kappa_score, confusion_matrix, precision_recall_fscore_support

from ticket_triage.errors import NoLabelsError
from ticket_triage.modelling.calibration import expected_calibration_error, log_loss

_SIGNAL_LEVEL = 0.01
"""How often a head without signal may be taken to have one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class: how many there are, and how well they are found."""

    name: str
    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class HeadReport:
    """How a head did on held-out tickets.

    ``majority`` is the accuracy of always answering the commonest class; ``signal`` says whether the probabilities
    beat the plain class shares beyond chance; ``top`` is the class that hurts most when missed.
    """

    head: str
    rows: int
    accuracy: Interval
    majority: float
    macro_f1: float
    quadratic_kappa: float | None
    top: str | None
    top_recall: Interval | None
    top_precision: Interval | None
    expected_calibration_error: float
    log_loss: float
    prior_log_loss: float
    brier: float
    signal: bool
    classes: tuple[ClassReport, ...]
    confusion: tuple[tuple[int, ...], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


def evaluate_head(
    head: str,
    classes: tuple[str, ...],
    truth: np.ndarray,
    probabilities: np.ndarray,
    answers: np.ndarray,
    prior: np.ndarray,
    *,
    top: str | None,
    groups: np.ndarray | None = None,
) -> HeadReport:
    """Judge a head's answers.

    Parameters
    ----------
    head : str
    classes : tuple of str
        In level order when ``top`` is given.
    truth, answers : ndarray of shape (n_samples,), int
        Positions in ``classes``; a truth of -1 is a class the head never learnt, and always counts as missed.
    probabilities : ndarray of shape (n_samples, n_classes)
    prior : ndarray of shape (n_classes,)
        Shares of the classes in the history.
    top : str or None
        The class that hurts most when missed; given for ordered heads.
    groups : ndarray of shape (n_samples,) or None
        Near-identical tickets share a group.

    Returns
    -------
    HeadReport

    Raises
    ------
    NoLabelsError
        When not one of the labels is a class the head learnt.
    """
    learnt = truth >= 0
    if not learnt.any():
        known = ", ".join(classes[:8]) + (" …" if len(classes) > 8 else "")
        raise NoLabelsError(
            f"None of the {len(truth):,} labels of {head} to judge by is a class the model learnt ({known}); "
            "map them in the mapping's [levels] or [values]."
        )
    ordered = top is not None
    labels = np.arange(len(classes))
    precision, recall, f1, support = precision_recall_fscore_support(truth, answers, labels=labels, zero_division=0)
    losses, prior_losses = log_loss(probabilities[learnt], truth[learnt]), -np.log(prior[truth[learnt]])
    present = support > 0
    return HeadReport(
        head=head,
        rows=len(truth),
        accuracy=wilson(int((answers == truth).sum()), len(truth)),
        majority=_rounded(np.unique(truth, return_counts=True)[1].max() / len(truth)),
        macro_f1=_rounded(f1[present | (np.bincount(answers, minlength=len(classes)) > 0)].mean()),
        quadratic_kappa=_rounded(_kappa(truth[learnt], answers[learnt], labels)) if ordered else None,
        top=top,
        top_recall=None if top is None else _top_recall(classes.index(top), truth, answers),
        top_precision=None if top is None else _top_recall(classes.index(top), answers, truth),
        expected_calibration_error=_rounded(expected_calibration_error(probabilities[learnt], truth[learnt])),
        log_loss=_rounded(losses.mean()),
        prior_log_loss=_rounded(prior_losses.mean()),
        brier=_rounded(_brier(probabilities[learnt], truth[learnt])),
        signal=has_signal(prior_losses - losses, None if groups is None else groups[learnt]),
        classes=tuple(
            ClassReport(name, int(n), _rounded(p), _rounded(r), _rounded(f))
            for name, n, p, r, f in zip(classes, support, precision, recall, f1, strict=True)
        ),
        confusion=tuple(tuple(map(int, row)) for row in confusion_matrix(truth, answers, labels=labels)),
    )


def has_signal(gains: np.ndarray, groups: np.ndarray | None = None) -> bool:
    """Say whether probabilities beat the class shares beyond chance.

    Parameters
    ----------
    gains : ndarray of shape (n_samples,)
        Log loss of the class shares less that of the head, ticket by ticket.
    groups : ndarray of shape (n_samples,) or None
        Near-identical tickets share a group, and count as one witness; None takes every ticket for itself.

    References
    ----------
    A one-sided t-test of the mean gain with the cluster-robust error of K.-Y. Liang and S. L. Zeger, "Longitudinal data
    analysis using generalized linear models", Biometrika 73(1), 1986.

    Examples
    --------
    >>> has_signal(np.array([0.1, 0.2, 0.15, 0.12])), has_signal(np.array([0.1, -0.2, 0.15, -0.12]))
    (True, False)
    >>> has_signal(np.array([0.1, 0.2, 0.15, 0.12]), np.array([0, 0, 0, 0]))
    False
    """
    members = np.arange(len(gains)) if groups is None else np.unique(groups, return_inverse=True)[1]
    n_groups = len(np.unique(members))
    if n_groups < 2:
        return False
    mean = gains.mean()
    sums = np.bincount(members, gains - mean)
    error = np.sqrt(n_groups / (n_groups - 1) * (sums**2).sum()) / len(gains)
    return bool(mean > max(student.isf(_SIGNAL_LEVEL, n_groups - 1) * error, 1e-9))


def wilson(hits: int, n: int) -> Interval:
    """Return a share with its 95 % interval.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.

    Examples
    --------
    >>> wilson(8, 10)
    Interval(value=0.8, low=0.4902, high=0.9433, n=10)
    """
    if n == 0:
        return Interval(0.0, 0.0, 1.0, 0)
    z = norm.isf(0.025)
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(_rounded(share), _rounded(centre - half), _rounded(centre + half), n)


def _kappa(truth: np.ndarray, answers: np.ndarray, labels: np.ndarray) -> float:
    """Return quadratic kappa over the whole scale, levels that nobody used included."""
    if len(np.unique(truth)) < 2:
        return 0.0
    return float(cohen_kappa_score(truth, answers, labels=labels, weights="quadratic"))


def _top_recall(top: int, of: np.ndarray, found_in: np.ndarray) -> Interval:
    there = of == top
    return wilson(int((found_in[there] == top).sum()), int(there.sum()))


def _brier(probabilities: np.ndarray, truth: np.ndarray) -> float:
    errors = probabilities.copy()
    errors[np.arange(len(truth)), truth] -= 1
    return float((errors**2).sum(axis=1).mean())


def _rounded(value: float) -> float:
    return round(float(value), 4)
