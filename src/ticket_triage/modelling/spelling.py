"""Words never met in training, read as the known word they were most probably meant to be.

A slip of the finger makes a word unknown, and what it said is lost. So an unknown word is compared with every known
one a single slip away (a letter too many, too few, another, or two swapped): the most frequent of them is taken. No
vocabulary is kept for that, for the index of n-grams tells of any word whether it was met. What was found out is
remembered from ticket to ticket, in bounded memory; what the memory holds never changes an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Lock

import numpy as np

from ticket_triage.modelling.index import SpanIndex
from ticket_triage.modelling.ngrams import TextBatch

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST, _LONGEST = 5, 20
_PLAIN = re.compile(rf"(?<![a-z0-9_\u0080-\U0010ffff])[a-z]{{{_SHORTEST},{_LONGEST}}}(?![a-z0-9_\u0080-\U0010ffff])")
"""Words that may be mended: short ones have too many neighbours, and what is no plain word is a name or a number."""
_MENDED_CHARACTERS = 2000
"""A text is mended up to here, so that one of a million unknown words costs no more than another."""
_MOST_WORDS = 1 << 16
_AT_ONCE = 64


class Speller:
    """Mends words of one slip.

    Parameters
    ----------
    index : SpanIndex
        Of word n-grams, single words among them.
    idf : ndarray of shape (n_columns,)
        Lower where a word is more frequent.
    """

    def __init__(self, index: SpanIndex, idf: np.ndarray) -> None:
        self._index, self._idf = index, idf
        self._memory: dict[str, str] = {}
        self._lock = Lock()

    def mended(self, texts: Sequence[str]) -> list[str]:
        """Return normalised texts with their misspelt words mended; a text alone and in company reads the same."""
        heads = [_head(text) for text in texts]
        words = [_PLAIN.findall(head) for head in heads]
        memory = self._memory
        if any(word not in memory for own in words for word in own):
            memory = self._learnt({word for own in words for word in own})
        return [
            text if all(memory[word] == word for word in own) else _replaced(head, memory) + text[len(head) :]
            for text, head, own in zip(texts, heads, words, strict=True)
        ]

    def _learnt(self, words: set[str]) -> dict[str, str]:
        """Return a memory that knows all these words."""
        with self._lock:
            missing = sorted(word for word in words if word not in self._memory)
            if len(self._memory) + len(missing) > _MOST_WORDS:
                self._memory, missing = {}, sorted(words)
            memory = self._memory
            found = dict(zip(missing, missing, strict=True))
            idf = self._idf_of(missing).tolist() if missing else []
            unknown = [word for word, own in zip(missing, idf, strict=True) if own == np.inf]
            for start in range(0, len(unknown), _AT_ONCE):
                found |= self._meant(unknown[start : start + _AT_ONCE])
            memory.update(found)
            return memory

    def _meant(self, words: Sequence[str]) -> dict[str, str]:
        """Return the words that have a known neighbour, with the most frequent one."""
        candidates = [one_slip_away(word) for word in words]
        idf = self._idf_of([other for others in candidates for other in others])
        meant, start = {}, 0
        for word, others in zip(words, candidates, strict=True):
            own = idf[start : start + len(others)]
            start += len(others)
            if own.min() < np.inf:
                meant[word] = others[int(own.argmin())]
        return meant

    def _idf_of(self, words: Sequence[str]) -> np.ndarray:
        """Return each word's inverse document frequency, infinite where it was never met."""
        batch = TextBatch([" ".join(words)])
        columns = self._index.columns(batch.words(1).hashes)
        return np.where(columns >= 0, self._idf[columns], np.inf)


def _head(text: str) -> str:
    """Return the words of a text that may be mended."""
    return text if len(text) <= _MENDED_CHARACTERS else text[: text.rfind(" ", 0, _MENDED_CHARACTERS) + 1]


def _replaced(text: str, memory: dict[str, str]) -> str:
    return _PLAIN.sub(lambda match: memory[match.group()], text)


def one_slip_away(word: str) -> list[str]:
    """Return all that a word of ASCII letters may have been meant to be.

    References
    ----------
    F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964: four in
    five misspellings are one of these slips.

    Examples
    --------
    >>> found = one_slip_away("chekout")
    >>> len(found), "checkout" in found, "tuokehc" in found
    (403, True, False)
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    shorter = [left + right[1:] for left, right in cuts[:-1]]
    swapped = [left + right[1] + right[0] + right[2:] for left, right in cuts[:-2]]
    other = [left + letter + right[1:] for left, right in cuts[:-1] for letter in _LETTERS]
    longer = [left + letter + right for left, right in cuts for letter in _LETTERS]
    return shorter + swapped + other + longer
