"""Margins to calibrated probabilities, by a map that keeps every class's logit monotone and the order of classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.metrics import cohen_kappa_score, f1_score

from ticket_triage.modelling.softmax import softmax

_ANSWER_EXPONENTS = (0.0, 0.15, 0.3, 0.45, 0.6)
_SCALE_PENALTY = 0.5
_OFFSET_PENALTY = 0.01
_NOISE_START = -3.0
_SCALE_BOUNDS, _OFFSET_BOUNDS, _NOISE_BOUNDS = (-7.0, 7.0), (-50.0, 50.0), (-14.0, 6.0)
"""Of logarithms, plain numbers and logits: far beyond any answer, but no step of the search overflows."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How margins become probabilities: a positive scale and an offset per class, then a share of pure noise.

    Parameters
    ----------
    scales, offsets : ndarray of shape (n_classes,)
        ``margins * scales + offsets`` are the logits.
    noise : float
        In [0, 1): the share of labels that no text explains, spread evenly over the classes. It never changes which
        class is the most probable.
    """

    scales: np.ndarray
    offsets: np.ndarray
    noise: float

    def probabilities(self, margins: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities of margins, both of shape (n_samples, n_classes)."""
        return with_noise(softmax(margins * self.scales + self.offsets), self.noise)


def with_noise(probabilities: np.ndarray, noise: float) -> np.ndarray:
    """Mix probabilities of shape (n_samples, n_classes) with an even spread over the classes.

    Examples
    --------
    >>> with_noise(np.array([[1.0, 0.0]]), 0.5).tolist()
    [[0.75, 0.25]]
    """
    return (1.0 - noise) * probabilities + noise / probabilities.shape[1]


def fit_calibration(margins: np.ndarray, truth: np.ndarray) -> Calibration:
    """Find the map under which held-out margins become calibrated probabilities.

    Parameters
    ----------
    margins : ndarray of shape (n_samples, n_classes)
        Held out: made by models that had not seen these samples.
    truth : ndarray of shape (n_samples,), int
        Class of each sample.

    Returns
    -------
    Calibration

    References
    ----------
    C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2 (vector scaling); scales are kept
    positive, and a weak prior towards one keeps small histories sane. The noise share is the symmetric label noise of
    V. Mnih and G. Hinton, "Learning to Label Aerial Images from Noisy Data", ICML 2012: people disagree, and without
    it a few contradicted labels would make every clear case look doubtful.

    Examples
    --------
    >>> margins = np.array([[4.0, -4.0], [4.0, -4.0], [-4.0, 4.0], [-4.0, 4.0]] * 25)
    >>> truth = np.array([0, 1, 1, 1] * 25)
    >>> fit_calibration(margins, truth).probabilities(margins[:1]).round(1).tolist()
    [[0.5, 0.5]]
    """
    n_classes = margins.shape[1]
    start = np.zeros(2 * n_classes + 1)
    start[-1] = _NOISE_START
    bounds = [_SCALE_BOUNDS] * n_classes + [_OFFSET_BOUNDS] * n_classes + [_NOISE_BOUNDS]
    by_class = np.ascontiguousarray(margins.T, dtype=np.float64)
    found = minimize(_loss_and_slope, start, args=(by_class, truth), jac=True, method="L-BFGS-B", bounds=bounds)
    logarithms, offsets = found.x[:n_classes], found.x[n_classes:-1]
    return Calibration(np.exp(logarithms), offsets, float(expit(found.x[-1])))


def _loss_and_slope(parameters: np.ndarray, margins: np.ndarray, truth: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the penalised mean log loss of a calibration and its gradient; margins are by class, then by sample."""
    n_classes, n_samples = margins.shape
    hits = truth, np.arange(n_samples)
    logarithms, offsets, noise = parameters[:n_classes], parameters[n_classes:-1], expit(parameters[-1])
    scales = np.exp(logarithms)
    clean = margins * scales[:, None]
    clean += offsets[:, None]
    clean -= clean.max(axis=0)
    np.exp(clean, out=clean)
    clean /= clean.sum(axis=0)
    own = clean[hits]
    mixed = (1 - noise) * own + noise / n_classes
    penalty = _SCALE_PENALTY * logarithms @ logarithms + _OFFSET_PENALTY * offsets @ offsets
    value = (penalty - np.log(mixed).sum()) / n_samples
    slopes = clean
    slopes[hits] -= 1
    slopes *= (1 - noise) * own / mixed
    slope_offsets = slopes.sum(axis=1) + 2 * _OFFSET_PENALTY * offsets
    slopes *= margins
    slope_scales = slopes.sum(axis=1) * scales + 2 * _SCALE_PENALTY * logarithms
    slope_noise = ((own - 1 / n_classes) / mixed).sum() * noise * (1 - noise)
    return value, np.concatenate([slope_scales, slope_offsets, [slope_noise]]) / n_samples


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


def answer_offsets(probabilities: np.ndarray, truth: np.ndarray, *, ordered: bool) -> np.ndarray:
    """Find how far to lean towards rare classes, by the balance of the held-out answers.

    Parameters
    ----------
    probabilities : ndarray of shape (n_samples, n_classes)
        Held out and calibrated.
    truth : ndarray of shape (n_samples,), int
    ordered : bool
        Whether quadratic kappa counts beside macro-F1; otherwise accuracy does.

    Returns
    -------
    ndarray of shape (n_classes,)
        To be added to the logits.
    """
    logarithms = np.log(np.maximum(np.bincount(truth, minlength=probabilities.shape[1]), 1) / len(truth))
    logits = np.log(np.maximum(probabilities, 1e-12))
    quality = []
    for exponent in _ANSWER_EXPONENTS:
        answer = (logits - exponent * logarithms).argmax(axis=1)
        balanced = f1_score(truth, answer, average="macro", zero_division=0)
        labels = np.arange(probabilities.shape[1])
        kappa = cohen_kappa_score(truth, answer, labels=labels, weights="quadratic") if ordered else 0.0
        second = kappa if ordered else np.mean(answer == truth)
        quality.append(balanced + second)
    return -_ANSWER_EXPONENTS[int(np.argmax(quality))] * logarithms
