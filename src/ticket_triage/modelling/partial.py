"""Training on a history that is never in memory as a whole: a few passes over its parts.

Word n-grams alone, the commonest quarter of a million, with the evidence weights and the regularisation of the recipe
``fast``. The last tenth is judged by, the tenth before it calibrates, both of bounded size and without texts that the
older tickets have; so the parts should come in the order the tickets did. What grows with the tickets is a label a head
and thirty-two bytes of signature each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ticket_triage.domain.labels import SENTIMENT, Head
from ticket_triage.errors import NoLabelsError
from ticket_triage.modelling.assembly import Fitted, assembled, choices, fitted_head
from ticket_triage.modelling.census import Census, requester_codes
from ticket_triage.modelling.evaluation import positions
from ticket_triage.modelling.facts import FactFeatures
from ticket_triage.modelling.heads import CalibratedLinearClassifier
from ticket_triage.modelling.margins import apply
from ticket_triage.modelling.notes import FALLBACK_NOTE, machine_note, no_labels, rare_note
from ticket_triage.modelling.origin import environment
from ticket_triage.modelling.outcomes import unseen
from ticket_triage.modelling.precision import Judged
from ticket_triage.modelling.reading import TextReader, learning_batches, learning_batches_of
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.spill import Spill, fit_margins
from ticket_triage.modelling.splitting import near_identical_groups, signatures
from ticket_triage.modelling.support import fit_support
from ticket_triage.modelling.tfidf import TfidfFeatures, batched, batches, normalised
from ticket_triage.modelling.training import (
    Progress,
    TrainingResult,
    labels_of,
    texts_of,
)

Parts = Callable[[], Iterable["pd.DataFrame | None"]]
"""Gives the parts of a history anew, in the same order; None for one without a usable ticket."""

_MOST_FEATURES = 1 << 18
_SMOOTHING = 0.3
_HELD_SHARE, _MOST_HELD = 0.1, 3
_MOST_SAMPLED = 50_000


@dataclass
class _Learnt:
    """What is kept of the tickets learnt from."""

    labels: dict[str, list[np.ndarray]]
    machine: dict[str, int]
    names: dict[str, dict[str, int]]
    bands: list[np.ndarray] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    n_rows: int = 0
    window: list[pd.Timestamp] = field(default_factory=list)

    @classmethod
    def of(cls, heads: Sequence[Head]) -> _Learnt:
        """Begin with nothing."""
        names = [head.name for head in heads]
        return cls({name: [] for name in names}, dict.fromkeys(names, 0), {name: {} for name in names})

    def add(self, frame: pd.DataFrame, heads: Sequence[Head], every: int) -> list[str]:
        """Keep what is needed of a part, and return its normalised texts."""
        texts = [*map(normalised, texts_of(frame))]
        self.bands.append(signatures(batched(texts)))
        picked = range(-self.n_rows % every, len(texts), every)
        self.texts += [texts[row] for row in picked]
        self.rows += [self.n_rows + row for row in picked]
        self.n_rows += len(texts)
        if "opened_at" in frame and frame["opened_at"].notna().any():
            self.window += [frame["opened_at"].min(), frame["opened_at"].max()]
        for head in heads:
            names, own = self.names[head.name], labels_of(frame, head)
            if head.name in frame:
                self.machine[head.name] += int((frame[head.name].notna() & (frame[head.name] != "")).sum())
                self.machine[head.name] -= int((own != "").sum())
            coded = [names.setdefault(label, len(names)) if label else -1 for label in own.tolist()]
            self.labels[head.name].append(np.array(coded, dtype=np.int32))
        return texts


def train_in_parts(
    parts: Parts,
    n_parts: int,
    folder: Path,
    *,
    heads: Sequence[Head],
    n_rows: int,
    seed: int = 0,
    progress: Progress = lambda _what, _share: None,
) -> TrainingResult:
    """Train every head that has labels, reading the history three times.

    Parameters
    ----------
    parts : callable
    n_parts : int
        At least 3.
    folder : Path
        Empty, with room for some hundred bytes a ticket.
    heads : sequence of Head
    n_rows : int
        About how many tickets there are.
    seed : int
        Recorded; nothing is drawn by lot.
    progress : callable

    Returns
    -------
    TrainingResult

    Raises
    ------
    NoLabelsError
        When no head has two classes with enough labels.
    """
    recipe = replace(Recipe.named("fast"), mended=True)
    held = max(1, min(round(_HELD_SHARE * n_parts), _MOST_HELD))
    until = n_parts - 2 * held
    census = Census(recipe.blocks, recipe.min_df, _MOST_FEATURES)
    learnt = _Learnt.of(heads)
    every = -(-n_rows // _MOST_SAMPLED)
    later: list[pd.DataFrame | None] = []
    for number, frame in enumerate(parts()):
        progress("Counting n-grams", 0.15 * number / n_parts)
        if number >= until:
            later.append(frame)
        elif frame is not None:
            for batch in learning_batches_of(learnt.add(frame, heads, every)):
                census.look(batch)
    known = np.concatenate([np.zeros((0, 4), dtype=np.uint64), *learnt.bands])
    calibrating, judged = (_fresh(later[place : place + held], known) for place in (0, held))
    classes = {head: names for head in heads if (names := _classes(head, learnt, recipe.class_min_rows))}
    if not classes:
        raise NoLabelsError(no_labels(heads, recipe.class_min_rows))
    with threadpool_limits(1):  # sums in the same order, whatever the machine
        text, spill = _spilled(parts, until, census, folder, lambda share: progress("Reading n-grams", share))
        rows_of = partial(_rows, text)
        X_calibrating, X_judged = rows_of(calibrating), rows_of(judged)
        fitted = []
        for done, (head, names) in enumerate(classes.items()):
            progress(f"Training {head.name}", 0.4 + 0.6 * done / len(classes))
            truth = _coded(learnt, head, names)
            weights = fit_margins(spill, truth, len(names), C=recipe.C[0], balance=recipe.balance, smoothing=_SMOOTHING)
            fitted.append(_judge(head, names, weights, truth, (calibrating, X_calibrating), (judged, X_judged)))
    progress("Done", 1.0)
    support = fit_support(text, batches(texts_of(judged)))
    fallback = SENTIMENT in heads and SENTIMENT not in classes
    kept = [entry for entry in fitted if entry.report.signal]
    model = assembled(text, FactFeatures([], []), None, kept, support, fallback)
    n_usable = learnt.n_rows + sum(len(frame) for frame in later if frame is not None)
    about = _about(learnt, judged, recipe, seed, n_usable) | {"choices": choices(fitted)}
    notes = (*_notes(heads, classes, learnt, recipe.class_min_rows), *([FALLBACK_NOTE] if fallback else []))
    sample = learnt.texts, np.array(learnt.rows, dtype=np.int64)
    reports = tuple(entry.report for entry in fitted)
    return TrainingResult(model, reports, about, notes, np.arange(learnt.n_rows), known, judged, sample)


def _fresh(frames: Sequence[pd.DataFrame | None], known: np.ndarray) -> pd.DataFrame:
    """Return the tickets that say nothing the learnt ones said."""
    present = [frame for frame in frames if frame is not None]
    if not present:
        raise NoLabelsError("The last tenth of the history has no usable ticket to judge by; sort it by time.")
    whole = pd.concat(present, ignore_index=True)
    new = unseen(signatures(batches(texts_of(whole))), known)
    return whole[new].reset_index(drop=True) if new.any() else whole


def _classes(head: Head, learnt: _Learnt, least: int) -> list[str]:
    """Return the classes with enough labels, in order; none when there are not two."""
    counts = _counts(head, learnt)
    common = [name for name, number in counts.items() if number >= least]
    ordered = [level for level in head.levels if level in common] if head.levels else sorted(common)
    return ordered if len(ordered) >= 2 else []


def _counts(head: Head, learnt: _Learnt) -> dict[str, int]:
    names = learnt.names[head.name]
    coded = np.concatenate([np.zeros(0, dtype=np.int32), *learnt.labels[head.name]])
    return dict(zip(names, np.bincount(coded[coded >= 0], minlength=len(names)).tolist(), strict=True))


def _coded(learnt: _Learnt, head: Head, classes: Sequence[str]) -> np.ndarray:
    """Return each learnt ticket's class, -1 where it has none."""
    known = {name: place for place, name in enumerate(classes)}
    places = np.array([*(known.get(name, -1) for name in learnt.names[head.name]), -1])
    return np.asarray(places[np.concatenate(learnt.labels[head.name])])


def _spilled(
    parts: Parts, until: int, census: Census, folder: Path, progress: Callable[[float], None]
) -> tuple[TfidfFeatures, Spill]:
    """Return the n-grams that are learnt, and all tickets' rows under them."""
    for number, frame in zip(range(until), parts(), strict=False):
        progress(0.15 + 0.1 * number / until)
        if frame is not None:
            named = frame["requester"].tolist() if "requester" in frame else None
            codes, done = None if named is None else requester_codes(named), 0
            for batch in learning_batches(texts_of(frame)):
                own = None if codes is None else codes[done : done + batch.n_documents]
                census.tally(batch, own)
                done += batch.n_documents
    text = census.features()
    spill = Spill(folder, text.n_features)
    for number, frame in zip(range(until), parts(), strict=False):
        progress(0.25 + 0.15 * number / until)
        if frame is not None:
            spill.add(text.stacked(map(text.rows, learning_batches(texts_of(frame)))))
    return text, spill


def _rows(text: TfidfFeatures, frame: pd.DataFrame) -> Any:
    return text.stacked(map(text.rows, TextReader(text).batches(texts_of(frame))))


def _judge(
    head: Head,
    classes: list[str],
    weights: np.ndarray,
    truth: np.ndarray,
    calibrating: tuple[pd.DataFrame, Any],
    later: tuple[pd.DataFrame, Any],
) -> Fitted:
    """Calibrate a head on tickets it has not seen, and judge it on later ones."""
    rows, known, groups = _labelled(head, classes, calibrating[0], among=classes)
    margins = apply(calibrating[1][rows], weights)
    if len(np.unique(known)) < 2:
        raise NoLabelsError(f"The last fifth of the history has too few labels of {head.name}; sort it by time.")
    classifier = CalibratedLinearClassifier.from_margins(weights, margins, known, classes, ordered=head.ordered)
    folds = Judged(classifier.held_out_probabilities_, classifier.held_out_answers_, known, groups)
    rows, seen, groups = _labelled(head, classes, later[0], among=None)
    if not len(rows):
        raise NoLabelsError(f"The last tenth of the history has no label of {head.name} to judge it by.")
    X = later[1][rows]
    answers = positions(classifier.balanced_answer(X), classes)
    unseen_later = Judged(classifier.predict_proba(X), answers, seen, groups)
    return fitted_head(head, classifier, truth[truth >= 0], folds, unseen_later)


def _labelled(
    head: Head, classes: list[str], frame: pd.DataFrame, *, among: list[str] | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the labelled rows of a frame, their classes, and which say the same."""
    labels, texts = labels_of(frame, head), texts_of(frame)
    rows = np.flatnonzero(labels != "" if among is None else np.isin(labels, among))
    return rows, positions(labels[rows], classes), near_identical_groups(batches([texts[row] for row in rows]))


def _notes(heads: Sequence[Head], classes: dict[Head, list[str]], learnt: _Learnt, least: int) -> list[str]:
    notes = [machine_note(head, learnt.machine[head.name]) for head in heads if learnt.machine[head.name]]
    for head in classes:
        rare = sorted(name for name, number in _counts(head, learnt).items() if number < least)
        notes += [rare_note(head, rare, least)] if rare else []
    return notes


def _about(learnt: _Learnt, judged: pd.DataFrame, recipe: Recipe, seed: int, n_rows: int) -> dict[str, Any]:
    window = [min(learnt.window).isoformat(), max(learnt.window).isoformat()] if learnt.window else None
    return {
        "training": {
            "rows": n_rows,
            "learnt_from": learnt.n_rows,
            "judged_on": len(judged),
            "split": "the last part of the file, without texts already seen; the part before it calibrates",
            "window": window,
            "seed": seed,
            "features_at_most": _MOST_FEATURES,
        },
        "recipe": recipe.as_dict(),
        "environment": environment(),
    }
