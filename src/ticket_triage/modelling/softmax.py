"""Logits to probabilities, with nothing imported that only training needs."""

from __future__ import annotations

import numpy as np


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
