"""What may be said after a replay: whether the desk was met at all, and whether an order helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.replay.measures import HOUR, Interval, waits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.replay.desk import Run
    from ticket_triage.replay.measures import Period

LOW, HIGH = 0.8, 1.25
FEWEST_TICKETS = 30
CRITERION = (
    "The replay is believed when, in weeks it was not fitted to, the order actually followed gives every urgency with "
    f"at least {FEWEST_TICKETS} tickets a median and a 90th percentile of first answers between {LOW:.0%} and "
    f"{HIGH:.0%} of those observed."
)
CLAIM = {"response": -0.20, "backlog": -0.15}
"""What is claimed of prioritising: critical tickets answered 20 % sooner, 15 % less open work."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A wait as it was observed and as the replay of the order actually followed gives it, in hours."""

    group: str
    figure: str
    observed: float
    simulated: float

    @property
    def holds(self) -> bool:
        """Whether the replay comes close enough."""
        return LOW * self.observed <= self.simulated <= HIGH * self.observed


def likeness(
    period: Period, runs: Sequence[Run], observed: NDArray[np.float64], unseen: NDArray[np.bool_], groups: Sequence[str]
) -> list[Likeness]:
    """Hold the replay of the order actually followed against what was observed.

    Parameters
    ----------
    period : Period
    runs : sequence of Run
    observed : ndarray of shape (n_tickets,)
        When each ticket was really answered first, in minutes; NaN when never.
    unseen : ndarray of shape (n_tickets,)
        Tickets nothing was fitted to.
    groups : sequence of str
        Urgencies; those with fewer than 30 tickets answered are passed over.
    """
    found = []
    for group in groups:
        chosen = period.of(group) & unseen & ~np.isnan(observed)
        if chosen.sum() < FEWEST_TICKETS:
            continue
        real = (observed - period.opened)[chosen] / HOUR
        told = np.concatenate([waits(period, run, "response")[chosen] for run in runs])
        for figure, share in (("median", 0.5), ("p90", 0.9)):
            pair = float(np.quantile(real, share)), float(np.nanquantile(told, share))
            found.append(Likeness(group, figure, *pair))
    return found


def believed(found: Sequence[Likeness]) -> bool:
    """Whether the criterion holds; without anything to compare it does not."""
    return bool(found) and all(entry.holds for entry in found)


def effect(change: Interval, claimed: float, what: str) -> str:
    """Say what a change shows, in one sentence.

    Examples
    --------
    >>> effect(Interval(-0.3, -0.4, -0.25), -0.2, "Median first answer of critical tickets")
    'Median first answer of critical tickets: -30 % [-40 %, -25 %]; the claim of -20 % holds.'
    >>> effect(Interval(-0.3, -0.6, 0.1), -0.2, "Backlog")
    'Backlog: no effect shown (-30 % [-60 %, +10 %] covers zero).'
    """
    if not change.known:
        return f"{what}: no effect shown (too few weeks for an interval)."
    said = f"{_percent(change.value)} [{_percent(change.low)}, {_percent(change.high)}]"
    if change.low <= 0 <= change.high:
        return f"{what}: no effect shown ({said} covers zero)."
    if change.low > 0:
        return f"{what}: {said}, so it grew."
    if change.high <= claimed:
        return f"{what}: {said}; the claim of {_percent(claimed)} holds."
    return f"{what}: {said}, so it fell; that it fell by {_percent(-claimed).lstrip('+')} is not shown."


def _percent(share: float) -> str:
    return f"{100 * share:+.0f} %"
