"""Sums of neighbouring rows, always added up in the same order."""

from __future__ import annotations

import numpy as np


def added_rows(rows: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Add up the rows of each text, always in the order given.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, width)
        Those of one text next to one another.
    ends : ndarray of shape (n_texts + 1,), int
        Text i has the rows from ``ends[i]`` to ``ends[i + 1]``.

    Returns
    -------
    ndarray of shape (n_texts, width), float64

    Examples
    --------
    >>> added_rows(np.array([[1.0], [10.0], [10.0]]), np.array([0, 2, 2, 3])).tolist()
    [[11.0], [0.0], [10.0]]
    """
    begins = ends[:-1]
    if len(rows) and bool((ends[1:] > begins).all()):
        return np.asarray(np.add.reduceat(rows, begins, axis=0), dtype=np.float64)
    sums = np.zeros((len(begins), rows.shape[1]))
    present = (ends[1:] > ends[:-1]).nonzero()[0]
    if len(present):
        sums[present] = np.add.reduceat(rows, ends[present], axis=0)
    return sums
