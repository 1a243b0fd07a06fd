"""What acting on a model's urgency costs on tickets it had not seen, beside simpler ways of deciding the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.domain.text import words
from ticket_triage.intake.rows import tickets_from
from ticket_triage.modelling.evaluation import positions
from ticket_triage.modelling.training import facts_of, labels_of, texts_of
from ticket_triage.policy import decide

if TYPE_CHECKING:
    import pandas as pd

    from ticket_triage.domain.labels import Head
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.modelling.model import TriageModel
    from ticket_triage.modelling.outputs import HeadSlot
    from ticket_triage.policy import Policy

ACTED, OWN = "least expected cost", "the model's balanced answer"
MAJORITY, KEYWORDS, SCORECARD = "always the commonest level", "keywords", "scorecard without a model"

_MOST_TICKETS = 2_000
_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_GRAVE = frozenset({"asap", "breach", "crash", "critical", "down", "emergency", "hacked", "outage", "severe", "urgent"})
_CALM = frozenset(
    {"colour", "feature", "idea", "question", "request", "suggestion", "thanks", "tooltip", "typo", "wish"}
)
"""What a desk without a model would look for first; the baseline a model must beat."""


@dataclass(frozen=True, slots=True, repr=False)
class CostReport(Shown):
    """Mean cost of a wrong level per ticket, in false alarms of one level, by each way of answering.

    Parameters
    ----------
    head : str
    rows : int
        Held-out tickets it was reckoned on, at most 2,000 of them.
    costs : dict of str to float
        Acting by least expected cost first.
    """

    head: str
    rows: int
    costs: dict[str, float]

    @property
    def loses_to(self) -> tuple[str, ...]:
        """The ways that cost less than acting by least expected cost."""
        return tuple(way for way, cost in self.costs.items() if cost < self.costs[ACTED])

    @property
    def sentence(self) -> str | None:
        """What a person should know when acting by least expected cost loses; None when it does not."""
        if not self.loses_to:
            return None
        others = ", ".join(f"{way} {self.costs[way]:.3f}" for way in self.loses_to)
        return (
            f"{self.head}: acting by least expected cost loses: {self.costs[ACTED]:.3f} per ticket, against {others}. "
            "Check the policy's [costs], or do not act on this head."
        )

    def told(self) -> list[str]:
        """Return what was reckoned, and whether acting by least expected cost loses."""
        told = f"{self.head}: cost of a wrong level per ticket, {self.rows:,} held-out tickets"
        return [told, *([] if self.sentence is None else [self.sentence])]

    def cells(self) -> Cells:
        """Return one row for each way of answering."""
        return ("way", "cost per ticket"), self.costs.items()

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {"head": self.head, "rows": self.rows, "costs": self.costs, "loses_to": list(self.loses_to)}


def cost_report(model: TriageModel, tickets: pd.DataFrame, heads: Sequence[Head], policy: Policy) -> CostReport | None:
    """Reckon what the policy's urgency to act on would have cost on labelled tickets.

    Parameters
    ----------
    model : TriageModel
    tickets : DataFrame
        Labelled, and not learnt from.
    heads : sequence of Head
    policy : Policy
        Its costs are used.

    Returns
    -------
    CostReport or None
        None when the model has no such head, or no ticket a label of it that the model learnt.
    """
    name = policy.answers.costs.head
    slot = next((entry for entry in model.slots if entry.name == name), None)
    head = next((entry for entry in heads if entry.name == name), None)
    if slot is None or head is None:
        return None
    truth = positions(labels_of(tickets, head), slot.classes)
    rows = np.flatnonzero(truth < len(slot.classes))
    if not len(rows):
        return None
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), _MOST_TICKETS)).round().astype(int)]
    answers = _answers(model, slot, tickets.iloc[rows], policy)
    price = _prices(policy, len(slot.classes))
    costs = {way: round(float(price[own, truth[rows]].mean()), 4) for way, own in answers.items()}
    return CostReport(name, len(rows), costs)


def _answers(model: TriageModel, slot: HeadSlot, tickets: pd.DataFrame, policy: Policy) -> dict[str, np.ndarray]:
    logits = model.logits(texts_of(tickets), facts_of(tickets, model.facts.names))
    probabilities, own = model.answers(slot, logits)
    table, top = policy.answers.costs, len(slot.classes) - 1
    common = int(np.argmax(slot.shares))
    asked = tickets_from(tickets)

    def each(rule: Callable[[Ticket], int]) -> np.ndarray:
        return np.array([rule(ticket) for ticket in asked], dtype=int)

    return {
        ACTED: np.array([table.cheapest(row) for row in probabilities.round(4).tolist()], dtype=int),
        OWN: own,
        MAJORITY: np.full(len(asked), common),
        KEYWORDS: each(lambda ticket: _by_keywords(ticket, common, top)),
        SCORECARD: each(lambda ticket: _by_scorecard(ticket, policy, top)),
    }


def _prices(policy: Policy, levels: int) -> np.ndarray:
    """Return the price of each answer (rows) under each truth (columns)."""
    cost = policy.answers.costs.cost
    return np.array([[cost(answer, truth, levels) for truth in range(levels)] for answer in range(levels)])


def _by_keywords(ticket: Ticket, common: int, top: int) -> int:
    found = set(words(ticket.normalised))
    if found & _GRAVE:
        return top
    return 0 if found & _CALM else common


def _by_scorecard(ticket: Ticket, policy: Policy, top: int) -> int:
    """Return the level as far below the gravest as rules alone put the priority below the first."""
    decision = decide(ticket, NO_PREDICTION, policy, ticket.opened_at or _NO_MOMENT)
    return max(top - PRIORITIES.index(decision.priority), 0)
