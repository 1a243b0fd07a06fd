"""Logits of a few texts at a time, with everything that was added up to them.

Both blocks are additive: a text's logit is the sum of its n-grams' weights over the text's length in the block. So
word n-grams are looked up and added, and pieces of text are looked up in a book.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ticket_triage.modelling.counting import distinct
from ticket_triage.modelling.index import DOCUMENT_BITS, STRANGE
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.pieces import PieceBook
from ticket_triage.modelling.sums import added_rows
from ticket_triage.modelling.tfidf import TfidfFeatures
from ticket_triage.modelling.words import Runs, WordBook

_TINY = 1e-300
_FREE_BITS = np.uint64(DOCUMENT_BITS)
_FIRST = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class WordTerms:
    """What the known runs of words of a batch added: distinct within their text and ordered by text.

    ``places`` of shape (n_known,) says which of ``runs`` each is; ``owners`` its text, ``columns`` its column and
    ``repeats`` how often the text has it; ``weights`` of shape (n_columns, n_outputs) holds a row per column;
    ``scales`` of shape (n_texts,) is one over each text's length.
    """

    runs: Runs
    places: np.ndarray
    owners: np.ndarray
    columns: np.ndarray
    repeats: np.ndarray
    weights: np.ndarray
    scales: np.ndarray

    def extents(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and the last word of each, words being counted over all texts."""
        firsts, lasts = self.runs.extents()
        return firsts.take(self.places), lasts.take(self.places)

    def bounds(self, batch: TextBatch) -> tuple[np.ndarray, np.ndarray]:
        """Return where each starts and ends, as byte offsets into the batch's data."""
        starts, ends = batch.word_bounds()
        firsts, lasts = self.extents()
        return starts[firsts], ends[lasts]


@dataclass(frozen=True, slots=True)
class PieceTerms:
    """What the distinct pieces of each text added: rows of ``table`` by ``numbers``, as in a ``PieceBook``.

    ``distinct_of`` says for every piece of the batch, in reading order, which of the distinct ones it is; ``owners``
    has the text of each distinct one, and ``repeats`` how often the text has it; ``pieces`` are the distinct ones.
    """

    pieces: list[str]
    distinct_of: np.ndarray
    owners: np.ndarray
    repeats: np.ndarray
    numbers: np.ndarray
    table: np.ndarray
    scales: np.ndarray


@dataclass(frozen=True, slots=True)
class Scored:
    """A batch's logits and what they are made of.

    Parameters
    ----------
    batch : TextBatch
    logits : ndarray of shape (n_texts, n_outputs), float64
        Of the text alone, without intercepts.
    unknown_shares : list of float
        Share of each text's word n-grams that were never met in training; 1 where there are none.
    words : WordTerms or None
        None too where one text was scored without being traced.
    pieces : PieceTerms or None
    """

    batch: TextBatch
    logits: np.ndarray
    unknown_shares: list[float]
    words: WordTerms | None
    pieces: PieceTerms | None


class Scorer:
    """The text's part of a model, ready to be applied.

    Parameters
    ----------
    text : TfidfFeatures
    weights : ndarray of shape (n_text_features, n_outputs), float32
        What one occurrence of each n-gram adds to each output, before the text's length is divided out.
    words : WordBook or None
        Of the text's word block; None without one.
    """

    def __init__(self, text: TfidfFeatures, weights: np.ndarray, words: WordBook | None) -> None:
        self._text, self._weights, self._words = text, weights, words
        self._book: PieceBook | None = None
        if text.blocks.characters is not None:
            start = int(text.starts[-2])
            self._book = PieceBook(text.indexes[-1], text.blocks.characters, weights[start:], text.idf[-1])

    def score(self, batch: TextBatch, *, traced: bool = True) -> Scored:
        """Return the logits of a batch; a text alone and in a batch gets the same.

        Parameters
        ----------
        batch : TextBatch
        traced : bool, default=True
            Whether to say what was added up; of words alone, one text is scored in half the time without.
        """
        logits = np.zeros((batch.n_documents, self._weights.shape[1]))
        unknown = [1.0] * batch.n_documents
        words, pieces = None, None
        split = [text.split(" ") for text in batch.texts]
        if self._words is not None and len(split) == 1 and not traced:
            unknown = [self._add_few(self._words.columns(split[0]), logits)]
        elif self._words is not None:
            words, unknown = self._add_words(self._words.runs(split), logits)
        if self._book is not None:
            pieces = self._add_pieces(split, self._book, logits)
        return Scored(batch, logits, unknown, words, pieces)

    def _add_words(self, runs: Runs, logits: np.ndarray) -> tuple[WordTerms, list[float]]:
        n_texts = len(logits)
        known = (runs.columns >= 0).nonzero()[0]
        whose = runs.owners.take(known)
        total = np.bincount(runs.owners, minlength=n_texts).tolist()
        met = np.bincount(whose, minlength=n_texts).tolist()
        columns = runs.columns.take(known)
        owners, first, repeats = distinct(columns.view(np.uint64) << _FREE_BITS, whose.view(np.uint64))
        places, columns = known.take(first), columns.take(first)
        lengths = repeats * self._text.idf[0].take(columns)
        lengths *= lengths
        squares = np.bincount(owners, lengths, minlength=n_texts)
        scales = 1.0 / np.sqrt(np.maximum(squares, _TINY))
        ends = owners.searchsorted(np.arange(n_texts + 1))
        logits += added_rows(self._weights.take(columns, axis=0) * repeats[:, None], ends) * scales[:, None]
        terms = WordTerms(runs, places, owners, columns, repeats, self._weights, scales)
        return terms, [round(1.0 - own / max(all_, 1), 4) for own, all_ in zip(met, total, strict=True)]

    def _add_few(self, columns: np.ndarray, logits: np.ndarray) -> float:
        """Add the runs of words of one text as ``_add_words`` does; return the share of unknown ones."""
        columns.sort()
        met = int(columns.searchsorted(STRANGE))
        if not met:
            return 1.0
        known = columns[:met].view(np.int64)
        edges = np.empty(met + 1, dtype=bool)
        edges[0] = edges[-1] = True
        np.not_equal(known[1:], known[:-1], out=edges[1:-1])
        bounds = edges.nonzero()[0]
        repeats, known = bounds[1:] - bounds[:-1], known.take(bounds[:-1])
        lengths = repeats * self._text.idf[0].take(known)
        lengths *= lengths
        scale = 1.0 / sqrt(max(lengths.cumsum()[-1], _TINY))
        rows = self._weights.take(known, axis=0) * repeats[:, None]
        logits += np.add.reduceat(rows, _FIRST, axis=0) * scale
        return round(1.0 - met / len(columns), 4)

    def _add_pieces(self, texts: list[list[str]], book: PieceBook, logits: np.ndarray) -> PieceTerms:
        pieces: list[str] = []
        places_of: list[int] = []
        ends = [0]
        for split in texts:
            places: dict[str, int] = {}
            places_of += [ends[-1] + places.setdefault(piece, len(places)) for piece in split]
            pieces += places
            ends.append(len(pieces))
        table, numbers = book.rows(pieces)
        distinct_of = np.array(places_of, dtype=np.int64)
        repeats = np.bincount(distinct_of)
        rows = table.take(numbers, axis=0) * repeats[:, None]
        rows[:, -1] *= repeats
        sums = added_rows(rows, np.array(ends))
        scales = 1.0 / np.sqrt(np.maximum(sums[:, -1], _TINY))
        logits += sums[:, :-1] * scales[:, None]
        owners = np.repeat(np.arange(len(texts)), np.diff(ends))
        return PieceTerms(pieces, distinct_of, owners, repeats, numbers, table, scales)
