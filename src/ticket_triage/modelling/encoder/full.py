"""The encoder itself, run on every text it has not met lately."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from threading import Lock

import numpy as np
from threadpoolctl import ThreadpoolController

from ticket_triage.modelling.encoder.tokens import TextTokens
from ticket_triage.modelling.encoder.transformer import Transformer

_MOST_READ_AT_ONCE = 4096
"""Tokens of a batch: beyond this, a batch's arrays no longer fit the processor's cache."""
_REMEMBERED = 10_000
"""Texts whose vectors are kept; 15 MB with 384 numbers each."""


class FullEncoder:
    """Vectors of texts from the encoder, a text alone and among others the same.

    Parameters
    ----------
    transformer : Transformer
    tokens : TextTokens
    weights : bytes
        The safetensors file that the transformer was read from, to be kept in the artefact.
    n_jobs : int
        Threads at most.
    """

    mode = "full"

    def __init__(self, transformer: Transformer, tokens: TextTokens, weights: bytes, n_jobs: int = 1) -> None:
        self.transformer, self.tokens, self.weights, self.n_jobs = transformer, tokens, weights, n_jobs
        self._met: dict[str, np.ndarray] = {}
        self._lock = Lock()
        self._libraries = ThreadpoolController()

    @property
    def n_features(self) -> int:
        """Length of a text's vector."""
        return self.transformer.spec.width

    def encode(self, texts: Sequence[str], progress: Callable[[float], None] = lambda _share: None) -> np.ndarray:
        """Return each text's vector, of length one; of zeros for an empty text.

        Parameters
        ----------
        texts : sequence of str
        progress : callable
            Called with the share of texts that were read.

        Returns
        -------
        ndarray of shape (n_texts, n_features), float32
        """
        known = ((text, self._met.get(text)) for text in dict.fromkeys(texts))
        met = {text: vector for text, vector in known if vector is not None}
        met[""] = np.zeros(self.n_features, dtype=np.float32)
        fresh = [text for text in dict.fromkeys(texts) if text not in met]
        if fresh:
            read = self._read(fresh, progress)
            met.update(zip(fresh, read, strict=True))
            self._remember(fresh, read)
        if not len(texts):
            return np.zeros((0, self.n_features), dtype=np.float32)
        return np.stack([met[text] for text in texts])

    def _read(self, texts: Sequence[str], progress: Callable[[float], None]) -> np.ndarray:
        numbers = self.tokens.numbers(texts, marked=True)
        vectors = np.empty((len(texts), self.n_features), dtype=np.float32)
        done = 0
        batches = list(_batches(numbers))
        # A product on several threads may end in other digits, and slows down all else on a busy machine.
        with self._libraries.limit(limits=1), ThreadPoolExecutor(self.n_jobs) as pool:
            each = pool.map if len(batches) > 1 else map
            read = each(
                lambda batch: self.transformer.read(np.array([numbers[row] for row in batch]), upper=True), batches
            )
            for batch, found in zip(batches, read, strict=True):
                vectors[batch] = found
                done += len(batch)
                progress(done / len(texts))
        return vectors

    def _remember(self, texts: Sequence[str], vectors: np.ndarray) -> None:
        """Keep the latest texts' vectors, forgetting the oldest."""
        with self._lock:
            self._met.update(zip(texts[-_REMEMBERED:], vectors[-_REMEMBERED:].copy(), strict=True))
            for text in list(self._met)[: max(0, len(self._met) - _REMEMBERED)]:
                del self._met[text]


def _batches(numbers: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield rows of equally many tokens together."""
    order = sorted(range(len(numbers)), key=lambda row: len(numbers[row]))
    for length, rows in groupby(order, key=lambda row: len(numbers[row])):
        alike = list(rows)
        step = max(1, _MOST_READ_AT_ONCE // max(length, 1))
        yield from (alike[start : start + step] for start in range(0, len(alike), step))
