"""Fitted heads put together: what each is to be trusted with, and the one model that serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ticket_triage.domain.labels import Head
from ticket_triage.modelling.confidence import HeadConfidence
from ticket_triage.modelling.encoder.block import MEANING, Meaning
from ticket_triage.modelling.evaluation import HeadReport, evaluate_head
from ticket_triage.modelling.facts import FactFeatures
from ticket_triage.modelling.heads import CalibratedLinearClassifier
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.outputs import HeadSlot
from ticket_triage.modelling.precision import Judged, fit_confidence
from ticket_triage.modelling.support import Support
from ticket_triage.modelling.tfidf import TfidfFeatures
from ticket_triage.modelling.tone import TONE


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head after fitting, with its classes' shares in the history, how it was judged, and how sure it may be."""

    head: Head
    classifier: CalibratedLinearClassifier
    shares: tuple[float, ...]
    report: HeadReport
    confidence: HeadConfidence


def fitted_head(
    head: Head, classifier: CalibratedLinearClassifier, truth: np.ndarray, folds: Judged, later: Judged
) -> Fitted:
    """Say how a calibrated head did on tickets it had not seen, and how sure it may be.

    Parameters
    ----------
    head : Head
    classifier : CalibratedLinearClassifier
    truth : ndarray of shape (n_learnt,), int
        Classes of the tickets it learnt from.
    folds, later : Judged
        Its answers on tickets held out while it was calibrated, and on later ones.
    """
    classes = classifier.classes_.tolist()
    shares = np.bincount(truth, minlength=len(classes)) / len(truth)
    report = evaluate_head(
        head.name,
        tuple(classes),
        later.truth,
        later.probabilities,
        later.answers,
        shares,
        top=top_level(head, classes),
        groups=later.groups,
    )
    return Fitted(head, classifier, tuple(shares.tolist()), report, fit_confidence(folds, later))


def assembled(
    text: TfidfFeatures,
    facts: FactFeatures,
    meaning: Meaning | None,
    fitted: list[Fitted],
    support: Support,
    fallback: bool,
) -> TriageModel:
    """Return the model of the given heads, on one matrix.

    Parameters
    ----------
    text : TfidfFeatures
    facts : FactFeatures
    meaning : Meaning or None
    fitted : list of Fitted
    support : Support
    fallback : bool
        Whether word lists answer for the sentiment.
    """
    slots, start = [], 0
    for entry in fitted:
        classes = tuple(entry.classifier.classes_.tolist())
        offsets = tuple(entry.classifier.answer_offsets_.tolist())
        noise = entry.classifier.noise_
        shifts = tuple(_centred(entry.classifier.shift_).tolist())
        slots.append(
            HeadSlot(
                entry.head.name,
                classes,
                entry.head.ordered,
                start,
                offsets,
                entry.shares,
                noise,
                entry.confidence,
                shifts,
            )
        )
        start += len(classes)
    used = {name for entry in fitted for name, weight in entry.classifier.block_weights_.items() if weight}
    sizes = {block.name: block.n_features for entry in fitted for block in entry.classifier.blocks}
    kept = [name for name in (TONE, MEANING) if name in used]
    weights = [_full(entry.classifier, sizes, kept) for entry in fitted]
    weights = weights or [np.zeros((text.n_features + facts.n_features, 0))]
    intercepts = [_centred(entry.classifier.intercept_) for entry in fitted] or [np.zeros(0)]
    joined = np.concatenate(weights, axis=1)
    joined[: text.n_features] *= text.occurrence_values()[:, None]
    coefficients = np.ascontiguousarray(joined, dtype=np.float32)
    return TriageModel(
        text,
        facts,
        coefficients,
        np.concatenate(intercepts),
        slots,
        meaning=meaning if MEANING in used else None,
        support=support,
        toned=TONE in used,
        fallback=fallback,
    )


def _full(classifier: CalibratedLinearClassifier, sizes: dict[str, int], kept: Sequence[str]) -> np.ndarray:
    """Return a head's weights with rows for every block that some head uses.

    Returns
    -------
    ndarray of shape (n_features, n_classes)
    """
    weights = _centred(classifier.coef_.T)
    own, end = {}, len(weights)
    for block in classifier.blocks[::-1]:
        own[block.name] = weights[end - block.n_features : end]
        end -= block.n_features
    width = weights.shape[1]
    return np.concatenate([weights[:end], *(own.get(name, np.zeros((sizes[name], width))) for name in kept)])


def _centred(weights: np.ndarray) -> np.ndarray:
    """Return weights that sum to zero over the classes: the same probabilities, and reasons that are read off."""
    return weights - weights.mean(axis=-1, keepdims=True)


def choices(fitted: list[Fitted]) -> dict[str, dict[str, Any]]:
    """Return what each head's search took."""
    return {
        entry.head.name: {
            "C": entry.classifier.C_,
            "every_block": entry.classifier.uses_optional_,
            "blocks": entry.classifier.block_weights_,
        }
        for entry in fitted
    }


def top_level(head: Head, classes: Sequence[str]) -> str | None:
    """Return the level that hurts most when missed: the most urgent, the angriest; None without an order."""
    if not head.ordered:
        return None
    return classes[0] if head.name == "sentiment" else classes[-1]
