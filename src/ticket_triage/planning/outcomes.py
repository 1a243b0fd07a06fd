"""What became of tickets: how long they waited and how many were open, by one clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.errors import BadOptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Hours = Callable[["pd.Series[Any]", "pd.Series[Any]"], "NDArray[np.float64]"]
"""From begins and ends to the hours between them; nan where either is missing."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How time is counted: what it is called, the zone that days and hours are told in, and the count itself."""

    name: str
    zone: str
    hours: Hours


def wall_hours(begins: pd.Series[Any], ends: pd.Series[Any]) -> NDArray[np.float64]:
    """Return the hours between moments, nights and weekends counted.

    Examples
    --------
    >>> moments = pd.Series(pd.to_datetime(["2026-03-02T08:00Z", "2026-03-02T09:30Z"], utc=True))
    >>> wall_hours(moments, moments.shift(-1)).tolist()
    [1.5, nan]
    """
    return np.asarray((ends - begins).dt.total_seconds() / 3600, dtype=np.float64)


WALL = Clock("wall clock, nights and weekends counted", "UTC", wall_hours)


def needed(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a history in which a column says nothing at all.

    Raises
    ------
    BadOptionError
    """
    for column in columns:
        if column not in frame or frame[column].isna().all():
            raise BadOptionError(
                f"The history has no {column}, which this report rests on; name that column in a mapping (--mapping)."
            )


def has(frame: pd.DataFrame, column: str) -> bool:
    """Whether a history says anything in a column; an empty text says nothing."""
    if column not in frame:
        return False
    values = frame[column].dropna()
    return bool((values != "").any()) if len(values) else False


def local(moments: pd.Series[Any], clock: Clock) -> pd.Series[Any]:
    """Return moments on the wall clock of a clock's zone, without a zone of their own."""
    shown: pd.Series[Any] = moments.dt.tz_convert(clock.zone).dt.tz_localize(None)
    return shown


def response_hours(frame: pd.DataFrame, clock: Clock) -> NDArray[np.float64]:
    """Return each ticket's hours to its first response; nan without one, or where it stands before the opening."""
    hours = clock.hours(frame["opened_at"], frame["first_response_at"])
    late = np.asarray(frame["first_response_at"] < frame["opened_at"], dtype=bool)
    return np.where(late, np.nan, hours)


def last_moment(frame: pd.DataFrame) -> pd.Timestamp:
    """Return the last moment a history knows of."""
    columns = [name for name in ("opened_at", "first_response_at", "resolved_at") if has(frame, name)]
    moments: list[pd.Timestamp] = [frame[name].max() for name in columns]
    return max(moments)
