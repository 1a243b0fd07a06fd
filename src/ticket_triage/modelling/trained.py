"""A trained model's pieces for scikit-learn users: its features as a transformer, each head as a classifier.

Both are frozen, as ``sklearn.frozen.FrozenEstimator`` is: ``fit`` changes nothing and a clone is the same object. So
``cross_val_score`` judges the one trained model by each part in turn and trains none, which is honest on tickets alone
that the model has not learnt from; and another classifier behind the frozen features is trained anew on each part. To
learn n-grams anew on each part, take :class:`ticket_triage.modelling.vectorizer.HashedTfidfVectorizer`. Nothing here is
written into an artefact; a model's own folder holds arrays and JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.pipeline import Pipeline

from ticket_triage.domain.redaction import redact
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.modelling.encoder.block import MEANING
from ticket_triage.modelling.facts import fact_values
from ticket_triage.modelling.tone import TONE, TONE_FEATURES
from ticket_triage.modelling.training import facts_of, texts_of

if TYPE_CHECKING:
    from ticket_triage.modelling.model import TriageModel

_TEXT = ("subject", "body")


def as_pipeline(model: TriageModel, head: str) -> Pipeline:
    """Return the features and one head of a model as a fitted pipeline.

    Raises
    ------
    BadOptionError
        When the model has no such head.
    """
    names = [slot.name for slot in model.slots]
    if head not in names:
        raise BadOptionError(f"The model has no head {head!r} to take out; {nearest(head, names)}")
    return Pipeline([("features", TrainedVectorizer(model)), ("head", TrainedHead(model, head))])


class _Frozen(BaseEstimator):
    """What knows a trained model, and therefore learns nothing."""

    def fit(self, X, y=None):
        """Change nothing: the model is trained.

        Parameters
        ----------
        X, y : any
            Ignored.

        Returns
        -------
        self
        """
        return self

    def __sklearn_is_fitted__(self):
        return True

    def __sklearn_clone__(self):
        return self


class TrainedVectorizer(TransformerMixin, _Frozen):
    """The features that a trained model reads off tickets, one matrix for all its heads.

    Parameters
    ----------
    model : TriageModel

    Examples
    --------
    >>> from ticket_triage import train
    >>> from ticket_triage.intake.sample import sample_history
    >>> model = train(sample_history(600), heads=["category"], fast=True, models=None).model
    >>> X = TrainedVectorizer(model).transform(["the payment page is down", "thanks"])
    >>> X.shape[0], X.dtype.name
    (2, 'float64')
    """

    def __init__(self, model):
        self.model = model

    def transform(self, X):
        """Return the tickets' matrix.

        Parameters
        ----------
        X : DataFrame, or sequence of Ticket or str, of shape (n_tickets,)
            A frame has the columns of ``read_tickets(...).tickets``: ``subject``, ``body`` and the facts the model
            learnt from; those it lacks are unknown. Of texts alone no fact is known. Personal data is redacted first.

        Returns
        -------
        csr_array of shape (n_tickets, n_features), float64

        Raises
        ------
        ValueError
            When ``X`` is a single string, or a row is no ticket and no text.
        """
        return self.model.matrix(*_read(X, self.model.facts.names))

    def get_feature_names_out(self, input_features=None):
        """Return what each column is called.

        N-grams are kept as hashes, so those columns have numbers; ``model.explain`` names the words of a ticket.

        Parameters
        ----------
        input_features : any
            Ignored.

        Returns
        -------
        ndarray of shape (n_features,), object
        """
        text = self.model.text
        kinds = ([] if text.blocks.words is None else ["words"]) + ["characters"] * (text.blocks.characters is not None)
        names = [f"{kind}_{n}" for kind, idf in zip(kinds, text.idf, strict=True) for n in range(len(idf))]
        names += self.model.facts.known + [f"{TONE}_{name}" for name in TONE_FEATURES] * self.model.toned
        rest = len(self.model.coefficients) - len(names)
        return np.array([*names, *(f"{MEANING}_{n}" for n in range(rest))], dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags


class TrainedHead(ClassifierMixin, _Frozen):
    """One head of a trained model, behind its :class:`TrainedVectorizer`.

    Parameters
    ----------
    model : TriageModel
    head : str

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        In level order for an ordered head.
    n_features_in_ : int
    coef_ : ndarray of shape (n_classes, n_features), float32
    intercept_ : ndarray of shape (n_classes,), float64
    """

    def __init__(self, model, head):
        self.model = model
        self.head = head

    @property
    def _slot(self):
        return next(slot for slot in self.model.slots if slot.name == self.head)

    @property
    def classes_(self):
        """The classes, in the order of the columns of the probabilities."""
        return np.array(self._slot.classes)

    @property
    def n_features_in_(self):
        """Number of columns."""
        return len(self.model.coefficients)

    @property
    def coef_(self):
        """What a unit of each column adds to each class's logit."""
        return np.asarray(self.model.coefficients[:, self._slot.columns]).T

    @property
    def intercept_(self):
        """What is added to each class's logit."""
        return self.model.intercepts[self._slot.columns]

    def decision_function(self, X):
        """Return the calibrated logits.

        Parameters
        ----------
        X : sparse or dense array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        return self._logits(X)[:, self._slot.columns]

    def predict_proba(self, X):
        """Return calibrated probabilities: the model's own, unrounded, to within 1e-12.

        Parameters
        ----------
        X : sparse or dense array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
        """
        return self.model.answers(self._slot, self._logits(X))[0]

    def predict(self, X):
        """Return the balanced answers, as everywhere in this package; not always the most probable class.

        Parameters
        ----------
        X : sparse or dense array of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        return self.classes_[self.model.answers(self._slot, self._logits(X))[1]]

    def _logits(self, X):
        rows = sp.csr_array(X)
        if rows.shape[1] != self.n_features_in_:
            raise ValueError(f"X has {rows.shape[1]} features, but the head expects {self.n_features_in_} features.")
        return self.model.logits_of(rows)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.requires_fit = False
        return tags


def _read(X, names):
    """Return texts and facts; what stands in a text of somebody's person is redacted."""
    if isinstance(X, str):
        raise ValueError("Iterable over tickets or texts expected, string object received.")
    if isinstance(X, pd.DataFrame):
        redacted = {name: texts_of(X[[name]]) for name in _TEXT if name in X}
        clean = X.assign(**{name: [redact(text) for text in texts] for name, texts in redacted.items()})
        return texts_of(clean), facts_of(X, names)
    tickets = [_ticket(entry) for entry in X]
    return [ticket.normalised for ticket in tickets], [fact_values(ticket, names) for ticket in tickets]


def _ticket(entry) -> Ticket:
    if isinstance(entry, Ticket):
        return entry
    if not isinstance(entry, str):
        raise ValueError(f"Tickets or texts are expected; got {type(entry).__name__}.")
    return Ticket("", body=entry)
