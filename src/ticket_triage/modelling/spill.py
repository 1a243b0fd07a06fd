"""Rows of a sparse matrix on disk, in the order they came, and margins fitted by passes over them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from ticket_triage.modelling.margins import evidence_of

_TOGETHER = 8
"""Classes fitted at once: each costs a dozen weights per feature of memory."""
_CORRECTIONS, _MOST_STEPS = 4, 40


class Spill:
    """A sparse matrix in a folder, part by part.

    Parameters
    ----------
    folder : Path
        Empty; the caller clears it away.
    n_features : int
    """

    def __init__(self, folder: Path, n_features: int) -> None:
        self._values, self._columns = folder / "values", folder / "columns"
        self._values.touch()
        self._columns.touch()
        self._indptrs: list[np.ndarray] = []
        self.n_features = n_features

    def add(self, rows: sp.csr_array) -> None:
        """Write rows after those that are there."""
        for path, array in ((self._values, rows.data), (self._columns, rows.indices)):
            with path.open("ab") as file:
                array.tofile(file)
        self._indptrs.append(rows.indptr)

    def parts(self) -> Iterator[sp.csr_array]:
        """Read the rows again, part by part."""
        done = 0
        for indptr in self._indptrs:
            size = int(indptr[-1])
            values = np.fromfile(self._values, np.float32, size, offset=4 * done)
            columns = np.fromfile(self._columns, np.int32, size, offset=4 * done)
            yield sp.csr_array((values, columns, indptr), shape=(len(indptr) - 1, self.n_features))
            done += size


def fit_margins(
    spill: Spill, truth: np.ndarray, n_classes: int, *, C: float, balance: float, smoothing: float
) -> np.ndarray:
    """Return one-against-rest logistic weights on evidence-weighted features, as ``margins`` fits them in memory.

    Every step passes over all rows in their order (L-BFGS), so the same rows give the same bytes.

    Parameters
    ----------
    spill : Spill
    truth : ndarray of shape (n_rows,), int
        Class of each row, -1 for those that have none.
    n_classes : int
    C : float
        Inverse strength of regularisation.
    balance : float
        0 weighs every row alike, 1 weighs every class alike.
    smoothing : float
        See ``margins.evidence``.

    Returns
    -------
    ndarray of shape (n_features + 1, n_classes)
        The last row holds the intercepts.
    """
    counts = np.bincount(truth[truth >= 0], minlength=n_classes)
    met = np.zeros((n_classes, spill.n_features))
    for rows, labels in _labelled(spill, truth):
        owners = np.repeat(labels, np.diff(rows.indptr))
        for label in range(n_classes):
            met[label] += np.bincount(rows.indices[owners == label], minlength=spill.n_features)
    sample_weights = (counts.sum() / (np.count_nonzero(counts) * np.maximum(counts, 1))) ** balance
    weights = np.empty((spill.n_features + 1, n_classes))
    whole, n_rows = met.sum(axis=0), int(counts.sum())
    for start in range(0, n_classes, _TOGETHER):
        own = range(start, min(start + _TOGETHER, n_classes))
        scales = np.stack(
            [evidence_of(met[k], whole - met[k], int(counts[k]), n_rows - int(counts[k]), smoothing) for k in own]
        )
        weights[:, own] = _fitted(spill, truth, own, scales.T, sample_weights, C)
    return weights


def _fitted(
    spill: Spill, truth: np.ndarray, own: range, scales: np.ndarray, sample_weights: np.ndarray, C: float
) -> np.ndarray:
    """Return the weights of a few classes, folded back to features as they were given."""
    shape = (spill.n_features + 1, len(own))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        unscaled = flat.reshape(shape)
        total, slope = float((flat**2).sum()) / (2 * C), flat.reshape(shape) / C
        weights = unscaled[:-1] * scales
        for rows, labels in _labelled(spill, truth):
            signs = np.where(labels[:, None] == np.array(own), 1.0, -1.0)
            towards = signs * (rows @ weights + unscaled[-1])
            per_row = sample_weights[labels][:, None]
            total += float((per_row * np.logaddexp(0.0, -towards)).sum())
            pull = -signs * per_row / (1.0 + np.exp(np.minimum(towards, 500.0)))
            slope[:-1] += (rows.T @ pull) * scales
            slope[-1] += pull.sum(axis=0)
        return total, slope.ravel()

    options = {"maxcor": _CORRECTIONS, "maxiter": _MOST_STEPS, "ftol": 1e-5}
    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options=options).x.reshape(shape)
    found[:-1] *= scales
    return np.asarray(found)


def _labelled(spill: Spill, truth: np.ndarray) -> Iterator[tuple[sp.csr_array, np.ndarray]]:
    """Return the rows that have a label, part by part, with their classes."""
    done = 0
    for rows in spill.parts():
        labels = truth[done : done + rows.shape[0]]
        done += rows.shape[0]
        kept = np.flatnonzero(labels >= 0)
        if len(kept):
            yield (rows if len(kept) == len(labels) else rows[kept]), labels[kept]
