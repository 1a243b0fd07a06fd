"""A table of token vectors, distilled from an encoder once: sentence meaning at the price of a look-up.

Every token is read by the encoder alone, between its marks; what all tokens share is taken out, the strongest
directions are kept, and common tokens are weighed down, so that the plain sum of a text's rows says what it is about.
Nothing but NumPy and the tokenizer is needed to look a text up.

The recipe is that of S. Tulkens and T. van Dongen, "Model2Vec: Fast State-of-the-Art Static Embeddings", 2024, with
the weights of S. Arora et al., "A Simple but Tough-to-Beat Baseline for Sentence Embeddings", ICLR 2017.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ticket_triage.modelling.encoder.tokens import TextTokens
from ticket_triage.modelling.encoder.transformer import Transformer, unit

_DIMENSIONS = 256
_SMOOTHING = 1e-4
"""Tokens more common than this share are weighed down."""
_READ_AT_ONCE = 256
_MOST_TOKENS = 512


class StaticTable:
    """Vectors of texts from a table of token vectors.

    Parameters
    ----------
    tokens : TextTokens
    table : ndarray of shape (n_tokens, n_features), float16
        A token's vector, its weight multiplied in.

    Raises
    ------
    ValueError
        When the tokenizer knows another number of tokens than the table has rows.
    """

    mode = "static"

    def __init__(self, tokens: TextTokens, table: np.ndarray) -> None:
        if table.ndim != 2 or len(table) != tokens.n_tokens:
            raise ValueError(f"the table of tokens has the shape {table.shape} for {tokens.n_tokens} tokens")
        self.tokens, self.table = tokens, table

    @property
    def n_features(self) -> int:
        """Length of a text's vector."""
        return int(self.table.shape[1])

    def encode(self, texts: Sequence[str], progress: Callable[[float], None] = lambda _share: None) -> np.ndarray:
        """Return each text's vector, of length one; of zeros where no token says anything.

        Parameters
        ----------
        texts : sequence of str
        progress : callable
            Called once with one: this takes no time worth watching.

        Returns
        -------
        ndarray of shape (n_texts, n_features), float32
        """
        sums = np.zeros((len(texts), self.n_features), dtype=np.float32)
        for row, numbers in enumerate(self.tokens.numbers(texts, marked=False)):
            if numbers:
                np.add.reduce(self.table.take(numbers, axis=0), axis=0, dtype=np.float32, out=sums[row])
        progress(1.0)
        return unit(sums)


def distil(
    transformer: Transformer,
    content: bytes,
    n_jobs: int = 1,
    progress: Callable[[float], None] = lambda _share: None,
) -> StaticTable:
    """Make a table of an encoder's tokens.

    Parameters
    ----------
    transformer : Transformer
    content : bytes
        The encoder's ``tokenizer.json``.
    n_jobs : int
        Threads at most.
    progress : callable
        Called with the share of tokens that were read.

    Returns
    -------
    StaticTable

    Raises
    ------
    ValueError
        When the encoder knows fewer tokens than its tokenizer.
    """
    tokens = TextTokens(content, _MOST_TOKENS)
    if transformer.n_tokens < tokens.n_tokens:
        raise ValueError(f"its tokenizer knows {tokens.n_tokens} tokens, its weights {transformer.n_tokens}")
    before, after = tokens.around()
    numbers = range(tokens.n_tokens)
    parts = [numbers[start : start + _READ_AT_ONCE] for start in numbers[::_READ_AT_ONCE]]
    vectors = np.empty((tokens.n_tokens, transformer.spec.width), dtype=np.float32)
    with ThreadPoolExecutor(n_jobs) as pool:
        read = pool.map(lambda part: [[*before, each, *after] for each in part], parts)
        vectors_of = pool.map(lambda rows: transformer.read(np.array(rows), together=True), read)
        for part, found in zip(parts, vectors_of, strict=True):
            vectors[part.start : part.stop] = found
            progress(part.stop / len(vectors))
    return StaticTable(tokens, weighted(principal(vectors, _DIMENSIONS)).astype(np.float16))


def principal(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """Return the vectors around their mean, in their strongest directions.

    Parameters
    ----------
    vectors : ndarray of shape (n_vectors, width)
    dimensions : int
        At most so many are kept.

    Returns
    -------
    ndarray of shape (n_vectors, min(dimensions, width)), float32
        A direction points where its largest share lies, so that its sign is the same everywhere.
    """
    centred = vectors.astype(np.float64)
    centred -= centred.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    kept = directions[:, ::-1][:, :dimensions]
    kept *= np.sign(kept[np.abs(kept).argmax(axis=0), np.arange(kept.shape[1])])
    return np.ascontiguousarray(centred @ kept, dtype=np.float32)


def weighted(vectors: np.ndarray) -> np.ndarray:
    """Weigh common tokens down; tokenizers list tokens by how common they are, and Zipf's law says how much.

    Parameters
    ----------
    vectors : ndarray of shape (n_tokens, n_features)

    Returns
    -------
    ndarray of shape (n_tokens, n_features)
    """
    inverse = 1.0 / (np.arange(len(vectors)) + 2.0)
    shares = inverse / inverse.sum()
    weights = _SMOOTHING / (_SMOOTHING + shares)
    return np.asarray(vectors * weights[:, None].astype(np.float32))
