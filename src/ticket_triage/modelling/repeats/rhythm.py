"""How many tickets a desk may expect in the next minutes: its own hours of the week, learnt as tickets come in.

Each hour of the week (UTC) has its own rate; one seen seldom leans on what its weekday and its hour of the day say
together. Old weeks count less and less. Memory is one number per hour of the week.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np

HOUR_S, WEEK_HOURS = 3600, 168
WEEK_S = float(WEEK_HOURS * HOUR_S)
_DAY_HOURS = 24
_HALF_LIFE_HOURS = 13.0 * WEEK_HOURS
_LEAN_WEEKS, _LEAN_EVENLY = 3.0, 0.05
_RENEWED_AT = 2.0**40
_MONDAY_S = 345_600
"""The first Monday after the epoch, in seconds."""


class Rhythm:
    """Expected arrivals by hour of the week.

    Examples
    --------
    >>> rhythm = Rhythm()
    >>> for hour in range(24 * 7 * 8):
    ...     rhythm.add(hour * 3600.0)
    >>> [round(due) for due in rhythm.expected(24 * 7 * 8 * 3600.0, [3600.0, 7200.0])]
    [1, 2]
    """

    def __init__(self) -> None:
        self._counts = np.zeros(WEEK_HOURS)
        self._begun: float | None = None
        self._scale_hour = 0.0
        self._hour = -1
        self._behind = [0.0] * (2 * WEEK_HOURS + 2)

    def add(self, at: float) -> None:
        """Count a ticket opened ``at`` seconds after the epoch."""
        if self._begun is None:
            self._begun, self._scale_hour = at, at / HOUR_S
        weight = self._weight(at)
        if weight > _RENEWED_AT:
            self._counts /= weight
            self._scale_hour, weight = at / HOUR_S, 1.0
        self._counts[int(_hours_of_week(at))] += weight

    def weeks(self, at: float) -> float:
        """Return how many weeks have been watched until ``at``."""
        return 0.0 if self._begun is None else max(0.0, at - self._begun) / (HOUR_S * WEEK_HOURS)

    def expected(self, at: float, windows_s: Sequence[float]) -> list[float]:
        """Return how many tickets each window that ends ``at`` should hold; both in seconds, windows under a week."""
        hour = int(at // HOUR_S)
        if hour != self._hour:
            rates = self._rates(at)
            self._behind = [0.0, *np.cumsum(np.concatenate([rates, rates])).tolist(), 0.0]
            self._hour = hour
        end = WEEK_HOURS + _hours_of_week(at)
        until = self._until(end)
        return [until - self._until(end - window / HOUR_S) for window in windows_s]

    def usual(self, begin: float, length_s: float) -> float:
        """Return how many tickets a stretch of a week at most should hold, by what the last ``expected`` knew."""
        start = _hours_of_week(begin)
        return self._until(start + length_s / HOUR_S) - self._until(start)

    def _until(self, hours: float) -> float:
        """Return what is due from the start of the week before until so many hours after it."""
        whole = int(hours)
        return self._behind[whole] + (hours - whole) * (self._behind[whole + 1] - self._behind[whole])

    def _rates(self, at: float) -> np.ndarray:
        """Return tickets an hour for each hour of the week."""
        weight = self._weight(at)
        exposure = max(weight, self._weighted_weeks(at))
        days = self._counts.reshape(-1, _DAY_HOURS)
        total = max(float(days.sum()), 1e-9)
        usual = (days.sum(axis=1, keepdims=True) * days.sum(axis=0) / total).ravel()
        leaning = (usual + _LEAN_EVENLY * total / WEEK_HOURS) / exposure
        lean = _LEAN_WEEKS * weight
        return np.asarray((self._counts + lean * leaning) / (exposure + lean))

    def _weighted_weeks(self, at: float) -> float:
        """Return the weeks watched, each hour with the weight of a ticket in it."""
        rate = log(2) / _HALF_LIFE_HOURS
        begun = at if self._begun is None else self._begun
        since, until = begun / HOUR_S - self._scale_hour, at / HOUR_S - self._scale_hour
        return (exp(rate * until) - exp(rate * since)) / rate / WEEK_HOURS

    def _weight(self, at: float) -> float:
        return float(2.0 ** ((at / HOUR_S - self._scale_hour) / _HALF_LIFE_HOURS))


def _hours_of_week(at: float) -> float:
    return (at - _MONDAY_S) / HOUR_S % WEEK_HOURS
