"""What a candidate and the model in use answered on the same unseen tickets: numbers and hashes, no text.

A version keeps these beside its arrays, so that a later promotion rests on what was measured when it was trained, by
whoever asks and whenever, with no ticket at hand.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ticket_triage.domain.labels import Head
from ticket_triage.errors import ArtefactDamagedError
from ticket_triage.modelling.assembly import top_level
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.splitting import grouped, signatures
from ticket_triage.modelling.tfidf import batches
from ticket_triage.modelling.training import facts_of, labels_of, texts_of

FIGURES, ROWS, SEEN, WORDS = "outcomes.npy", "outcomes_rows.npy", "outcomes_seen.npy", "outcomes.json"
"""Files of a version: labels and answers, hashed tickets, what was learnt from, and what the columns mean."""

SLICES = ("channel", "language", "segment")
_SLICE_LEAST = 50
_LENGTHS = ((200, "short"), (1000, "middling"))
_NONE = -1


@dataclass(frozen=True, slots=True)
class HeadOutcomes:
    """One head's labels and answers, each a position in ``classes``; -1 where there is none.

    Parameters
    ----------
    name : str
    classes : tuple of str
        Of both models and of the labels, in the candidate's order.
    top : str or None
        The class that hurts most when missed; None without an order.
    truth, champion, candidate : ndarray of shape (n_tickets,), int
    """

    name: str
    classes: tuple[str, ...]
    top: str | None
    truth: np.ndarray
    champion: np.ndarray
    candidate: np.ndarray


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Answers on the tickets that a candidate was judged by.

    Parameters
    ----------
    rows : ndarray of shape (n_tickets,), uint64
        Each ticket's hash.
    groups : ndarray of shape (n_tickets,), int
        Near-identical tickets share a group.
    slices : dict of str to ndarray of shape (n_tickets,), str
        What each ticket belongs to, by the name of the slice; empty where that is too rare.
    heads : tuple of HeadOutcomes
        The candidate's.
    champion : str or None
        The version compared with; None when none could be.
    champion_heads : tuple of str
    stuffed : tuple of int
        Of the tickets learnt from, how many are lists of common words, and how many there are.
    """

    rows: np.ndarray
    groups: np.ndarray
    slices: dict[str, np.ndarray]
    heads: tuple[HeadOutcomes, ...]
    champion: str | None
    champion_heads: tuple[str, ...]
    stuffed: tuple[int, int]


def seen_by(bands: np.ndarray) -> np.ndarray:
    """Return what tells later whether a text was learnt from, each column sorted by itself.

    Parameters
    ----------
    bands : ndarray of shape (n_texts, 4), uint64
        Signatures of the texts learnt from.
    """
    return np.sort(bands, axis=0)


def unseen(bands: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Say which texts are near-identical to none that was learnt from; a text without words is like none.

    Parameters
    ----------
    bands : ndarray of shape (n_texts, 4), uint64
    seen : ndarray of shape (n_learnt, 4), uint64

    Examples
    --------
    >>> old = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], dtype=np.uint64)
    >>> unseen(np.array([[9, 6, 9, 9], [9, 9, 9, 9], [2, 3, 4, 1]], dtype=np.uint64), seen_by(old)).tolist()
    [False, True, True]
    """
    shared = [np.isin(column, known) for column, known in zip(bands.T, seen.T, strict=True)]
    return ~np.any(shared, axis=0) | (bands[:, 0] == 0)


def compared(
    judged: pd.DataFrame,
    heads: Sequence[Head],
    candidate: TriageModel,
    champion: TriageModel | None,
    champion_seen: np.ndarray | None,
    stuffed: tuple[int, int],
    own: Mapping[str, np.ndarray] | None = None,
) -> Outcomes:
    """Let both models answer the tickets that the candidate has not seen, the champion where it has not either.

    Parameters
    ----------
    judged : DataFrame
    heads : sequence of Head
    candidate : TriageModel
    champion : TriageModel or None
        Loaded from its version.
    champion_seen : ndarray of shape (n_learnt, 4), uint64, or None
    stuffed : tuple of int
        Of the tickets learnt from, how many are lists of common words, and how many there are.
    own : mapping of str to ndarray of shape (n_tickets,), or None
        The candidate's answers by head, where they are known; None asks it.
    """
    texts = texts_of(judged)
    bands = signatures(batches(texts))
    fresh = np.zeros(len(texts), dtype=bool) if champion_seen is None else unseen(bands, champion_seen)
    own = _answers(candidate, judged, texts) if own is None else own
    other = {} if champion is None else _answers(champion, judged, texts)
    known = {head.name: head for head in heads}
    found = [_head(known[slot.name], judged, own[slot.name], other.get(slot.name), fresh) for slot in candidate.slots]
    reference = None if champion is None or champion.reference is None else champion.reference.version
    return Outcomes(
        _hashes(judged, texts),
        grouped(bands),
        _slices(judged, texts),
        tuple(found),
        reference,
        tuple(sorted(other)),
        stuffed,
    )


def joined(version: str, candidate: Outcomes, used: str, champion: Outcomes) -> Outcomes:
    """Return one version's outcomes beside another's: as one of them kept them, else on tickets both were judged by.

    Parameters
    ----------
    version : str
        The candidate.
    candidate : Outcomes
    used : str
        The version to compare with.
    champion : Outcomes
        Of that version.
    """
    if candidate.champion == used:
        return candidate
    if champion.champion == version:
        names = tuple(head.name for head in champion.heads)
        turned = tuple(
            replace(head, champion=head.candidate, candidate=head.champion)
            for head in champion.heads
            if head.name in champion.champion_heads
        )
        return replace(champion, heads=turned, champion=used, champion_heads=names, stuffed=candidate.stuffed)
    _, own, other = np.intersect1d(candidate.rows, champion.rows, return_indices=True)
    theirs = {head.name: head for head in champion.heads}
    heads = [_beside(head, own, theirs.get(head.name), other) for head in candidate.heads]
    slices = {name: values[own] for name, values in candidate.slices.items()}
    names = tuple(sorted(theirs))
    return Outcomes(candidate.rows[own], candidate.groups[own], slices, tuple(heads), used, names, candidate.stuffed)


def files_of(outcomes: Outcomes, seen: np.ndarray) -> dict[str, bytes]:
    """Return outcomes as the files of a version.

    Parameters
    ----------
    outcomes : Outcomes
    seen : ndarray of shape (n_learnt, 4), uint64
        See ``seen_by``.
    """
    columns, words = [outcomes.groups], {}
    for head in outcomes.heads:
        columns += [head.truth, head.champion, head.candidate]
    for name, values in outcomes.slices.items():
        words[name], codes = np.unique(values, return_inverse=True)
        columns.append(codes)
    meaning = {
        "heads": [{"name": head.name, "classes": head.classes, "top": head.top} for head in outcomes.heads],
        "slices": {name: values.tolist() for name, values in words.items()},
        "champion": outcomes.champion,
        "champion_heads": outcomes.champion_heads,
        "stuffed": outcomes.stuffed,
    }
    return {
        FIGURES: _npy(np.stack(columns, axis=1).astype(np.int32)),
        ROWS: _npy(outcomes.rows),
        SEEN: _npy(seen),
        WORDS: (json.dumps(meaning, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def load_outcomes(folder: Path) -> Outcomes:
    """Read the outcomes of a version that was checked.

    Raises
    ------
    ArtefactDamagedError
        When it has none or they do not fit together.
    """
    try:
        meaning = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        figures, rows = (np.load(folder / name, allow_pickle=False) for name in (FIGURES, ROWS))
        return _read(meaning, list(figures.T), rows)
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ArtefactDamagedError(
            f"{folder} holds no outcomes to compare by ({error}); train the model again."
        ) from None


def load_seen(folder: Path) -> np.ndarray:
    """Read what a checked version learnt from, see ``seen_by``.

    Raises
    ------
    ArtefactDamagedError
        When it does not say.
    """
    try:
        return np.asarray(np.load(folder / SEEN, allow_pickle=False))
    except (OSError, EOFError, ValueError) as error:
        raise ArtefactDamagedError(
            f"{folder} does not say what it learnt from ({error}); train the model again."
        ) from None


def _read(meaning: Mapping[str, Any], columns: list[np.ndarray], rows: np.ndarray) -> Outcomes:
    groups, *rest = columns
    heads = [
        HeadOutcomes(head["name"], tuple(head["classes"]), head["top"], *rest[3 * number : 3 * number + 3])
        for number, head in enumerate(meaning["heads"])
    ]
    codes = rest[3 * len(heads) :]
    slices = {
        name: np.array(values, dtype=object)[own]
        for (name, values), own in zip(meaning["slices"].items(), codes, strict=True)
    }
    names, (bad, learnt) = tuple(meaning["champion_heads"]), meaning["stuffed"]
    return Outcomes(rows, groups, slices, tuple(heads), meaning["champion"], names, (bad, learnt))


def _answers(model: TriageModel, judged: pd.DataFrame, texts: Sequence[str]) -> dict[str, np.ndarray]:
    logits = model.logits(texts, facts_of(judged, model.facts.names))
    return {slot.name: np.array(slot.classes, dtype=object)[model.answers(slot, logits)[1]] for slot in model.slots}


def _head(
    head: Head, judged: pd.DataFrame, own: np.ndarray, other: np.ndarray | None, fresh: np.ndarray
) -> HeadOutcomes:
    truth = labels_of(judged, head)
    other = np.full(len(truth), "", dtype=object) if other is None else np.where(fresh, other, "")
    classes = _classes(head, [truth, own, other])
    top = top_level(head, classes)
    return HeadOutcomes(head.name, classes, top, *(_coded(labels, classes) for labels in (truth, other, own)))


def _beside(head: HeadOutcomes, own: np.ndarray, theirs: HeadOutcomes | None, other: np.ndarray) -> HeadOutcomes:
    named = np.full(len(own), "", dtype=object)
    if theirs is not None:
        named = np.array([*theirs.classes, ""], dtype=object)[theirs.candidate[other]]
    classes = (*head.classes, *sorted(set(named.tolist()) - {*head.classes, ""}))
    return HeadOutcomes(head.name, classes, head.top, head.truth[own], _coded(named, classes), head.candidate[own])


def _classes(head: Head, labels: Sequence[np.ndarray]) -> tuple[str, ...]:
    present = set(np.concatenate(labels).tolist()) - {""}
    return tuple(level for level in head.levels if level in present) if head.levels else tuple(sorted(present))


def _coded(labels: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    position = {label: number for number, label in enumerate(classes)}
    return np.array([position.get(label, _NONE) for label in labels.tolist()], dtype=np.int32)


def _hashes(judged: pd.DataFrame, texts: Sequence[str]) -> np.ndarray:
    names = judged["ticket_id"].astype(str) if "ticket_id" in judged else [""] * len(texts)
    told = (hashlib.sha256(f"{name}\0{text}".encode()).digest()[:8] for name, text in zip(names, texts, strict=True))
    return np.frombuffer(b"".join(told), dtype=np.uint64)


def _slices(judged: pd.DataFrame, texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the slices that have a value often enough to say something of."""
    found = {name: judged[name].astype(object) for name in SLICES if name in judged}
    raw = {name: column.where(column.notna(), "").astype(str).to_numpy(dtype=object) for name, column in found.items()}
    raw["length"] = np.array([_length(text) for text in texts], dtype=object)
    return {name: _without_rare(values) for name, values in raw.items()}


def _without_rare(values: np.ndarray) -> np.ndarray:
    names, counts = np.unique(values.astype(str), return_counts=True)
    kept = names[counts >= _SLICE_LEAST].tolist()
    return np.where(np.isin(values.astype(str), kept), values, "")


def _length(text: str) -> str:
    return next((name for limit, name in _LENGTHS if len(text) < limit), "long")


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()
