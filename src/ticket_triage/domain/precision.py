"""How often an answer was right on held-out cases, and what so many cases prove."""

from __future__ import annotations

from functools import lru_cache
from math import exp, lgamma, log
from typing import NamedTuple

_RISK = 0.05
"""How often a proof may be wrong: all bounds are one-sided, at 95 %."""
_MOST_CASES = 1 << 40


class Precision(NamedTuple):
    """What held-out cases prove of an answer given this surely.

    Parameters
    ----------
    bound : float
        Lower 95 % bound of the share that is right, in [0, 1].
    cases : int
        Held-out cases with this answer, at least this surely; near-identical texts count once.
    errors : int
        How many of them were wrong.
    """

    bound: float
    cases: int
    errors: int


@lru_cache(maxsize=4096)
def labels_needed(cases: int, errors: int, target: float) -> int | None:
    """Return how many more held-out cases without an error would prove a precision; None when no number would.

    Parameters
    ----------
    cases, errors : int
    target : float
        The precision to prove, in [0, 1].

    References
    ----------
    C. Clopper and E. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    Biometrika 26, 1934 (the one-sided bound).

    Examples
    --------
    >>> labels_needed(0, 0, 0.95), labels_needed(59, 0, 0.95), labels_needed(59, 1, 0.95)
    (59, 0, 34)
    """
    if target >= 1.0:
        return None
    few, many = max(cases, errors) - 1, max(cases, errors, 1)
    while not _proves(many, errors, target):
        few, many = many, 2 * many
        if many > _MOST_CASES:
            return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if _proves(middle, errors, target) else (middle, many)
    return max(many - cases, 0)


def _proves(cases: int, errors: int, target: float) -> bool:
    """Say whether so few errors would be rare enough if the precision were only the target."""
    if target <= 0.0:
        return True
    if cases <= errors:
        return False
    wrong, right = log(1.0 - target), log(target)
    terms = (
        lgamma(cases + 1) - lgamma(k + 1) - lgamma(cases - k + 1) + k * wrong + (cases - k) * right
        for k in range(errors + 1)
    )
    return sum(map(exp, terms)) <= _RISK
