"""Bursts, found one ticket at a time: many people tell the same within minutes, far more than the hour explains.

Each new ticket asks of every word, word pair and longer number in it, and of tickets as such, how many different
requesters told it in the last minute, ten minutes, hour and four hours, and how many were due: what is usually told,
times what usually comes at this hour of the week. Chernoff's bound on a Poisson count turns both into evidence, in
nats. ``THRESHOLD`` is the one number it is held against, raised for a larger desk, where chance has more tries. What
people say must surprise beside the number of tickets too, so that a rush is not taken for news. Until two weeks and a
hundred tickets have been watched, nothing is usual and nothing is found.

References
----------
M. Kulldorff, "A spatial scan statistic", Communications in Statistics 26 (1997), for the scan over windows; T. Hagerup
and C. Rüb, "A guided tour of Chernoff bounds", Information Processing Letters 33 (1990), for the bound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import log
from typing import NamedTuple

import numpy as np

from ticket_triage.modelling.ngrams import Spans, TextBatch
from ticket_triage.modelling.repeats.rhythm import HOUR_S, WEEK_S
from ticket_triage.modelling.repeats.traces import told
from ticket_triage.modelling.repeats.watch import WINDOWS_S, Evidence, Recent, Watch, counter_of, counters_of

THRESHOLD = 17.0
"""Nats of evidence from which there is a burst; chosen on invented histories, see ``tests/benchmarks/README.md``."""

LEAST_REQUESTERS = 3
"""Fewer people than this are no burst."""

LEAST_WEEKS = 2.0
"""Until so many weeks have been watched nothing is usual."""

MOST_LISTED = 2000
"""Tickets a burst names; it counts on."""

MOST_BURSTS = 1000
"""Bursts that are remembered, the latest ones."""

_APART, _SIGN = 5.0, 8.0
_LEAST_SIGNS = 2
_WEEKLY = 100.0
"""Tickets a week of the desk that the threshold is meant for; each e-fold more raises it by one nat."""

_LEAST_TICKETS = 100
_OVER_AFTER_S = 4.0 * HOUR_S
_MOST_WORDS, _MOST_OPEN = 8, 32


class Arrival(NamedTuple):
    """A ticket as it comes in.

    Parameters
    ----------
    ticket_id : str
    text : str
        Subject and body, redacted.
    at : datetime
        Aware.
    requester : str
        Empty where unknown.
    """

    ticket_id: str
    text: str
    at: datetime
    requester: str = ""


@dataclass(slots=True)
class Burst:
    """Tickets of many people that tell the same at the same time; it grows while they come.

    Parameters
    ----------
    number : int
        From 1, by discovery.
    found_by : str
        The ticket that gave it away.
    found_at, begun_at, last_at : datetime
    evidence : float
        In nats, when found.
    seen : int
        Requesters in the window when found.
    expected : float
        How many were due.
    window_minutes : float
    words : list of str
        What they tell, the most surprising first; empty when only their number surprises.
    ticket_ids : list of str
        The first ``MOST_LISTED``.
    tickets : int
    """

    number: int
    found_by: str
    found_at: datetime
    begun_at: datetime
    last_at: datetime
    evidence: float
    seen: int
    expected: float
    window_minutes: float
    words: list[str]
    ticket_ids: list[str]
    tickets: int
    signs: set[int] = field(default_factory=set, repr=False)

    def take(self, ticket_id: str, at: datetime) -> None:
        """Count one more ticket."""
        self.tickets += 1
        self.last_at = at
        if len(self.ticket_ids) < MOST_LISTED:
            self.ticket_ids.append(ticket_id)


class BurstDetector:
    """Finds bursts in a stream of tickets; cheap, in memory that never grows.

    Parameters
    ----------
    threshold : float, default=THRESHOLD
        Nats.

    Examples
    --------
    >>> from datetime import timedelta
    >>> detector, monday = BurstDetector(), datetime(2026, 3, 2, tzinfo=UTC)
    >>> for hour in range(24 * 40):
    ...     quiet = Arrival(f"Q-{hour}", "Question about invoice", monday + timedelta(hours=hour), f"r{hour}")
    ...     found = detector.feed(quiet)
    >>> down = [Arrival(f"D-{n}", "Login is broken", quiet.at + timedelta(minutes=5 + n), f"d{n}") for n in range(4)]
    >>> [burst and burst.tickets for burst in map(detector.feed, down)], detector.bursts[0].words[0]
    ([None, None, 3, 4], 'login')
    """

    def __init__(self, threshold: float = THRESHOLD) -> None:
        self.threshold = threshold
        self.bursts: deque[Burst] = deque(maxlen=MOST_BURSTS)
        self._found = 0
        self._open: list[Burst] = []
        self.watch = Watch()
        self._last = float("-inf")
        self._known = 0

    def feed(self, arrival: Arrival) -> Burst | None:
        """Take in one ticket and return the burst it belongs to, which is new when the ticket is its ``found_by``.

        A ticket older than the one before counts as if it came with that.
        """
        read = told([arrival.text])
        return self.feed_told(arrival, read.batch, read.of(0))

    def feed_told(self, arrival: Arrival, batch: TextBatch, own: Spans) -> Burst | None:
        """Take in one ticket whose traces are known already; ``batch`` is what they are read from."""
        self._last = at = max(arrival.at.timestamp(), self._last)
        counters = counters_of(own.hashes)
        evidence = self.watch.weigh(arrival.ticket_id, at, arrival.requester, counters)
        self._known += 1
        self._open = [burst for burst in self._open if at - burst.last_at.timestamp() <= _OVER_AFTER_S][-_MOST_OPEN:]
        case = _Case(arrival.ticket_id, at, counters, evidence, self._strong(evidence, at))
        burst = self._open_burst(case)
        if burst is not None:
            burst.take(arrival.ticket_id, datetime.fromtimestamp(at, UTC))
        elif not case.rings:
            self.watch.learn(at)
        elif case.tells or self._of_the_same(case) is None:
            burst = self._new_burst(case)
        if burst is not None:
            signs = np.any(case.strong[:, :-1] & (evidence.apart[:, :-1] >= _SIGN), axis=0)
            burst.signs.update(counters[:-1][signs].tolist())
            burst.words += _words(batch, own, case, signs, burst.words)
        return burst

    def _strong(self, evidence: Evidence, at: float) -> np.ndarray:
        if self._known < _LEAST_TICKETS or self.watch.rhythm.weeks(at) < LEAST_WEEKS:
            return np.zeros(evidence.nats.shape, dtype=bool)
        strong = (evidence.nats >= self._bar()) & (evidence.seen >= LEAST_REQUESTERS)
        if strong.any():
            strong[:, :-1] &= evidence.apart[:, :-1] >= _APART
        return np.asarray(strong)

    def _bar(self) -> float:
        """Return the threshold for a desk of this size: the more tickets, the more chances to be wrong."""
        return self.threshold + log(max(1.0, self.watch.rhythm.usual(0.0, WEEK_S) / _WEEKLY))

    def _open_burst(self, case: _Case) -> Burst | None:
        """Return the burst that goes on and that this ticket tells of."""
        own = case.counters.tolist()
        for burst in self._open:
            shared = sum(counter in burst.signs for counter in own)
            if shared >= _LEAST_SIGNS or (shared and case.tells):
                return burst
        if not case.tells or not self._open:
            return None
        return self._open[-1] if case.many else self._of_the_same(case)

    def _of_the_same(self, case: _Case) -> Burst | None:
        """Return the burst that goes on and that at least half of this case's tickets belong to already."""
        if not self._open:
            return None
        members = {entry.ticket_id for entry in self._members(case)}
        return next(
            (one for one in self._open if 2 * len(members.intersection(one.ticket_ids)) >= len(members)),
            None,
        )

    def _members(self, case: _Case) -> list[Recent]:
        window, place = case.top
        return self.watch.telling(int(case.counters[place]), window)

    def _new_burst(self, case: _Case) -> Burst:
        window, place = case.top
        members = [entry for entry in self._members(case) if entry.ticket_id != case.ticket_id]
        found_at = datetime.fromtimestamp(case.at, UTC)
        self._found += 1
        burst = Burst(
            number=self._found,
            found_by=case.ticket_id,
            found_at=found_at,
            begun_at=datetime.fromtimestamp(members[0].at, UTC) if members else found_at,
            last_at=found_at,
            evidence=float(case.evidence.nats[window, place]),
            seen=int(case.evidence.seen[window, place]),
            expected=float(case.evidence.expected[window, place]),
            window_minutes=WINDOWS_S[window] / 60,
            words=[],
            ticket_ids=[*(entry.ticket_id for entry in members[1 - MOST_LISTED :]), case.ticket_id],
            tickets=len(members) + 1,
        )
        self.bursts.append(burst)
        self._open.append(burst)
        return burst


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A ticket and the evidence it brings; ``strong`` says where that is evidence enough, by window and counter."""

    ticket_id: str
    at: float
    counters: np.ndarray
    evidence: Evidence
    strong: np.ndarray

    @property
    def rings(self) -> bool:
        """Whether anything in it is evidence enough."""
        return bool(self.strong.any())

    @property
    def tells(self) -> bool:
        """Whether anything it says is, not the number of tickets alone."""
        return bool(self.strong[:, :-1].any())

    @property
    def many(self) -> bool:
        """Whether the number of tickets alone is."""
        return bool(self.strong[:, -1].any())

    @property
    def top(self) -> tuple[int, int]:
        """The window and the place of the counter that surprises most."""
        nats = np.where(self.strong, self.evidence.nats, 0.0)
        window, place = np.unravel_index(int(nats.argmax()), nats.shape)
        return int(window), int(place)


def _words(batch: TextBatch, own: Spans, case: _Case, signs: np.ndarray, known: Sequence[str]) -> list[str]:
    """Return what a ticket tells of a burst, the most surprising first, as far as there is room."""
    if len(known) >= _MOST_WORDS or not signs.any():
        return []
    nats = np.where(signs, case.evidence.apart[:, :-1].max(axis=0), 0.0)
    of_span = nats[np.searchsorted(case.counters[:-1], counter_of(own.hashes))]
    order = np.argsort(-of_span, kind="stable")[: np.count_nonzero(of_span)]
    texts = dict.fromkeys(batch.text(int(own.starts[place]), int(own.ends[place])) for place in order.tolist())
    return [text for text in texts if text not in known][: _MOST_WORDS - len(known)]
