"""A linear head whose probabilities are calibrated on samples its margins had not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_array, check_is_fitted, check_random_state, validate_data

from ticket_triage.modelling.calibration import answer_offsets, fit_calibration, with_noise
from ticket_triage.modelling.margins import Solver, apply
from ticket_triage.modelling.search import Search, ablation
from ticket_triage.modelling.softmax import softmax


@dataclass(frozen=True, slots=True)
class Block:
    """Features that take part at a weight of their own, or not at all.

    Parameters
    ----------
    name : str
    n_features : int
    weights : tuple of float
        Ascending; they are tried in turn while the loss on the first fold falls.
    """

    name: str
    n_features: int
    weights: tuple[float, ...]


class CalibratedLinearClassifier(ClassifierMixin, BaseEstimator):
    """One-against-rest logistic margins, calibrated on held-out folds.

    Margins and their scaling are linear, so they are folded into one matrix: a class's logit is
    ``X @ coef_.T + intercept_``, and what each feature adds to it can be read off exactly. Probabilities are
    ``(1 - noise_) * softmax(logits) + noise_ / n_classes``.

    Parameters
    ----------
    C : tuple of float, default=(1.0, 3.0, 10.0)
        Inverse strengths of regularisation, ascending; they are tried in turn while the calibrated log loss on the
        first fold falls.
    balance : float, default=0.5
        0 weighs every sample alike, 1 weighs every class alike.
    folds : int, default=3
        Parts held out in turn, at least 2.
    tol : float, default=0.1
        When the solver stops.
    ordered : bool, default=False
        Whether ``classes`` have an order; the balanced answer then minds quadratic kappa too.
    classes : sequence or None, default=None
        All classes in order; None takes those of ``y`` in sorted order.
    optional : (int, int) or None, default=None
        First column and end of features that are left out when the first fold is better off without.
    blocks : tuple of Block, default=()
        What the last columns of ``X`` are, block by block; each is tried beside those that were kept before it.
    ablate : bool, default=False
        Whether to try what each part brings; costs a few fits.
    n_jobs : int, default=1
        Processes at most.
    random_state : int, RandomState or None, default=0
        Deals samples into folds and seeds the solver.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (n_classes, n_features)
    intercept_ : ndarray of shape (n_classes,)
    shift_ : ndarray of shape (n_classes,)
        What calibration added to the logits beside scaling them; part of ``intercept_``.
    noise_ : float
        Share of labels that no text explains, in [0, 1).
    answer_offsets_ : ndarray of shape (n_classes,)
        Added to the logits before the balanced answer is taken.
    C_ : float
        The strength that was taken.
    uses_optional_ : bool
        Whether the optional features were kept.
    block_weights_ : dict of str to float
        The weight that each block was given, 0 for none; part of ``coef_``.
    ablation_ : tuple of Part
        What each part brought on the first fold; only when asked for.
    held_out_probabilities_ : ndarray of shape (n_samples, n_classes)
        Calibrated, each from a model that had not seen the sample.
    held_out_answers_ : ndarray of shape (n_samples,), int
        Positions of the balanced answers of the same models.

    References
    ----------
    C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017 (vector scaling).
    A. K. Menon et al., "Long-tail learning via logit adjustment", ICLR 2021 (the balanced answer's offsets).

    Examples
    --------
    >>> X, y = np.array([[0.0], [0.1], [0.9], [1.0]] * 10), ["low", "low", "high", "high"] * 10
    >>> CalibratedLinearClassifier().fit(X, y).predict([[0.0], [1.0]]).tolist()
    ['low', 'high']
    """

    def __init__(
        self,
        C=(1.0, 3.0, 10.0),
        *,
        balance=0.5,
        folds=3,
        tol=0.1,
        ordered=False,
        classes=None,
        optional=None,
        blocks=(),
        ablate=False,
        n_jobs=1,
        random_state=0,
    ):
        self.C = C
        self.balance = balance
        self.folds = folds
        self.tol = tol
        self.ordered = ordered
        self.classes = classes
        self.optional = optional
        self.blocks = blocks
        self.ablate = ablate
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X, y, groups=None, unseen=None):
        """Choose the regularisation, calibrate on held-out folds, then learn from all samples.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        groups : array-like of shape (n_samples,), default=None
            Samples of one group are held out together.
        unseen : {array-like, sparse matrix} of shape (n_samples, n_features), default=None
            The samples as they look to a model that has not learnt from them, to be calibrated on; None for ``X``.

        Returns
        -------
        self : CalibratedLinearClassifier
        """
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_ = np.unique(y) if self.classes is None else np.asarray(self.classes)
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_.tolist()}.")
        truth = np.searchsorted(self.classes_, y) if self.classes is None else _positions(self.classes_, y)
        rng = check_random_state(self.random_state)
        fold_of = deal_folds(truth, groups, self.folds, rng)
        solver = Solver(self.balance, self.tol, int(rng.randint(np.iinfo(np.int32).max)), self.n_jobs)
        unseen = X if unseen is None else check_array(unseen, accept_sparse="csr", dtype=[np.float64, np.float32])
        margins, weights = self._fit_margins(solver, X, unseen, truth, fold_of)
        self._calibrate(margins, weights, truth)
        return self

    @classmethod
    def from_margins(cls, weights, margins, truth, classes, *, ordered):
        """Return a classifier of given weights, calibrated on the margins of samples they had not seen.

        Parameters
        ----------
        weights : ndarray of shape (n_features + 1, n_classes)
            The last row holds the intercepts.
        margins : ndarray of shape (n_samples, n_classes)
        truth : ndarray of shape (n_samples,), int
        classes : sequence of str
        ordered : bool

        Returns
        -------
        CalibratedLinearClassifier
        """
        made = cls(ordered=ordered, classes=classes)
        made.classes_, made.n_features_in_ = np.asarray(classes), len(weights) - 1
        made.C_, made.uses_optional_, made.block_weights_ = made.C[0], True, {}
        made._calibrate(margins, weights, truth)
        return made

    def decision_function(self, X):
        """Return calibrated logits.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes), or (n_samples,) of the second class when there are two
        """
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X):
        """Return calibrated probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        return with_noise(softmax(self._logits(X)), self.noise_)

    def predict(self, X):
        """Return the most probable class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        logits = self._logits(X)
        return self.classes_[logits.argmax(axis=1)]

    def balanced_answer(self, X):
        """Return the class that is most probable beside how common it is.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        logits = self._logits(X)
        return self.classes_[(logits + self.answer_offsets_).argmax(axis=1)]

    def __sklearn_tags__(self):
        """Say that sparse matrices are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _logits(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, accept_sparse="csr", dtype=[np.float64, np.float32])
        return np.asarray(X @ self.coef_.T) + self.intercept_

    def _fit_margins(self, solver, X, unseen, truth, fold_of):
        n_classes, n_features = len(self.classes_), X.shape[1]
        self.block_weights_ = {block.name: 0.0 for block in self.blocks}
        search = Search(solver, self._weighed(X), self._weighed(unseen), truth, fold_of, n_classes)
        chosen = search.run(self.C, self.optional)
        self.C_, self.uses_optional_ = chosen.task.C, chosen.task.kept is None
        for block in self.blocks:
            chosen = self._with_block(search, chosen, X, unseen, block)
        X, unseen = self._weighed(X), self._weighed(unseen)
        if self.ablate:
            search.X, search.unseen = X, unseen
            self.ablation_ = ablation(search, chosen, self._parts(), ordered=self.ordered)
        others = [replace(chosen.task, rows=np.flatnonzero(fold_of != fold)) for fold in range(1, fold_of.max() + 1)]
        *rest, weights = solver.fit(X, truth, n_classes, [*others, replace(chosen.task, rows=None)])
        margins = np.empty((len(truth), n_classes))
        for fold, learnt in enumerate([chosen.weights, *rest]):
            rows = np.flatnonzero(fold_of == fold)
            margins[rows] = apply(unseen[rows], learnt)
        return margins, self._unweighed(weights, n_features)

    def _with_block(self, search, chosen, X, unseen, block):
        """Return the better of a trial and its twins that learn from a further block too, and keep its weight."""
        start = search.X.shape[1] + sum(kept.n_features for kept in self.blocks if self.block_weights_[kept.name])
        for weight in block.weights:
            before = self.block_weights_[block.name]
            self.block_weights_[block.name] = weight
            trial = search.with_block(chosen, self._weighed(X), self._weighed(unseen), start)
            if trial.loss >= chosen.loss:
                self.block_weights_[block.name] = before
                break
            chosen = trial
        return chosen

    def _parts(self):
        """Return the blocks of features in use, each with its first column and end."""
        n_others = self.n_features_in_ - sum(block.n_features for block in self.blocks)
        parts = {}
        if self.optional is not None and self.uses_optional_:
            first, stop = self.optional
            parts = {"words": (0, first), "characters": (first, stop), "intake facts": (stop, n_others)}
        start = n_others
        for block in self.blocks:
            if self.block_weights_[block.name]:
                parts[block.name] = (start, start + block.n_features)
                start += block.n_features
        return {name: columns for name, columns in parts.items() if columns[0] < columns[1]}

    def _places(self, n_features):
        """Return each block's first column and end in ``X`` as it was given."""
        places, end = {}, n_features
        for block in self.blocks[::-1]:
            places[block.name] = (end - block.n_features, end)
            end -= block.n_features
        return dict(reversed(places.items()))

    def _weighed(self, X):
        """Return the samples with each block at its weight, and without those that have none."""
        if not self.blocks:
            return X
        places = self._places(X.shape[1])
        parts = [X[:, : places[self.blocks[0].name][0]]]
        for name, (first, end) in places.items():
            if self.block_weights_[name]:
                parts.append(X[:, first:end] * X.dtype.type(self.block_weights_[name]))
        return sp.hstack(parts, format="csr") if sp.issparse(X) else np.hstack(parts)

    def _unweighed(self, weights, n_features):
        """Return the weights for samples as they were given, the intercepts still last."""
        if not self.blocks:
            return weights
        given = np.zeros((n_features + 1, weights.shape[1]))
        places = self._places(n_features)
        done = places[self.blocks[0].name][0]
        given[:done], given[-1] = weights[:done], weights[-1]
        for name, (first, end) in places.items():
            if self.block_weights_[name]:
                given[first:end] = weights[done : done + end - first] * self.block_weights_[name]
                done += end - first
        return given

    def _calibrate(self, margins, weights, truth):
        calibration = fit_calibration(margins, truth)
        self.coef_ = np.ascontiguousarray((weights[:-1] * calibration.scales).T)
        self.intercept_ = weights[-1] * calibration.scales + calibration.offsets
        self.shift_ = calibration.offsets
        self.noise_ = calibration.noise
        self.held_out_probabilities_ = calibration.probabilities(margins)
        self.answer_offsets_ = answer_offsets(self.held_out_probabilities_, truth, ordered=self.ordered)
        logits = margins * calibration.scales + calibration.offsets
        self.held_out_answers_ = (logits + self.answer_offsets_).argmax(axis=1)


def deal_folds(truth, groups, folds, rng) -> np.ndarray:
    """Deal samples into folds, class by class, keeping the samples of a group together.

    Parameters
    ----------
    truth : ndarray of shape (n_samples,), int
    groups : array-like of shape (n_samples,) or None
    folds : int
        At least 2; fewer are used when there are fewer groups.
    rng : RandomState

    Returns
    -------
    ndarray of shape (n_samples,), int

    Examples
    --------
    >>> deal_folds(np.array([0, 0, 1, 1]), ["a", "a", "b", "c"], 2, np.random.RandomState(0)).tolist()
    [0, 0, 0, 1]
    """
    names = np.arange(len(truth)) if groups is None else groups
    _, first, group_of = np.unique(names, return_index=True, return_inverse=True)
    shuffled = rng.permutation(len(first))
    ordered = shuffled[np.argsort(truth[first[shuffled]], kind="stable")]
    fold_of_group = np.empty(len(first), dtype=int)
    fold_of_group[ordered] = np.arange(len(first)) % min(folds, len(first))
    return fold_of_group[group_of]


def _positions(classes, y):
    order = {label: position for position, label in enumerate(classes)}
    return np.array([order[label] for label in y])
