"""Hashes of every word and character n-gram of a batch of texts, by index arithmetic alone.

The batch becomes one UTF-8 buffer. With ``v`` a fixed random number per byte and ``p`` odd, prefix sums of
``v[byte_k] * p**k`` modulo 2**64 give the hash of *any* span from ``i`` to ``j`` as ``(P[j] - P[i]) * p**-i``: one
subtraction and one multiplication, because an odd number is invertible modulo a power of two (the rolling hash of
Karp and Rabin, "Efficient randomized pattern-matching algorithms", IBM J. Res. Dev. 31(2), 1987, with the modulus
that the machine gives for free). No n-gram is ever built as a string.

A *word* is a run of ASCII letters, digits, underscores and non-ASCII characters, as in ``domain.text``. A character
n-gram lies within one blank-separated piece padded by a blank on either side, and counts code points, not bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

MULTIPLIER = 0x9E3779B97F4A7C15
INVERSE = pow(MULTIPLIER, -1, 1 << 64)
_PLAIN_MIX = 0xD6E8FEB86659FD93
_MIX = np.uint64(_PLAIN_MIX)
_WHOLE = (1 << 64) - 1
_PAIR = np.uint64(0xA0761D6478BD642F)
_HALF = np.uint64(32)

_SPACE, _PUNCTUATION, _WORD = 0, 1, 2


@lru_cache(maxsize=1)
def _byte_kinds() -> np.ndarray:
    kinds = np.full(256, _PUNCTUATION, dtype=np.uint8)
    kinds[:33] = _SPACE
    kinds[127] = _SPACE
    kinds[128:] = _WORD
    kinds[[*b"abcdefghijklmnopqrstuvwxyz0123456789_"]] = _WORD
    return kinds


@lru_cache(maxsize=1)
def byte_values() -> np.ndarray:
    """Return a random odd number per byte (SplitMix64), uint64; all blanks are one and the same."""
    state = np.arange(1, 257, dtype=np.uint64) * np.uint64(MULTIPLIER)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    values = (state ^ (state >> np.uint64(31))) | np.uint64(1)
    values[_byte_kinds() == _SPACE] = values[32]
    return values


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return p**k and p**-k modulo 2**64 for k below ``size``."""
    return _geometric(MULTIPLIER, size), _geometric(INVERSE, size)


def _geometric(base: int, size: int) -> np.ndarray:
    factors = np.full(size, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def mixed(hashes: np.ndarray) -> np.ndarray:
    """Spread the low bits' entropy over the high bits, in place: the last step of every hash."""
    hashes ^= hashes >> _HALF
    hashes *= _MIX
    hashes ^= hashes >> _HALF
    return hashes


def word_hash(word: str) -> int:
    """Return the hash of one word, the same as a batch gives it; for a few words this is quicker than arrays are.

    Examples
    --------
    >>> [word_hash("down")] == TextBatch(["down"]).words(1).hashes.tolist()
    True
    """
    values = _plain_byte_values()
    total = 0
    for byte in reversed(word.encode()):
        total = (total * MULTIPLIER + values[byte]) & _WHOLE
    total ^= total >> 32
    total = (total * _PLAIN_MIX) & _WHOLE
    return total ^ (total >> 32)


@lru_cache(maxsize=1)
def _plain_byte_values() -> tuple[int, ...]:
    return tuple(byte_values().tolist())


def run_hashes(words: np.ndarray, longest: int) -> list[np.ndarray]:
    """Return the hash of every run of one, two, ... ``longest`` neighbouring words, given those of the words."""
    chains = [words]
    while len(chains) < longest:
        chains.append(mixed(chains[-1][:-1] * _PAIR + words[len(chains) :]))
    return chains


@dataclass(frozen=True, slots=True)
class Spans:
    """N-grams of a batch, in reading order within each size.

    Parameters
    ----------
    hashes : ndarray of shape (n_spans,), uint64
    documents : ndarray of shape (n_spans,), uint64
        Which text of the batch a span stands in.
    starts, ends : ndarray of shape (n_spans,), int64
        Byte offsets into :attr:`TextBatch.data`.
    """

    hashes: np.ndarray
    documents: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def taken(self, places: np.ndarray) -> Spans:
        """Return some of the n-grams."""
        return Spans(self.hashes[places], self.documents[places], self.starts[places], self.ends[places])

    @classmethod
    def joined(cls, parts: list[Spans]) -> Spans:
        """Return the n-grams of several sizes as one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([part.hashes for part in parts]),
            np.concatenate([part.documents for part in parts]),
            np.concatenate([part.starts for part in parts]),
            np.concatenate([part.ends for part in parts]),
        )


class TextBatch:
    """A few texts laid end to end, ready to hash any span of them.

    Parameters
    ----------
    texts : sequence of str
        Already normalised (``domain.text.normalise``).

    Examples
    --------
    >>> batch = TextBatch(["it is down", "is down"])
    >>> spans = batch.words(2)
    >>> [batch.text(start, end) for start, end in zip(spans.starts, spans.ends)]
    ['it is', 'is down', 'is down']
    >>> bool(spans.hashes[1] == spans.hashes[2]), spans.documents.tolist()
    (True, [0, 0, 1])
    """

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.n_documents = len(texts)
        self._document_of_byte: np.ndarray | None = None
        self._word_bounds: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        self._chains: list[np.ndarray] = []

    @cached_property
    def data(self) -> bytes:
        """All texts, a blank before each and after the last."""
        return f" {' '.join(self.texts)} ".encode()

    @cached_property
    def _bytes(self) -> np.ndarray:
        return np.frombuffer(self.data, dtype=np.uint8)

    @cached_property
    def _kinds(self) -> np.ndarray:
        return _byte_kinds().take(self._bytes)

    @cached_property
    def _sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the hash of every beginning of the buffer, and what takes the hash of a span back to its start."""
        size = len(self.data)
        powers, inverse_powers = _powers(1 << max(12, size.bit_length()))
        prefix = np.empty(size + 1, dtype=np.uint64)
        prefix[0] = 0
        np.cumsum(byte_values().take(self._bytes) * powers[:size], out=prefix[1:])
        return prefix, inverse_powers

    def text(self, start: int, end: int) -> str:
        """Return the span as text."""
        return self.data[start:end].decode()

    def words(self, size: int) -> Spans:
        """Return all runs of ``size`` neighbouring words; what stands between them does not matter."""
        starts, ends, documents = self._words()
        hashes = self._word_hashes(size)
        number = len(hashes)
        starts, ends = starts[:number], ends[size - 1 :]
        first, last = documents[:number], documents[size - 1 :]
        if size == 1 or self.n_documents == 1:
            return Spans(hashes, last, starts, ends)
        kept = (first == last).nonzero()[0]
        return Spans(hashes[kept], last[kept], starts[kept], ends[kept])

    def characters(self, low: int, high: int) -> Spans:
        """Return all runs of ``low`` to ``high`` code points within a blank-padded piece, but no blank alone."""
        starts, ends = self._character_bounds(low, high)
        return Spans(self.hashes(starts, ends), self._documents(ends), starts, ends)

    def word_bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where the words start and end."""
        return self._words()[:2]

    def hashes(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Return the hash of any spans, given by byte offsets."""
        prefix, inverse_powers = self._sums
        hashes = prefix.take(ends)
        hashes -= prefix.take(starts)
        hashes *= inverse_powers.take(starts)
        return mixed(hashes)

    def _words(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return where words start and end, and the text of each."""
        if self._word_bounds is None:
            inside = self._kinds == _WORD
            edges = (inside[1:] != inside[:-1]).nonzero()[0] + 1
            self._word_bounds = edges[::2], edges[1::2], self._documents(edges[1::2])
        return self._word_bounds

    def _word_hashes(self, size: int) -> np.ndarray:
        """Return the hash of every run of ``size`` words, those across two texts too."""
        if not self._chains:
            self._chains.append(self.hashes(*self._words()[:2]))
        if len(self._chains) < size:
            self._chains = run_hashes(self._chains[0], size)
        return self._chains[size - 1]

    def _character_bounds(self, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
        heads, limits = self._character_positions()
        starts, ends = [], []
        for size in range(low, high + 1):
            first = (limits >= size).nonzero()[0] if size > 1 else self._lone(heads)
            starts.append(heads[first])
            ends.append(heads[first + size])
        return np.concatenate(starts), np.concatenate(ends)

    def _character_positions(self) -> tuple[np.ndarray, np.ndarray]:
        """Return where code points start (and the buffer ends), and how many may follow within the padded piece.

        A piece ends with the next blank; a blank belongs to the piece that follows it, if there is one.
        """
        heads = ((self._bytes & 0xC0) != 0x80).nonzero()[0]
        blank = (self._kinds[heads] == _SPACE).nonzero()[0]
        gaps = blank[1:] - blank[:-1]
        limits = np.repeat(blank[1:] + 1, gaps)
        limits -= np.arange(len(limits))
        limits[blank[:-1][gaps == 1]] = 0
        return np.append(heads, len(self.data)), limits

    def _lone(self, heads: np.ndarray) -> np.ndarray:
        """Return which code points stand for themselves: a blank alone says nothing."""
        return (self._kinds[heads[:-1]] != _SPACE).nonzero()[0]

    def _documents(self, ends: np.ndarray) -> np.ndarray:
        """Return the text of each span; a span may begin with the blank that ends the text before."""
        if self.n_documents == 1:
            return np.zeros(len(ends), dtype=np.uint64)
        if self._document_of_byte is None:
            lengths = np.array([len(text.encode()) + 1 for text in self.texts])
            lengths[0] += 1
            self._document_of_byte = np.repeat(np.arange(self.n_documents, dtype=np.uint64), lengths)
        return self._document_of_byte[ends - 1]
