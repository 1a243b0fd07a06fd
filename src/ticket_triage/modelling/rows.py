"""What a trained model reads off texts, as rows of one matrix: for who wants its features and not its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from ticket_triage.modelling.scoring import PieceTerms, Scored, WordTerms
    from ticket_triage.modelling.tfidf import TfidfFeatures


def text_rows(scored: Scored, text: TfidfFeatures) -> sp.csr_array:
    """Return the n-grams of scored texts: how often each stands there, over the text's length in its block.

    Parameters
    ----------
    scored : Scored
    text : TfidfFeatures
        By which they were scored.

    Returns
    -------
    csr_array of shape (n_texts, n_features), float64
        Its product with the weights of the scorer is ``scored.logits``, up to the order of addition.
    """
    parts = [] if scored.words is None else [_words(scored.words)]
    if scored.pieces is not None:
        parts.append(_characters(scored, scored.pieces, text))
    rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    shape = scored.batch.n_documents, text.n_features
    return sp.csr_array(sp.coo_array((values, (rows, columns)), shape=shape))


def _words(terms: WordTerms) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return terms.owners, terms.columns, terms.repeats * terms.scales[terms.owners]


def _characters(scored: Scored, terms: PieceTerms, text: TfidfFeatures) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    spans, columns = text.located(scored.batch)[-1]
    known = (columns >= 0).nonzero()[0]
    rows = spans.documents[known].view(np.int64)
    return rows, columns[known], terms.scales[rows]
