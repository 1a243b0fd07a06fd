"""How good a head is on tickets it had not seen, led by what hurts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student
from sklearn.metrics import cohen_kappa_score, confusion_matrix, precision_recall_fscore_support

from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import NoLabelsError
from ticket_triage.modelling.calibration import expected_calibration_error, log_loss

if TYPE_CHECKING:
    import pandas as pd

_SIGNAL_LEVEL = 0.01
"""How often a head without signal may be taken to have one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]" if self.n else "none"


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class: how many there are, and how well they are found."""

    name: str
    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, repr=False)
class HeadReport(Tabled):
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

    def lines(self, ceiling: float | None = None) -> list[tuple[str, str]]:
        """Return labelled lines, each short enough for a terminal of 80 columns, what hurts first.

        ``ceiling`` is the accuracy that disagreement among the people who labelled allows, where it is known.
        """
        top = [(self.top, f"recall {self.top_recall}, precision {self.top_precision}")] if self.top is not None else []
        line = f"{self.accuracy}, majority line {self.majority:.3f}"
        kappa = "" if self.quadratic_kappa is None else f", quadratic kappa {self.quadratic_kappa:.3f}"
        losses = f"log loss {self.log_loss:.3f} (class shares alone {self.prior_log_loss:.3f})"
        return [
            *top,
            ("accuracy", line if ceiling is None else f"{line}, ceiling {ceiling:.3f}"),
            ("macro-F1", f"{self.macro_f1:.3f}{kappa}"),
            ("calibration", f"error {self.expected_calibration_error:.3f}, {losses}"),
        ]

    def told(self) -> list[str]:
        """Return whether a signal was found, and the figures of the whole."""
        found = "" if self.signal else ": no signal found"
        lines = [f"{label}: {figures}" for label, figures in self.lines()]
        return [f"{self.head}, {self.rows:,} held-out tickets{found}", *lines]

    def table(self) -> pd.DataFrame:
        """Return one row for each class, whose index in ``confusion`` is its place here."""
        import pandas as pd

        return pd.DataFrame(self.classes).rename(columns={"name": "class", "rows": "tickets"})

    def figures(self) -> dict[str, Any]:
        """Return the figures of the whole as one row of a table; ``low`` and ``high`` bound the accuracy (95 %)."""
        return {
            "head": self.head,
            "tickets": self.rows,
            "accuracy": self.accuracy.value,
            "low": self.accuracy.low,
            "high": self.accuracy.high,
            "majority": self.majority,
            "macro_f1": self.macro_f1,
            "top": self.top,
            "top_recall": None if self.top_recall is None else self.top_recall.value,
            "calibration_error": self.expected_calibration_error,
            "signal": self.signal,
        }

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
        Positions in ``classes``; a truth beyond them is a class the head never learnt, and always counts as missed.
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
    learnt = truth < len(classes)
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
    counted = (support > 0) | (np.bincount(answers, minlength=len(classes)) > 0)
    never_learnt = len(np.unique(truth[~learnt]))
    return HeadReport(
        head=head,
        rows=len(truth),
        accuracy=share_of(answers == truth, groups),
        majority=_rounded(np.unique(truth, return_counts=True)[1].max() / len(truth)),
        macro_f1=_rounded(f1[counted].sum() / (counted.sum() + never_learnt)),
        quadratic_kappa=_rounded(_kappa(truth[learnt], answers[learnt], labels)) if ordered else None,
        top=top,
        top_recall=None if top is None else _found(classes.index(top), truth, answers, groups),
        top_precision=None if top is None else _found(classes.index(top), answers, truth, groups),
        expected_calibration_error=_rounded(expected_calibration_error(probabilities, truth)),
        log_loss=_rounded(losses.mean()),
        prior_log_loss=_rounded(prior_losses.mean()),
        brier=_rounded(_brier(probabilities, truth)),
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
    return _wilson(hits / n, n, n) if n else Interval(0.0, 0.0, 1.0, 0)


def _wilson(share: float, effective: float, n: int) -> Interval:
    """Return Wilson's interval of a share that ``n`` cases showed and that is worth ``effective`` cases."""
    z = norm.isf(0.025)
    centre = (share + z * z / (2 * effective)) / (1 + z * z / effective)
    half = z / (1 + z * z / effective) * np.sqrt(share * (1 - share) / effective + z * z / (4 * effective**2))
    return Interval(_rounded(share), _rounded(centre - half), _rounded(centre + half), n)


def share_of(hits: np.ndarray, groups: np.ndarray | None = None) -> Interval:
    """Return the share of hits with its 95 % interval, wider where near-identical tickets are hit or missed together.

    Parameters
    ----------
    hits : ndarray of shape (n_samples,), bool
    groups : ndarray of shape (n_samples,) or None
        Near-identical tickets share a group; None takes every ticket for itself.

    References
    ----------
    Wilson's interval at the effective sample size of E. L. Korn and B. I. Graubard, "Confidence intervals for
    proportions with small expected number of positive counts estimated from survey data", Survey Methodology 24, 1998.

    Examples
    --------
    >>> hits = np.array([True, True, True, True, False, False, False, False])
    >>> share_of(hits).low, share_of(hits, np.array([0, 0, 0, 0, 1, 1, 1, 1])).low
    (0.2152, 0.0945)
    """
    if groups is None or not len(hits):
        return wilson(int(hits.sum()), len(hits))
    members = np.unique(groups, return_inverse=True)[1]
    n_groups, share = int(members.max()) + 1, float(hits.mean())
    spread = (np.bincount(members, hits - share) ** 2).sum() / len(hits) ** 2
    alone = share * (1 - share) / len(hits)
    effective = len(hits) * min(1.0, alone / spread) if spread > 0 else float(n_groups)
    return _wilson(share, effective, len(hits))


def positions(labels: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Return each label's position among the classes; one never learnt gets a position of its own beyond them.

    Examples
    --------
    >>> positions(np.array(["b", "a", "z", "b"], dtype=object), ["a", "b"]).tolist()
    [1, 0, 2, 1]
    """
    known = {label: number for number, label in enumerate(classes)}
    return np.array([known.setdefault(label, len(known)) for label in labels], dtype=np.int64)


def _kappa(truth: np.ndarray, answers: np.ndarray, labels: np.ndarray) -> float:
    """Return quadratic kappa over the whole scale, levels that nobody used included."""
    if len(np.unique(truth)) < 2:
        return 0.0
    return float(cohen_kappa_score(truth, answers, labels=labels, weights="quadratic"))


def _found(level: int, of: np.ndarray, found_in: np.ndarray, groups: np.ndarray | None) -> Interval:
    there = of == level
    return share_of(found_in[there] == level, None if groups is None else groups[there])


def _brier(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Return the mean squared distance to the truth; one never learnt lies a whole unit away in a class of its own."""
    learnt = np.flatnonzero(truth < probabilities.shape[1])
    errors = probabilities.copy()
    errors[learnt, truth[learnt]] -= 1
    return float(((errors**2).sum() + len(truth) - len(learnt)) / len(truth))


def _rounded(value: float) -> float:
    return round(float(value), 4)
