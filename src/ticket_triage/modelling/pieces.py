"""What each blank-separated piece of text says to every head, remembered from ticket to ticket.

A character n-gram lies within one piece, and the character block adds up a text's pieces: a piece says the same in
every ticket.
So its sum over n-grams is taken once, when the piece is first met, and looked up ever after. The memory is bounded in
pieces and in characters and begins anew when it is full; what it holds never changes an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from ticket_triage.modelling.index import SpanIndex
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.sums import added_rows

_MOST_PIECES = 1 << 16
_MOST_CHARACTERS = 1 << 22


class _Memory:
    """Pieces and their rows; grows until it is full, and is then replaced by a new one."""

    def __init__(self, width: int, room: int) -> None:
        self.numbers: dict[str, int] = {}
        self.rows = np.empty((room, width))
        self.characters = 0

    def has_room_for(self, pieces: list[str]) -> bool:
        """Say whether these pieces still fit in."""
        fits = self.characters + sum(map(len, pieces)) <= _MOST_CHARACTERS
        return fits and len(self.numbers) + len(pieces) <= len(self.rows)

    def add(self, pieces: list[str], rows: np.ndarray) -> None:
        """Remember pieces; a reader sees a piece only once its row is there."""
        first = len(self.numbers)
        self.rows[first : first + len(pieces)] = rows
        self.characters += sum(map(len, pieces))
        self.numbers.update(zip(pieces, range(first, first + len(pieces)), strict=True))


class PieceBook:
    """The character block's weights, summed piece by piece.

    Parameters
    ----------
    index : SpanIndex
    sizes : (int, int)
        Smallest and largest number of code points of an n-gram.
    weights : ndarray of shape (n_columns, n_outputs)
        What one occurrence of each n-gram adds to each output, before the text's length is divided out.
    idf : ndarray of shape (n_columns,)
        What one occurrence adds to the length.
    """

    def __init__(self, index: SpanIndex, sizes: tuple[int, int], weights: np.ndarray, idf: np.ndarray) -> None:
        self._index, self._sizes, self._weights, self._idf = index, sizes, weights, idf
        self._memory = _Memory(weights.shape[1] + 1, _MOST_PIECES)
        self._lock = Lock()

    def rows(self, pieces: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return a table of rows and the number in it of each piece.

        Returns
        -------
        table : ndarray of shape (any, n_outputs + 1)
            Each row holds a piece's sum of weights, and last its sum of squared idf.
        numbers : ndarray of shape (n_pieces,), int32
        """
        memory = self._memory
        try:
            numbers = [*map(memory.numbers.__getitem__, pieces)]
        except KeyError:
            memory = self._learnt(pieces)
            numbers = [*map(memory.numbers.__getitem__, pieces)]
        return memory.rows, np.array(numbers, dtype=np.int32)

    def _learnt(self, pieces: Sequence[str]) -> _Memory:
        """Return a memory that holds all these pieces."""
        with self._lock:
            memory = self._memory
            missing = [piece for piece in dict.fromkeys(pieces) if piece not in memory.numbers]
            if not memory.has_room_for(missing):
                missing = list(dict.fromkeys(pieces))
                memory = self._memory = _Memory(self._weights.shape[1] + 1, max(_MOST_PIECES, len(missing)))
            if missing:
                memory.add(missing, self._sums(missing))
            return memory

    def _sums(self, pieces: list[str]) -> np.ndarray:
        """Return each piece's sums over its known n-grams, always added up in the same order."""
        spans = TextBatch(pieces).characters(*self._sizes)
        columns = self._index.columns(spans.hashes)
        known = (columns >= 0).nonzero()[0]
        owners = spans.documents.take(known).astype(np.uint16 if len(pieces) <= 1 << 16 else np.int64)
        order = owners.argsort(kind="stable")
        columns = columns.take(known.take(order))
        terms = np.empty((len(columns), self._weights.shape[1] + 1))
        terms[:, :-1] = self._weights.take(columns, axis=0)
        terms[:, -1] = self._idf.take(columns)
        terms[:, -1] **= 2
        return added_rows(terms, owners.take(order).searchsorted(np.arange(len(pieces) + 1)))
