"""How far a figure could lie from the truth by chance alone; all intervals are 95 %."""

from __future__ import annotations

from math import isfinite, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_Z = 1.959964


class Estimate(NamedTuple):
    """A figure, its 95 % interval, and on how many tickets it rests."""

    value: float
    low: float
    high: float
    n: int


def share(hits: int, n: int) -> Estimate:
    """Return a share with Wilson's interval, which stays inside 0 and 1; nan of nothing.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    Examples
    --------
    >>> found = share(8, 10)
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (0.8, 0.49, 0.94)
    """
    if n == 0:
        return Estimate(float("nan"), 0.0, 1.0, 0)
    rate = hits / n
    middle = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
    return Estimate(rate, max(0.0, middle - half), min(1.0, middle + half), n)


def mean(values: NDArray[np.float64]) -> Estimate:
    """Return a mean with the normal interval; nan of nothing, no width known of one value."""
    n = len(values)
    if n == 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    middle = float(values.mean())
    half = _Z * float(values.std(ddof=1)) / sqrt(n) if n > 1 else float("nan")
    return Estimate(middle, middle - half, middle + half, n)


def known(value: float) -> float | None:
    """Return a figure rounded for a reader; None where there is none.

    Examples
    --------
    >>> known(2.345678), known(float("nan"))
    (2.3457, None)
    """
    return round(value, 4) if isfinite(value) else None


def plain(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as plain values."""
    return {name: known(value) for name, value in estimate._asdict().items()}
