"""Judge a trained model on labelled tickets it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import NoLabelsError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.modelling.assembly import top_level
from ticket_triage.modelling.coverage import Coverage, coverage
from ticket_triage.modelling.evaluation import HeadReport, evaluate_head, positions
from ticket_triage.modelling.outcomes import load_seen, unseen
from ticket_triage.modelling.splitting import near_identical_groups, signatures
from ticket_triage.modelling.tfidf import batches
from ticket_triage.modelling.training import facts_of, labels_of, texts_of
from ticket_triage.policy import load_policy
from ticket_triage.registry import current_version
from ticket_triage.service.costs import CostReport, cost_report
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_model
from ticket_triage.service.shortcuts import Shortcut, probe

if TYPE_CHECKING:
    from ticket_triage.domain.labels import Head
    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.modelling.outputs import HeadSlot
    from ticket_triage.service.train import MappingSource, Source


_LEARNT_WORTH_SAYING = 0.01
_NAMED = 5
"""Labels named in a warning at most."""


@dataclass(frozen=True, slots=True, repr=False)
class Evaluated(Tabled):
    """How a model did on labelled tickets.

    Parameters
    ----------
    reports : tuple of HeadReport
        One per head that both the model and the tickets have. A class the model never learnt counts as missed.
    costs : CostReport or None
        What acting on its urgency would have cost.
    coverage : tuple of Coverage
        Of the same heads: how often the sets of what cannot be ruled out held the true class.
    shortcuts : tuple of Shortcut or None
        Single words that alone flip answers; None when they were not asked for.
    warnings : tuple of str
        What a person should know before believing the figures.
    """

    reports: tuple[HeadReport, ...]
    costs: CostReport | None
    coverage: tuple[Coverage, ...]
    shortcuts: tuple[Shortcut, ...] | None
    warnings: tuple[str, ...]

    def told(self) -> list[str]:
        """Return each head's accuracy beside the majority line, and every warning."""
        lines = (f"{report.head}: {label} {text}" for report in self.reports for label, text in report.lines()[:2])
        return [*lines, *(f"warning: {text}" for text in self.warnings)]

    def table(self) -> pd.DataFrame:
        """Return one row for each head; ``low`` and ``high`` bound the accuracy (95 %)."""
        return pd.DataFrame([report.figures() for report in self.reports])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "heads": [report.as_dict() for report in self.reports],
            "costs": None if self.costs is None else self.costs.as_dict(),
            "coverage": [entry.as_dict() for entry in self.coverage],
            "shortcuts": None if self.shortcuts is None else [entry.as_dict() for entry in self.shortcuts],
            "warnings": list(self.warnings),
        }


def evaluate(
    labelled: Source,
    *,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    shortcuts: bool = False,
) -> Evaluated:
    """Judge each head of a model on labelled tickets.

    Parameters
    ----------
    labelled : str, Path or DataFrame
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
    name : str, default="default"
    policy : str, Path or None
        Whose costs, level of certainty and priorities are used; None takes the shipped one.
    shortcuts : bool, default=False
        Whether to look for single words that alone flip answers, which takes some seconds.

    Returns
    -------
    Evaluated

    Raises
    ------
    InputError, ModelError, PolicyError
        When the tickets, the model or the policy cannot be read.
    NoLabelsError
        When no ticket has a label of any head of the model.
    """
    model = load_model(models, name)
    reading = read_tickets(labelled, mapping)
    heads = {head.name: head for head in reading.heads}
    texts = texts_of(reading.tickets)
    logits = model.logits(texts, facts_of(reading.tickets, model.facts.names))
    rules = load_policy(None if policy is None else Path(policy))
    level = round(1.0 - rules.answers.least_p_value, 9)
    judged, strange = [], []
    for slot in model.slots:
        truth = labels_of(reading.tickets, heads[slot.name]) if slot.name in heads else np.array([""])
        if (truth != "").any():
            strange += _never_learnt(slot, truth[truth != ""])
            judged.append(_judge(model, slot, heads[slot.name], truth, logits, texts, level))
    if not judged:
        names = ", ".join(slot.name for slot in model.slots)
        raise NoLabelsError(f"{reading.source} has no label of {names}; name the label columns in a mapping.")
    reports, coverages = zip(*judged, strict=True)
    costs = cost_report(model, reading.tickets, reading.heads, rules)
    covered = tuple(entry for entry in coverages if entry is not None)
    found = probe(model, tickets_from(reading.tickets), rules) if shortcuts else None
    lost = () if costs is None or costs.sentence is None else (costs.sentence,)
    warnings = (
        *strange,
        *_learnt(texts, current_version(Path(models), name)),
        *lost,
        *_uncovered(covered),
        *_leaning(found),
    )
    return Evaluated(reports, costs, covered, found, warnings)


def _never_learnt(slot: HeadSlot, truth: np.ndarray) -> list[str]:
    """Say which labels the model could not have answered with, and which figures leave them out."""
    names, counts = np.unique(truth[~np.isin(truth, slot.classes)], return_counts=True)
    if not len(names):
        return []
    commonest = names[counts.argsort(kind="stable")[::-1]][:_NAMED].tolist()
    named = ", ".join(map(repr, commonest)) + (" …" if len(names) > _NAMED else "")
    said = f"{slot.name}: {counts.sum():,} of the {len(truth):,} labels are none the model learnt ({named})"
    left_out = "Each counts as missed; log loss and signal are those of the other tickets"
    return [f"{said}. {left_out}. Map such labels onto the model's classes, or train with them."]


def _uncovered(covered: Sequence[Coverage]) -> list[str]:
    """Say where sets hold the true class less often than promised."""
    return [
        f"{entry.head}: its sets hold the true class less often than in {entry.level:.0%} of the tickets, as promised. "
        "These tickets are not like those it was calibrated on: label some of them and train again."
        for entry in covered
        if entry.falls_short
    ]


def _leaning(found: Sequence[Shortcut] | None) -> list[str]:
    """Say which words alone carry most answers of many tickets."""
    return [
        f"{entry.head} leans on {entry.word!r}: without it, {entry.flipped} of {entry.tickets} answers are others. "
        "If the word does not say what such tickets are about, clean the history of it and train again."
        for entry in found or ()
        if entry.is_strong
    ]


def _learnt(texts: Sequence[str], folder: Path) -> list[str]:
    """Say when tickets to judge by are among those the model learnt."""
    learnt = int((~unseen(signatures(batches(texts)), load_seen(folder))).sum())
    if learnt <= _LEARNT_WORTH_SAYING * len(texts):
        return []
    said = f"{learnt:,} of the {len(texts):,} tickets to judge by say nearly word for word what the model learnt"
    return [f"{said}: the figures flatter it. Judge by tickets it has not learnt from."]


def _judge(
    model: TriageModel,
    slot: HeadSlot,
    head: Head,
    truth: np.ndarray,
    logits: np.ndarray,
    texts: list[str],
    level: float,
) -> tuple[HeadReport, Coverage | None]:
    rows = np.flatnonzero(truth != "")
    probabilities, answers = model.answers(slot, logits[rows])
    places = positions(truth[rows], slot.classes)
    groups = near_identical_groups(batches([texts[row] for row in rows]))
    report = evaluate_head(
        slot.name,
        slot.classes,
        places,
        probabilities,
        answers,
        np.array(slot.shares),
        top=top_level(head, slot.classes),
        groups=groups,
    )
    return report, coverage(slot.name, slot.classes, slot.confidence.scores, probabilities, places, level, groups)
