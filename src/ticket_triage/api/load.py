"""How much is taken in hand at once: who comes beyond that is told to come again, and the rest is answered in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.api.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

HEAVY_SHARE = 32
"""A request that carries many tickets counts as so many single ones."""

RETRY_AFTER_S = 1


class Load:
    """Counts what is in hand.

    Parameters
    ----------
    limit : int
        Single requests in hand at most.
    heavy : collection of str
        Paths whose requests carry many tickets.
    note : callable
        Told how much is in hand whenever that changes.

    Examples
    --------
    >>> load = Load(1, heavy=())
    >>> with load.carrying("/v1/predict"), load.carrying("/v1/predict"):
    ...     pass
    Traceback (most recent call last):
    ticket_triage.api.errors.Refusal: 503: 1 requests are in hand already; try again in a moment.
    """

    def __init__(self, limit: int, heavy: Collection[str], note: Callable[[int], None] = lambda _: None) -> None:
        self.limit, self.heavy, self.note, self.in_hand = limit, heavy, note, 0

    def carrying(self, path: str) -> _Carried:
        """Take one request in hand until the end of a ``with``.

        Raises
        ------
        Refusal
            503, when there are too many.
        """
        weight = HEAVY_SHARE if path in self.heavy else 1
        if self.in_hand and self.in_hand + weight > self.limit:
            told = f"{self.in_hand} requests are in hand already; try again in a moment."
            raise Refusal(503, "overloaded", told, headers={"retry-after": str(RETRY_AFTER_S)})
        return _Carried(self, weight)

    def shift(self, weight: int) -> None:
        """Count what was taken in hand, or, below zero, what is done."""
        self.in_hand += weight
        self.note(self.in_hand)


class _Carried:
    """One request in hand."""

    __slots__ = ("_load", "_weight")

    def __init__(self, load: Load, weight: int) -> None:
        self._load, self._weight = load, weight

    def __enter__(self) -> None:
        self._load.shift(self._weight)

    def __exit__(self, *_: object) -> None:
        self._load.shift(-self._weight)
