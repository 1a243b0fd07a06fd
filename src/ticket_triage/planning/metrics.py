"""What a proof may measure: each metric with its numerator, denominator and exclusions, week by week.

Two windows are followed alike: each only until its own end, so that tickets of the later one are not spared the waits
that the earlier one had time to collect. A ticket still waiting then counts with what it has waited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.planning.outcomes import Clock, has, last_moment, local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_GRAVEST = URGENCY_LEVELS[-1]
OTHER = "without a label"


@dataclass(frozen=True, slots=True)
class Window:
    """Days from one to another, both counted."""

    begins: date
    ends: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.ends - self.begins).days + 1

    def __str__(self) -> str:
        return f"{self.begins} to {self.ends}"

    def bounds(self, clock: Clock) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Return its first moment, and the first after it, in UTC."""
        first, after = pd.Timestamp(self.begins), pd.Timestamp(self.ends + timedelta(days=1))
        return _in_utc(first, clock), _in_utc(after, clock)


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured, and how.

    Parameters
    ----------
    name : str
    title : str
        As it stands in a sentence.
    unit : str
    numerator, denominator, exclusions : str
    lower_is_better : bool
    reference : float or None
        The relative change that a desk should beat; None for metrics no claim is made of.
    columns : tuple of str
        What the history must hold.
    measure : callable or None
        From a window's rows to single values, with nan for rows left out; None for a metric of days.
    typical : bool
        Whether the middle value is taken, which a few forgotten tickets cannot move, in place of the mean.
    """

    name: str
    title: str
    unit: str
    numerator: str
    denominator: str
    exclusions: str
    lower_is_better: bool
    reference: float | None
    columns: tuple[str, ...]
    measure: Callable[[pd.DataFrame, pd.Timestamp, Clock], NDArray[np.float64]] | None
    typical: bool = False

    def timed(self, clock: Clock) -> str:
        """Return the clock it is counted by, or that it needs none."""
        return clock.name if self.unit == "hours" else "the calendar's days" if self.measure is None else "none"


@dataclass(frozen=True, eq=False)
class Weekly:
    """A metric in one window, by week and stratum.

    Parameters
    ----------
    weeks : tuple of date
        Mondays.
    strata : tuple of str
    values : ndarray of shape (n_values,)
        Single values, of tickets or days.
    places, kinds : ndarray of shape (n_values,)
        The week and the stratum of each.
    excluded : int
        Rows left out, as ``Metric.exclusions`` says.
    typical : bool
        As the metric's.
    """

    weeks: tuple[date, ...]
    strata: tuple[str, ...]
    values: NDArray[np.float64]
    places: NDArray[np.int64]
    kinds: NDArray[np.int64]
    excluded: int
    typical: bool

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def value(self) -> float:
        """The metric of the whole window; nan of nothing."""
        return _middle(self.values, self.typical)

    @property
    def median(self) -> float:
        """The middle value; nan of nothing."""
        return _middle(self.values, typical=True)

    @property
    def mean(self) -> float:
        """The mean; nan of nothing."""
        return _middle(self.values, typical=False)

    @property
    def by_week(self) -> NDArray[np.float64]:
        """The metric of each week; nan for a week without a value."""
        weeks = range(len(self.weeks))
        return np.array([_middle(self.values[self.places == week], self.typical) for week in weeks])

    def sums(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the sum and the number of values by week and stratum, each of shape (n_weeks, n_strata)."""
        above, below = np.zeros((2, len(self.weeks), len(self.strata)))
        np.add.at(above, (self.places, self.kinds), self.values)
        np.add.at(below, (self.places, self.kinds), 1.0)
        return above, below


def _middle(values: NDArray[np.float64], typical: bool) -> float:
    if not len(values):
        return float("nan")
    return float(np.median(values)) if typical else float(values.mean())


def _until(column: str) -> Callable[[pd.DataFrame, pd.Timestamp, Clock], NDArray[np.float64]]:
    """Return a measure of the hours from opening until a column's moment, or until nobody looks any more."""

    def measure(rows: pd.DataFrame, horizon: pd.Timestamp, clock: Clock) -> NDArray[np.float64]:
        known = rows[column].fillna(horizon)
        ends = known.where(known <= horizon, horizon)
        hours = clock.hours(rows["opened_at"], ends)
        return np.where(np.asarray(rows[column] < rows["opened_at"], dtype=bool), np.nan, hours)

    return measure


def _critical(rows: pd.DataFrame, horizon: pd.Timestamp, clock: Clock) -> NDArray[np.float64]:
    hours = _until("first_response_at")(rows, horizon, clock)
    return np.where(np.asarray(rows["urgency"] == _GRAVEST, dtype=bool), hours, np.nan)


def _column(column: str, at_most: float | None = None) -> Callable[..., NDArray[np.float64]]:
    def measure(rows: pd.DataFrame, _horizon: pd.Timestamp, _clock: Clock) -> NDArray[np.float64]:
        values = np.asarray(pd.to_numeric(rows[column]).astype("float64"), dtype=np.float64)
        return np.minimum(values, np.inf if at_most is None else at_most)

    return measure


_WAITING = "waits that end before they begin; who still waits at the window's end counts with the wait so far"

METRICS: tuple[Metric, ...] = (
    Metric(
        "critical_response",
        "response time of critical tickets",
        "hours",
        "hours from opening to first response, of which the middle one is taken",
        f"tickets opened in the window with urgency {_GRAVEST}",
        f"tickets of another urgency or none; {_WAITING}",
        lower_is_better=True,
        reference=-0.20,
        columns=("urgency", "first_response_at"),
        measure=_critical,
        typical=True,
    ),
    Metric(
        "backlog",
        "backlog",
        "open tickets",
        "tickets open at the end of each day, summed",
        "days of the window",
        "closed tickets that do not say when",
        lower_is_better=True,
        reference=-0.15,
        columns=("resolved_at",),
        measure=None,
    ),
    Metric(
        "response",
        "response time of all tickets",
        "hours",
        "hours from opening to first response, summed",
        "tickets opened in the window",
        _WAITING,
        lower_is_better=True,
        reference=None,
        columns=("first_response_at",),
        measure=_until("first_response_at"),
    ),
    Metric(
        "resolution",
        "resolution time",
        "hours",
        "hours from opening to resolution, summed",
        "tickets opened in the window",
        _WAITING,
        lower_is_better=True,
        reference=None,
        columns=("resolved_at",),
        measure=_until("resolved_at"),
    ),
    Metric(
        "satisfaction",
        "customer satisfaction",
        "points",
        "ratings, summed",
        "tickets opened in the window that were rated",
        "tickets nobody rated",
        lower_is_better=False,
        reference=None,
        columns=("csat",),
        measure=_column("csat"),
    ),
    Metric(
        "reassignments",
        "moves between teams",
        "moves a ticket",
        "moves between teams, summed",
        "tickets opened in the window",
        "tickets that do not say how often they moved",
        lower_is_better=True,
        reference=None,
        columns=("reassignments",),
        measure=_column("reassignments"),
    ),
    Metric(
        "reopened",
        "tickets that came back",
        "share",
        "tickets that were opened again",
        "tickets opened in the window",
        "tickets that do not say",
        lower_is_better=True,
        reference=None,
        columns=("reopened",),
        measure=_column("reopened", 1.0),
    ),
)
"""Every metric, those a claim is made of first."""


def missing(metric: Metric, frame: pd.DataFrame) -> list[str]:
    """Return the columns a metric needs that the history does not have."""
    return [column for column in metric.columns if not has(frame, column)]


def strata_of(frame: pd.DataFrame, *columns: str) -> pd.Series[Any]:
    """Return what kind of ticket each is: its values of some columns, joined."""
    known = [frame[name].astype("object").where(frame[name].notna(), OTHER) for name in columns if has(frame, name)]
    if not known:
        return pd.Series("all", index=frame.index)
    joined = known[0].astype(str)
    for values in known[1:]:
        joined = joined + ", " + values.astype(str)
    return joined


def in_window(frame: pd.DataFrame, window: Window, clock: Clock) -> pd.DataFrame:
    """Return the tickets opened in a window."""
    first, after = window.bounds(clock)
    return frame[(frame["opened_at"] >= first) & (frame["opened_at"] < after)]


def weekly(metric: Metric, frame: pd.DataFrame, window: Window, clock: Clock, strata: tuple[str, ...]) -> Weekly:
    """Return a metric in one window.

    Parameters
    ----------
    metric : Metric
    frame : DataFrame of shape (n_tickets, n_columns)
        The whole history: a backlog counts tickets opened earlier.
    window : Window
    clock : Clock
    strata : tuple of str
        The kinds of ticket, as ``strata_of`` names them; a metric of days has the one stratum ``all``.
    """
    if metric.measure is None:
        return _backlog(frame, window, clock)
    rows = in_window(frame, window, clock)
    horizon = min(window.bounds(clock)[1], last_moment(frame))
    values = metric.measure(rows, horizon, clock)
    kept = ~np.isnan(values)
    kinds = pd.Categorical(strata_of(rows, "category", "urgency"), categories=list(strata)).codes[kept]
    mondays = _mondays(window)
    places = _week_of(local(rows["opened_at"], clock), mondays)[kept]
    excluded = int((~kept).sum())
    return Weekly(mondays, strata, values[kept], places, kinds.astype(np.int64), excluded, metric.typical)


def _backlog(frame: pd.DataFrame, window: Window, clock: Clock) -> Weekly:
    unknown = frame["resolved_at"].isna() & _over(frame)
    known = frame[~unknown]
    horizon = last_moment(frame)
    ends = [_in_utc(pd.Timestamp(day) + pd.Timedelta(days=1), clock) for day in _days(window)]
    days = [(day, end) for day, end in zip(_days(window), ends, strict=True) if end <= horizon]
    moments = pd.DatetimeIndex([end for _, end in days], tz="UTC").to_numpy()
    opened = np.sort(known["opened_at"].dropna().to_numpy())
    solved = np.sort(known["resolved_at"].dropna().to_numpy())
    still = np.searchsorted(opened, moments, side="right") - np.searchsorted(solved, moments, side="right")
    mondays = _mondays(window)
    places = np.array([(day - mondays[0]).days // 7 for day, _ in days], dtype=np.int64)
    return Weekly(
        mondays, ("all",), still.astype(np.float64), places, np.zeros_like(places), int(unknown.sum()), typical=False
    )


def _over(frame: pd.DataFrame) -> pd.Series[Any]:
    if "status" not in frame:
        return pd.Series(data=False, index=frame.index)
    return frame["status"].isin(["closed", "solved", "resolved", "Closed", "Solved", "Resolved"])


def _days(window: Window) -> Iterator[date]:
    return (window.begins + timedelta(days=number) for number in range(window.days))


def _mondays(window: Window) -> tuple[date, ...]:
    first = window.begins - timedelta(days=window.begins.weekday())
    return tuple(first + timedelta(weeks=number) for number in range((window.ends - first).days // 7 + 1))


def _week_of(moments: pd.Series[Any], mondays: tuple[date, ...]) -> NDArray[np.int64]:
    since = moments.dt.normalize() - pd.Timestamp(mondays[0])
    return np.asarray(since.dt.days // 7, dtype=np.int64)


def _in_utc(moment: pd.Timestamp, clock: Clock) -> pd.Timestamp:
    return moment.tz_localize(clock.zone, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
