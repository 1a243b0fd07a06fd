"""One-against-rest logistic margins, fitted in processes of their own.

The solver draws its random order from a generator that is global to a process, so threads would make the result
depend on their timing; processes (or none) give the same bytes every time.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

_MAX_ITER = 300
_WORTH_PROCESSES = 2_000_000
"""Below this many stored values times classes, starting processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Task:
    """Margins to fit: which rows learn (None: all of them), and how strongly."""

    rows: np.ndarray | None
    C: float


@dataclass(frozen=True, slots=True)
class Solver:
    """How margins are fitted.

    Parameters
    ----------
    balance : float
        0 weighs every sample alike, 1 weighs every class alike.
    tolerance : float
        When the solver stops.
    seed : int
        Seed of the solver's random order.
    n_jobs : int
        Processes at most.
    """

    balance: float
    tolerance: float
    seed: int
    n_jobs: int

    def fit(self, X: Any, truth: np.ndarray, n_classes: int, tasks: Sequence[Task]) -> list[np.ndarray]:
        """Return the weights of each task.

        Parameters
        ----------
        X : sparse array or ndarray of shape (n_samples, n_features)
        truth : ndarray of shape (n_samples,), int
            Class of each sample, below ``n_classes``.
        n_classes : int
        tasks : sequence of Task

        Returns
        -------
        list of ndarray of shape (n_features + 1, n_classes)
            The last row holds the intercepts.
        """
        stored = getattr(X, "nnz", X.size) * n_classes
        jobs = self.n_jobs if stored >= _WORTH_PROCESSES else 1
        parts = [(task, range(n_classes)[part::jobs]) for task in tasks for part in range(jobs)]
        fitted = Parallel(n_jobs=jobs)(delayed(_fit)(self, X, truth, n_classes, task, part) for task, part in parts)
        weights = [np.empty((X.shape[1] + 1, n_classes)) for _ in tasks]
        for position, ((_, part), columns) in enumerate(zip(parts, fitted, strict=True)):
            weights[position // jobs][:, part] = columns
        return weights


def apply(X: Any, weights: np.ndarray) -> np.ndarray:
    """Return the margins of samples under weights whose last row holds the intercepts."""
    return np.asarray(X @ weights[:-1]) + weights[-1]


def _fit(solver: Solver, X: Any, truth: np.ndarray, n_classes: int, task: Task, part: Sequence[int]) -> np.ndarray:
    if task.rows is not None:
        X, truth = X[task.rows], truth[task.rows]
    X = X.astype(np.float64)
    counts = np.bincount(truth, minlength=n_classes)
    sample_weight = (len(truth) / (np.count_nonzero(counts) * np.maximum(counts, 1))) ** solver.balance
    columns = [_fit_one(solver, X, truth == label, sample_weight[truth], task.C) for label in part]
    return np.array(columns).reshape(len(part), X.shape[1] + 1).T


def _fit_one(solver: Solver, X: Any, positive: np.ndarray, sample_weight: np.ndarray, C: float) -> np.ndarray:
    if positive.all() or not positive.any():
        share = (positive.sum() + 0.5) / (len(positive) + 1)
        return np.append(np.zeros(X.shape[1]), np.log(share / (1 - share)))
    model = LogisticRegression(
        C=C, solver="liblinear", dual=True, tol=solver.tolerance, max_iter=_MAX_ITER, random_state=solver.seed
    )
    with warnings.catch_warnings():
        # Calibration on held-out samples comes after: a margin stopped early is still a margin.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, positive, sample_weight=sample_weight)
    return np.append(model.coef_[0], model.intercept_)
