"""One pass over tickets as they come: which were told before, what is said again and again, and bursts.

A ticket is near-identical to an earlier one when their whole texts agree. A *statement* is a sentence or line that
comes back, in whatever ticket: that is how two people report the same trouble.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

import numpy as np

from ticket_triage.modelling.repeats.bursts import Arrival, Burst, BurstDetector
from ticket_triage.modelling.repeats.leaders import LeaderClusters, Signatures, signatures
from ticket_triage.modelling.repeats.traces import Told, told, without_numbers

MOST_TEXTS, MOST_STATEMENTS = 1 << 15, 1 << 16
"""Whole texts and statements that are remembered at a time."""

_SAME_TEXT, _SAME_STATEMENT = 0.7, 0.5
_LEAST_TRACES = 3
_TOGETHER = 512


class Seen(NamedTuple):
    """What one pass knows of a ticket the moment it comes.

    Parameters
    ----------
    ticket_id : str
    copy_of : str or None
        The earliest ticket that says nearly the same all through.
    statements : tuple of int
        Numbers of what it states, each once; others that state the same have the same number.
    burst : Burst or None
        The burst it belongs to, as far as that is known by now.
    """

    ticket_id: str
    copy_of: str | None
    statements: tuple[int, ...]
    burst: Burst | None


class RepeatStream:
    """Reads tickets in order of their coming, once, in bounded memory.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> texts = ["Refund is missing. Please check order 471", "Refund is missing! Please check order 5", "Icon ugly"]
    >>> seen = RepeatStream().feed([Arrival(f"T-{n}", text, noon) for n, text in enumerate(texts)])
    >>> [(one.copy_of, one.statements) for one in seen]
    [(None, (0, 1)), ('T-0', (0, 1)), (None, (2,))]
    """

    def __init__(self, detector: BurstDetector | None = None) -> None:
        self.detector = detector or BurstDetector()
        self.texts = LeaderClusters(_SAME_TEXT, MOST_TEXTS)
        self.statements = LeaderClusters(_SAME_STATEMENT, MOST_STATEMENTS)

    def read(self, arrivals: Iterable[Arrival]) -> Iterator[Seen]:
        """Yield what is known of each ticket; a few hundred are taken together."""
        coming = iter(arrivals)
        while together := list(islice(coming, _TOGETHER)):
            yield from self.feed(together)

    def feed(self, arrivals: Sequence[Arrival]) -> list[Seen]:
        """Take in a few tickets, in order of their coming; the answers do not depend on how many at a time."""
        if not arrivals:
            return []
        read = told([arrival.text for arrival in arrivals])
        whole = signatures(read.by_ticket, len(arrivals))
        parts = signatures(read.by_passage, len(read.tickets))
        firsts = np.searchsorted(read.tickets, np.arange(len(arrivals) + 1)).tolist()
        found = []
        for place, arrival in enumerate(arrivals):
            person = person_of(arrival.requester)
            copied = self._copied(arrival, person, place, whole)
            stated = self._stated(arrival, person, range(firsts[place], firsts[place + 1]), read, parts)
            burst = self.detector.feed_told(arrival, read.batch, read.of(place))
            found.append(Seen(arrival.ticket_id, copied, tuple(dict.fromkeys(stated)), burst))
        return found

    def _copied(self, arrival: Arrival, person: int, place: int, whole: Signatures) -> str | None:
        if not whole.sizes[place]:
            return None
        at = arrival.at.timestamp()
        found = self.texts.join(arrival.ticket_id, "", at, person, whole.places[place], whole.bands[place])
        return None if found.leader == arrival.ticket_id else found.leader

    def _stated(self, arrival: Arrival, person: int, places: range, read: Told, parts: Signatures) -> Iterator[int]:
        at = arrival.at.timestamp()
        for place in places:
            if parts.sizes[place] >= _LEAST_TRACES:
                text, own = without_numbers(read.batch.texts[place]), parts.places[place]
                cluster = self.statements.join(arrival.ticket_id, text, at, person, own, parts.bands[place])
                yield cluster.number


def person_of(requester: str) -> int:
    """Return the number a requester is told apart by, the same everywhere; 0 where unknown.

    Examples
    --------
    >>> person_of("Jo@shop.example ") == person_of("jo@shop.example"), person_of("")
    (True, 0)
    """
    name = requester.strip().casefold().encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big") if name else 0
