"""Integers inside, figures outside: values in ten-thousandths, points in hundredths, so that sums are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def band_value(bands: Sequence[Band], amount: float) -> float | None:
    """Return the value of the highest band an amount reaches, or None when it reaches none."""
    reached = None
    for band in bands:
        if amount < band.at_least:
            break
        reached = band.value
    return reached
