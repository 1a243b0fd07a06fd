"""What came of a replay: waits, deadlines and backlog per true urgency, and how sure one can be of them.

Tickets of one week share its weather, and seeds are the same tickets told again. So what is resampled are weeks: of
every resampled week all tickets of all seeds count, and more seeds make the figures calmer but no interval narrower
than the weeks allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.replay.desk import Run

HOUR, DAY, WEEK = 60.0, 1440.0, 10080.0
STARVES = WEEK
"""A ticket that waits longer than this for its first answer starves."""
RESAMPLES = 1000
_LEVELS = 2000
FEWEST_WEEKS = 8
"""Fewer weeks say too little of how weeks differ, so no interval is given."""

CLOCKS = ("response", "resolution")


@dataclass(frozen=True, slots=True)
class Period:
    """The tickets measured: all of shape (n_tickets,).

    ``opened``, ``response_due`` and ``resolution_due`` in minutes; ``group`` the true urgency, empty when unknown;
    ``counted`` whether it is measured at all, warm-up being over.
    """

    opened: NDArray[np.float64]
    response_due: NDArray[np.float64]
    resolution_due: NDArray[np.float64]
    group: NDArray[np.object_]
    counted: NDArray[np.bool_]

    @property
    def weeks(self) -> NDArray[np.int64]:
        """Each ticket's week, counted from the first one measured."""
        number = np.floor(self.opened / WEEK).astype(np.int64)
        return number - (number[self.counted].min() if self.counted.any() else 0)

    @property
    def week_count(self) -> int:
        """How many weeks are measured."""
        return int(self.weeks[self.counted].max()) + 1 if self.counted.any() else 0

    def of(self, group: str | None) -> NDArray[np.bool_]:
        """Return which tickets are measured for a group, None for all."""
        return self.counted if group is None else self.counted & (self.group == group)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval; without enough weeks ``low`` and ``high`` are NaN."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether the interval could be reckoned."""
        return not np.isnan(self.low)


def figures(period: Period, runs: Sequence[Run], group: str | None) -> dict[str, float]:
    """Return the figures of one group (None for all) over all seeds; times in hours, shares from 0 to 1."""
    chosen = period.of(group)
    found: dict[str, float] = {"tickets": float(chosen.sum())}
    for clock in CLOCKS:
        hours = np.concatenate([waits(period, run, clock)[chosen] for run in runs])
        done = hours[~np.isnan(hours)]
        found[f"{clock}_median_hours"] = float(np.median(done)) if len(done) else float("nan")
        found[f"{clock}_p90_hours"] = float(np.quantile(done, 0.9)) if len(done) else float("nan")
        found[f"{clock}_sla"] = _share([_met(period, run, clock)[chosen] for run in runs])
    found["longest_wait_hours"] = max(_longest(waits(period, run, "response")[chosen]) for run in runs)
    found["starved"] = _share([waits(period, run, "response")[chosen] * HOUR > STARVES for run in runs])
    found["answered"] = _share([~np.isnan(run.started[chosen]) for run in runs])
    found["withdrawn"] = _share([~np.isnan(run.withdrawn[chosen]) for run in runs])
    found["reassignments"] = float(np.mean([np.maximum(run.visits[chosen] - 1, 0).mean() for run in runs]))
    return found


def waits(period: Period, run: Run, clock: str) -> NDArray[np.float64]:
    """Return hours from opening to first answer or to solution, NaN where it never came."""
    return ((run.started if clock == "response" else run.solved) - period.opened) / HOUR


def backlog(period: Period, runs: Sequence[Run]) -> NDArray[np.float64]:
    """Return the mean number of open tickets in each week measured, from twenty-eight looks at it."""
    first = np.floor(period.opened[period.counted].min() / WEEK) * WEEK
    looks = first + np.arange(period.week_count * 28) * (WEEK / 28) + WEEK / 56
    came = np.searchsorted(np.sort(period.opened), looks)
    gone = [np.searchsorted(np.sort(_gone(run)), looks) for run in runs]
    return np.asarray((came - np.mean(gone, axis=0)).reshape(-1, 28).mean(axis=1), dtype=np.float64)


def resampled_weeks(count: int, seed: int) -> NDArray[np.int64]:
    """Return how often each week counts in each of the resamples, of shape (n_resamples, count)."""
    chance = np.random.default_rng(seed)
    drawn = chance.integers(0, count, size=(RESAMPLES, count))
    return np.apply_along_axis(np.bincount, 1, drawn, minlength=count)


def quantile_change(
    period: Period, before: Sequence[Run], after: Sequence[Run], group: str | None, clock: str, share: float, seed: int
) -> Interval:
    """Return by what share a quantile of the waits changes from one order to another; -0.2 is a fifth less.

    Both orders are judged on the same resampled weeks.
    """
    times = resampled_weeks(period.week_count, seed)
    was, now = (_quantiles(period, runs, group, clock, share, times) for runs in (before, after))
    return _interval(now[0] / was[0] - 1 if was[0] > 0 else float("nan"), now[1:], was[1:], period.week_count)


def backlog_change(period: Period, before: Sequence[Run], after: Sequence[Run], seed: int) -> Interval:
    """Return by what share the mean backlog changes from one order to another."""
    times = resampled_weeks(period.week_count, seed)
    was, now = backlog(period, before), backlog(period, after)
    value = float(now.mean() / was.mean() - 1) if was.mean() > 0 else float("nan")
    return _interval(value, times @ now, times @ was, period.week_count)


def _interval(value: float, now: NDArray[np.float64], was: NDArray[np.float64], weeks: int) -> Interval:
    usable = (was > 0) & ~np.isnan(now)
    if weeks < FEWEST_WEEKS or usable.mean() < 0.5:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(now[usable] / was[usable] - 1, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def _quantiles(
    period: Period, runs: Sequence[Run], group: str | None, clock: str, share: float, times: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return a quantile of all weeks as they are, then of each resample, read off a fine grid of levels."""
    chosen = period.of(group)
    hours = np.concatenate([waits(period, run, clock)[chosen] for run in runs])
    weeks = np.tile(period.weeks[chosen], len(runs))[~np.isnan(hours)]
    hours = hours[~np.isnan(hours)]
    if not len(hours):
        return np.full(len(times) + 1, np.nan)
    grid = np.unique(np.quantile(hours, np.linspace(0, 1, _LEVELS)))
    counts = np.zeros((period.week_count, len(grid)))
    np.add.at(counts, (weeks, np.searchsorted(grid, hours)), 1)
    below = np.cumsum(np.vstack([np.ones(period.week_count), times]) @ counts, axis=1)
    empty = below[:, -1] == 0
    places = (below < share * below[:, -1:]).sum(axis=1)
    return np.where(empty, np.nan, grid[np.minimum(places, len(grid) - 1)])


def _met(period: Period, run: Run, clock: str) -> NDArray[np.float64]:
    """Return 1 where the deadline was met, 0 where missed, NaN where there is none or it was withdrawn."""
    due = period.response_due if clock == "response" else period.resolution_due
    at = run.started if clock == "response" else run.solved
    met = np.where(np.isnan(at), 0.0, (at <= due).astype(float))
    return np.where(np.isnan(due) | ~np.isnan(run.withdrawn), np.nan, met)


def _gone(run: Run) -> NDArray[np.float64]:
    gone = np.where(np.isnan(run.withdrawn), run.solved, run.withdrawn)
    return np.where(np.isnan(gone), np.inf, gone)


def _share(parts: Sequence[NDArray[np.float64]] | Sequence[NDArray[np.bool_]]) -> float:
    values = np.concatenate([np.asarray(part, dtype=float) for part in parts])
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _longest(hours: NDArray[np.float64]) -> float:
    return float(np.nanmax(hours)) if (~np.isnan(hours)).any() else float("nan")


def groups(period: Period, order: Sequence[str]) -> list[str]:
    """Return the urgencies that are measured, the most urgent first."""
    return [name for name in reversed(order) if period.of(name).any()]
