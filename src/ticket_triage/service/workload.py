"""A past as work to be done: how much each ticket is, where it goes, and what chance decides anew with each seed.

From the first answer to the solution a ticket takes the time it took; what share of that an agent is really busy with
it no history says, so it is fitted: see :func:`fitted_share`. The rest is waiting for others, and costs nobody's time.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.replay import Workload
from ticket_triage.replay.efforts import fit_by_kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.replay import Hours
    from ticket_triage.service.past import Past
    from ticket_triage.service.shifts import Shifts

COMES_BACK_AFTER = 1440.0
"""Mean minutes after which a reopened ticket comes back; histories name no moment."""
_SHORTEST = 1.0
_HALVINGS = 12
_LEAST, _MOST = 0.01, 1.0


class Tasks:
    """What is known of every ticket's work.

    Parameters
    ----------
    past : Past
        The tickets replayed.
    whole : Past
        All there are, to learn durations from.
    shifts : Shifts
    hours : Hours
        When the desk worked, for turning moments into working minutes.
    """

    def __init__(self, past: Past, whole: Past, shifts: Shifts, hours: Hours) -> None:
        self.past, self._shifts = past, shifts
        minutes, finished = _durations(whole, hours)
        usable = ~np.isnan(minutes)
        kinds = [str(kind) for kind in whole.category]
        chosen = [kind for kind, use in zip(kinds, usable, strict=True) if use]
        self._kinds = fit_by_kind(chosen, minutes[usable], finished[usable])
        self._any = next(iter(fit_by_kind(["all"] * len(chosen), minutes[usable], finished[usable]).values()))
        own, done = _durations(past, hours)
        self._reached = np.where(done, np.nan, np.nan_to_num(own))
        self._minutes = np.where(done, own, np.nan)
        self._teams, counts = np.unique(past.team[past.team != ""].astype(str), return_counts=True)
        self._shares = counts / counts.sum() if len(counts) else counts
        self._impatience = _impatience(whole)

    def draw(self, seed: int) -> tuple[NDArray[np.float64], Callable[[float], Workload]]:
        """Return every ticket's minutes from answer to solution, and what makes a workload for a share of busy time.

        The same seed draws the same, whatever the order of the queue and the share.
        """
        chance = np.random.default_rng([seed, 11])
        past = self.past
        minutes = self._minutes.copy()
        for place in np.flatnonzero(np.isnan(minutes)).tolist():
            kind = self._kinds.get(str(past.category[place]), self._any)
            minutes[place] = kind.draw(chance, at_least=float(self._reached[place]))
        patience = chance.exponential(1 / self._impatience, len(past)) if self._impatience else np.full(len(past), inf)
        visits = [self._visits(place, chance) for place in range(len(past))]
        return minutes, lambda share: self._load(minutes * share, minutes * (1 - share), visits, patience)

    def _visits(self, place: int, chance: np.random.Generator) -> list[tuple[int, float, float]]:
        """Return a ticket's visits: the queue, the share of its work, the pause after it."""
        past = self.past
        team, category, moves = str(past.team[place]), str(past.category[place]), int(past.moves[place])
        wrong = [self._elsewhere(team, chance) for _ in range(moves)]
        part = 1 / (moves + 1)
        back = [float(chance.exponential(COMES_BACK_AFTER)) for _ in range(int(past.reopened[place]))]
        pauses = [0.0] * moves + back + [0.0]
        queues = [self._shifts.queue(name, category) for name in (*wrong, team, *([team] * len(back)))]
        return list(zip(queues, [part] * len(queues), pauses, strict=True))

    def _elsewhere(self, team: str, chance: np.random.Generator) -> str:
        """Draw the team a ticket was with before it came to its own: another one, by how much each has to do."""
        others = self._teams != team
        if not others.any():
            return team
        return str(chance.choice(self._teams[others], p=self._shares[others] / self._shares[others].sum()))

    def _load(
        self,
        work: NDArray[np.float64],
        beyond: NDArray[np.float64],
        visits: list[list[tuple[int, float, float]]],
        patience: NDArray[np.float64],
    ) -> Workload:
        first = np.concatenate([[0], np.cumsum([len(own) for own in visits])]).tolist()
        flat = [visit for own in visits for visit in own]
        busy = np.repeat(work, np.diff(first)) * np.array([part for _, part, _ in flat])
        solving = (np.array(first[:-1]) + self.past.moves).tolist()
        return Workload(
            opened=self.past.opened.tolist(),
            first=first,
            queue=[queue for queue, _, _ in flat],
            work=busy.tolist(),
            pause=[pause for _, _, pause in flat],
            solving=solving,
            beyond=beyond.tolist(),
            patience=patience.tolist(),
        )


def fitted_share(wait_at: Callable[[float], float], observed: float) -> float:
    """Return the share of busy time at which the simulated wait is the one observed, from 0.01 to 1.

    Parameters
    ----------
    wait_at : callable
        From a share to the simulated wait, which grows with it.
    observed : float

    Examples
    --------
    >>> round(fitted_share(lambda share: 10 * share, 4.0), 3)
    0.4
    """
    least, most = _LEAST, _MOST
    if wait_at(most) <= observed:
        return most
    for _ in range(_HALVINGS):
        middle = (least + most) / 2
        if wait_at(middle) > observed:
            most = middle
        else:
            least = middle
    return (least + most) / 2


def _durations(past: Past, hours: Hours) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return working minutes from first answer to solution, or so far, and which are over; NaN without an answer."""
    finished = ~np.isnan(past.answered) & ~np.isnan(past.solved)
    until = np.where(np.isnan(past.solved), past.ends, past.solved)
    answered = ~np.isnan(past.answered)
    minutes = np.full(len(past), np.nan)
    pairs = zip(past.answered[answered].tolist(), until[answered].tolist(), strict=True)
    minutes[answered] = [max(hours.between(first, last), _SHORTEST) for first, last in pairs]
    return minutes, finished


def _impatience(past: Past) -> float:
    """Return withdrawals per minute of waiting; a ticket solved without answer and agent was withdrawn."""
    withdrawn = np.isnan(past.answered) & ~np.isnan(past.solved) & (past.agent == "")
    until = np.where(np.isnan(past.answered), np.where(np.isnan(past.solved), past.ends, past.solved), past.answered)
    return float(withdrawn.sum() / max((until - past.opened).sum(), 1.0))
