"""When tickets come in: the hours of the day, the days of the week, the turn of the month, and the outages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.intake.sample.dice import Dice

HISTORY_START = datetime(2025, 7, 1, tzinfo=UTC)
"""The first moment of the sample history."""

HISTORY_END = datetime(2026, 7, 1, tzinfo=UTC)
"""The moment the sample history was drawn from the desk; nothing later is known."""

_HOURS = (4, 3, 2, 2, 4, 10, 26, 58, 92, 100, 94, 78, 66, 82, 86, 76, 60, 42, 28, 22, 18, 14, 10, 6)
_WEEKDAYS = (1.18, 1.08, 1.0, 0.98, 0.86, 0.30, 0.22)
YEARLY_GROWTH = 0.35
"""By how much more tickets come in at the end of the year than at its begin."""

_TURN_OF_THE_MONTH = 1.3


@dataclass(frozen=True, slots=True)
class Outage:
    """A failure that makes many customers write the same within hours.

    ``share`` is the burst's part of all tickets of the history; ``area`` what was down.
    """

    start: datetime
    hours: float
    share: float
    area: str


OUTAGES = (
    Outage(datetime(2025, 11, 28, 8, 10, tzinfo=UTC), 2.5, 0.006, "login_access"),
    Outage(datetime(2026, 3, 10, 13, 40, tzinfo=UTC), 4.0, 0.018, "checkout"),
)
"""The two outages of the history, by time."""


def ordinary_moments(count: int, dice: Dice) -> list[datetime]:
    """Draw the moments at which ordinary tickets come in, in order.

    Parameters
    ----------
    count : int
        How many.
    dice : Dice
        Where chance comes from.

    Returns
    -------
    list of datetime
        UTC-aware whole seconds within the history's year.
    """
    steps = np.cumsum(_hourly_weights())
    marks = np.sort(dice.fractions(count)) * steps[-1]
    hours = np.minimum(np.searchsorted(steps, marks, side="right"), len(steps) - 1)
    seconds = sorted(int(hour) * 3600 + dice.whole(0, 3599) for hour in hours)
    return [HISTORY_START + timedelta(seconds=second) for second in seconds]


def outage_moments(outage: Outage, count: int, dice: Dice) -> list[datetime]:
    """Draw the moments of an outage's burst: dense at first, thinning out."""
    span = outage.hours * 3600
    return [outage.start + timedelta(seconds=int(span * dice.fraction() ** 2)) for _ in range(count)]


def _hourly_weights() -> NDArray[np.float64]:
    days = (HISTORY_END - HISTORY_START).days
    return np.array([_day_weight(day, days) * hour for day in range(days) for hour in _HOURS])


def _day_weight(day: int, days: int) -> float:
    date = HISTORY_START + timedelta(days=day)
    growth = 1 + YEARLY_GROWTH * day / days
    turn = _TURN_OF_THE_MONTH if date.day <= 3 else 1.0
    return _WEEKDAYS[date.weekday()] * growth * turn
