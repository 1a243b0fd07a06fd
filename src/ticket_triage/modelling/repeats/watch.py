"""What was told lately by different people, beside how often it is told otherwise: two tables of counters.

Every trace of a text has a counter of how many requesters told it in each of a few trailing windows, and one of how
often it was told before those; one more counter stands for tickets as such. The tables never grow. A ticket counts as
usual only once it has left the longest window, so that a burst is not held against itself.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from ticket_triage.modelling.repeats.rhythm import HOUR_S, Rhythm

_BITS = 18
ANY_TICKET = 1 << _BITS
"""The counter of tickets as such, whatever they tell."""

WINDOWS_S = (60.0, 600.0, 1.0 * HOUR_S, 4.0 * HOUR_S)
"""Trailing windows in which tickets are counted."""

MOST_RECENT = 16_384
"""Tickets that are remembered at most; a desk with more of them in four hours looks back less far."""

MOST_OF_ONE = 32
"""Tickets of one requester that count in the longest window; who writes more is a machine and raises nothing."""

_HALVED_AFTER_S = 13 * 7 * 24 * 3600.0
_LEAST_DUE = 1e-9
_MOST_RUSH = 10.0
_STEADY_TICKETS = 100.0
"""How many tickets the belief is worth that arrivals are steady."""


def counters_of(hashes: np.ndarray) -> np.ndarray:
    """Return the counters of a text's traces, each once, and that of tickets as such.

    Parameters
    ----------
    hashes : ndarray of shape (n_traces,), uint64

    Returns
    -------
    ndarray of shape (n_counters,), int64
    """
    return np.append(np.unique(counter_of(hashes)), ANY_TICKET)


def counter_of(hashes: np.ndarray) -> np.ndarray:
    """Return the counter of each trace; a few share one."""
    return (hashes >> np.uint64(64 - _BITS)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Recent:
    """A ticket of the longest window: when it came, who wrote, and the counters it raised.

    Parameters
    ----------
    ticket_id : str
    at : float
        Seconds after the epoch.
    requester : str
    told : ndarray of shape (n_counters,)
        All that it tells.
    raised : ndarray of shape (n_raised,)
        What this requester had not told before in the window.
    """

    ticket_id: str
    at: float
    requester: str
    told: np.ndarray
    raised: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """How surprising a ticket's counters stand, by window and counter.

    Parameters
    ----------
    nats : ndarray of shape (n_windows, n_counters)
        How improbable so many requesters are when all is as usual, as the negative logarithm of Chernoff's bound.
    seen : ndarray of shape (n_windows, n_counters)
        Requesters.
    expected : ndarray of shape (n_windows, n_counters)
    share : ndarray of shape (n_counters,)
        Of all tickets, those that usually tell it.
    """

    nats: np.ndarray
    seen: np.ndarray
    expected: np.ndarray
    share: np.ndarray

    @property
    def apart(self) -> np.ndarray:
        """The same as ``nats``, given how many tickets came: what tells this burst apart from just many tickets."""
        return _nats(self.seen, np.maximum(np.multiply.outer(self.seen[:, -1], self.share), _LEAST_DUE))


class Watch:
    """Counts what tickets tell and weighs each new one against what is usual at its hour."""

    def __init__(self) -> None:
        self.rhythm = Rhythm()
        self._usual = np.zeros(ANY_TICKET + 1)
        self._lately = np.zeros((ANY_TICKET + 1, len(WINDOWS_S)), dtype=np.int32)
        self._windows: list[deque[Recent]] = [deque() for _ in WINDOWS_S]
        self._of: dict[str, list[Recent]] = {}
        self._halved_at: float | None = None
        self._slots = [-1] * len(WINDOWS_S)
        self._in_slot = [0] * len(WINDOWS_S)
        self._excess = np.zeros(len(WINDOWS_S))
        self._counted = 0

    def __len__(self) -> int:
        return len(self._windows[-1])

    @property
    def tables(self) -> int:
        """How many counters there are; the same for ever."""
        return int(self._usual.size + self._lately.size)

    def weigh(self, ticket_id: str, at: float, requester: str, counters: np.ndarray) -> Evidence:
        """Take a ticket in and say how surprising what it tells is by now.

        Parameters
        ----------
        ticket_id : str
        at : float
            Seconds after the epoch, no earlier than that of the ticket before.
        requester : str
            Empty where unknown; such a ticket is a requester of its own.
        counters : ndarray of shape (n_counters,)
            As :func:`counters_of` gives them.
        """
        self._let_go(at)
        due = np.array(self.rhythm.expected(at, WINDOWS_S))
        self._count_slots(at)
        share = (self._usual[counters] + 1) / (self._usual[ANY_TICKET] + 1)
        self._take_in(ticket_id, at, requester, counters)
        seen = self._lately[counters].T
        came = seen[:, -1]
        due += self.unsteadiness * np.maximum(came - due, 0)
        expected = np.maximum(np.multiply.outer(due, share), _LEAST_DUE)
        return Evidence(_nats(seen, expected), seen, expected, share)

    @property
    def unsteadiness(self) -> np.ndarray:
        """How much of a rush is usual, by window: 0 where tickets come one by one, near 1 where they come in clumps.

        It is one less the inverse of the variance of a window's count over its mean; each finished window of the
        clock adds ``n (n - 1 - due)`` to what the variance has beyond the mean, no more than ten a ticket.
        """
        beyond = np.maximum(self._excess, 0) / (self._counted + _STEADY_TICKETS)
        return np.asarray(beyond / (1 + beyond))

    def telling(self, counter: int, window: int) -> list[Recent]:
        """Return the tickets of a window that raised a counter, oldest first."""
        return [entry for entry in self._windows[window] if counter in entry.raised]

    def learn(self, at: float) -> None:
        """Take a ticket's coming for a usual one."""
        self.rhythm.add(at)

    def _count_slots(self, at: float) -> None:
        """Count a ticket in the windows of the clock; one that is over tells how steady arrivals are."""
        self._counted += 1
        for place, length in enumerate(WINDOWS_S):
            slot = int(at // length)
            if slot != self._slots[place]:
                came, due = self._in_slot[place], self.rhythm.usual(self._slots[place] * length, length)
                self._excess[place] += came * min(came - 1 - due, _MOST_RUSH)
                self._slots[place], self._in_slot[place] = slot, 0
            self._in_slot[place] += 1

    def _take_in(self, ticket_id: str, at: float, requester: str, counters: np.ndarray) -> None:
        earlier = self._of.get(requester, []) if requester else []
        raised = counters
        if len(earlier) >= MOST_OF_ONE:
            requester, raised = "", counters[:0]
        elif earlier:
            raised = counters[~np.isin(counters, np.concatenate([entry.told for entry in earlier]))]
        entry = Recent(ticket_id, at, requester, counters, raised)
        self._lately[raised] += 1
        for window in self._windows:
            window.append(entry)
        if requester:
            self._of.setdefault(requester, []).append(entry)

    def _let_go(self, at: float) -> None:
        """Take out of each window what has left it; what leaves the longest was usual."""
        last = len(WINDOWS_S) - 1
        for place, (window, length) in enumerate(zip(self._windows, WINDOWS_S, strict=True)):
            while window and (window[0].at <= at - length or len(window) >= MOST_RECENT):
                entry = window.popleft()
                self._lately[entry.raised, place] -= 1
                if place == last:
                    self._forget(entry)

    def _forget(self, entry: Recent) -> None:
        self._usual[entry.told] += 1
        if entry.requester:
            own = self._of[entry.requester]
            own.remove(entry)
            if not own:
                del self._of[entry.requester]
        if self._halved_at is None:
            self._halved_at = entry.at
        elif entry.at - self._halved_at > _HALVED_AFTER_S:
            self._usual *= 0.5
            self._halved_at = entry.at


def _nats(seen: np.ndarray, expected: np.ndarray) -> np.ndarray:
    over = np.maximum(seen, expected)
    return np.asarray(over * np.log(over / expected) - over + expected)
