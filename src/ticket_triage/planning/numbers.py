"""The five figures of a desk: conversion by agent, by agent and day, response time, satisfaction, tickets by hour.

Only a few figures, on purpose. What the history does not hold is said to be absent, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.domain.shown import Tabled
from ticket_triage.planning.intervals import Estimate, known, mean, plain, share
from ticket_triage.planning.outcomes import Clock, has, local, needed, response_hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_DAY_HOURS = 24
_WEEK_DAYS = 7
_PAIR = 2
_CHANCE = 0.01


class AgentConversion(NamedTuple):
    """An agent's conversions: the share of their tickets, and how many a day on which they closed any."""

    agent: str
    converted: int
    share: Estimate
    days: int

    @property
    def per_day(self) -> float:
        """Conversions per day on which they closed a ticket."""
        return self.converted / self.days


class Response(NamedTuple):
    """How long some tickets waited for their first response, in hours."""

    group: str
    answered: int
    waiting: int
    mean: Estimate
    median: float
    p90: float


class Satisfaction(NamedTuple):
    """What those who answered the survey of a month said."""

    group: str
    closed: int
    rating: Estimate


@dataclass(frozen=True, eq=False, repr=False)
class FiveNumbers(Tabled):
    """The five figures of a period.

    Parameters
    ----------
    tickets : int
    begins, ends : Timestamp
        First and last opening.
    clock : Clock
    conversion : tuple of AgentConversion or None
        By agent, most conversions first; None when the history does not say who converted, or who served.
    responses : tuple of Response
        All tickets first, then by urgency, gravest first.
    satisfaction : tuple of Satisfaction or None
        The whole first, then by month; None without ratings.
    by_hour : ndarray of shape (7, 24)
        Mean tickets in an hour of a weekday, Monday first.
    absent : tuple of str
        What the history does not hold, in sentences.
    """

    tickets: int
    begins: pd.Timestamp
    ends: pd.Timestamp
    clock: Clock
    conversion: tuple[AgentConversion, ...] | None
    responses: tuple[Response, ...]
    satisfaction: tuple[Satisfaction, ...] | None
    by_hour: NDArray[np.float64]
    absent: tuple[str, ...]

    @property
    def agents_differ(self) -> bool:
        """Whether agents convert differently by more than chance (chi-square, 1 %)."""
        rows = [(entry.converted, entry.share.n - entry.converted) for entry in self.conversion or ()]
        table = np.array(rows).T
        if len(rows) < _PAIR or not table.sum(axis=1).all():
            return False
        return float(chi2_contingency(table).pvalue) < _CHANCE

    def told(self) -> list[str]:
        """Return what was counted, and what the history does not hold."""
        window = f"{self.begins:%Y-%m-%d} to {self.ends:%Y-%m-%d}"
        return [f"{self.tickets:,} tickets, {window}; times are counted by the {self.clock.name}.", *self.absent]

    def table(self) -> pd.DataFrame:
        """Return one row for each figure of each group; ``low`` and ``high`` bound it (95 %), ``n`` counts its tickets.

        Response times are in hours and their mean has the interval; ``by_hour`` is an array of its own.
        """
        columns = ["figure", "group", "value", "low", "high", "n"]
        return pd.DataFrame([*_rows(self)], columns=columns)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; what cannot be told of nothing is None."""
        return {
            "tickets": self.tickets,
            "begins": self.begins.isoformat(),
            "ends": self.ends.isoformat(),
            "clock": self.clock.name,
            "zone": self.clock.zone,
            "conversion": None if self.conversion is None else [_of_agent(entry) for entry in self.conversion],
            "agents_differ": self.agents_differ,
            "responses": [
                {
                    "group": entry.group,
                    "answered": entry.answered,
                    "waiting": entry.waiting,
                    "mean_hours": plain(entry.mean),
                    "median_hours": known(entry.median),
                    "p90_hours": known(entry.p90),
                }
                for entry in self.responses
            ],
            "satisfaction": None
            if self.satisfaction is None
            else [
                {"group": entry.group, "closed": entry.closed, "rating": plain(entry.rating)}
                for entry in self.satisfaction
            ],
            "by_hour": [[round(value, 4) for value in row] for row in self.by_hour.tolist()],
            "absent": list(self.absent),
        }


def five_numbers(frame: pd.DataFrame, clock: Clock) -> FiveNumbers:
    """Return the five figures of a history.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        As ``read_tickets`` gives it; ``opened_at`` is needed, everything else may be missing.
    clock : Clock

    Raises
    ------
    BadOptionError
        When no ticket has an opening time.
    """
    needed(frame, "opened_at")
    frame = frame[frame["opened_at"].notna()]
    absent = []
    conversion = _conversion(frame, clock) if has(frame, "converted") and has(frame, "agent") else None
    if conversion is None:
        missing = " and ".join(name for name in ("converted", "agent") if not has(frame, name))
        absent.append(f"Conversion by agent cannot be told: the history has no {missing}.")
    responses = _responses(frame, clock) if has(frame, "first_response_at") else ()
    if not responses:
        absent.append("Response time cannot be told: the history has no first_response_at.")
    satisfaction = _satisfaction(frame, clock) if has(frame, "csat") else None
    if satisfaction is None:
        absent.append("Customer satisfaction cannot be told: the history has no csat.")
    opened = frame["opened_at"]
    return FiveNumbers(
        tickets=len(frame),
        begins=opened.min(),
        ends=opened.max(),
        clock=clock,
        conversion=conversion,
        responses=responses,
        satisfaction=satisfaction,
        by_hour=tickets_by_hour(frame, clock),
        absent=tuple(absent),
    )


def tickets_by_hour(frame: pd.DataFrame, clock: Clock) -> NDArray[np.float64]:
    """Return the mean number of tickets in each hour of each weekday, over the weekdays that the history spans.

    Returns
    -------
    ndarray of shape (7, 24)
        Monday first. A weekday the history does not reach has 0.
    """
    opened = local(frame["opened_at"], clock)
    counts = np.zeros((_WEEK_DAYS, _DAY_HOURS))
    np.add.at(counts, (opened.dt.day_of_week.to_numpy(), opened.dt.hour.to_numpy()), 1)
    days = pd.date_range(opened.min().normalize(), opened.max().normalize(), freq="D")
    seen = np.bincount(days.day_of_week.to_numpy(), minlength=_WEEK_DAYS)
    return counts / np.maximum(seen, 1)[:, None]


def _rows(found: FiveNumbers) -> Iterator[tuple[str, str, float, float | None, float | None, int]]:
    for one in found.conversion or ():
        yield ("conversion", one.agent, *one.share)
        yield "conversions per day", one.agent, one.per_day, None, None, one.days
    for waited in found.responses:
        yield ("response time", waited.group, *waited.mean)
        yield "response time, median", waited.group, waited.median, None, None, waited.answered
        yield "response time, nine in ten within", waited.group, waited.p90, None, None, waited.answered
    for rated in found.satisfaction or ():
        yield ("satisfaction", rated.group, *rated.rating)


def _of_agent(entry: AgentConversion) -> dict[str, Any]:
    return {
        "agent": entry.agent,
        "tickets": entry.share.n,
        "converted": entry.converted,
        "share": plain(entry.share),
        "days": entry.days,
        "per_day": round(entry.per_day, 4),
    }


def _conversion(frame: pd.DataFrame, clock: Clock) -> tuple[AgentConversion, ...]:
    rows_known = frame[frame["converted"].notna() & frame["agent"].notna() & (frame["agent"] != "")]
    closed = rows_known["resolved_at"] if has(rows_known, "resolved_at") else rows_known["opened_at"]
    days = local(closed, clock).dt.normalize()
    found = []
    for agent, rows in rows_known.groupby("agent"):
        hits = int(rows["converted"].astype(bool).sum())
        worked = max(1, days.loc[rows.index].nunique())
        found.append(AgentConversion(str(agent), hits, share(hits, len(rows)), worked))
    return tuple(sorted(found, key=lambda entry: (-entry.converted, entry.agent)))


def _responses(frame: pd.DataFrame, clock: Clock) -> tuple[Response, ...]:
    hours = response_hours(frame, clock)
    found = [_response("all tickets", hours)]
    if has(frame, "urgency"):
        levels = list(frame["urgency"].dropna().unique())
        used = [level for level in reversed(URGENCY_LEVELS) if level in levels]
        found += [_response(level, hours[(frame["urgency"] == level).to_numpy(dtype=bool)]) for level in used]
    return tuple(found)


def _response(group: str, hours: NDArray[np.float64]) -> Response:
    answered = hours[~np.isnan(hours)]
    median, p90 = np.quantile(answered, (0.5, 0.9)) if len(answered) else (np.nan, np.nan)
    return Response(group, len(answered), len(hours) - len(answered), mean(answered), float(median), float(p90))


def _satisfaction(frame: pd.DataFrame, clock: Clock) -> tuple[Satisfaction, ...]:
    months = local(frame["opened_at"], clock).dt.strftime("%Y-%m")
    ended = frame["resolved_at"].notna() if has(frame, "resolved_at") else frame["csat"].notna()
    found = [_rated("all months", frame["csat"], int(ended.sum()))]
    for month, rows in frame.groupby(months):
        found.append(_rated(str(month), rows["csat"], int(ended.loc[rows.index].sum())))
    return tuple(found)


def _rated(group: str, ratings: pd.Series[float], closed: int) -> Satisfaction:
    return Satisfaction(group, closed, mean(np.asarray(ratings.dropna().to_numpy(), dtype=np.float64)))
