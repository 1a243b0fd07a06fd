"""TF-IDF once more, with strings and dictionaries and no cleverness: what the fast one must equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from math import log, sqrt

from ticket_triage.domain.text import normalise

Ngram = tuple[str, ...] | str
"""A tuple of words, or a run of code points."""

_WORD_ASCII = set("abcdefghijklmnopqrstuvwxyz0123456789_")


def split_words(text: str) -> list[str]:
    """Return the runs of ASCII letters, digits, underscores and characters beyond ASCII."""
    kept = (char if char in _WORD_ASCII or ord(char) > 127 else " " for char in text)
    return "".join(kept).split(" ")


def word_ngrams(text: str, low: int, high: int) -> list[Ngram]:
    words = [word for word in split_words(text) if word]
    return [tuple(words[i : i + n]) for n in range(low, high + 1) for i in range(len(words) - n + 1)]


def pieces(text: str) -> list[str]:
    """Return what stands between blanks; a blank is any ASCII control character or space."""
    return [piece for piece in "".join(" " if ord(char) < 33 else char for char in text).split(" ") if piece]


def character_ngrams(text: str, low: int, high: int) -> list[Ngram]:
    """Return the runs of code points of every piece padded by a blank either side; a lone blank is none."""
    padded = [f" {piece} " for piece in pieces(text)]
    runs = [p[i : i + n] for p in padded for n in range(low, high + 1) for i in range(len(p) - n + 1)]
    return [run for run in runs if run != " "]


class SlowTfidf:
    """The n-grams of some texts, weighted.

    ``lost`` names n-grams that are to be ignored: those that met a more frequent one in its slot.
    """

    def __init__(self, texts: Iterable[str], ngrams, sizes, *, min_df: int, lost: Collection[Ngram] = ()) -> None:
        self._ngrams, self._sizes = ngrams, sizes
        counted = [self._count(text) for text in texts]
        frequencies = Counter(ngram for counts in counted for ngram in counts)
        self.known = {ngram for ngram, number in frequencies.items() if number >= min_df}
        kept = self.known.difference(lost)
        self.idf = {ngram: log((1 + len(counted)) / (1 + frequencies[ngram])) + 1 for ngram in kept}

    def row(self, text: str, weight: float = 1.0) -> dict[Ngram, float]:
        """Return a text's weights, over the length of its words or of its pieces."""
        counts = {ngram: n for ngram, n in self._count(text).items() if ngram in self.idf}
        by_words = self._ngrams is word_ngrams
        length = sqrt(
            sum((n * self.idf[ngram]) ** 2 for ngram, n in counts.items()) if by_words else self._pieces(text)
        )
        return {ngram: weight * n * self.idf[ngram] / length for ngram, n in counts.items()}

    def _pieces(self, text: str) -> float:
        """Return the squared length of a text's pieces, each as long as its n-grams, whatever others share."""
        own = {piece: self._ngrams(piece, *self._sizes) for piece in pieces(normalise(text))}
        repeats = Counter(pieces(normalise(text)))
        return sum(
            repeats[piece] ** 2 * sum(self.idf[ngram] ** 2 for ngram in ngrams if ngram in self.idf)
            for piece, ngrams in own.items()
        )

    def _count(self, text: str) -> Counter[Ngram]:
        return Counter(self._ngrams(normalise(text), *self._sizes))
