"""What training and serving see of an encoder: texts in, one vector a text out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ticket_triage.errors import BadOptionError, EncoderError, MissingExtraError, nearest
from ticket_triage.modelling.encoder.folder import EncoderFolder, EncoderSpec
from ticket_triage.modelling.encoder.full import FullEncoder
from ticket_triage.modelling.encoder.static import StaticTable, distil
from ticket_triage.modelling.encoder.tokens import TextTokens
from ticket_triage.modelling.encoder.transformer import Transformer

MODES = ("static", "full")
"""How an encoder can be used: a table distilled from it, or itself."""

MEANING = "meaning"
"""What the block is called where an explanation says what kind a line is."""

WHOLE_TEXT = "(meaning of the whole text)"
"""How the block's contribution reads among the reasons."""

BLOCK_WEIGHTS = (1.0, 2.0, 4.0)
"""Weights to choose from beside none; a block in which every sample has every feature is halved by its evidence."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An encoder in one of its modes, and where it came from.

    Parameters
    ----------
    block : StaticTable or FullEncoder
    source : dict
        The encoder's name and the hash of its weights.
    """

    block: StaticTable | FullEncoder
    source: dict[str, Any]


def check_mode(mode: str) -> None:
    """Refuse a mode that is none.

    Raises
    ------
    BadOptionError
    """
    if mode not in MODES:
        raise BadOptionError(f"There is no encoder mode {mode!r}; {nearest(mode, MODES)}")


def open_meaning(
    folder: EncoderFolder, mode: str, n_jobs: int = 1, progress: Callable[[float], None] = lambda _share: None
) -> Meaning:
    """Make an encoder ready to be learnt with.

    Parameters
    ----------
    folder : EncoderFolder
    mode : {"static", "full"}
    n_jobs : int
        Threads at most.
    progress : callable
        Called with the share that is behind.

    Raises
    ------
    MissingExtraError
        When the extra ``semantic`` is not installed.
    EncoderError
        When the weights or the tokenizer are not what the folder's configuration says.
    """
    content = folder.tokenizer.read_bytes()
    tokens = TextTokens(content, folder.spec.most_tokens)
    weights = folder.weights.read_bytes()
    transformer = read_transformer(folder.spec, weights)
    try:
        block = (
            distil(transformer, content, n_jobs, progress)
            if mode == "static"
            else FullEncoder(transformer, tokens, weights, n_jobs)
        )
    except (ValueError, IndexError) as error:
        raise EncoderError(f"{folder.weights} and {folder.tokenizer.name} do not fit together ({error}).") from None
    return Meaning(block, {"name": folder.name, "weights_sha256": folder.sha256()})


def read_transformer(spec: EncoderSpec, weights: bytes) -> Transformer:
    """Return the encoder that a safetensors file holds.

    Raises
    ------
    MissingExtraError
        When the package ``safetensors`` is not installed.
    EncoderError
        When it holds something else.
    """
    try:
        from safetensors import SafetensorError
        from safetensors.numpy import load
    except ImportError:
        raise MissingExtraError("safetensors", "An encoder", "semantic") from None
    try:
        return Transformer(spec, load(weights))
    except (SafetensorError, KeyError, ValueError, TypeError, IndexError) as error:
        raise EncoderError(f"The encoder's model.safetensors is not what its config.json says ({error}).") from None


def added(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return what a block adds to each output, a text alone and among others the same.

    Parameters
    ----------
    vectors : ndarray of shape (n_texts, n_features)
    weights : ndarray of shape (n_features, n_outputs)

    Returns
    -------
    ndarray of shape (n_texts, n_outputs), float64
    """
    return np.matmul(vectors[:, None, :], weights)[:, 0, :].astype(np.float64)
