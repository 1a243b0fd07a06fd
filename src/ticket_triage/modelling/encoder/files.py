"""An encoder in an artefact: arrays, safetensors and JSON, never a pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ticket_triage.errors import ArtefactDamagedError, EncoderError
from ticket_triage.modelling.encoder.block import Meaning, read_transformer
from ticket_triage.modelling.encoder.folder import EncoderSpec
from ticket_triage.modelling.encoder.full import FullEncoder
from ticket_triage.modelling.encoder.static import StaticTable
from ticket_triage.modelling.encoder.tokens import TextTokens

_TABLE, _WEIGHTS, _TOKENIZER = "meaning_table.npy", "meaning_model.safetensors", "meaning_tokenizer.json"


def save_meaning(meaning: Meaning, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Write an encoder's files.

    Parameters
    ----------
    meaning : Meaning
    folder : Path

    Returns
    -------
    entry : dict
        What the manifest has to say of it.
    names : list of str
        The files that were written.
    """
    block = meaning.block
    entry = {"mode": block.mode, "most_tokens": block.tokens.most_tokens, "source": meaning.source}
    (folder / _TOKENIZER).write_bytes(block.tokens.content)
    if isinstance(block, StaticTable):
        np.save(folder / _TABLE, np.ascontiguousarray(block.table), allow_pickle=False)
        return entry, [_TABLE, _TOKENIZER]
    (folder / _WEIGHTS).write_bytes(block.weights)
    return entry | {"spec": block.transformer.spec.as_dict()}, [_WEIGHTS, _TOKENIZER]


def load_meaning(folder: Path, entry: dict[str, Any]) -> Meaning:
    """Read an encoder's files again.

    Parameters
    ----------
    folder : Path
    entry : dict
        As :func:`save_meaning` returned it.

    Raises
    ------
    ArtefactDamagedError
        When a file is missing or holds something else.
    MissingExtraError
        When the extra ``semantic`` is not installed.
    """
    try:
        tokens = TextTokens((folder / _TOKENIZER).read_bytes(), int(entry["most_tokens"]))
        return Meaning(_block(folder, entry, tokens), entry["source"])
    except (OSError, EOFError, EncoderError) as error:
        raise ArtefactDamagedError(f"{folder} has lost its encoder ({error}); train the model again.") from None


def _block(folder: Path, entry: dict[str, Any], tokens: TextTokens) -> StaticTable | FullEncoder:
    if entry["mode"] == "static":
        return StaticTable(tokens, np.asarray(np.load(folder / _TABLE, mmap_mode="r", allow_pickle=False)))
    weights = (folder / _WEIGHTS).read_bytes()
    return FullEncoder(read_transformer(EncoderSpec(**entry["spec"]), weights), tokens, weights)
