"""When somebody works, as stretches of minutes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

_FOREVER = 1e12


class Hours:
    """Working time as stretches ``[opens, closes)``, in order and apart.

    Parameters
    ----------
    spans : iterable of (float, float)
        Minutes. After the last one nobody ever works again, so let them reach beyond the end of what is replayed.

    Examples
    --------
    >>> hours = Hours([(540, 1020), (1980, 2460)])
    >>> hours.works(600), hours.works(1020), hours.next_opening(1020)
    (True, False, 1980)
    >>> hours.after(1000, 30), hours.between(1000, 2000)
    (1990.0, 40.0)
    """

    __slots__ = ("_before", "_closes", "_opens")

    def __init__(self, spans: Iterable[tuple[float, float]]) -> None:
        kept = list(spans)
        self._opens = [first for first, _ in kept]
        self._closes = [last for _, last in kept]
        self._before = list(accumulate((last - first for first, last in kept), initial=0.0))

    @classmethod
    def always(cls) -> Hours:
        """Return hours that never end."""
        return cls([(0.0, _FOREVER)])

    def works(self, at: float) -> bool:
        """Say whether a moment is working time."""
        place = bisect_right(self._opens, at) - 1
        return place >= 0 and at < self._closes[place]

    def next_opening(self, at: float) -> float | None:
        """Return the first opening after a moment, None when there is none."""
        place = bisect_right(self._opens, at)
        return self._opens[place] if place < len(self._opens) else None

    def worked(self, at: float) -> float:
        """Return the working minutes before a moment."""
        place = bisect_right(self._opens, at) - 1
        return 0.0 if place < 0 else self._before[place] + min(at, self._closes[place]) - self._opens[place]

    def between(self, first: float, last: float) -> float:
        """Return the working minutes from one moment to another."""
        return self.worked(last) - self.worked(first)

    def after(self, at: float, minutes: float) -> float:
        """Return the moment that many working minutes later; the last closing when they run out."""
        place = bisect_right(self._opens, at) - 1
        if place >= 0 and at + minutes <= self._closes[place]:
            return at + minutes
        goal = self.worked(at) + minutes
        place = bisect_left(self._before, goal) - 1
        if place >= len(self._opens):
            return self._closes[-1]
        place = max(place, 0)
        return self._opens[place] + goal - self._before[place]
