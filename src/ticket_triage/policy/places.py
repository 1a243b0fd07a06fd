"""Where found words stand to one another: so many words apart, in one clause or across several."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

Places = Sequence[int]
"""Rising positions of words, counted from the text's start."""


class Clauses:
    """The clauses of one text, told apart by its breaks and by the words that open a new one.

    Parameters
    ----------
    text : sequence of str
    stops : set of str
        All that begins a new clause, breaks among them.

    Examples
    --------
    >>> clauses = Clauses(["icon", "ugly", "and", "shop", "down"], {"and"})
    >>> clauses.together(0, 1), clauses.together(1, 3)
    (True, False)
    """

    __slots__ = ("_numbers", "_opens", "_text")

    def __init__(self, text: Sequence[str], stops: Set[str]) -> None:
        self._text = text
        self._opens = stops.__contains__
        self._numbers: list[int] = []

    def together(self, first: int, second: int) -> bool:
        """Whether two words stand in one clause; counted through once, when first asked."""
        if not self._numbers:
            self._numbers = list(accumulate(map(self._opens, self._text)))
        return self._numbers[first] == self._numbers[second]


def any_near(positions: Places, place: int, near: int, clauses: Clauses | None = None) -> bool:
    """Whether one of the positions stands near a place, and in its clause where clauses are given.

    Examples
    --------
    >>> any_near((2, 9), 6, 3), any_near((2, 10), 6, 3)
    (True, False)
    """
    index = bisect_left(positions, place)
    if index and positions[index - 1] >= place - near and _together(clauses, positions[index - 1], place):
        return True
    return index < len(positions) and positions[index] <= place + near and _together(clauses, positions[index], place)


def _together(clauses: Clauses | None, position: int, place: int) -> bool:
    return clauses is None or clauses.together(position, place)


def all_near(parts: Iterable[Places], near: int, clauses: Clauses | None = None) -> Places | None:
    """Return the places of the first part that all others stand near; parts without places are near everything."""
    places: Places = ()
    for part in parts:
        if not part:
            continue
        places = [place for place in places if any_near(part, place, near, clauses)] if places else part
        if not places:
            return None
    return places


def any_after(positions: Places, place: int, near: int) -> bool:
    """Whether one of the positions stands after a place, at most so many words on.

    Examples
    --------
    >>> any_after((2, 9), 6, 3), any_after((2, 9), 4, 3)
    (True, False)
    """
    index = bisect_left(positions, place + 1)
    return index < len(positions) and positions[index] <= place + near


def any_before(positions: Places, place: int, near: int, clauses: Clauses) -> bool:
    """Whether one of the positions stands before a place, at most so many words, in its clause.

    Examples
    --------
    >>> clauses = Clauses(["shop", "with", "new", "icon", "and", "logo"], {"and"})
    >>> any_before((1,), 3, 3, clauses), any_before((1,), 0, 3, clauses), any_before((1,), 5, 4, clauses)
    (True, False, False)
    """
    index = bisect_left(positions, place)
    return index > 0 and positions[index - 1] >= place - near and clauses.together(positions[index - 1], place)
