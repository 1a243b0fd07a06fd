"""Whether longer runs of words, and those of a single ticket, are worth learning.

Where people, or the machines that write for them, reuse each other's sentences, a run that one ticket has says much of
the next; elsewhere it only makes a model larger. So both ways are tried with words alone, which takes seconds, on the
first fold of every head. In cross-validation on the training parts of public sets, macro-F1 of e-mails that a language
model wrote .694 to .725, mozilla severity .610 to .620, sentiment in eight languages .565 to .567; refused on airline
sentiment. Only histories of short texts, or few, are tried: the memory of a model grows with its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ticket_triage.modelling.heads import deal_folds
from ticket_triage.modelling.margins import Solver, Task
from ticket_triage.modelling.ngrams import TextBatch
from ticket_triage.modelling.search import Search
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures

_MOST_WORDS = _MOST_RUNS = 1 << 20
"""Of the history, and of runs that are learnt."""
_C = 10.0
"""The strength of regularisation that words alone do best with."""
_LEAST_GAIN = 0.005
"""A larger model must earn its place: the share of log loss that it has to save, over all heads."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A head's labelled tickets: their rows, classes from 0 to ``n_classes``, and folds."""

    rows: np.ndarray
    truth: np.ndarray
    n_classes: int
    fold_of: np.ndarray

    @classmethod
    def of(cls, labels: np.ndarray, groups: np.ndarray, folds: int, seed: int) -> Labelled:
        """Deal the labelled among all tickets into folds; empty labels are none."""
        rows = np.flatnonzero(labels != "")
        classes, truth = np.unique(labels[rows].astype(str), return_inverse=True)
        return cls(rows, truth, len(classes), deal_folds(truth, groups[rows], folds, np.random.RandomState(seed)))


def with_rare_runs(
    text: TfidfFeatures,
    matrix: sp.csr_array,
    read: Sequence[TextBatch],
    sizes: tuple[int, int],
    heads: Sequence[Labelled],
    solver: Solver,
) -> tuple[TfidfFeatures, sp.csr_array, sp.csr_array]:
    """Return the features and the matrix with rare runs of words where the heads are better off with them.

    Parameters
    ----------
    text : TfidfFeatures
        With a word block.
    matrix : csr_array of shape (n_texts, n_features)
        Of the texts.
    read : sequence of TextBatch
        The texts.
    sizes : (int, int)
        Smallest and largest number of words of a run.
    heads : sequence of Labelled
    solver : Solver

    Returns
    -------
    features : TfidfFeatures
    matrix : csr_array of shape (n_texts, n_features), float32
    unseen : csr_array of shape (n_texts, n_features), float32
        See :func:`as_unseen`; the matrix itself where they are not better off.
    """
    if sum(len(batch.word_bounds()[0]) for batch in read) > _MOST_WORDS:
        return text, matrix, matrix
    rare, found = TfidfFeatures.learn(read, Blocks(sizes, None), min_df=1, keep=True)
    n_words, X = int(text.starts[1]), sp.csr_array(found)
    if rare.n_features > _MOST_RUNS or _gain(matrix[:, :n_words], X, heads, solver) < _LEAST_GAIN:
        return text, matrix, matrix
    matrix = sp.hstack([X, matrix[:, n_words:]], format="csr")
    return text.with_words(rare), matrix, as_unseen(matrix, rare.n_features)


def _gain(common: sp.csr_array, rare: sp.csr_array, heads: Sequence[Labelled], solver: Solver) -> float:
    """Return the mean share of log loss that rare runs save the heads on their first folds."""
    shares = []
    for head in heads:
        losses = [
            Search(solver, X[head.rows], unseen[head.rows], head.truth, head.fold_of, head.n_classes)
            .trial(Task(np.flatnonzero(head.fold_of != 0), _C))
            .loss
            for X, unseen in ((common, common), (rare, as_unseen(rare, rare.shape[1])))
        ]
        shares.append(1 - losses[1] / losses[0])
    return float(np.mean(shares))


def as_unseen(matrix: sp.csr_array, n_words: int) -> sp.csr_array:
    """Return texts that were learnt from as they would look otherwise: without the runs that no other text has.

    Calibrated on anything else, a model would take its own tickets for new ones and be surer than it may.

    Parameters
    ----------
    matrix : csr_array of shape (n_texts, n_features), float32
    n_words : int
        The first columns are runs of words, to be of length one again.

    Examples
    --------
    >>> as_unseen(sp.csr_array([[0.6, 0.8, 1.0], [1.0, 0.0, 0.0]], dtype=np.float32), 2).toarray().tolist()
    [[1.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    owners = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    of_words = matrix.indices < n_words
    shared = np.bincount(matrix.indices, minlength=matrix.shape[1])[matrix.indices] > 1
    kept = of_words & shared
    squares = np.bincount(owners[kept], matrix.data[kept].astype(np.float64) ** 2, minlength=matrix.shape[0])
    scales = 1 / np.sqrt(np.where(squares > 0, squares, 1))
    values = np.where(of_words, shared * matrix.data * scales[owners], matrix.data).astype(np.float32)
    unseen = sp.csr_array((values, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)
    unseen.eliminate_zeros()
    return unseen
