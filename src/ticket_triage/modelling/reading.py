"""A text as a model reads it: without what says nothing of the matter, and with slips of the finger mended.

Learning leaves out greetings, courtesies and names (``neutral``); serving does the same and mends the words it never
met (``spelling``). So Maria is answered as Ahmed is, and a typing mistake seldom changes an answer:
``tests/benchmarks/behaviour.py`` counts how seldom. What is to be said of a blank-separated piece of text is found
out when it is first met and remembered from ticket to ticket, in bounded memory; that never changes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from threading import Lock

from ticket_triage.modelling.neutral import Note, Notes, noted, what_matters
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.spelling import PLAIN, Speller
from ticket_triage.modelling.tfidf import TfidfFeatures, batched, normalised
from ticket_triage.modelling.words import WordBook

_TOGETHER = 1024
_MENDED_CHARACTERS = 2000
"""A text is mended up to here, so that one of a million unknown words costs no more than another."""
_MOST_PIECES = 1 << 16
_MOST_CHARACTERS = 1 << 22


def learning_batches(texts: Iterable[str]) -> Iterator[TextBatch]:
    """Return texts as learning reads them, in batches."""
    return TextReader(None).batches(texts)


def learning_batches_of(plain: Iterable[str]) -> Iterator[TextBatch]:
    """Return texts that are normalised already as learning reads them, in batches."""
    return TextReader(None).batches_of(plain)


class TextReader:
    """Reads texts as serving does, for a model's n-grams.

    Parameters
    ----------
    text : TfidfFeatures or None
        Without single words among its n-grams, or where its blocks are not ``mended``, no slip is mended; nor is with
        None, as while learning.
    words : WordBook or None
        Of the text's word block, to be shared; None has one made.
    """

    def __init__(self, text: TfidfFeatures | None, words: WordBook | None = None) -> None:
        self._words = words or (None if text is None else word_book(text))
        sizes = text.blocks.words if text is not None else None
        single = sizes is not None and sizes[0] == 1
        mends = text is not None and text.blocks.mended and single and len(text.idf[0]) > 0
        self._speller = Speller(text.indexes[0], text.idf[0]) if text is not None and mends else None
        self._notes: dict[str, Note | None] = {}
        self._characters = 0
        self._lock = Lock()

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return normalised texts as the model reads them."""
        pieces = [text.split(" ") for text in texts]
        if len(texts) == 1:
            return [self._read(texts[0], pieces[0], self._notes_of(pieces[0]))]
        notes = iter(self._notes_of([*chain.from_iterable(pieces)]))
        return [self._read(text, own, [*islice(notes, len(own))]) for text, own in zip(texts, pieces, strict=True)]

    def batches(self, texts: Iterable[str], characters: int | None = None) -> Iterator[TextBatch]:
        """Return texts that people wrote as the model reads them, in batches of so many characters at most."""
        read = self._many(map(normalised, texts))
        return batched(read) if characters is None else batched(read, characters)

    def batches_of(self, plain: Iterable[str]) -> Iterator[TextBatch]:
        """Return texts that are normalised already as the model reads them, in batches."""
        return batched(self._many(iter(plain)))

    def _many(self, texts: Iterator[str]) -> Iterator[str]:
        while together := list(islice(texts, _TOGETHER)):
            yield from self.read(together)

    def _read(self, text: str, pieces: list[str], notes: Notes) -> str:
        kept, notes = what_matters(text, pieces, notes, self._notes_of)
        read = text if kept is pieces else " ".join(kept)
        mended = [(place, note.mended) for place, note in enumerate(notes) if note is not None and note.mended]
        if not mended:
            return read
        within = len(kept) if len(read) <= _MENDED_CHARACTERS else read.count(" ", 0, _MENDED_CHARACTERS)
        whole = kept.copy()
        for place, piece in mended:
            whole[place] = piece
        return " ".join(whole[:within] + kept[within:])

    def _notes_of(self, pieces: list[str]) -> list[Note | None]:
        known = self._notes
        try:
            return [*map(known.__getitem__, pieces)]
        except KeyError:
            known = self._learnt(pieces)
            return [*map(known.__getitem__, pieces)]

    def _learnt(self, pieces: list[str]) -> dict[str, Note | None]:
        """Return a memory that knows all these pieces."""
        with self._lock:
            distinct = dict.fromkeys(pieces)
            missing = [piece for piece in distinct if piece not in self._notes]
            self._characters += sum(map(len, missing))
            if len(self._notes) + len(missing) > _MOST_PIECES or self._characters > _MOST_CHARACTERS:
                self._notes, missing, self._characters = {}, list(distinct), sum(map(len, distinct))
            self._notes.update(self._found(missing))
            return self._notes

    def _found(self, pieces: list[str]) -> dict[str, Note | None]:
        """Return what there is to say of pieces that were never met."""
        notes = dict(zip(pieces, map(noted, pieces), strict=True))
        for piece, mended in self._mended(pieces):
            notes[piece] = (notes[piece] or Note())._replace(mended=mended)
        return notes

    def _mended(self, pieces: list[str]) -> list[tuple[str, str]]:
        """Return the pieces with a slip in them, and how they read without."""
        if self._speller is None or self._words is None:
            return []
        words = dict.fromkeys(PLAIN.findall(" ".join(pieces)))
        unknown = self._words.unknown(pieces, words)
        meant = self._speller.meant(unknown) if unknown else {}
        if not meant:
            return []
        read = [PLAIN.sub(lambda word: meant.get(word.group(), word.group()), piece) for piece in pieces]
        return [(piece, mended) for piece, mended in zip(pieces, read, strict=True) if mended != piece]


def word_book(text: TfidfFeatures) -> WordBook | None:
    """Return a memory of words for a model's n-grams; None without a word block."""
    return None if text.blocks.words is None else WordBook(text.indexes[0], text.blocks.words)
