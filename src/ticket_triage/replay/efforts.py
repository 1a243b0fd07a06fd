"""How long tickets of a kind take, learnt from finished and unfinished ones: lognormal, censored where unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 20
"""A kind with fewer finished tickets takes the figures of all."""
_ROUNDS = 200
_CLOSE = 1e-6
_NARROWEST = 0.05


@dataclass(frozen=True, slots=True)
class Lognormal:
    """The logarithm of the minutes is normal with this mean and spread."""

    mean: float
    spread: float

    def draw(self, chance: np.random.Generator, at_least: float = 0.0) -> float:
        """Return minutes, more than ``at_least`` when that is given (in at most a thousand attempts)."""
        for _ in range(1000):
            minutes = float(np.exp(chance.normal(self.mean, self.spread)))
            if minutes > at_least:
                return minutes
        return at_least


def fit(minutes: NDArray[np.float64], finished: NDArray[np.bool_]) -> Lognormal:
    """Return the most likely lognormal; an unfinished ticket says only that it takes longer than it has so far.

    Parameters
    ----------
    minutes : ndarray of shape (n,)
        Positive: how long it took, or has taken so far.
    finished : ndarray of shape (n,)
        At least one is.

    References
    ----------
    A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm",
    JRSS B 39 (1977), section 4.2, for a normal distribution.

    Examples
    --------
    >>> found = fit(np.array([10.0, 10.0, 1000.0]), np.array([True, True, False]))
    >>> found.mean > float(np.log(10))
    True
    """
    logs = np.log(np.maximum(minutes, 1e-3))
    known, reached = logs[finished], logs[~finished]
    mean, spread = float(known.mean()), max(float(known.std()), _NARROWEST)
    for _ in range(_ROUNDS if len(reached) else 0):
        first, second = _beyond(reached, mean, spread)
        total = len(logs)
        updated = float((known.sum() + first.sum()) / total)
        variance = float((np.square(known).sum() + second.sum()) / total) - updated * updated
        moved = abs(updated - mean)
        mean, spread = updated, max(sqrt(max(variance, 0.0)), _NARROWEST)
        if moved < _CLOSE:
            break
    return Lognormal(mean, spread)


def fit_by_kind(
    kinds: Sequence[str], minutes: NDArray[np.float64], finished: NDArray[np.bool_]
) -> dict[str, Lognormal]:
    """Return a distribution for every kind; those with fewer than 20 finished tickets share that of all."""
    named = np.asarray(kinds, dtype=object)
    overall = fit(minutes, finished)
    found = {}
    for kind in sorted(set(kinds)):
        own = named == kind
        enough = int(finished[own].sum()) >= FEWEST
        found[kind] = fit(minutes[own], finished[own]) if enough else overall
    return found


def _beyond(reached: NDArray[np.float64], mean: float, spread: float) -> tuple[NDArray[np.float64], ...]:
    """Return the expected value and square of a normal variable known to lie beyond each bound."""
    z = (reached - mean) / spread
    hazard = np.array([_hazard(value) for value in z.tolist()])
    first = mean + spread * hazard
    return first, mean * mean + spread * spread + spread * (reached + mean) * hazard


def _hazard(z: float) -> float:
    above = 0.5 * erfc(z / sqrt(2))
    return exp(-z * z / 2) / sqrt(2 * pi) / above if above > 1e-300 else z
