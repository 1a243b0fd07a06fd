"""Integers inside, figures outside: values in ten-thousandths, points in hundredths, so that sums are exact."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.policy.schema import Band

WHOLE = 10_000
"""A value of 1, in ten-thousandths."""


def parts(value: float) -> int:
    """Return a value in [0, 1] in ten-thousandths, half up.

    Examples
    --------
    >>> parts(0.35)
    3500
    """
    return int(value * WHOLE + 0.5)


def hundredths(points: float) -> int:
    """Return points in hundredths, half up.

    Examples
    --------
    >>> hundredths(22.5)
    2250
    """
    return int(points * 100 + 0.5)


def parts_of(value: float | str, levels: Mapping[str, float]) -> int:
    """Return a number or a named level in ten-thousandths."""
    return parts(levels[value] if isinstance(value, str) else value)


def share_of(weight: int, value: int) -> int:
    """Return the points (hundredths) a value (ten-thousandths) earns of a weight (hundredths), half up.

    Examples
    --------
    >>> share_of(3000, 5000)
    1500
    """
    return (weight * value + WHOLE // 2) // WHOLE


class Steps(NamedTuple):
    """Values by amount: from each of ``starts`` on, the value beside it, in ten-thousandths."""

    starts: tuple[float, ...]
    values: tuple[int, ...]

    def at(self, amount: float) -> int | None:
        """Return the value of the highest step an amount reaches, or None when it reaches none.

        Examples
        --------
        >>> Steps((1.0, 10.0), (0, 5000)).at(12)
        5000
        """
        reached = bisect_right(self.starts, amount)
        return self.values[reached - 1] if reached else None


def steps(bands: Sequence[Band]) -> Steps:
    """Return a policy's bands ready to be looked up."""
    return Steps(tuple(band.at_least for band in bands), tuple(parts(band.value) for band in bands))
