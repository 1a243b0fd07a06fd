"""Which words each blank-separated piece of text has, and what is known of each: remembered from ticket to ticket.

A word has the same hash and the same column wherever it stands, and a run of words is hashed from theirs (``ngrams``).
So a text whose pieces were met before is never looked at letter by letter. The memory is bounded in pieces, words and
characters and begins anew when it is full; what it holds never changes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock
from typing import Any

import numpy as np

from ticket_triage.domain.text import words
from ticket_triage.modelling.index import SpanIndex
from ticket_triage.modelling.ngrams import TextBatch, run_hashes, word_hash

_MOST = 1 << 16
_MOST_CHARACTERS = 1 << 22
_FEW = 12
"""Up to so many words, a loop over their letters is quicker than arrays."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of neighbouring words of a few texts, all of one size after those of the size before.

    Parameters
    ----------
    columns : ndarray of shape (n_runs,), int64
        -1 where a run was never met in training.
    owners : ndarray of shape (n_runs,), int64
        Which text a run stands in.
    begins : list of (int, ndarray)
        For each size, the first words of its runs, words being counted over all texts.
    words_of : list of tuple of int
        The words of each piece, in reading order.
    """

    columns: np.ndarray
    owners: np.ndarray
    begins: list[tuple[int, np.ndarray]]
    words_of: list[tuple[int, ...]]

    def extents(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and the last word of each run."""
        firsts = np.concatenate([begin for _, begin in self.begins])
        return firsts, firsts + np.repeat([size - 1 for size, _ in self.begins], [len(own) for _, own in self.begins])

    def piece_of_words(self) -> np.ndarray:
        """Return the piece each word stands in, pieces being counted over all texts."""
        lengths = [*map(len, self.words_of)]
        return np.repeat(np.arange(len(lengths)), lengths)


class _Memory:
    """Pieces, their words and what is known of these; grows until it is full, and is then replaced by a new one."""

    def __init__(self, room: int) -> None:
        self.pieces: dict[str, tuple[int, ...]] = {}
        self.words: dict[str, int] = {}
        self.hashes = np.empty(room, dtype=np.uint64)
        self.columns = np.empty(room, dtype=np.int64)
        self.characters = 0

    def has_room_for(self, pieces: list[str], new_words: int) -> bool:
        """Say whether these pieces still fit in."""
        fits = self.characters + sum(map(len, pieces)) <= _MOST_CHARACTERS
        return fits and len(self.pieces) + len(pieces) <= _MOST and len(self.words) + new_words <= len(self.hashes)


class WordBook:
    """Looks up the runs of words of texts.

    Parameters
    ----------
    index : SpanIndex
        Of runs of words.
    sizes : (int, int)
        Smallest and largest number of words of a run.

    Examples
    --------
    >>> book = WordBook(SpanIndex(np.zeros(1024, dtype=np.uint64)), (1, 2))
    >>> runs = book.runs([["it", "is", "down!"], ["down"]])
    >>> runs.owners.tolist(), [words.tolist() for words in runs.extents()]
    ([0, 0, 0, 1, 0, 0], [[0, 1, 2, 3, 0, 1], [0, 1, 2, 3, 1, 2]])
    >>> bool((runs.columns < 0).all())
    True
    """

    def __init__(self, index: SpanIndex, sizes: tuple[int, int]) -> None:
        self._index, self._sizes = index, sizes
        self._memory = _Memory(_MOST)
        self._lock = Lock()

    def runs(self, texts: Sequence[list[str]]) -> Runs:
        """Return the runs of words of texts, given as their blank-separated pieces."""
        memory, own = self._words_of(texts[0] if len(texts) == 1 else [*chain.from_iterable(texts)])
        numbers = np.array([*chain.from_iterable(own)], dtype=np.int64)
        hashes, owners = memory.hashes.take(numbers), _owners(texts, own, len(numbers))
        low, high = self._sizes
        found, begins = [], []
        for size, chained in enumerate(run_hashes(hashes, high), start=1):
            if size < low:
                continue
            begin, own_hashes, whose = np.arange(len(chained)), chained, owners[: len(chained)]
            if len(texts) > 1 and size > 1:
                begin = (whose == owners[size - 1 :]).nonzero()[0]
                own_hashes, whose = chained.take(begin), whose.take(begin)
            columns = memory.columns.take(numbers) if size == 1 else self._index.columns(own_hashes)
            found.append((columns, whose))
            begins.append((size, begin))
        joined = found[0] if len(found) == 1 else [*map(np.concatenate, zip(*found, strict=True))]
        return Runs(joined[0], joined[1], begins, own)

    def columns(self, pieces: list[str]) -> np.ndarray:
        """Return the columns of the runs of words of one text, as :meth:`runs` orders them.

        Parameters
        ----------
        pieces : list of str
            The text's own.

        Returns
        -------
        ndarray of shape (n_runs,), uint64
            From ``STRANGE`` on where a run was never met in training.
        """
        memory, own = self._words_of(pieces)
        numbers = np.array([*chain.from_iterable(own)], dtype=np.int64)
        low, high = self._sizes
        found = [memory.columns.take(numbers).view(np.uint64)] if low == 1 else []
        longer = run_hashes(memory.hashes.take(numbers), high)[max(low - 1, 1) :]
        return np.concatenate([*found, *map(self._index.sought, longer)])

    def unknown(self, pieces: list[str], candidates: Iterable[str]) -> list[str]:
        """Return which words of some pieces of text were never met in training."""
        memory, _ = self._words_of(pieces)
        return [word for word in candidates if memory.columns[memory.words[word]] < 0]

    def _words_of(self, pieces: list[str]) -> tuple[_Memory, list[tuple[int, ...]]]:
        """Return the numbers of each piece's words, and the memory that these count in."""
        memory = self._memory
        try:
            return memory, [*map(memory.pieces.__getitem__, pieces)]
        except KeyError:
            memory = self._learnt(pieces)
            return memory, [*map(memory.pieces.__getitem__, pieces)]

    def _learnt(self, pieces: list[str]) -> _Memory:
        """Return a memory that knows all these pieces."""
        with self._lock:
            memory = self._memory
            missing = {piece: _split(piece) for piece in pieces if piece not in memory.pieces}
            new = dict.fromkeys(word for own in missing.values() for word in own if word not in memory.words)
            if not memory.has_room_for([*missing], len(new)):
                missing = {piece: _split(piece) for piece in pieces}
                new = dict.fromkeys(chain.from_iterable(missing.values()))
                memory = self._memory = _Memory(max(_MOST, len(new)))
            self._add(memory, missing, [*new])
            return memory

    def _add(self, memory: _Memory, pieces: dict[str, list[str]], new: list[str]) -> None:
        """Remember pieces; a reader sees a piece only once its words are there."""
        first = len(memory.words)
        if new:
            memory.hashes[first : first + len(new)], memory.columns[first : first + len(new)] = self._found(new)
            memory.words.update(zip(new, range(first, first + len(new)), strict=True))
        memory.characters += sum(map(len, pieces))
        for piece, own in pieces.items():
            memory.pieces[piece] = tuple([memory.words[word] for word in own])

    def _found(self, new: list[str]) -> tuple[Any, Any]:
        """Return the hashes and the columns of words; of a few words, one by one."""
        if len(new) <= _FEW:
            own = [*map(word_hash, new)]
            return own, [*map(self._index.column, own)]
        hashes = TextBatch([" ".join(new)]).words(1).hashes
        return hashes, self._index.columns(hashes)


def _split(piece: str) -> list[str]:
    """Return the words of a piece of normalised text: most pieces are one."""
    return [piece] if piece.isalnum() else words(piece)


def _owners(texts: Sequence[list[str]], own: list[tuple[int, ...]], n_words: int) -> np.ndarray:
    """Return the text of each word."""
    if len(texts) == 1:
        return np.zeros(n_words, dtype=np.int64)
    lengths = np.array([*map(len, own)], dtype=np.int64)
    return np.repeat(np.repeat(np.arange(len(texts)), [*map(len, texts)]), lengths)
