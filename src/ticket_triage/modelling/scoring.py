"""Logits of a few texts at a time, with everything that was added up to them.

Both blocks are additive: a text's logit is the sum of its n-grams' weights over the text's length in the block. So
word n-grams are looked up and added, and pieces of text are looked up in a book.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ticket_triage.modelling.counting import distinct
from ticket_triage.modelling.ngrams import Spans, TextBatch
from ticket_triage.modelling.pieces import PieceBook
from ticket_triage.modelling.tfidf import TfidfFeatures

_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class WordTerms:
    """What the known word n-grams of a batch added: distinct within their text and ordered by text.

    ``repeats`` of shape (n_spans,) says how often the text has each; ``weights`` of shape (n_columns, n_outputs) holds
    a row per column; ``scales`` of shape (n_texts,) is one over each text's length.
    """

    spans: Spans
    columns: np.ndarray
    repeats: np.ndarray
    weights: np.ndarray
    scales: np.ndarray


@dataclass(frozen=True, slots=True)
class PieceTerms:
    """What the distinct pieces of each text added: rows of ``table`` by ``numbers``, as in a ``PieceBook``.

    ``distinct_of`` says for every piece of the batch, in reading order, which of the distinct ones it is; ``owners``
    has the text of each distinct one, and ``repeats`` how often the text has it.
    """

    distinct_of: list[int]
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
    """

    def __init__(self, text: TfidfFeatures, weights: np.ndarray) -> None:
        self._text, self._weights = text, weights
        self._book: PieceBook | None = None
        if text.blocks.characters is not None:
            start = int(text.starts[-2])
            self._book = PieceBook(text.indexes[-1], text.blocks.characters, weights[start:], text.idf[-1])

    def score(self, batch: TextBatch) -> Scored:
        """Return the logits of a batch; a text alone and in a batch gets the same."""
        logits = np.zeros((batch.n_documents, self._weights.shape[1]))
        unknown = [1.0] * batch.n_documents
        words, pieces = None, None
        if self._text.blocks.words is not None:
            words, unknown = self._add_words(batch, logits)
        if self._book is not None:
            pieces = self._add_pieces(batch, self._book, logits)
        return Scored(batch, logits, unknown, words, pieces)

    def _add_words(self, batch: TextBatch, logits: np.ndarray) -> tuple[WordTerms, list[float]]:
        spans = self._text.blocks.word_spans(batch)
        columns = self._text.indexes[0].columns(spans.hashes)
        known = (columns >= 0).nonzero()[0]
        total = np.bincount(spans.documents.view(np.int64), minlength=batch.n_documents)
        met = np.bincount(spans.documents[known].view(np.int64), minlength=batch.n_documents)
        owners, first, number_of = distinct(spans.hashes[known], spans.documents[known])
        spans, columns, repeats = spans.taken(known[first]), columns[known[first]], np.bincount(number_of)
        squares = np.bincount(owners, (repeats * self._text.idf[0][columns]) ** 2, minlength=batch.n_documents)
        scales = 1.0 / np.sqrt(np.maximum(squares, _TINY))
        ends = owners.searchsorted(np.arange(batch.n_documents + 1))
        logits += added_rows(self._weights.take(columns, axis=0) * repeats[:, None], ends) * scales[:, None]
        unknown = 1.0 - met / np.maximum(total, 1)
        return WordTerms(spans, columns, repeats, self._weights, scales), list(unknown.round(4).tolist())

    def _add_pieces(self, batch: TextBatch, book: PieceBook, logits: np.ndarray) -> PieceTerms:
        pieces: list[str] = []
        distinct_of: list[int] = []
        ends = [0]
        for text in batch.texts:
            places: dict[str, int] = {}
            distinct_of += [ends[-1] + places.setdefault(piece, len(places)) for piece in text.split(" ")]
            pieces += places
            ends.append(len(pieces))
        table, numbers = book.rows(pieces)
        repeats = np.bincount(distinct_of)
        rows = table.take(numbers, axis=0) * repeats[:, None]
        rows[:, -1] *= repeats
        sums = added_rows(rows, np.array(ends))
        scales = 1.0 / np.sqrt(np.maximum(sums[:, -1], _TINY))
        logits += sums[:, :-1] * scales[:, None]
        owners = np.repeat(np.arange(batch.n_documents), np.diff(ends))
        return PieceTerms(distinct_of, owners, repeats, numbers, table, scales)


def added_rows(rows: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Add up the rows of each text, always in the order given.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, width)
        Those of one text next to one another.
    ends : ndarray of shape (n_texts + 1,), int
        Text i has the rows from ``ends[i]`` to ``ends[i + 1]``.

    Returns
    -------
    ndarray of shape (n_texts, width), float64

    Examples
    --------
    >>> added_rows(np.array([[1.0], [10.0], [10.0]]), np.array([0, 2, 2, 3])).tolist()
    [[11.0], [0.0], [10.0]]
    """
    sums = np.zeros((len(ends) - 1, rows.shape[1]))
    present = (ends[1:] > ends[:-1]).nonzero()[0]
    if len(present):
        sums[present] = np.add.reduceat(rows, ends[present], axis=0)
    return sums
