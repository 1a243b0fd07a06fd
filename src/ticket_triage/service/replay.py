"""Run a past period again under several orders of the queue, and say honestly whether one helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import BadOptionError, nearest
from ticket_triage.intake.desk import read_desk
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy import load_policy
from ticket_triage.replay import run
from ticket_triage.replay.measures import (
    FEWEST_WEEKS,
    WEEK,
    Interval,
    Period,
    backlog,
    backlog_change,
    figures,
    groups,
    quantile_change,
)
from ticket_triage.replay.verdict import CLAIM, CRITERION, FEWEST_TICKETS, Likeness, believed, effect, likeness
from ticket_triage.service.orderings import FOLLOWED, NEED_MODEL, ORDERS, Known, due_moments, key_of
from ticket_triage.service.past import past_of, usual_hours
from ticket_triage.service.rolling import rolling
from ticket_triage.service.shifts import inferred, named
from ticket_triage.service.workload import Tasks, fitted_share

if TYPE_CHECKING:
    from ticket_triage.modelling.training import Progress
    from ticket_triage.replay import Run
    from ticket_triage.service.past import Past
    from ticket_triage.service.rolling import Rolled
    from ticket_triage.service.shifts import Shifts
    from ticket_triage.service.train import MappingSource, Source

AGAINST = tuple(name for name in ORDERS if name != FOLLOWED)
INFERRED = "inferred"
MOST_SEEDS = 200
ALL = "all"
_FIT_SEEDS = 2
_HEADLINE = ("full", "model", "scorecard", "labels")
_CHANGES = (("response", 0.5, "median"), ("response", 0.9, "p90"), ("resolution", 0.5, "median"))


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure changes from the order actually followed to another one, as a share of it."""

    order: str
    group: str
    figure: str
    interval: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return plain values; an interval that could not be reckoned is None."""
        known = self.interval.known
        bounds = {"low": self.interval.low if known else None, "high": self.interval.high if known else None}
        return {
            "order": self.order,
            "urgency": self.group,
            "figure": self.figure,
            "value": self.interval.value,
        } | bounds


@dataclass(frozen=True, slots=True, repr=False)
class Replayed(Tabled):
    """What came of a replay.

    Parameters
    ----------
    about : dict
        What was replayed, and how.
    left_out : dict of str to str
        Orders asked for that could not be run, and why.
    believed : bool
        Whether the replay reproduces what was observed; see ``replay.verdict.CRITERION``.
    compared : tuple of Likeness
        Observed and simulated waits, in weeks nothing was fitted to.
    figures : dict
        By order and urgency (``all`` for every ticket).
    changes : tuple of Change
    backlog : dict of str to list of float
        By order, the mean number of open tickets in each week.
    weeks : tuple of str
        The Mondays of those weeks.
    verdict : tuple of str
        What may be said, in sentences.
    """

    about: dict[str, Any]
    left_out: dict[str, str]
    believed: bool
    compared: tuple[Likeness, ...]
    figures: dict[str, dict[str, dict[str, float]]]
    changes: tuple[Change, ...]
    backlog: dict[str, list[float]]
    weeks: tuple[str, ...]
    verdict: tuple[str, ...]
    orders: dict[str, str] = field(default_factory=lambda: dict(ORDERS))

    def told(self) -> list[str]:
        """Return what may be said, and which orders could not be run."""
        return [*self.verdict, *(f"Left out: {name}, because {why}" for name, why in self.left_out.items())]

    def table(self) -> pd.DataFrame:
        """Return one row for each order and urgency."""
        found = self.figures.items()
        rows = [{"order": order, "urgency": group} | by[group] for order, by in found for group in by]
        return pd.DataFrame(rows)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON: what is unknown is None."""
        compared = [
            {
                "urgency": one.group,
                "figure": one.figure,
                "observed_hours": one.observed,
                "simulated_hours": one.simulated,
            }
            | {"holds": one.holds}
            for one in self.compared
        ]
        found = {
            "verdict": list(self.verdict),
            "believed": self.believed,
            "criterion": CRITERION,
            "compared": compared,
            "about": self.about,
            "left_out": self.left_out,
            "figures": self.figures,
            "changes": [change.as_dict() for change in self.changes],
            "weeks": list(self.weeks),
            "backlog": self.backlog,
        }
        return {key: _plain(value) for key, value in found.items()}


def replay(
    history: Source,
    *,
    mapping: MappingSource = None,
    agents: str | Path = INFERRED,
    against: Sequence[str] = AGAINST,
    policy: str | Path | None = None,
    seed: int = 0,
    seeds: int = 20,
    progress: Progress = lambda _what, _share: None,
) -> Replayed:
    """Replay a history under the order the desk followed and under others.

    Parameters
    ----------
    history : str, Path or DataFrame
        With ``opened_at``, ``first_response_at`` and ``resolved_at``; better with agents, teams and urgencies too.
    mapping : str, Path, mapping or None
    agents : str or Path, default="inferred"
        A desk file, or who worked is read off the history.
    against : sequence of str
        Orders of ``AGAINST``; the one actually followed is always run.
    policy : str, Path or None
        None means the shipped one.
    seed : int, default=0
    seeds : int, default=20
        How often each order is run, from 1 to 200.
    progress : callable

    Returns
    -------
    Replayed

    Raises
    ------
    BadOptionError
        An order or number is not allowed, or the history has too few dated tickets.
    InputError, DeskError, PolicyError
        The history, the desk file or the policy cannot be used.
    """
    wanted = _wanted(against)
    if not 1 <= seeds <= MOST_SEEDS or seed < 0:
        raise BadOptionError(f"Seeds lie between 1 and {MOST_SEEDS}, the seed at 0 or above; got {seeds} and {seed}.")
    rules = load_policy(policy)
    progress("Reading tickets", 0.0)
    reading = read_tickets(history, mapping)
    whole = past_of(reading)
    desk = None if str(agents) == INFERRED else read_desk(agents)
    shifts = inferred(whole) if desk is None else named(desk, rules, whole)
    rolled = rolling(whole.frame, reading.fact_columns, seed, progress) if NEED_MODEL & set(wanted) else None
    past = whole if rolled is None or rolled.missing else whole.since(rolled.first)
    left_out = {name: rolled.missing for name in wanted if name in NEED_MODEL and rolled and rolled.missing}
    predictions = None if rolled is None or rolled.missing else rolled.predictions
    known = Known(past, tickets_from(past.frame), rules, predictions)
    orders = [FOLLOWED, *(name for name in wanted if name not in left_out)]
    simulated = _simulate(whole, known, shifts, orders, seed, seeds, progress)
    return _told(known, simulated, rolled, left_out, shifts, seed, reading.source)


@dataclass(frozen=True, slots=True)
class _Simulated:
    period: Period
    runs: dict[str, list[Run]]
    unseen: np.ndarray[Any, Any]
    share: float


def _wanted(against: Sequence[str]) -> list[str]:
    for name in against or [""]:
        if name not in AGAINST:
            raise BadOptionError(f"There is no order {name!r}; {nearest(name, AGAINST)}")
    return list(dict.fromkeys(against))


def _simulate(
    whole: Past, known: Known, shifts: Shifts, orders: Sequence[str], seed: int, seeds: int, progress: Progress
) -> _Simulated:
    past = known.past
    hours, _ = usual_hours(whole)
    tasks = Tasks(past, whole, shifts, hours)
    progress("Deciding each ticket anew", 0.0)
    period = Period(past.opened, *due_moments(known), past.urgency, _counted(past))
    unseen = _second_half(past, period)
    progress("Fitting the desk", 0.0)
    share = _fit(tasks, shifts, known, period, unseen, seed)
    fixed = {name: key_of(name, known, past.opened) for name in orders if name != "oracle"}
    runs: dict[str, list[Run]] = {name: [] for name in orders}
    for number in range(seeds):
        minutes, load_of = tasks.draw(seed * 1000 + number)
        load = load_of(share)
        for place, name in enumerate(orders):
            progress("Running the desk", (number * len(orders) + place) / (seeds * len(orders)))
            key = fixed[name] if name in fixed else key_of(name, known, minutes)
            runs[name].append(run(shifts.agents(), load, key.tolist()))
    return _Simulated(period, runs, unseen, share)


def _fit(tasks: Tasks, shifts: Shifts, known: Known, period: Period, unseen: Any, seed: int) -> float:
    """Return the share of busy time that gives the first half of the weeks the median wait observed there."""
    past = known.past
    drawn = [tasks.draw(seed * 1000 + number)[1] for number in range(_FIT_SEEDS)]
    key = key_of(FOLLOWED, known, past.opened).tolist()
    seen = period.counted & ~unseen & ~np.isnan(past.answered)

    def wait_at(share: float) -> float:
        waited = [(run(shifts.agents(), load_of(share), key).started - past.opened)[seen] for load_of in drawn]
        return float(np.nanmedian(np.concatenate(waited)))

    return fitted_share(wait_at, float(np.median((past.answered - past.opened)[seen])))


def _counted(past: Past) -> np.ndarray[Any, Any]:
    """Leave out the week in which the replayed desk fills, where there is more than a fortnight."""
    span = past.opened[-1] - past.opened[0]
    start = past.opened[0] + (WEEK if span > 2 * WEEK else 0)
    return np.asarray(past.opened >= start)


def _second_half(past: Past, period: Period) -> np.ndarray[Any, Any]:
    middle = np.median(past.opened[period.counted])
    if period.week_count > 1:
        middle = np.ceil(middle / WEEK) * WEEK
    return np.asarray(period.counted & (past.opened >= middle))


def _told(
    known: Known,
    found: _Simulated,
    rolled: Rolled | None,
    left_out: dict[str, str],
    shifts: Shifts,
    seed: int,
    source: str,
) -> Replayed:
    past, period, runs = known.past, found.period, found.runs
    shown = groups(period, past.levels)
    compared = likeness(period, runs[FOLLOWED], past.answered, found.unseen, shown)
    whole_figures = {
        name: {group: figures(period, runs[name], None if group == ALL else group) for group in (*shown, ALL)}
        for name in runs
    }
    changes = [change for name in runs if name != FOLLOWED for change in _changes(period, runs, name, shown, seed)]
    sure = believed(compared)
    mondays = [
        past.base + np.timedelta64(7 * (number + _first_week(period)), "D") for number in range(period.week_count)
    ]
    about = {
        "history": source,
        "tickets_replayed": len(past),
        "tickets_measured": int(period.counted.sum()),
        "opened": [str(past.frame["opened_at"].iloc[place].date()) for place in (0, -1)],
        "weeks": period.week_count,
        "agents": shifts.told,
        "busy_share": round(found.share, 4),
        "seeds": len(runs[FOLLOWED]),
        "seed": seed,
        "policy": f"{known.policy.reference.name} {known.policy.reference.version}",
        "models_learnt_from": list(rolled.learnt_from) if rolled is not None else [],
    }
    return Replayed(
        about=about,
        left_out=left_out,
        believed=sure,
        compared=tuple(compared),
        figures=whole_figures,
        changes=tuple(changes),
        backlog={name: [round(float(value), 3) for value in backlog(period, runs[name])] for name in runs},
        weeks=tuple(str(monday.date()) for monday in mondays),
        verdict=(*_verdict(period, changes, sure, compared, past), *_too_short(period, past)),
    )


def _first_week(period: Period) -> int:
    return int(np.floor(period.opened[period.counted].min() / WEEK))


def _changes(period: Period, runs: dict[str, list[Run]], order: str, shown: Sequence[str], seed: int) -> list[Change]:
    before, after = runs[FOLLOWED], runs[order]
    found = [Change(order, ALL, "backlog", backlog_change(period, before, after, seed))]
    for group in (*shown, ALL):
        change = partial(quantile_change, period, before, after, None if group == ALL else group, seed=seed)
        found += [
            Change(order, group, f"{clock} {name}", change(clock=clock, share=share)) for clock, share, name in _CHANGES
        ]
    return found


def _verdict(
    period: Period, changes: Sequence[Change], sure: bool, compared: Sequence[Likeness], past: Past
) -> list[str]:
    """Return the headline of the first order that has one, or why there is none."""
    if not sure:
        return [_doubt(compared)]
    order = next((name for name in _HEADLINE if any(change.order == name for change in changes)), None)
    if order is None:
        return ["Neither the policy, nor a model, nor labels were replayed, so there is nothing to claim."]
    top = next((name for name in groups(period, past.levels) if period.of(name).sum() >= FEWEST_TICKETS), ALL)
    named_changes = {(change.group, change.figure): change.interval for change in changes if change.order == order}
    what = f"Under the order '{order}', against the order followed, median first answer of {top} tickets"
    return [
        effect(named_changes[top, "response median"], CLAIM["response"], what),
        effect(named_changes[ALL, "backlog"], CLAIM["backlog"], f"Under '{order}', mean backlog"),
    ]


def _too_short(period: Period, past: Past) -> list[str]:
    """Say when no order could be shown to help, whatever the replay gives."""
    if period.week_count >= FEWEST_WEEKS:
        return []
    opened = past.frame["opened_at"]
    return [
        (
            f"Too short a time: these {len(past):,} tickets were opened from {opened.iloc[0]:%Y-%m-%d} to "
            f"{opened.iloc[-1]:%Y-%m-%d}, but an interval needs {FEWEST_WEEKS} weeks to be measured, so here no order "
            "can be shown to help."
        )
    ]


def _doubt(compared: Sequence[Likeness]) -> str:
    off = [entry for entry in compared if not entry.holds]
    if not off:
        return f"No headline: no urgency has {FEWEST_TICKETS} answered tickets to hold the replay against."
    worst = max(off, key=lambda entry: abs(np.log(max(entry.simulated, 1e-3) / max(entry.observed, 1e-3))))
    return (
        "No headline: replaying the order actually followed does not give the waits observed "
        f"({len(off)} of {len(compared)} figures are too far off; {worst.group} {worst.figure}: "
        f"{worst.simulated:.1f} h replayed, {worst.observed:.1f} h observed), so what other orders give here is no "
        "evidence about this desk."
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return None if not np.isfinite(value) else round(value, 4)
    return value
