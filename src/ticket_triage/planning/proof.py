"""Before against after, with intervals that resample weeks, and the claim in one sentence.

Tickets of one week share its outages, holidays and absences, so weeks are drawn, not tickets (B. Efron and R.
Tibshirani, "An Introduction to the Bootstrap", 1993, section 8.6). The error so found is widened where neighbouring
weeks resemble one another, and read from Student's t, because weeks are few.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from ticket_triage.errors import BadOptionError
from ticket_triage.planning.intervals import known
from ticket_triage.planning.metrics import METRICS, Metric, Weekly, Window, in_window, missing, strata_of, weekly
from ticket_triage.planning.outcomes import Clock, last_moment, needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

FEWEST_WEEKS = 4
"""With fewer weeks on either side nothing is said."""

_DRAWS = 2000
_AT_ONCE = 200
_LIKEST = 0.8
_MIX_MOVED, _MIX_LEVEL = 0.05, 0.01
_EARLIER_DAYS = 14


@dataclass(frozen=True, slots=True)
class Change:
    """A relative change and its 95 % interval; nan where it cannot be told."""

    value: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out "no change"."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """A metric before and after.

    Parameters
    ----------
    metric : Metric
    before, after : Weekly
    crude : Change
        As measured.
    standardised : Change or None
        As it would be with the mix of tickets of before; None for a metric of days.
    """

    metric: Metric
    before: Weekly
    after: Weekly
    crude: Change
    standardised: Change | None


@dataclass(frozen=True, slots=True)
class Mix:
    """How far the mix of tickets moved: the share that would have to be of another kind, and what moved most."""

    moved: float
    p_value: float
    largest: tuple[tuple[str, float, float], ...]

    @property
    def changed(self) -> bool:
        """Whether it moved by more than chance, and by more than nothing."""
        return self.moved > _MIX_MOVED and self.p_value < _MIX_LEVEL


@dataclass(frozen=True, slots=True)
class Proof:
    """What two windows of a history show.

    Parameters
    ----------
    baseline, period : Window
    clock : Clock
    comparisons : tuple of Comparison
    track : tuple of (Metric, Weekly)
        The same metrics over the whole history, week by week.
    mix : Mix
    arrivals : tuple of (float, float)
        Tickets a day before and after.
    warnings : tuple of str
    absent : tuple of str
        Metrics the history cannot give, and why.
    """

    baseline: Window
    period: Window
    clock: Clock
    comparisons: tuple[Comparison, ...]
    track: tuple[tuple[Metric, Weekly], ...]
    mix: Mix
    arrivals: tuple[float, float]
    warnings: tuple[str, ...]
    absent: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; what cannot be told is None."""
        return {
            "claim": self.claim,
            "baseline": [str(self.baseline.begins), str(self.baseline.ends)],
            "period": [str(self.period.begins), str(self.period.ends)],
            "clock": self.clock.name,
            "metrics": [self._plain(entry) for entry in self.comparisons],
            "track": {
                metric.name: {"weeks": [str(week) for week in found.weeks], "values": [*map(known, found.by_week)]}
                for metric, found in self.track
            },
            "mix": {
                "moved": known(self.mix.moved),
                "changed": self.mix.changed,
                "largest": [
                    {"kind": kind, "before": known(before), "after": known(after)}
                    for kind, before, after in self.mix.largest
                ],
            },
            "arrivals_a_day": [known(value) for value in self.arrivals],
            "warnings": list(self.warnings),
            "absent": list(self.absent),
        }

    def _plain(self, found: Comparison) -> dict[str, Any]:
        metric = found.metric
        return {
            "name": metric.name,
            "title": metric.title,
            "unit": metric.unit,
            "numerator": metric.numerator,
            "denominator": metric.denominator,
            "exclusions": metric.exclusions,
            "clock": metric.timed(self.clock),
            "reference": metric.reference,
            "lower_is_better": metric.lower_is_better,
            "before": _window(found.before),
            "after": _window(found.after),
            "change": _change(found.crude),
            "change_with_the_mix_held": None if found.standardised is None else _change(found.standardised),
            "shown": self.decisive(found).shown,
        }

    def decisive(self, comparison: Comparison) -> Change:
        """Return the change a claim rests on: with the mix held where it moved, else as measured."""
        held = comparison.standardised
        return held if held is not None and self.mix.changed else comparison.crude

    @property
    def claim(self) -> str:
        """The claim in one sentence, ready to quote, or that no effect was shown."""
        claimed = [entry for entry in self.comparisons if entry.metric.reference is not None]
        if not claimed:
            return "Nothing can be claimed: the history holds no metric that a claim is made of."
        return " ".join(self._sentence(entry) for entry in claimed)

    def _sentence(self, found: Comparison) -> str:
        metric, change = found.metric, self.decisive(found)
        windows = f"between {self.baseline} and {self.period}"
        if not np.isfinite(change.low):
            few = min(len(found.before.weeks), len(found.after.weeks))
            why = f"{few} weeks are too few" if few < FEWEST_WEEKS else "one of the windows holds too few cases"
            return f"No effect was shown on the {metric.title} {windows}: {why}."
        low, high = percent(change.low, signed=True), percent(change.high, signed=True)
        figures = f"{percent(change.value, signed=True)} (95 % interval {low} to {high})"
        held = " with the mix of tickets held as it was before" if change is found.standardised else ""
        values = f"from {found.before.value:.2f} to {found.after.value:.2f} {metric.unit} as measured, {figures}{held}"
        if not change.shown:
            return f"No effect was shown on the {metric.title} {windows}: {values}."
        better = (change.value < 0) == metric.lower_is_better
        verb = "fell" if change.value < 0 else "rose"
        return f"The {metric.title} {verb} {windows}: {values}; {_beside(metric, change, better)}."


def _window(found: Weekly) -> dict[str, Any]:
    return {
        "value": known(found.value),
        "mean": known(found.mean),
        "median": known(found.median),
        "n": found.n,
        "excluded": found.excluded,
        "weeks": len(found.weeks),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"value": known(change.value), "low": known(change.low), "high": known(change.high)}


def prove(
    frame: pd.DataFrame, baseline: Window, period: Window, clock: Clock, *, names: Sequence[str] = (), seed: int = 0
) -> Proof:
    """Compare two windows of a history.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        As ``read_tickets`` gives it.
    baseline, period : Window
        The baseline ends before the period begins.
    clock : Clock
    names : sequence of str
        The metrics; all the history can give when left out.
    seed : int, default=0

    Raises
    ------
    BadOptionError
        When a window overlaps the other or holds no ticket, or no metric can be measured.
    """
    needed(frame, "opened_at")
    _check(frame, baseline, period, clock)
    absent = [f"{metric.title}: no {' and no '.join(gone)}" for metric in METRICS if (gone := missing(metric, frame))]
    chosen = [metric for metric in METRICS if not missing(metric, frame) and (not names or metric.name in names)]
    if not chosen:
        raise BadOptionError(f"No metric can be measured in this history ({'; '.join(absent)}).")
    rng = np.random.default_rng(seed)
    kinds = tuple(sorted(set(strata_of(frame, "category", "urgency"))))
    comparisons = []
    for metric in chosen:
        before, after = (weekly(metric, frame, window, clock, kinds) for window in (baseline, period))
        comparisons.append(_compared(metric, before, after, rng))
    whole = _whole(frame)
    mix = _mix(frame, baseline, period, clock)
    days = [len(in_window(frame, window, clock)) / window.days for window in (baseline, period)]
    return Proof(
        baseline,
        period,
        clock,
        tuple(comparisons),
        tuple((metric, weekly(metric, frame, whole, clock, kinds)) for metric in chosen),
        mix,
        (days[0], days[1]),
        tuple(_warnings(frame, baseline, period, mix, days)),
        tuple(absent),
    )


def relative_change(before: Weekly, after: Weekly, rng: np.random.Generator, *, hold_mix: bool) -> Change:
    """Return the relative change from one window to the other, weeks drawn 2,000 times.

    Parameters
    ----------
    before, after : Weekly
    rng : Generator
    hold_mix : bool
        Whether each kind of ticket counts as much after as it did before (direct standardisation); kinds that one of
        the windows does not have are left out of both.
    """
    weights = _weights(before, after) if hold_mix else None
    value = _figures(after, None, weights)[0] / _figures(before, None, weights)[0]
    error, freedom = 0.0, 0.0
    for window in (before, after):
        weeks = len(window.weeks)
        if weeks < FEWEST_WEEKS:
            return Change(value - 1, float("nan"), float("nan"))
        drawn = rng.multinomial(weeks, np.full(weeks, 1 / weeks), size=_DRAWS).astype(np.float64)
        figures = _figures(window, drawn, weights)
        if not (figures > 0).all():
            return Change(value - 1, float("nan"), float("nan"))
        alike = _alike(window.by_week)
        error += float(np.log(figures).var()) * weeks / (weeks - 1) * alike
        freedom += max(1.0, weeks / alike - 1)
    width = float(stats.t.ppf(0.975, freedom)) * error**0.5
    return Change(float(value - 1), float(value * np.exp(-width) - 1), float(value * np.exp(width) - 1))


def _compared(metric: Metric, before: Weekly, after: Weekly, rng: np.random.Generator) -> Comparison:
    if not (before.n and after.n and before.value > 0 and after.value > 0):
        nothing = Change(float("nan"), float("nan"), float("nan"))
        return Comparison(metric, before, after, nothing, None)
    crude = relative_change(before, after, rng, hold_mix=False)
    by_ticket = metric.measure is not None
    held = relative_change(before, after, rng, hold_mix=True) if by_ticket else None
    return Comparison(metric, before, after, crude, held)


def _weights(before: Weekly, after: Weekly) -> NDArray[np.float64]:
    """Return what each kind of ticket weighs: its share before, where both windows have it."""
    counts = before.sums()[1].sum(axis=0) * (after.sums()[1].sum(axis=0) > 0)
    return np.asarray(counts / counts.sum())


def _figures(
    window: Weekly, drawn: NDArray[np.float64] | None, weights: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Return the metric for each draw of weeks, or once for the window as it was."""
    rows = np.ones((1, len(window.weeks))) if drawn is None else drawn
    above, below = window.sums()
    counts = rows @ below
    if window.typical:
        return _medians(window, rows, counts, weights)
    if weights is None:
        return np.asarray((rows @ above).sum(axis=1) / np.maximum(counts.sum(axis=1), 1))
    rates = np.divide(rows @ above, counts, out=np.zeros_like(counts), where=counts > 0)
    present = (counts > 0) * weights
    return np.asarray((rates * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1e-12))


def _medians(
    window: Weekly, rows: NDArray[np.float64], counts: NDArray[np.float64], weights: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Return each draw's weighted median: the value with half of the weight on either side."""
    order = np.argsort(window.values, kind="stable")
    values, places, kinds = window.values[order], window.places[order], window.kinds[order]
    share = np.ones_like(counts) if weights is None else weights / np.maximum(counts, 1)
    found = np.empty(len(rows))
    for start in range(0, len(rows), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        behind = np.cumsum(rows[part][:, places] * share[part][:, kinds], axis=1)
        half = behind[:, -1:] / 2
        upper, lower = (behind > half * (1 + 1e-9)).argmax(axis=1), (behind >= half * (1 - 1e-9)).argmax(axis=1)
        found[part] = np.where(half[:, 0] > 0, (values[lower] + values[upper]) / 2, 0.0)
    return found


def _alike(values: NDArray[np.float64]) -> float:
    """Return by how much the variance grows because a week resembles the one before."""
    known = values[~np.isnan(values)]
    if len(known) < FEWEST_WEEKS or known.std() == 0:
        return 1.0
    centred = known - known.mean()
    rho = float((centred[1:] * centred[:-1]).sum() / (centred**2).sum()) + 1 / len(known)
    rho = min(max(rho, 0.0), _LIKEST)
    return (1 + rho) / (1 - rho)


def _mix(frame: pd.DataFrame, baseline: Window, period: Window, clock: Clock) -> Mix:
    counts = [
        strata_of(in_window(frame, window, clock), "category", "urgency").value_counts()
        for window in (baseline, period)
    ]
    kinds = sorted(set(counts[0].index) | set(counts[1].index))
    table = np.array([[int(count.get(kind, 0)) for kind in kinds] for count in counts])
    shares = table / table.sum(axis=1, keepdims=True)
    moves = sorted(zip(kinds, *shares.tolist(), strict=True), key=lambda entry: -abs(entry[2] - entry[1]))
    p_value = float(stats.chi2_contingency(table).pvalue) if len(kinds) > 1 else 1.0
    return Mix(float(np.abs(shares[1] - shares[0]).sum() / 2), p_value, tuple(moves[:5]))


def _whole(frame: pd.DataFrame) -> Window:
    return Window(frame["opened_at"].min().date(), last_moment(frame).date())


def _check(frame: pd.DataFrame, baseline: Window, period: Window, clock: Clock) -> None:
    if baseline.ends >= period.begins:
        raise BadOptionError(
            f"The baseline ({baseline}) must end before the period ({period}) begins; choose days apart."
        )
    for name, window in (("baseline", baseline), ("period", period)):
        if in_window(frame, window, clock).empty:
            spanned = _whole(frame)
            raise BadOptionError(f"No ticket was opened in the {name} ({window}); the history spans {spanned}.")


def percent(value: float, *, signed: bool = False) -> str:
    """Return a share as a percentage without decimals.

    Examples
    --------
    >>> percent(0.125), percent(-0.2, signed=True)
    ('12 %', '-20 %')
    """
    return f"{100 * value:{'+' if signed else ''}.0f} %"


def _warnings(frame: pd.DataFrame, baseline: Window, period: Window, mix: Mix, days: list[float]) -> list[str]:
    found = []
    if mix.changed:
        found.append(
            f"The mix of tickets changed: {percent(mix.moved)} of them would have to be of another category or urgency "
            "to make both windows alike. Claims rest on the comparison that holds the mix as it was before."
        )
    if abs(days[1] / days[0] - 1) > 0.1:
        found.append(f"Arrivals changed from {days[0]:.1f} to {days[1]:.1f} tickets a day; a backlog follows them.")
    if baseline.days != period.days and max(baseline.days, period.days) > 1.5 * min(baseline.days, period.days):
        found.append("One window is much longer than the other, so its tickets could be followed for longer.")
    spanned = _whole(frame)
    if (baseline.begins - spanned.begins).days < _EARLIER_DAYS:
        found.append(
            "The history begins with the baseline: tickets open before it are missing, so its backlog looks smaller "
            "than it was, and so does any improvement."
        )
    if period.ends > spanned.ends:
        found.append(f"The history ends on {spanned.ends}, before the period does; later days count for nothing.")
    return found


def _beside(metric: Metric, change: Change, better: bool) -> str:
    """Return how a shown change stands to the reference."""
    if not better:
        return "that is worse than before"
    reference = metric.reference or 0.0
    name = f"the reference of {percent(reference, signed=True)}"
    if change.high <= reference:
        return f"{name} is beaten by the whole interval"
    if change.value <= reference:
        return f"{name} is reached, though the interval reaches short of it"
    return f"{name} is not reached"
