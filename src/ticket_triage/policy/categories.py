"""What a ticket is about: given by a person, predicted with enough probability, or not certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.policy.case import CategoryReading
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.corrections import by_person

if TYPE_CHECKING:
    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.taxonomy import Taxonomy

DEFAULT = "default"
"""The table of every category the policy does not name."""


@dataclass(frozen=True, slots=True, eq=False)
class CategoryReader:
    """The categories a policy knows and their parents, names folded, and the probability it wants before it believes.

    When no category is probable enough, one with its siblings may be: then the parent stands for them.
    """

    known: frozenset[str]
    minimum_probability: float
    taxonomy: Taxonomy

    def read(self, ticket: Ticket, head: HeadPrediction | None) -> CategoryReading:
        """Return what the ticket is about and which of the policy's tables applies to it."""
        if head is not None and by_person(head):
            return CategoryReading(
                head.answer, 1.0, self.entry(head.answer), f"category {head.answer} said by a person"
            )
        given = ticket.custom.get("category")
        if isinstance(given, str) and given.strip():
            return CategoryReading(given, 1.0, self.entry(given), f"category {given} given")
        if head is None:
            return CategoryReading(None, 0.0, DEFAULT, "no category predicted")
        probability = head.probability
        sure = probability >= self.minimum_probability
        family = None if sure else self.taxonomy.family(head, self.minimum_probability)
        if family is not None:
            evidence = f"no category is certain, but all of {family.name} are ({family.evidence})"
            entry = self.entry(family.name)
            return CategoryReading(family.name, family.probability, entry, evidence, len(family.members))
        entry = self.entry(head.answer) if sure else DEFAULT
        evidence = f"category {head.answer} predicted ({probability:.2f})"
        return CategoryReading(head.answer, probability, entry, evidence)

    def entry(self, name: str) -> str:
        """Return the policy's table for a category: its own, or ``default``."""
        key = folded(name)
        return key if key in self.known else DEFAULT
