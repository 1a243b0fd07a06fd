"""Which texts a model cannot judge: those without words, and those in a language its history did not speak.

Any language has small words that stand in every other sentence. A text of which most is unknown and that lacks the
history's own small words is in another language; one that has them only speaks of something new.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ticket_triage.domain.prediction import EMPTY_TEXT, UNSUPPORTED_LANGUAGE
from ticket_triage.domain.text import words
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.tfidf import TfidfFeatures

_FAMILIAR = 200
"""How many of the history's commonest word n-grams count as its small words."""
_LEAST_WORDS = 4
_LEAST_TEXTS = 50
_LEAST_UNKNOWN = 0.6
_MOST_FAMILIAR = 0.15
_USUAL = 0.95


@dataclass(frozen=True, slots=True)
class Support:
    """When a text counts as written in an unsupported language.

    Parameters
    ----------
    unknown_from : float
        The share of unknown word n-grams from which it is looked at more closely; 2 when never.
    familiar_until : float
        The most small words, as a share of all words, that such a text may have.
    commonest_idf : float
        N-grams up to this inverse document frequency are the small words.
    """

    unknown_from: float = 2.0
    familiar_until: float = 0.0
    commonest_idf: float = 0.0

    def abstentions(self, text: TfidfFeatures, batch: TextBatch, unknown: list[float]) -> list[str | None]:
        """Return why each text cannot be judged, None where it can.

        Parameters
        ----------
        text : TfidfFeatures
        batch : TextBatch
        unknown : list of float
            Each text's share of unknown word n-grams.
        """
        if max(unknown, default=0.0) < min(self.unknown_from, 1.0):
            return [None] * batch.n_documents
        familiar = familiar_counts(text, batch, self.commonest_idf).tolist()
        return [self._why(*entry) for entry in zip(batch.texts, unknown, familiar, strict=True)]

    def _why(self, normalised: str, unknown: float, familiar: float) -> str | None:
        if unknown < min(self.unknown_from, 1.0):
            return None
        found = words(normalised)
        if not found:
            return EMPTY_TEXT
        if unknown < self.unknown_from or len(found) < _LEAST_WORDS or familiar > self.familiar_until * len(found):
            return None
        return UNSUPPORTED_LANGUAGE + _script(normalised)

    def as_dict(self) -> dict[str, Any]:
        """Return the three figures as plain values."""
        return {
            "unknown_from": self.unknown_from,
            "familiar_until": self.familiar_until,
            "commonest_idf": self.commonest_idf,
        }


def fit_support(text: TfidfFeatures, unseen: Iterable[TextBatch]) -> Support:
    """Learn from the history's own later texts how many unknown and how many small words are usual.

    Parameters
    ----------
    text : TfidfFeatures
    unseen : iterable of TextBatch
        Texts of the same desk that were not learnt from.
    """
    if text.blocks.words is None or len(text.idf[0]) < _FAMILIAR:
        return Support()
    commonest = float(np.partition(text.idf[0], _FAMILIAR - 1)[_FAMILIAR - 1])
    unknown, familiar = [], []
    for batch in unseen:
        counts = familiar_counts(text, batch, commonest).tolist()
        for normalised, share, count in zip(batch.texts, _unknown_shares(text, batch), counts, strict=True):
            if (length := len(words(normalised))) >= _LEAST_WORDS:
                unknown.append(share)
                familiar.append(count / length)
    if len(unknown) < _LEAST_TEXTS:
        return Support()
    from_here = max(float(np.quantile(unknown, _USUAL)), _LEAST_UNKNOWN)
    until = min(float(np.quantile(familiar, 1 - _USUAL)), _MOST_FAMILIAR)
    return Support(round(from_here, 4), round(until, 4), commonest)


def familiar_counts(text: TfidfFeatures, batch: TextBatch, commonest_idf: float) -> np.ndarray:
    """Return how many of each text's word n-grams are among the history's commonest."""
    if text.blocks.words is None:
        return np.zeros(batch.n_documents)
    spans = text.blocks.word_spans(batch)
    columns = text.indexes[0].columns(spans.hashes)
    known = np.flatnonzero(columns >= 0)
    common = known[text.idf[0][columns[known]] <= commonest_idf]
    return np.bincount(spans.documents[common].view(np.int64), minlength=batch.n_documents).astype(float)


def _unknown_shares(text: TfidfFeatures, batch: TextBatch) -> list[float]:
    spans = text.blocks.word_spans(batch)
    met = text.indexes[0].columns(spans.hashes) >= 0
    documents = spans.documents.view(np.int64)
    total = np.bincount(documents, minlength=batch.n_documents)
    known = np.bincount(documents[met], minlength=batch.n_documents)
    return list((1.0 - known / np.maximum(total, 1)).round(4).tolist())


def _script(normalised: str) -> str:
    """Name the script most letters belong to, unless it is Latin, which says nothing of the language."""
    names = Counter(unicodedata.name(char, "").partition(" ")[0] for char in normalised if char.isalpha())
    script = names.most_common(1)[0][0] if names else ""
    return "" if script in ("", "LATIN") else f" ({script.capitalize()})"
