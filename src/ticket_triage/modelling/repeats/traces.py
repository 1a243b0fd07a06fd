"""What a text leaves behind by which it is known again: hashed telling words and pairs of them, passage by passage.

A passage is a sentence or a line, so that a text is known by what it says and not by how it greets. Function words are
left out and a number stands for any number: "error 502 at order 48213" is told again as "error 503 at order 51877".
Bursts look at the numbers too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from ticket_triage.domain.text import normalise
from ticket_triage.modelling.ngrams import Spans, TextBatch, run_hashes

MOST_PASSAGES = 64
"""Passages of a text that are read; what comes after says nothing new."""

_MOST_CHARACTERS = 20_000
_LEAST_LETTERS, _LEAST_DIGITS = 3, 3
_ANY_NUMBER = np.uint64(0x5BD1E9955BD1E995)
_NUMBER = re.compile(r"#?\d+(?:[.,:]\d+)*")
_MARKS = " .,;:!?-"
_ENDS = re.compile(r"[.!?]+(?=\s)|[\n\u3002\uff01\uff1f]+")


def passages(text: str) -> list[str]:
    r"""Split a text into its sentences and lines, normalised; redact it first.

    Examples
    --------
    >>> passages("Checkout DOWN\nNobody can pay. Error 10.2, why?")
    ['checkout down', 'nobody can pay', 'error 10.2, why?']
    """
    parts = _ENDS.split(text[:_MOST_CHARACTERS], MOST_PASSAGES)[:MOST_PASSAGES]
    return [plain for part in parts if (plain := normalise(part))]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What a few tickets tell, passage by passage and ticket by ticket.

    Parameters
    ----------
    batch : TextBatch
        Their passages.
    tickets : ndarray of shape (n_passages,), int64
        The ticket of each passage.
    by_passage : Spans
        Traces; ``documents`` numbers the passages.
    by_ticket : Spans
        The same; ``documents`` numbers the tickets.
    watched : Spans
        The same and the numbers of three digits or more, ticket after ticket: an error code is the same in every
        language.
    bounds : ndarray of shape (n_tickets + 1,), int64
        Where each ticket's own begin among ``watched``.
    """

    batch: TextBatch
    tickets: np.ndarray
    by_passage: Spans
    by_ticket: Spans
    watched: Spans
    bounds: np.ndarray

    def of(self, ticket: int) -> Spans:
        """Return what is watched of one ticket."""
        own = slice(int(self.bounds[ticket]), int(self.bounds[ticket + 1]))
        spans = self.watched
        return Spans(spans.hashes[own], spans.documents[own], spans.starts[own], spans.ends[own])


def told(texts: Sequence[str]) -> Told:
    """Read a few tickets' redacted texts.

    Examples
    --------
    >>> found = told(["Login fails. Nothing helps.", "Thanks!"])
    >>> found.batch.texts, found.tickets.tolist(), len(found.of(0).hashes), len(found.of(1).hashes)
    (['login fails', 'nothing helps.', 'thanks!'], [0, 0, 1], 6, 1)
    """
    split = [passages(text) or [""] for text in texts]
    batch = TextBatch([passage for own in split for passage in own])
    tickets = np.repeat(np.arange(len(texts)), [len(own) for own in split])
    spans, numbers = traces_and_numbers(batch)
    by_ticket, own_numbers = (
        Spans(one.hashes, tickets[one.documents.astype(np.int64)].astype(np.uint64), one.starts, one.ends)
        for one in (spans, numbers)
    )
    watched = Spans.joined([by_ticket, own_numbers])
    watched = watched.taken(np.argsort(watched.documents, kind="stable"))
    bounds = np.searchsorted(watched.documents, np.arange(len(texts) + 1).astype(np.uint64))
    return Told(batch, tickets, spans, by_ticket, watched, bounds)


def without_numbers(passage: str) -> str:
    """Return a passage with ``#`` for each number and no mark at its end, as it is shown and compared.

    Examples
    --------
    >>> without_numbers("the payout of 1,396.50 eur, due 3 days ago, is missing:")
    'the payout of # eur, due # days ago, is missing'
    """
    return _NUMBER.sub("#", passage).strip(_MARKS)


def traces(batch: TextBatch) -> Spans:
    """Return the telling words and pairs of neighbouring ones of each passage of a batch.

    Examples
    --------
    >>> batch = TextBatch(["the login page shows error 502", "error 503"])
    >>> found = traces(batch)
    >>> [batch.text(start, end) for start, end in zip(found.starts, found.ends)]
    ['login', 'page', 'shows', 'error', 'error', 'login page', 'page shows', 'shows error', 'error 502', 'error 503']
    >>> bool(found.hashes[-1] == found.hashes[-2])
    True
    """
    return traces_and_numbers(batch)[0]


def traces_and_numbers(batch: TextBatch) -> tuple[Spans, Spans]:
    """Return the same, and the numbers of three digits or more, each for itself."""
    words = batch.words(1)
    digits, foreign = _kinds(batch.data, words)
    lengths = words.ends - words.starts
    number = digits == lengths
    telling = ~number & ((lengths >= _LEAST_LETTERS) | (foreign > 0) | (digits > 0)) & ~_common(words.hashes)
    hashes = np.where(number, _ANY_NUMBER, words.hashes)
    chain = words.taken((telling | number).nonzero()[0])
    kept = hashes[telling | number]
    pairs = run_hashes(kept, 2)[1] if len(kept) > 1 else kept[:0]
    within = (chain.documents[:-1] == chain.documents[1:]).nonzero()[0]
    neighbours = Spans(pairs[within], chain.documents[within], chain.starts[within], chain.ends[within + 1])
    long_numbers = words.taken((number & (lengths >= _LEAST_DIGITS)).nonzero()[0])
    return Spans.joined([words.taken(telling.nonzero()[0]), neighbours]), long_numbers


def _kinds(data: bytes, words: Spans) -> tuple[np.ndarray, np.ndarray]:
    """Return how many digits and how many bytes beyond ASCII each word has."""
    letters = np.frombuffer(data, dtype=np.uint8)
    digits, foreign = (_before(mask) for mask in ((letters >= ord("0")) & (letters <= ord("9")), letters >= 128))
    return digits[words.ends] - digits[words.starts], foreign[words.ends] - foreign[words.starts]


def _before(mask: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(mask)])


def _common(hashes: np.ndarray) -> np.ndarray:
    known = _common_hashes()
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return known[places] == hashes


@lru_cache(maxsize=1)
def _common_hashes() -> np.ndarray:
    listed = files("ticket_triage.modelling").joinpath("repeats", "function_words.txt").read_text(encoding="utf-8")
    return np.unique(TextBatch([" ".join(listed.split())]).words(1).hashes)
