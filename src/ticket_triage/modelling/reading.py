"""A text as a model reads it: without what says nothing of the matter, and with slips of the finger mended.

Learning leaves out greetings, courtesies and names (``neutral``); serving does the same and mends the words it never
met (``spelling``). So Maria is answered as Ahmed is, and a typing mistake seldom changes an answer:
``tests/benchmarks/behaviour.py`` counts how seldom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ticket_triage.modelling.neutral import without_neutral
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.spelling import Speller
from ticket_triage.modelling.tfidf import TfidfFeatures, batched, normalised

_TOGETHER = 1024


def learning_batches(texts: Iterable[str]) -> Iterator[TextBatch]:
    """Return texts as learning reads them, in batches."""
    return batched(without_neutral(text) for text in map(normalised, texts))


class TextReader:
    """Reads texts as serving does, for a model's n-grams.

    Parameters
    ----------
    text : TfidfFeatures
        Without single words among its n-grams, no slip is mended.
    """

    def __init__(self, text: TfidfFeatures) -> None:
        words = text.blocks.words
        single = words is not None and words[0] == 1 and len(text.idf[0]) > 0
        self._speller = Speller(text.indexes[0], text.idf[0]) if single else None

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return normalised texts as the model reads them."""
        plain = [without_neutral(text) for text in texts]
        return plain if self._speller is None else self._speller.mended(plain)

    def batches(self, texts: Iterable[str], characters: int | None = None) -> Iterator[TextBatch]:
        """Return texts that people wrote as the model reads them, in batches of so many characters at most."""
        read = self._many(map(normalised, texts))
        return batched(read) if characters is None else batched(read, characters)

    def _many(self, texts: Iterator[str]) -> Iterator[str]:
        while together := list(islice(texts, _TOGETHER)):
            yield from self.read(together)
