"""How probably a clock that still runs will be missed, from how long a desk's past ones took."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ticket_triage.domain.clocks import MET, MISSED, NO_TARGET, PAUSED, RUNNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from ticket_triage.domain.clocks import ClockReading

FEWEST = 20
"""Finished clocks of a rule from which a probability is told."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Durations of a desk's clocks by clock and rule, and whether each had ended; shortest first, ended ones first."""

    durations: Mapping[tuple[str, str], tuple[tuple[timedelta, bool], ...]]

    def with_probability(self, reading: ClockReading) -> ClockReading:
        """Return a reading that still runs with the probability that it will be missed, others as they are.

        Of the clocks that took longer than this one has by now, so many took longer than its target. Those that had
        not ended count for as long as they were watched (the estimator of Kaplan and Meier, 1958).
        """
        known = self.durations.get((reading.clock, reading.rule), ())
        if reading.state not in (RUNNING, PAUSED) or reading.remaining is None:
            return reading
        if sum(ended for _, ended in known) < FEWEST:
            return reading
        target = reading.consumed + reading.remaining
        return replace(reading, breach_probability=round(_outlasting(known, reading.consumed, target), 4))


def _outlasting(durations: Iterable[tuple[timedelta, bool]], now: timedelta, target: timedelta) -> float:
    """Return the probability of going on beyond the target, for what has gone on until now."""
    known = list(durations)
    share, at_risk = 1.0, len(known)
    for duration, ended in known:
        if ended and now < duration <= target:
            share *= 1 - 1 / at_risk
        at_risk -= 1
    return share


def pace(readings: Iterable[ClockReading]) -> Pace:
    """Return the pace of a desk from the clocks of its tickets, ended or not."""
    found: dict[tuple[str, str], list[tuple[timedelta, bool]]] = defaultdict(list)
    for reading in readings:
        if reading.state != NO_TARGET:
            found[reading.clock, reading.rule].append((reading.consumed, not reading.open))
    return Pace({key: tuple(sorted(durations, key=_order)) for key, durations in found.items()})


def _order(duration: tuple[timedelta, bool]) -> tuple[timedelta, bool]:
    return (duration[0], not duration[1])


@dataclass(frozen=True, slots=True)
class Attainment:
    """How many runs of a clock were met and missed; those still in time and those without a target are left out.

    Parameters
    ----------
    clock : str
    met, missed : int
        A clock that runs beyond its target is missed already.
    in_time, no_target : int
        Left out of the share.
    """

    clock: str
    met: int
    missed: int
    in_time: int
    no_target: int

    @property
    def share(self) -> float | None:
        """Met by met and missed, None when there is neither."""
        judged = self.met + self.missed
        return self.met / judged if judged else None


def attainment(clock: str, readings: Iterable[ClockReading]) -> Attainment:
    """Count the runs of one clock.

    Examples
    --------
    >>> attainment("resolution", []).share is None
    True
    """
    states = [reading.state for reading in readings if reading.clock == clock]
    in_time = sum(state in (RUNNING, PAUSED) for state in states)
    return Attainment(clock, states.count(MET), states.count(MISSED), in_time, states.count(NO_TARGET))
