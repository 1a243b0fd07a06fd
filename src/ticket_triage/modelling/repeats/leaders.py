"""Texts that say the same, found in one pass: each joins the earliest leader it resembles, or leads from then on.

A text's signature holds the smallest of its traces' hashes under each of 24 permutations; two texts agree in as many
places as they share of all their traces. Eight bands of three places find the leaders worth comparing. No more leaders
live than there is room for: those that lead nobody make way first, the longest quiet before others, so what comes back
again and again stays. Numbers and the answer depend on nothing but the order of the texts.

References
----------
A. Z. Broder, "On the resemblance and containment of documents", SEQUENCES 1997; J. Hartigan, "Clustering Algorithms",
1975, chapter 3 (leader clustering).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from ticket_triage.modelling.ngrams import Spans

BANDS, ROWS = 8, 3
PLACES = BANDS * ROWS
"""Length of a signature."""

_MIX = np.uint64(0xD6E8FEB86659FD93)
_FACTOR = 0x9E3779B97F4A7C15
_PEOPLE_BITS = 512
_KEPT_SHARE = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """Signatures of a batch of texts.

    Parameters
    ----------
    places : ndarray of shape (n_texts, 24), uint32
    bands : list of list of int
        What each text is looked up by: eight numbers.
    sizes : ndarray of shape (n_texts,), int64
        How many traces each text has; a text without any has an empty signature.
    """

    places: np.ndarray
    bands: list[list[int]]
    sizes: np.ndarray


def signatures(spans: Spans, n_texts: int) -> Signatures:
    """Return the signatures of a batch, given its traces.

    Parameters
    ----------
    spans : Spans
        ``documents`` numbers the texts, in any order.
    n_texts : int

    Examples
    --------
    >>> from ticket_triage.modelling.ngrams import TextBatch
    >>> from ticket_triage.modelling.repeats.traces import traces
    >>> texts = ["login page is broken since today", "the login page is broken today", "printer out of paper"]
    >>> found = signatures(traces(TextBatch(texts)), 3).places
    >>> bool((found[0] == found[1]).mean() > 0.4 > (found[0] == found[2]).mean())
    True
    """
    owners = spans.documents.astype(np.int64)
    sizes = np.bincount(owners, minlength=n_texts)
    order = np.argsort(owners, kind="stable")
    hashes, present = spans.hashes[order], np.flatnonzero(sizes)
    starts = np.concatenate([[0], np.cumsum(sizes[present])])[:-1]
    places = np.zeros((n_texts, PLACES), dtype=np.uint32)
    if len(present):
        for place in range(PLACES):
            permuted = hashes * np.uint64((2 * place + 1) * _FACTOR & 0xFFFFFFFFFFFFFFFF)
            permuted ^= permuted >> np.uint64(29)
            permuted *= _MIX
            places[present, place] = np.minimum.reduceat(permuted >> np.uint64(32), starts)
    return Signatures(places, _bands(places), sizes)


def _bands(places: np.ndarray) -> list[list[int]]:
    rows = places.reshape(len(places), BANDS, ROWS).astype(np.uint64)
    mixed = np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(_FACTOR)
    for row in range(ROWS):
        mixed = (mixed ^ rows[:, :, row]) * _MIX
        mixed = mixed ^ (mixed >> np.uint64(31))
    bands: list[list[int]] = mixed.tolist()
    return bands


@dataclass(slots=True, eq=False)
class Cluster:
    """Texts that resemble one leader.

    Parameters
    ----------
    number : int
        From 0, by the leader's coming; never given twice.
    leader : str
        Ticket that leads.
    text : str
        What most of them say word for word, when most say the same; else what some say (the majority vote of Boyer
        and Moore).
    first_at, last_at : float
        Seconds after the epoch.
    tickets : int
    """

    number: int
    leader: str
    text: str
    first_at: float
    last_at: float
    tickets: int
    places: np.ndarray
    bands: list[int]
    votes: int = 0
    last_ticket: str | None = None
    people: int = 0
    unnamed: int = 0

    def count(self, text: str, person: int) -> None:
        """Count what one more ticket says, and who wrote it."""
        self.votes += 1 if text == self.text else -1
        if self.votes < 0:
            self.text, self.votes = text, 1
        if person:
            self.people |= 1 << person % _PEOPLE_BITS
        else:
            self.unnamed += 1

    @property
    def requesters(self) -> int:
        """How many different requesters, counted by linear counting: exact for a few, near for hundreds."""
        empty = _PEOPLE_BITS - self.people.bit_count()
        named = _PEOPLE_BITS * float(np.log(_PEOPLE_BITS / max(empty, 1)))
        return round(named) + self.unnamed


class LeaderClusters:
    """Clusters of texts that say the same, in bounded memory.

    Parameters
    ----------
    agreement : float
        Share of places a text has to agree in with its leader.
    most : int
        Leaders that live at a time.

    Attributes
    ----------
    gone : int
        Leaders that had to make way.
    """

    def __init__(self, agreement: float, most: int) -> None:
        self._least = round(agreement * PLACES)
        self._most = most
        self._lone: OrderedDict[int, Cluster] = OrderedDict()
        self._joined: OrderedDict[int, Cluster] = OrderedDict()
        self._leaders: dict[int, Cluster] = {}
        self._next = 0
        self.gone = 0

    def __len__(self) -> int:
        return len(self._lone) + len(self._joined)

    @property
    def bands(self) -> int:
        """Entries of the table leaders are looked up in; never more than eight for each that lives."""
        return len(self._leaders)

    @property
    def clusters(self) -> list[Cluster]:
        """The living clusters of more than one ticket, the largest first."""
        return sorted(self._joined.values(), key=lambda one: (-one.tickets, one.number))

    def join(self, ticket_id: str, text: str, at: float, person: int, places: np.ndarray, bands: list[int]) -> Cluster:
        """Let a text join its leader's cluster, or found one.

        Parameters
        ----------
        ticket_id, text : str
        at : float
            Seconds after the epoch.
        person : int
            A hash of the requester, 0 where unknown.
        places : ndarray of shape (24,)
        bands : list of int
            The text's signature and what it is looked up by.
        """
        found = self._resembled(places, bands)
        if found is None:
            found = self._founded(ticket_id, text, at, places, bands)
        else:
            self._touch(found)
        if found.last_ticket == ticket_id:
            return found
        found.tickets += 1
        found.last_at, found.last_ticket = max(found.last_at, at), ticket_id
        found.count(text, person)
        return found

    def _resembled(self, places: np.ndarray, bands: list[int]) -> Cluster | None:
        """Return the leader that agrees most, of equals the earliest; None when none agrees enough."""
        leaders = self._leaders
        candidates = {id(one): one for band in bands if (one := leaders.get(band)) is not None}
        best, most = None, self._least - 1
        for one in candidates.values():
            agreed = int(np.count_nonzero(one.places == places))
            if agreed > most or (agreed == most and best is not None and one.number < best.number):
                best, most = one, agreed
        return best

    def _founded(self, ticket_id: str, text: str, at: float, places: np.ndarray, bands: list[int]) -> Cluster:
        while len(self) >= self._most:
            self._evict()
        made = Cluster(self._next, ticket_id, text, at, at, 0, places.copy(), bands)
        self._next += 1
        self._lone[made.number] = made
        for band in bands:
            self._leaders.setdefault(band, made)
        return made

    def _touch(self, one: Cluster) -> None:
        if self._lone.pop(one.number, None) is None:
            self._joined.move_to_end(one.number)
        else:
            self._joined[one.number] = one

    def _evict(self) -> None:
        """Let the longest quiet leader go: one that leads nobody, while the others leave room enough for such."""
        crowded = len(self._joined) > _KEPT_SHARE * self._most or not self._lone
        _, gone = (self._joined if crowded else self._lone).popitem(last=False)
        self.gone += 1
        for band in gone.bands:
            if self._leaders.get(band) is gone:
                del self._leaders[band]
