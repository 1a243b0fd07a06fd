"""What the blank-separated pieces of texts are made of, found out once and remembered in bounded memory.

Desks write the same words day after day. So whatever splits a text may do so piece by piece, provided it never looks
across a blank, and a piece that was met before costs one look into a dictionary.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MOST = 1 << 15
_LONGEST = 40
"""A longer piece is an address or a token: nobody writes it twice."""


class PieceMemory(dict[str, tuple[str, ...]]):
    """Remembers what pieces were split into; when it is full it begins anew, which changes no answer.

    Parameters
    ----------
    split : callable
        Splits a text that holds no blank.

    Examples
    --------
    >>> memory = PieceMemory(lambda piece: piece.split("-"))
    >>> memory.split("e-mail is down")
    ['e', 'mail', 'is', 'down']
    """

    __slots__ = ("_split",)

    def __init__(self, split: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._split = split

    def __missing__(self, piece: str) -> tuple[str, ...]:
        found = tuple(self._split(piece))
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = found
        return found

    def split(self, text: str) -> list[str]:
        """Return what all pieces of a text were split into, in order."""
        return [*chain.from_iterable(map(self.__getitem__, text.split(" ")))]
