"""A head's small search, counted in fits on the first fold, and what each part of the result brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from ticket_triage.modelling.calibration import answer_offsets, fit_calibration, log_loss
from ticket_triage.modelling.margins import Solver, Task, apply

_SHARPER = 0.03
"""Smoothing under which rare words count more: profits where wording repeats, so tried where words alone won."""


@dataclass(frozen=True)
class Trial:
    """What was tried, its weights from all folds but the first, and what it made of the first."""

    task: Task
    weights: np.ndarray
    margins: np.ndarray
    truth: np.ndarray

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Calibrated on the first fold itself; found out only where trials are held against one another."""
        return fit_calibration(self.margins, self.truth).probabilities(self.margins)

    @cached_property
    def loss(self) -> float:
        """Mean log loss of the first fold."""
        return float(log_loss(self.probabilities, self.truth).mean())


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the recipe taken away, and the first fold's figures without it."""

    part: str
    log_loss: float
    accuracy: float
    macro_f1: float

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return asdict(self)


class Search:
    """Trials on the first fold: few fits, the dear ones only when cheaper ones pointed to them.

    Parameters
    ----------
    solver : Solver
    X : csr_array or ndarray of shape (n_samples, n_features)
    unseen : csr_array or ndarray of shape (n_samples, n_features)
        The samples as they look to a model that has not learnt from them.
    truth, fold_of : ndarray of shape (n_samples,), int
    n_classes : int
    """

    def __init__(
        self, solver: Solver, X: Any, unseen: Any, truth: np.ndarray, fold_of: np.ndarray, n_classes: int
    ) -> None:
        self.solver, self.X, self.unseen, self.n_classes = solver, X, unseen, n_classes
        self.truth, self.first = truth, np.flatnonzero(fold_of == 0)
        self._base = Task(np.flatnonzero(fold_of != 0), 1.0)

    def run(self, strengths: Sequence[float], optional: tuple[int, int] | None) -> Trial:
        """Return the best trial.

        Ever larger strengths, then without the optional columns from there on, and where that wins with sharper
        evidence.
        """
        best = self._climb(strengths, self._base)
        if optional is None:
            return best
        without = replace(self._base, kept=self.all_but(*optional))
        words = self._climb([C for C in strengths if best.task.C <= C], without)
        if words.loss >= best.loss:
            return best
        sharper = self.trial(replace(words.task, smoothing=_SHARPER))
        return min(words, sharper, key=lambda trial: trial.loss)

    def with_block(self, trial: Trial, X: Any, unseen: Any, start: int) -> Trial:
        """Return a trial's twin that learns from a further block too, whose columns begin at ``start`` of ``X``."""
        kept = trial.task.kept
        kept = kept if kept is None else np.r_[kept[kept < start], start : X.shape[1]]
        return self.trial(replace(trial.task, kept=kept), X, unseen)

    def trial(self, task: Task, X: Any = None, unseen: Any = None, solver: Solver | None = None) -> Trial:
        """Fit on all folds but the first."""
        X, unseen = (self.X, self.unseen) if X is None else (X, unseen)
        (weights,) = (solver or self.solver).fit(X, self.truth, self.n_classes, [task])
        return Trial(task, weights, apply(unseen[self.first], weights), self.truth[self.first])

    def all_but(self, first: int, end: int) -> np.ndarray:
        """Return all columns but those from ``first`` up to ``end``."""
        return np.r_[:first, end : self.X.shape[1]]

    def part(self, name: str, trial: Trial, *, ordered: bool) -> Part:
        """Return a trial's figures on the first fold, judged by the balanced answer."""
        truth = self.truth[self.first]
        offsets = answer_offsets(trial.probabilities, truth, ordered=ordered)
        answers = (np.log(np.maximum(trial.probabilities, 1e-12)) + offsets).argmax(axis=1)
        macro = f1_score(truth, answers, average="macro", zero_division=0)
        figures = trial.loss, np.mean(answers == truth), macro
        return Part(name, *(round(float(figure), 4) for figure in figures))

    def _climb(self, strengths: Sequence[float], base: Task) -> Trial:
        """Return the best of ascending strengths, tried while the loss falls."""
        best = self.trial(replace(base, C=strengths[0]))
        for C in strengths[1:]:
            trial = self.trial(replace(base, C=C))
            if trial.loss >= best.loss:
                break
            best = trial
        return best


def ablation(
    search: Search, chosen: Trial, blocks: Mapping[str, tuple[int, int]], *, ordered: bool
) -> tuple[Part, ...]:
    """Say what each part brought: the first fold's figures as chosen, and with one part at a time taken away.

    Parameters
    ----------
    search : Search
    chosen : Trial
    blocks : mapping of str to (int, int)
        First column and end of each block of features in use.
    ordered : bool

    Returns
    -------
    tuple of Part
    """
    task = chosen.task
    trials = {"as chosen": chosen, "without evidence weights": search.trial(replace(task, smoothing=None))}
    if search.solver.balance:
        even = replace(search.solver, balance=0.0)
        trials["without class balance"] = search.trial(task, solver=even)
    columns = np.arange(search.X.shape[1]) if task.kept is None else task.kept
    for name, (first, end) in blocks.items():
        rest = columns[(columns < first) | (columns >= end)]
        trials[f"without {name}"] = search.trial(replace(task, kept=rest))
    return tuple(search.part(name, trial, ordered=ordered) for name, trial in trials.items())
