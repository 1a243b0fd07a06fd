"""Margins to calibrated probabilities, by a map that keeps every class's logit monotone."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

_SCALE_PENALTY = 0.5
_OFFSET_PENALTY = 0.01


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities, row by row.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    ndarray of shape (n_samples, n_classes), float64
        Each row sums to one.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted, dtype=np.float64)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def fit_vector_scaling(margins: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the positive scale and the offset per class under which margins become calibrated logits.

    Parameters
    ----------
    margins : ndarray of shape (n_samples, n_classes)
        Held out: made by models that had not seen these samples.
    truth : ndarray of shape (n_samples,), int
        Class of each sample.

    Returns
    -------
    scales, offsets : ndarray of shape (n_classes,)
        ``softmax(margins * scales + offsets)`` is calibrated.

    References
    ----------
    C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2 (vector scaling); scales are kept
    positive, and a weak prior towards one keeps small histories sane.

    Examples
    --------
    >>> margins = np.array([[4.0, -4.0], [4.0, -4.0], [-4.0, 4.0], [-4.0, 4.0]] * 25)
    >>> truth = np.array([0, 1, 1, 1] * 25)
    >>> scales, offsets = fit_vector_scaling(margins, truth)
    >>> softmax(margins[:1] * scales + offsets).round(1).tolist()
    [[0.5, 0.5]]
    """
    n_samples, n_classes = margins.shape
    hits = np.arange(n_samples), truth

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        logarithms, offsets = parameters[:n_classes], parameters[n_classes:]
        scales = np.exp(logarithms)
        probabilities = softmax(margins * scales + offsets)
        penalty = _SCALE_PENALTY * logarithms @ logarithms + _OFFSET_PENALTY * offsets @ offsets
        value = (penalty - np.log(np.maximum(probabilities[hits], 1e-300)).sum()) / n_samples
        probabilities[hits] -= 1
        slope_scales = (probabilities * margins).sum(axis=0) * scales + 2 * _SCALE_PENALTY * logarithms
        slope_offsets = probabilities.sum(axis=0) + 2 * _OFFSET_PENALTY * offsets
        return value, np.concatenate([slope_scales, slope_offsets]) / n_samples

    found = minimize(loss, np.zeros(2 * n_classes), jac=True, method="L-BFGS-B")
    return np.exp(found.x[:n_classes]), found.x[n_classes:]


def log_loss(probabilities: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return each sample's negative log probability of its true class.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    truth : ndarray of shape (n_samples,), int

    Returns
    -------
    ndarray of shape (n_samples,)
    """
    return -np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12))


def expected_calibration_error(probabilities: np.ndarray, truth: np.ndarray, n_bins: int = 15) -> float:
    """Return how far stated confidence and observed accuracy lie apart, on average.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
    truth : ndarray of shape (n_samples,), int
    n_bins : int, default=15
        Equal widths of confidence.

    Returns
    -------
    float
        In [0, 1]; 0 is perfect.

    References
    ----------
    M. P. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    confidence = probabilities.max(axis=1)
    hit = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    gaps = np.bincount(bins, confidence - hit, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(truth))
