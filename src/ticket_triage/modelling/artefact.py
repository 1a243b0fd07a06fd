"""A model as a folder: arrays that are memory-mapped, and a manifest in JSON; nothing is ever unpickled.

``manifest.json`` names the format, the heads, the recipe, what the model was trained on, how it did, the library
versions, and every other file with its SHA-256. The same data, seed and versions give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ticket_triage.domain.prediction import ModelReference
from ticket_triage.errors import ArtefactDamagedError, ArtefactVersionError
from ticket_triage.modelling.confidence import HeadConfidence
from ticket_triage.modelling.encoder.files import load_meaning, save_meaning
from ticket_triage.modelling.facts import FactFeatures
from ticket_triage.modelling.index import SpanIndex
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.outputs import HeadSlot
from ticket_triage.modelling.support import Support
from ticket_triage.modelling.tfidf import Blocks, TfidfFeatures
from ticket_triage.modelling.tone import TONE_FEATURES, lexicon

FORMAT = 2
"""The format this version writes, and the only one it reads."""

_MANIFEST = "manifest.json"


def save_model(
    model: TriageModel, folder: Path, about: dict[str, Any], beside: Mapping[str, bytes] = MappingProxyType({})
) -> None:
    """Write a model into an empty folder.

    Parameters
    ----------
    model : TriageModel
    folder : Path
    about : dict
        Name, training data, figures and environment, as plain values.
    beside : mapping of str to bytes
        Files kept with the model, by name: they are listed and checked as its own are.
    """
    files = {}
    for name, content in beside.items():
        (folder / name).write_bytes(content)
        files[name] = hashlib.sha256(content).hexdigest()
    for name, array in _arrays(model).items():
        path = folder / f"{name}.npy"
        np.save(path, np.ascontiguousarray(array), allow_pickle=False)
        files[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    structure = _structure(model)
    if model.meaning is not None:
        structure["meaning"], names = save_meaning(model.meaning, folder)
        files |= {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    manifest = {"format": FORMAT, **about, **structure, "files": files}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / _MANIFEST).write_text(text + "\n", encoding="utf-8")


def fingerprint(model: TriageModel) -> str:
    """Return the SHA-256 of all that a model answers by, whatever is said about it."""
    digest = hashlib.sha256(json.dumps(_structure(model)).encode())
    for name, array in sorted(_arrays(model).items()):
        digest.update(f"{name}{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def load_model(folder: Path) -> TriageModel:
    """Load a model, its arrays memory-mapped.

    Parameters
    ----------
    folder : Path
        A version's folder whose files were checked (``registry.verify``).

    Returns
    -------
    TriageModel

    Raises
    ------
    ArtefactVersionError
        When the format is not the one this version reads.
    ArtefactDamagedError
        When a file is missing or holds something else than it should.
    """
    content = _read(folder / _MANIFEST)
    manifest = _parsed(folder / _MANIFEST, content)
    try:
        return _assembled(folder, manifest, hashlib.sha256(content).hexdigest())
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ArtefactDamagedError(
            f"{folder} does not hold a whole model ({error}); restore it from a copy or train the model again."
        ) from None


def _arrays(model: TriageModel) -> dict[str, np.ndarray]:
    arrays = {"coefficients": model.coefficients, "intercepts": model.intercepts}
    for number, (index, idf) in enumerate(zip(model.text.indexes, model.text.idf, strict=True)):
        arrays |= {f"block{number}_index": index.table, f"block{number}_idf": idf}
    for number, slot in enumerate(model.slots):
        arrays[f"head{number}_scores"] = np.concatenate(slot.confidence.scores)
    return arrays


def _structure(model: TriageModel) -> dict[str, Any]:
    blocks = model.text.blocks
    return {
        "blocks": {
            "words": blocks.words,
            "characters": blocks.characters,
            "character_weight": blocks.character_weight,
            "mended": blocks.mended,
        },
        "facts": {"names": model.facts.names, "known": model.facts.known},
        "support": model.support.as_dict(),
        "tone": lexicon().sha256 if model.toned or model.fallback else None,
        "fallback": model.fallback,
        "heads": [
            {
                "name": slot.name,
                "classes": slot.classes,
                "ordered": slot.ordered,
                "answer_offsets": slot.answer_offsets,
                "shares": slot.shares,
                "noise": slot.noise,
                "confidence": slot.confidence.as_dict(),
                "shifts": slot.shifts,
            }
            for slot in model.slots
        ],
    }


def _assembled(folder: Path, manifest: dict[str, Any], sha256: str) -> TriageModel:
    blocks = _blocks(manifest["blocks"])
    numbers = range(len(blocks.weights()))
    indexes = [SpanIndex(_array(folder, f"block{number}_index", np.uint64)) for number in numbers]
    idf = [_array(folder, f"block{number}_idf", np.float32) for number in numbers]
    text = TfidfFeatures(blocks, indexes, idf)
    facts = FactFeatures(manifest["facts"]["names"], manifest["facts"]["known"])
    slots, start = [], 0
    for number, head in enumerate(manifest["heads"]):
        slots.append(_slot(head, _array(folder, f"head{number}_scores", np.float32), start))
        start += len(slots[-1].classes)
    coefficients = _array(folder, "coefficients", np.float32)
    intercepts = _array(folder, "intercepts", np.float64)
    meaning = load_meaning(folder, manifest["meaning"]) if "meaning" in manifest else None
    fallback = bool(manifest.get("fallback"))
    toned = _toned(folder, manifest.get("tone")) and not fallback
    beside = toned * len(TONE_FEATURES) + (0 if meaning is None else meaning.block.n_features)
    n_features = text.n_features + facts.n_features + beside
    if coefficients.shape != (n_features, start) or intercepts.shape != (start,):
        raise ValueError("the sizes of its arrays do not fit together")
    reference = ModelReference(manifest["name"], folder.name, sha256)
    support = Support(**{name: float(value) for name, value in manifest["support"].items()})
    return TriageModel(text, facts, coefficients, intercepts, slots, reference, meaning, support, toned, fallback)


def _toned(folder: Path, sha256: str | None) -> bool:
    """Say whether the model minds the tone; by other word lists than these its weights would mean something else."""
    if sha256 is not None and sha256 != lexicon().sha256:
        raise ArtefactVersionError(
            f"{folder} learnt from other word lists of tone than this version has; train the model again with it."
        )
    return sha256 is not None


def _slot(head: dict[str, Any], scores: np.ndarray, start: int) -> HeadSlot:
    if (
        not len(head["classes"])
        == len(head["answer_offsets"])
        == len(head["confidence"]["sizes"])
        == len(head["shifts"])
    ):
        raise ValueError(f"the parts of its head {head['name']!r} do not fit together")
    return HeadSlot(
        name=head["name"],
        classes=tuple(head["classes"]),
        ordered=bool(head["ordered"]),
        start=start,
        answer_offsets=tuple(map(float, head["answer_offsets"])),
        shares=tuple(map(float, head["shares"])),
        noise=head["noise"],
        confidence=HeadConfidence.from_dict(head["confidence"], scores),
        shifts=tuple(map(float, head["shifts"])),
    )


def _blocks(entry: dict[str, Any]) -> Blocks:
    words, characters = (entry[key] and (int(entry[key][0]), int(entry[key][1])) for key in ("words", "characters"))
    return Blocks(words, characters, float(entry["character_weight"]), bool(entry.get("mended", True)))


def _array(folder: Path, name: str, kind: type) -> np.ndarray:
    path = folder / f"{name}.npy"
    try:
        array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, EOFError) as error:
        raise ArtefactDamagedError(f"{path} cannot be read ({error}); train the model again.") from None
    if array.dtype != kind:
        raise ValueError(f"{path.name} holds {array.dtype} instead of {np.dtype(kind)}")
    return array


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtefactDamagedError(f"{path} cannot be read ({error.strerror}); train the model again.") from None


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content)
        found = manifest["format"]
    except (ValueError, KeyError, TypeError):
        raise ArtefactDamagedError(f"{path} is no model manifest; restore it from a copy.") from None
    if found != FORMAT:
        raise ArtefactVersionError(
            f"{path} has format {found!r}, but this version reads format {FORMAT} only; train the model again with it."
        )
    return dict(manifest)
