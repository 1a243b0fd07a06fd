"""Phrases found in a text, word by word, in linear time; a negated phrase is not found.

Texts and phrases pass the same normalisation, so case, full-width letters and zero-width characters make no
difference. Up to two filler words ("completely") may stand between a phrase's words. There are no regular expressions
from users: a phrase is a sequence of words and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ticket_triage.domain.pieces import PieceMemory
from ticket_triage.domain.text import normalise, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set

BREAK = "_"
"""Stands between two clauses; no phrase and no negation reaches across it."""

_CLAUSE_ENDS = ".,;:!?()"
_IN_NUMBER = re.compile(r"[.,](?<=\d.)(?=\d)")
_SPACED_BREAK = f" {BREAK} "
_MOST_FILLERS = 2


def tokens(normalised: str) -> list[str]:
    """Return the words of a normalised text, with a break between clauses.

    Examples
    --------
    >>> tokens("no, the checkout is down")
    ['no', '_', 'the', 'checkout', 'is', 'down']
    """
    return _TOKENS.split(normalised)


def _tokens(piece: str) -> list[str]:
    text = _IN_NUMBER.sub("", piece)
    for end in _CLAUSE_ENDS:
        if end in text:
            text = text.replace(end, _SPACED_BREAK)
    return words(text)


_TOKENS = PieceMemory(_tokens)


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

    def negates(self, text: Sequence[str], start: int) -> bool:
        """Whether a negation stands before the phrase that begins at ``start``."""
        for index in range(start - 1, max(-1, start - 1 - self.window), -1):
            if text[index] == BREAK or text[index] in self.stops:
                return False
            if text[index] in self.negations:
                return text[index + 1] not in self.breakers
        return False


Found = tuple[str, list[int]]
"""An owner's first phrase in a text, and where each of its phrases begins, counted in words from the text's start."""


@dataclass(slots=True)
class _Node:
    """A word of the tree: what may follow it, and whose phrase ends with it.

    ``firm`` are the owners no negation undoes, ``all_firm`` where there are no others.
    ``seconds`` is kept for the first words alone: what must come next for a phrase to go on.
    """

    following: dict[str, _Node] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    all_firm: bool = True
    phrase: str = ""
    seconds: frozenset[str] = frozenset()


class PhraseMatcher:
    """All phrases of a policy in one tree of words.

    Parameters
    ----------
    phrases : mapping of str to iterable of str
        Owner's name to its phrases, in any writing.
    grammar : Grammar
    firm : set of str
        Owners whose phrases a negation does not undo, because they are none or one themselves.

    Examples
    --------
    >>> matcher = PhraseMatcher({"outage": ["is down"]}, Grammar(frozenset({"completely"}), frozenset({"not"})))
    >>> matcher.find(tokens("checkout is completely down"))
    {'outage': ('is down', [1])}
    >>> matcher.find(tokens("checkout is not down"))
    {}
    """

    __slots__ = ("_grammar", "_root")

    def __init__(self, phrases: Mapping[str, Iterable[str]], grammar: Grammar, firm: Set[str] = frozenset()) -> None:
        self._grammar = grammar
        self._root = _Node()
        for owner, texts in phrases.items():
            for text in texts:
                self._add(owner, words(normalise(text)), owner in firm)
        for node in self._root.following.values():
            node.seconds = frozenset(node.following) | grammar.fillers

    def _add(self, owner: str, phrase: list[str], firm: bool) -> None:
        node = self._root
        for word in phrase:
            node = node.following.setdefault(word, _Node())
        if owner not in node.owners:
            node.owners += (owner,)
            node.firm += (owner,) if firm else ()
            node.all_firm = node.all_firm and firm
        node.phrase = " ".join(phrase)

    def find(self, text: Sequence[str]) -> dict[str, Found]:
        """Return what was found for every owner in the words of a text, in the order it stands there."""
        found: dict[str, Found] = {}
        starts = self._root.following
        last = len(text) - 1
        for index in [place for place, word in enumerate(text) if word in starts]:
            node = starts[text[index]]
            if node.owners or (index < last and text[index + 1] in node.seconds):
                self._follow(text, index, last, node, found)
        return found

    def _follow(self, text: Sequence[str], start: int, last: int, node: _Node, found: dict[str, Found]) -> None:
        """Note every phrase that begins at ``start`` and is not negated, or firm."""
        index = start
        negated: bool | None = None
        while True:
            owners = node.owners
            if owners:
                if negated is None and not node.all_firm:
                    negated = self._grammar.negates(text, start)
                for owner in node.firm if negated else owners:
                    if owner in found:
                        found[owner][1].append(start)
                    else:
                        found[owner] = (node.phrase, [start])
            following = node.following
            if not following or index == last:
                return
            index += 1
            word = text[index]
            if word not in following:
                index = self._after_fillers(text, index, following)
                if index < 0:
                    return
                word = text[index]
            node = following[word]

    def _after_fillers(self, text: Sequence[str], index: int, following: Mapping[str, _Node]) -> int:
        """Return where the next word of a phrase stands behind a filler, or -1."""
        fillers = self._grammar.fillers
        for step in range(index, min(index + _MOST_FILLERS, len(text) - 1)):
            if text[step] not in fillers:
                return -1
            if text[step + 1] in following:
                return step + 1
        return -1
