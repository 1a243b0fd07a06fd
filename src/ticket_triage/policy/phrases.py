"""Phrases found in a text, word by word, in linear time; a negated phrase is not found.

Texts and phrases pass the same normalisation, so case, full-width letters and zero-width characters make no
difference. Up to two filler words ("completely") may stand between a phrase's words. There are no regular expressions
from users: a phrase is a sequence of words and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ticket_triage.domain.text import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CLAUSE_ENDS = re.compile(r"[.,;:!?()\n\r]+")
_MOST_FILLERS = 2


def clauses(text: str) -> list[list[str]]:
    """Split a text into clauses of normalised words; a phrase never reaches across two.

    Examples
    --------
    >>> clauses("No, the CHECKOUT is down!!!")
    [['no'], ['the', 'checkout', 'is', 'down']]
    """
    return [found for piece in _CLAUSE_ENDS.split(normalise(text)) if (found := words(piece))]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The small words phrase matching knows, all normalised.

    Parameters
    ----------
    fillers : frozenset of str
        Words that may stand inside a phrase without breaking it.
    negations : frozenset of str
        Words that undo a phrase when they stand within ``window`` words before it.
    breakers : frozenset of str
        Words that, right after a negation, take its force ("not only").
    stops : frozenset of str
        Words a negation does not reach across ("but").
    window : int
        How many words before a phrase are looked at.
    """

    fillers: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    breakers: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    window: int = 3

    def negates(self, clause: Sequence[str], start: int) -> bool:
        """Whether a negation stands before the phrase that begins at ``start``."""
        for index in range(start - 1, max(-1, start - 1 - self.window), -1):
            if clause[index] in self.stops:
                return False
            if clause[index] in self.negations:
                return clause[index + 1] not in self.breakers
        return False


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that was found: its words and where its first one stands, counted in words from the text's start."""

    phrase: str
    position: int


@dataclass(slots=True)
class _Node:
    following: dict[str, _Node] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    phrase: str = ""


class PhraseMatcher:
    """All phrases of a policy in one tree of words.

    Parameters
    ----------
    phrases : mapping of str to iterable of str
        Owner's name to its phrases, in any writing.
    grammar : Grammar

    Examples
    --------
    >>> matcher = PhraseMatcher({"outage": ["is down"]}, Grammar(frozenset({"completely"}), frozenset({"not"})))
    >>> matcher.find(clauses("Checkout is completely DOWN"))
    {'outage': [Match(phrase='is down', position=1)]}
    >>> matcher.find(clauses("Checkout is not down"))
    {}
    """

    __slots__ = ("_grammar", "_root")

    def __init__(self, phrases: Mapping[str, Iterable[str]], grammar: Grammar) -> None:
        self._grammar = grammar
        self._root = _Node()
        for owner, texts in phrases.items():
            for text in texts:
                self._add(owner, words(normalise(text)))

    def _add(self, owner: str, phrase: list[str]) -> None:
        node = self._root
        for word in phrase:
            node = node.following.setdefault(word, _Node())
        if owner not in node.owners:
            node.owners += (owner,)
        node.phrase = " ".join(phrase)

    def find(self, text: Iterable[Sequence[str]]) -> dict[str, list[Match]]:
        """Return every owner's matches in the clauses of a text, in the order they stand there."""
        found: dict[str, list[Match]] = {}
        starts = self._root.following
        offset = 0
        for clause in text:
            for index, word in enumerate(clause):
                node = starts.get(word)
                if node is not None and self._goes_on(clause, index, node):
                    for end in self._ends(clause, index, node):
                        for owner in end.owners:
                            found.setdefault(owner, []).append(Match(end.phrase, offset + index))
            offset += len(clause)
        return found

    def _goes_on(self, clause: Sequence[str], index: int, node: _Node) -> bool:
        """Whether a phrase that begins here may be whole or go on: a cheap look at the next word."""
        if node.owners:
            return True
        following = clause[index + 1] if index + 1 < len(clause) else ""
        return following in node.following or following in self._grammar.fillers

    def _ends(self, clause: Sequence[str], start: int, node: _Node) -> Iterator[_Node]:
        """Yield the nodes at which a phrase that begins at ``start`` ends, unless it is negated."""
        index = start
        while True:
            if node.owners:
                if self._grammar.negates(clause, start):
                    return
                yield node
            index = self._after_fillers(clause, index + 1, node.following)
            if index < 0:
                return
            node = node.following[clause[index]]

    def _after_fillers(self, clause: Sequence[str], index: int, following: Mapping[str, _Node]) -> int:
        """Return where the next word of a phrase stands, or -1."""
        for step in range(index, min(index + _MOST_FILLERS + 1, len(clause))):
            if clause[step] in following:
                return step
            if clause[step] not in self._grammar.fillers:
                return -1
        return -1
