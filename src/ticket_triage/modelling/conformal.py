"""Class-conditional conformal p-values: how unusual a class's probability would be for a ticket of that class.

A set of the classes with p-values above ``1 - level`` holds the true class in at least ``level`` of the tickets of
*every* class, whatever the probabilities are worth, as long as new tickets are drawn like the held-out ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def class_scores(probabilities: np.ndarray, truth: np.ndarray) -> list[np.ndarray]:
    """Return, for every class, what held-out tickets of that class gave to it, ascending.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Of samples the model had not seen.
    truth : ndarray of shape (n_samples,), int
        Class of each sample.

    Returns
    -------
    list of ndarray of shape (n_samples_of_the_class,), float32
    """
    return [np.sort(probabilities[truth == label, label].astype(np.float32)) for label in range(probabilities.shape[1])]


class PValues:
    """Looks up the p-values of all outputs of a model at once.

    Parameters
    ----------
    scores : sequence of ndarray of shape (n_samples_of_the_class,)
        Ascending, one for each output, as :func:`class_scores` gives them.

    References
    ----------
    V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random World", 2005, section 4.5 (Mondrian
    conformal prediction: exact for every class by itself).
    V. Vovk, "Cross-conformal predictors", Annals of Mathematics and Artificial Intelligence 74, 2015 (scores from
    held-out folds).

    Examples
    --------
    >>> scores = class_scores(np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]]), np.array([0, 0, 1]))
    >>> PValues(scores).of(np.array([[0.7, 0.3]])).round(2).tolist()
    [[0.67, 0.5]]
    """

    def __init__(self, scores: Sequence[np.ndarray]) -> None:
        sizes = np.array([len(own) for own in scores], dtype=np.int64)
        # One ascending array for all outputs: each output's scores lie in an interval of their own.
        parts = [2.0 * number + own.astype(np.float64) for number, own in enumerate(scores)]
        self._joined = np.concatenate(parts) if parts else np.zeros(0)
        self._places = 2.0 * np.arange(len(scores))
        self._starts = np.cumsum(sizes) - sizes - 1
        self._weights = 1.0 / (sizes + 1)

    def of(self, probabilities: np.ndarray) -> np.ndarray:
        """Return p-values in (0, 1] of probabilities, both of shape (n_samples, n_outputs)."""
        below = self._joined.searchsorted(probabilities + self._places, side="right")
        return (below - self._starts) * self._weights
