"""Join a version's manifest and its outcomes into its model card."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from ticket_triage.modelling.evaluation import wilson
from ticket_triage.modelling.outcomes import HeadOutcomes, Outcomes
from ticket_triage.reports.card import card_html, card_markdown

CARD_MARKDOWN, CARD_HTML = "card.md", "card.html"
"""Files of a version."""


def card_files(about: dict[str, Any]) -> dict[str, bytes]:
    """Return a version's card as the files kept beside its arrays.

    Parameters
    ----------
    about : dict
        The manifest's entries, ``slices`` among them.
    """
    return {CARD_MARKDOWN: card_markdown(about).encode(), CARD_HTML: card_html(about).encode()}


def slice_figures(outcomes: Outcomes) -> list[dict[str, Any]]:
    """Return a candidate's accuracy on each part of the held-out tickets that is large enough.

    Parameters
    ----------
    outcomes : Outcomes
    """
    return [
        {"head": head.name, "slice": name, "value": value, "accuracy": _accuracy(head, values == value)}
        for head in outcomes.heads
        for name, values in outcomes.slices.items()
        for value in sorted(set(values.tolist()) - {""})
    ]


def _accuracy(head: HeadOutcomes, part: np.ndarray) -> dict[str, Any]:
    labelled = part & (head.truth >= 0)
    hits = (head.candidate == head.truth) & labelled
    return asdict(wilson(int(hits.sum()), int(labelled.sum())))
