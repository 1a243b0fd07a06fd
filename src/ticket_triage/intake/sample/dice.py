"""Chance that falls the same way everywhere: every draw is one double of a seeded PCG64 stream.

NumPy promises that a bit generator's stream never changes, but not that ``choice`` or ``normal`` keep their way of
using it. So only uniform doubles are taken, and everything else is worked out from them here.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

T = TypeVar("T")

_BLOCK = 4096
_STANDARD_NORMAL = NormalDist()


class Dice:
    """A stream of chance for one part of the sample.

    Parameters
    ----------
    seed : int
        At least 0; the sample's seed.
    part : str
        Which part of the sample draws; parts do not disturb one another.

    Examples
    --------
    >>> Dice(0, "people").whole(1, 6) == Dice(0, "people").whole(1, 6)
    True
    """

    def __init__(self, seed: int, part: str) -> None:
        entropy = [seed, *part.encode()]
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
        self._doubles: list[float] = []

    def fraction(self) -> float:
        """Draw a number in [0, 1)."""
        if not self._doubles:
            self._doubles = self._generator.random(_BLOCK).tolist()
            self._doubles.reverse()
        return self._doubles.pop()

    def fractions(self, count: int) -> NDArray[np.float64]:
        """Draw an array of shape (count,) of numbers in [0, 1)."""
        return self._generator.random(count)

    def chance(self, probability: float) -> bool:
        """Say yes with the given probability."""
        return self.fraction() < probability

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return low + int(self.fraction() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Draw one of the options, each as likely as the next."""
        return options[int(self.fraction() * len(options))]

    def weighted(self, options: Sequence[tuple[T, float]]) -> T:
        """Draw one of the options, each as likely as its weight says.

        Examples
        --------
        >>> Dice(0, "coin").weighted([("heads", 1.0), ("edge", 0.0)])
        'heads'
        """
        mark = self.fraction() * math.fsum(weight for _, weight in options)
        for option, weight in options:
            mark -= weight
            if mark < 0:
                return option
        return max(options, key=lambda entry: entry[1])[0]

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """Draw several different options, in a random order."""
        left = list(options)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(min(count, len(left)))]

    def spread(self, median: float, sigma: float) -> float:
        """Draw from a log-normal distribution: half below the median, sigma its spread in log units."""
        uniform = min(max(self.fraction(), 1e-12), 1 - 1e-12)
        return median * math.exp(sigma * _STANDARD_NORMAL.inv_cdf(uniform))
