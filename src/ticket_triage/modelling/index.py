"""From the hash of an n-gram to its column: a table of fingerprints, built once from the history.

Each slot keeps the column *and* a fingerprint of the n-gram that owns it. An n-gram never met in training finds an
empty slot or a foreign fingerprint and is dropped, instead of borrowing somebody else's weight; so the share of
unknown n-grams is measured rather than guessed, and an explanation never names a word that was not learnt.
"""

from __future__ import annotations

import numpy as np

DOCUMENT_BITS = 10
"""How many low bits of a counting key hold the document; an n-gram is told apart by the bits above them."""

STRANGE = np.uint64(1 << 32)
"""What :meth:`SpanIndex.sought` gives for an n-gram never met in training is at least this."""

_COLUMN_BITS = np.uint64(32)
_COLUMN_MASK = np.uint64(0xFFFFFFFF)
_FINGERPRINT_UP = np.uint64(32 - DOCUMENT_BITS)
_FINGERPRINT_MASK = np.uint64(0xFFFFFFFF << 32)
_ONE = np.uint64(1)
_MIN_BITS, _MAX_BITS = 10, 24
_SLOTS_PER_SPAN = 6


class SpanIndex:
    """Columns of the n-grams that were kept, found by hash.

    Parameters
    ----------
    table : ndarray of shape (2**bits,), uint64
        Fingerprint in the upper half, column plus one in the lower half; zero where a slot is empty.

    Raises
    ------
    ValueError
        When the table has another shape.

    Examples
    --------
    >>> hashes = np.array([3 << 60, 9 << 60], dtype=np.uint64)
    >>> index, kept = SpanIndex.build(hashes, np.array([5, 2]))
    >>> index.columns(np.array([9 << 60, 3 << 60, 1 << 60], dtype=np.uint64)).tolist()
    [1, 0, -1]
    """

    def __init__(self, table: np.ndarray) -> None:
        if table.ndim != 1 or len(table) < 2 or len(table) & (len(table) - 1):
            raise ValueError(f"a table of n-grams has the shape {table.shape}")
        self.table = table
        self._shift = np.uint64(64 - (len(table).bit_length() - 1))

    @classmethod
    def build(cls, hashes: np.ndarray, frequencies: np.ndarray) -> tuple[SpanIndex, np.ndarray]:
        """Give a column to each hash; where several meet in a slot, the most frequent keeps it.

        Parameters
        ----------
        hashes : ndarray of shape (n_spans,), uint64
            Distinct, ascending, with ``DOCUMENT_BITS`` low bits of no meaning.
        frequencies : ndarray of shape (n_spans,), int64
            Number of documents of each.

        Returns
        -------
        index : SpanIndex
        kept : ndarray of shape (n_columns,), int64
            Position in ``hashes`` of each column's n-gram; ascending.
        """
        wanted = (max(len(hashes), 1) * _SLOTS_PER_SPAN - 1).bit_length()
        bits = min(max(wanted, _MIN_BITS), _MAX_BITS)
        slots = (hashes >> np.uint64(64 - bits)).astype(np.int64)
        order = np.lexsort((-frequencies, slots))
        first = np.ones(len(order), dtype=bool)
        first[1:] = np.diff(slots[order]) != 0
        kept = np.sort(order[first])
        table = np.zeros(1 << bits, dtype=np.uint64)
        table[slots[kept]] = (_fingerprint(hashes[kept]) << _COLUMN_BITS) | np.arange(1, len(kept) + 1, dtype=np.uint64)
        return cls(table), kept

    def column(self, hashed: int) -> int:
        """Return the column of one hash, or -1 where it was never met.

        Examples
        --------
        >>> index, _ = SpanIndex.build(np.array([3 << 60, 9 << 60], dtype=np.uint64), np.array([5, 2]))
        >>> index.column(9 << 60), index.column(1 << 60)
        (1, -1)
        """
        entry = int(self.table[hashed >> int(self._shift)])
        met = entry >> 32 == hashed >> DOCUMENT_BITS & 0xFFFFFFFF
        return (entry & 0xFFFFFFFF) - 1 if met else -1

    def columns(self, hashes: np.ndarray, offset: int = 0) -> np.ndarray:
        """Return the column of each hash plus ``offset``, or -1 where it was never met.

        Parameters
        ----------
        hashes : ndarray of shape (n_spans,), uint64
        offset : int, default=0

        Returns
        -------
        ndarray of shape (n_spans,), int64
        """
        sought = self.sought(hashes)
        strange = sought >= STRANGE
        columns = sought.view(np.int64)
        if offset:
            columns += offset
        columns[strange] = -1
        return columns

    def sought(self, hashes: np.ndarray) -> np.ndarray:
        """Return the column of each hash, or a number from ``STRANGE`` on where it was never met.

        Parameters
        ----------
        hashes : ndarray of shape (n_spans,), uint64

        Returns
        -------
        ndarray of shape (n_spans,), uint64
        """
        entries = self.table.take((hashes >> self._shift).view(np.int64))
        fingerprints = hashes << _FINGERPRINT_UP
        fingerprints &= _FINGERPRINT_MASK
        entries ^= fingerprints  # what is left of an n-gram's own entry is its column plus one
        entries -= _ONE  # what is left of an empty slot becomes the largest number there is
        return entries


def _fingerprint(hashes: np.ndarray) -> np.ndarray:
    fingerprint = hashes >> np.uint64(DOCUMENT_BITS)
    fingerprint &= _COLUMN_MASK
    return fingerprint
