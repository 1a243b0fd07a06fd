"""Which parts of a desk's tickets differ from all the rest by more than chance, when many are asked at once.

Every part is held against all other tickets that the question can be asked of. Of all that is asked together, at most
one in twenty of what is said to stand out does so by chance alone (Benjamini and Hochberg); a part of few tickets is
not asked at all.

References
----------
Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995); R. G. Newcombe, "Interval
estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from ticket_triage.planning.intervals import Estimate, plain, share

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_TICKETS = 30
"""A part of fewer tickets is not held against the rest."""

CHANCE = 0.05
"""Share of what stands out that may do so by chance."""


class Part(NamedTuple):
    """A part of the tickets beside all the rest.

    Parameters
    ----------
    names : tuple of str
        Its value of each column it is made by.
    measure : str
    own, rest : Estimate
        The share, here and elsewhere.
    more : Estimate
        Own minus rest, with its interval.
    p_value : float
        Of so much more by chance (Fisher's exact test, one-sided).
    stands_out : bool
        More than the rest, by more than chance, all parts asked together.
    """

    names: tuple[str, ...]
    measure: str
    own: Estimate
    rest: Estimate
    more: Estimate
    p_value: float
    stands_out: bool

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        estimates = {name: plain(getattr(self, name)) for name in ("own", "rest", "more")}
        told = {"names": list(self.names), "measure": self.measure, "stands_out": self.stands_out}
        return told | estimates | {"p_value": float(f"{self.p_value:.3g}")}


def parts_apart(
    frame: pd.DataFrame, columns: Sequence[str], measures: Mapping[str, pd.Series[Any]], fewest: int = FEWEST_TICKETS
) -> list[Part]:
    """Hold each combination of some columns' values against all the rest, for each measure.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
    columns : sequence of str
        A ticket without a value in one of them is in no part, but among the rest.
    measures : mapping of str to Series of shape (n_tickets,)
        Yes or no of each ticket; missing where the question cannot be asked of it.
    fewest : int
        Tickets a part needs, of those that can be asked.

    Returns
    -------
    list of Part
        What stands out first, then by how much more at least.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": ["a"] * 40 + ["b"] * 40})
    >>> moved = pd.Series([True] * 30 + [False] * 10 + [True] * 4 + [False] * 36)
    >>> [(part.names, part.own.value, part.rest.value, part.stands_out) for part in parts_apart(frame, ["team"],
    ...     {"moved": moved})]
    [(('a',), 0.75, 0.1, True), (('b',), 0.1, 0.75, False)]
    """
    found = [part for name, asked in measures.items() for part in _parts(frame, columns, name, asked, fewest)]
    kept = discoveries([part.p_value for part in found])
    judged = [part._replace(stands_out=bool(one)) for part, one in zip(found, kept, strict=True)]
    return sorted(judged, key=lambda part: (not part.stands_out, -part.more.low, part.names, part.measure))


def _parts(frame: pd.DataFrame, columns: Sequence[str], name: str, asked: pd.Series[Any], fewest: int) -> list[Part]:
    known = asked.notna().to_numpy()
    yes = asked[known].astype(bool).to_numpy()
    rows = frame.loc[known, list(columns)].reset_index(drop=True)
    hits, n = int(yes.sum()), len(yes)
    found = []
    for key, own in rows.groupby(list(columns), sort=True).indices.items():
        if fewest <= len(own) <= n - fewest:
            mine = int(yes[own].sum())
            names = tuple(map(str, key if isinstance(key, tuple) else (key,)))
            found.append(_part(names, name, (mine, len(own)), (hits - mine, n - len(own))))
    return found


def _part(names: tuple[str, ...], measure: str, own: tuple[int, int], rest: tuple[int, int]) -> Part:
    table = [[own[0], own[1] - own[0]], [rest[0], rest[1] - rest[0]]]
    p_value = float(fisher_exact(table, alternative="greater").pvalue)
    mine, theirs = share(*own), share(*rest)
    return Part(names, measure, mine, theirs, difference(mine, theirs), p_value, stands_out=False)


def difference(own: Estimate, rest: Estimate) -> Estimate:
    """Return how much larger one share is than another, with Newcombe's interval.

    Examples
    --------
    >>> found = difference(share(56, 70), share(48, 80))
    >>> round(found.value, 2), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    more = own.value - rest.value
    below = sqrt((own.value - own.low) ** 2 + (rest.high - rest.value) ** 2)
    above = sqrt((own.high - own.value) ** 2 + (rest.value - rest.low) ** 2)
    return Estimate(more, more - below, more + above, own.n)


def discoveries(p_values: Sequence[float], chance: float = CHANCE) -> NDArray[np.bool_]:
    """Say which of many tests are believed, so that at most a share ``chance`` of these is wrong on average.

    Examples
    --------
    >>> discoveries([0.001, 0.2, 0.02, 0.9]).tolist()
    [True, False, True, False]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    below = values[order] <= chance * np.arange(1, len(values) + 1) / max(len(values), 1)
    believed = np.zeros(len(values), dtype=bool)
    if below.any():
        believed[order[: int(below.nonzero()[0][-1]) + 1]] = True
    return believed
