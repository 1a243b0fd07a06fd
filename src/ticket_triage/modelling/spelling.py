"""Words never met in training, read as the known word they were most probably meant to be.

A slip of the finger makes a word unknown, and what it said is lost. So an unknown word is compared with every known
one a single slip away (a letter too many, too few, another, or two swapped): the most frequent of them is taken. No
vocabulary is kept for that, for the index of n-grams tells of any word whether it was met. Nor is any of the hundreds
of candidates written out: a word's hash is a sum over its letters (``ngrams``), so theirs follow by index arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from ticket_triage.modelling.index import STRANGE, SpanIndex
from ticket_triage.modelling.ngrams import INVERSE, MULTIPLIER, byte_values, mixed

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST, _LONGEST = 5, 20
PLAIN = re.compile(rf"(?<![a-z0-9_\u0080-\U0010ffff])[a-z]{{{_SHORTEST},{_LONGEST}}}(?![a-z0-9_\u0080-\U0010ffff])")
"""Words that may be mended: short ones have too many neighbours, and what is no plain word is a name or a number."""
_AT_ONCE = 64
_MULTIPLIER, _INVERSE = np.uint64(MULTIPLIER), np.uint64(INVERSE)


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

    def meant(self, unknown: Iterable[str]) -> dict[str, str]:
        """Return which words (``PLAIN``) that were never met are misspelt, with what they were meant to be."""
        ordered = sorted(unknown, key=len)
        found: dict[str, str] = {}
        for start in range(0, len(ordered), _AT_ONCE):
            found |= self._meant(ordered[start : start + _AT_ONCE])
        return found

    def _meant(self, words: Sequence[str]) -> dict[str, str]:
        letters = _lettered(words)
        hashes = slip_hashes(letters)
        columns = self._index.sought(hashes.ravel())
        best: dict[str, tuple[float, str]] = {}
        for place in (columns < STRANGE).nonzero()[0].tolist():
            row, number = divmod(place, hashes.shape[1])
            word, idf = words[row], float(self._idf[int(columns[place])])
            other = slip(word, number, letters.shape[1])
            if other is not None and (word not in best or idf < best[word][0]):
                best[word] = idf, other
        return {word: other for word, (_, other) in best.items()}


def _lettered(words: Sequence[str]) -> np.ndarray:
    """Return each letter's share in a hash, of shape (n_words, n_letters); zero beyond a word's end."""
    width = max(map(len, words))
    codes = np.frombuffer("".join([word.ljust(width, "\0") for word in words]).encode(), dtype=np.uint8)
    return _letter_values()[codes.reshape(len(words), width)]


@lru_cache(maxsize=1)
def _letter_values() -> np.ndarray:
    values = byte_values().copy()
    values[0] = 0
    return values


@lru_cache(maxsize=1)
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """Return the multiplier's powers, and what each letter adds at each place, of shape (n_places, n_letters)."""
    powers = np.full(_LONGEST + 1, MULTIPLIER, dtype=np.uint64)
    powers[0] = 1
    powers = np.cumprod(powers, dtype=np.uint64)
    return powers, powers[:, None] * byte_values()[[*_LETTERS.encode()]]


@lru_cache(maxsize=_LONGEST)
def _tables_of(width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for words of so many letters, the powers, their steps, and what another or one more letter adds."""
    powers, placed = _tables()
    return powers[:width], powers[: width - 1] - powers[1:width], np.concatenate([placed[:width], placed[: width + 1]])


def slip_hashes(letters: np.ndarray) -> np.ndarray:
    """Return the hash of everything one slip away from each word.

    Parameters
    ----------
    letters : ndarray of shape (n_words, n_letters), uint64
        As in ``byte_values``; zero beyond a word's end.

    Returns
    -------
    ndarray of shape (n_words, n_slips), uint64
        Those that :func:`slip` numbers; meaningless where it gives None.

    References
    ----------
    F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964: four in
    five misspellings are one of these slips.
    """
    n_words, width = letters.shape
    powers, steps, placed = _tables_of(width)
    upto = np.zeros((n_words, width + 1), dtype=np.uint64)
    np.multiply(letters, powers, out=upto[:, 1:])
    np.add.accumulate(upto, axis=1, out=upto)
    whole = upto[:, -1:]
    rest = whole - upto
    before, after = upto[:, :-1], rest[:, 1:]
    room = np.empty((n_words, 2 * width + 1), dtype=np.uint64)  # without what another or one more letter adds
    np.add(before, after, out=room[:, :width])
    np.add(upto, rest * _MULTIPLIER, out=room[:, width:])
    swapped = (letters[:, 1:] - letters[:, :-1]) * steps
    swapped += whole
    lettered = (room[:, :, None] + placed).reshape(n_words, -1)
    return mixed(np.concatenate((before + after * _INVERSE, swapped, lettered), axis=1))


def slip(word: str, number: int, width: int) -> str | None:
    """Return one of the words that a word may have been meant to be.

    Parameters
    ----------
    word : str
        Of ASCII letters.
    number : int
        Which one: first those a letter shorter, then with two letters swapped, with another letter, with one more.
    width : int
        The numbers leave room for words of so many letters.

    Returns
    -------
    str or None
        None where the word is too short for that slip.

    Examples
    --------
    >>> slip("chekout", 0, 7), slip("chekout", 10, 7), slip("chekout", 7 + 6 + 7 * 26 + 3 * 26 + 2, 7)
    ('hekout', 'cheokut', 'checkout')
    >>> slip("chekout", 7, 20) is None
    True
    """
    length = len(word)
    if number < width:
        return word[:number] + word[number + 1 :] if number < length else None
    number -= width
    if number < width - 1:
        return word[:number] + word[number + 1] + word[number] + word[number + 2 :] if number < length - 1 else None
    place, letter = divmod(number - width + 1, len(_LETTERS))
    if place < width:
        return word[:place] + _LETTERS[letter] + word[place + 1 :] if place < length else None
    place -= width
    return word[:place] + _LETTERS[letter] + word[place:] if place <= length else None
