"""How far a requester's word for urgency can be taken: what they called urgent, against what proved to be.

One bounded weight, on the few points that calling something urgent may add; never on what is at stake. Nobody loses
any before the record proves, whenever it is looked at, that more than the tolerated share of such calls were wrong.
"""

from __future__ import annotations

from functools import lru_cache
from math import lgamma, log, log1p

Claims = tuple[int, int]
"""How many tickets a requester called urgent, and how many of these proved not to be."""

_DOUBT = log(10_000)
"""An honest requester is ever taken for another with a probability of one in ten thousand at most."""

_HALVINGS = 40


@lru_cache(maxsize=4096)
def inflation(called: int, unfounded: int, tolerated: float) -> float:
    """Return how far the share of wrong calls is proven to lie above what is tolerated, in [0, 1].

    Parameters
    ----------
    called : int
        Tickets called urgent, at least 0.
    unfounded : int
        Those of them that were not, at most ``called``.
    tolerated : float
        Share of wrong calls that costs nobody anything, below 1.

    Returns
    -------
    float
        0 where it is not proven to lie above, 1 were every call proven wrong.

    References
    ----------
    H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41 (1970): the
    mixture of likelihood ratios exceeds 1/a at any time with a probability of at most a (Ville's inequality).

    Examples
    --------
    >>> inflation(4, 4, 0.5), round(inflation(40, 38, 0.5), 2), round(inflation(400, 380, 0.5), 2)
    (0.0, 0.26, 0.75)
    """
    if called <= 0 or unfounded <= tolerated * called:
        return 0.0
    low, high = 0.0, unfounded / called
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _evidence(called, unfounded, middle) >= _DOUBT:
            low = middle
        else:
            high = middle
    return max(0.0, (low - tolerated) / (1 - tolerated))


def _evidence(called: int, unfounded: int, share: float) -> float:
    """Return the log of the mixture's likelihood ratio against a true share of wrong calls."""
    founded = called - unfounded
    mixture = lgamma(unfounded + 1) + lgamma(founded + 1) - lgamma(called + 2)
    if share <= 0:
        return float("inf")
    return mixture - unfounded * log(share) - (founded * log1p(-share) if founded else 0.0)
