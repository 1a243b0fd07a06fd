"""How often a head's set of classes that cannot be ruled out holds the true one, on tickets it had not seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ticket_triage.modelling.conformal import PValues
from ticket_triage.modelling.evaluation import Interval, share_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEWEST = 20
"""Of a class with fewer tickets nothing is said by itself."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the sets of a head held.

    Parameters
    ----------
    head : str
    level : float
        The share of tickets, of every class, that is promised to be covered.
    covered : Interval
        The share whose set held the true class.
    mean_size : float
        Classes in a set, on average.
    least_class : str or None
        The class covered least, of those with 20 tickets or more; None where there is none.
    least : Interval or None
        How much of it was.
    """

    head: str
    level: float
    covered: Interval
    mean_size: float
    least_class: str | None
    least: Interval | None

    @property
    def falls_short(self) -> bool:
        """Whether fewer tickets were covered than promised, beyond chance."""
        return self.covered.high < self.level

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)


def coverage(
    head: str,
    classes: Sequence[str],
    scores: Sequence[np.ndarray],
    probabilities: np.ndarray,
    truth: np.ndarray,
    level: float,
    groups: np.ndarray | None = None,
) -> Coverage | None:
    """Return what a head's sets held; None where no ticket has a class it learnt.

    Parameters
    ----------
    head : str
    classes : sequence of str
    scores : sequence of ndarray
        What held-out tickets gave to each class, as ``conformal.class_scores`` gives them.
    probabilities : ndarray of shape (n_samples, n_classes)
    truth : ndarray of shape (n_samples,), int
        Positions in ``classes``; what lies beyond is left out, for no set can hold it.
    level : float
        The share to be covered.
    groups : ndarray of shape (n_samples,) or None
        Near-identical tickets share a group.
    """
    rows = np.flatnonzero(truth < len(classes))
    if not len(rows):
        return None
    truth, groups = truth[rows], None if groups is None else groups[rows]
    held = PValues(scores).of(probabilities[rows].round(4)).round(4) > round(1.0 - level, 9)
    hits = held[np.arange(len(rows)), truth]
    by_class = {}
    for place, name in enumerate(classes):
        own = truth == place
        if own.sum() >= _FEWEST:
            by_class[name] = share_of(hits[own], None if groups is None else groups[own])
    least = min(by_class, key=lambda name: by_class[name].value, default=None)
    size = round(float(held.sum(axis=1).mean()), 2)
    return Coverage(head, level, share_of(hits, groups), size, least, by_class.get(least) if least else None)
