"""Judge a trained model on labelled tickets it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.errors import NoLabelsError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.modelling.evaluation import HeadReport, evaluate_head, positions
from ticket_triage.modelling.outcomes import load_seen, unseen
from ticket_triage.modelling.splitting import near_identical_groups, signatures
from ticket_triage.modelling.tfidf import batches
from ticket_triage.modelling.training import facts_of, labels_of, texts_of, top_level
from ticket_triage.policy import load_policy
from ticket_triage.registry import current_version
from ticket_triage.service.costs import CostReport, cost_report
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME, load_model

if TYPE_CHECKING:
    from ticket_triage.domain.labels import Head
    from ticket_triage.modelling.model import HeadSlot, TriageModel
    from ticket_triage.service.train import MappingSource, Source


_LEARNT_WORTH_SAYING = 0.01


@dataclass(frozen=True, slots=True)
class Evaluated:
    """How a model did on labelled tickets.

    Parameters
    ----------
    reports : tuple of HeadReport
        One per head that both the model and the tickets have. A class the model never learnt counts as missed.
    costs : CostReport or None
        What acting on its urgency would have cost.
    warnings : tuple of str
        What a person should know before believing the figures.
    """

    reports: tuple[HeadReport, ...]
    costs: CostReport | None
    warnings: tuple[str, ...]


def evaluate(
    labelled: Source,
    *,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
) -> Evaluated:
    """Judge each head of a model on labelled tickets.

    Parameters
    ----------
    labelled : str, Path or DataFrame
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
    name : str, default="default"
    policy : str, Path or None
        Whose costs are used; None takes the shipped one.

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
    reports = []
    for slot in model.slots:
        truth = labels_of(reading.tickets, heads[slot.name]) if slot.name in heads else np.array([""])
        if (truth != "").any():
            reports.append(_judge(model, slot, heads[slot.name], truth, logits, texts))
    if not reports:
        names = ", ".join(slot.name for slot in model.slots)
        raise NoLabelsError(f"{reading.source} has no label of {names}; name the label columns in a mapping.")
    rules = load_policy(None if policy is None else Path(policy))
    costs = cost_report(model, reading.tickets, reading.heads, rules)
    lost = () if costs is None or costs.sentence is None else (costs.sentence,)
    return Evaluated(tuple(reports), costs, (*_learnt(texts, current_version(Path(models), name)), *lost))


def _learnt(texts: Sequence[str], folder: Path) -> list[str]:
    """Say when tickets to judge by are among those the model learnt."""
    learnt = int((~unseen(signatures(batches(texts)), load_seen(folder))).sum())
    if learnt <= _LEARNT_WORTH_SAYING * len(texts):
        return []
    said = f"{learnt:,} of the {len(texts):,} tickets to judge by say nearly word for word what the model learnt"
    return [f"{said}: the figures flatter it. Judge by tickets it has not learnt from."]


def _judge(
    model: TriageModel, slot: HeadSlot, head: Head, truth: np.ndarray, logits: np.ndarray, texts: list[str]
) -> HeadReport:
    rows = np.flatnonzero(truth != "")
    probabilities, answers = model.answers(slot, logits[rows])
    return evaluate_head(
        slot.name,
        slot.classes,
        positions(truth[rows], slot.classes),
        probabilities,
        answers,
        np.array(slot.shares),
        top=top_level(head, slot.classes),
        groups=near_identical_groups(batches([texts[row] for row in rows])),
    )
