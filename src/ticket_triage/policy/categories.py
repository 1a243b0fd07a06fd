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

    When no category is probable enough, one with its siblings may be: then the parent stands for them. A category
    without a table of its own has that of its closest ancestor that has one.
    """

    known: frozenset[str]
    minimum_probability: float
    taxonomy: Taxonomy

    def read(self, ticket: Ticket, head: HeadPrediction | None) -> CategoryReading:
        """Return what the ticket is about and which of the policy's tables applies to it."""
        if head is not None and by_person(head):
            return self._reading(head.answer, 1.0, "said by a person")
        given = ticket.custom.get("category")
        if isinstance(given, str) and given.strip():
            return self._reading(given, 1.0, "given")
        if head is None:
            return CategoryReading(None, 0.0, DEFAULT, "no category predicted")
        probability = head.probability
        sure = probability >= self.minimum_probability
        family = None if sure else self.taxonomy.family(head, self.minimum_probability)
        if family is not None:
            evidence = f"no category is certain, but all of {family.name} are ({family.evidence})"
            entry = self.entry(family.name)
            return CategoryReading(family.name, family.probability, entry, evidence, len(family.members))
        said = f"predicted ({probability:.2f})"
        if sure:
            return self._reading(head.answer, probability, said)
        return CategoryReading(head.answer, probability, DEFAULT, f"category {head.answer} {said}")

    def entry(self, name: str) -> str:
        """Return the policy's table for a category: its own, that of its closest ancestor with one, or ``default``."""
        found = self.taxonomy.nearest(name, self.known)
        return DEFAULT if found is None else folded(found)

    def _reading(self, name: str, probability: float, said: str) -> CategoryReading:
        found = self.taxonomy.nearest(name, self.known)
        evidence = f"category {name} {said}"
        if found is None:
            return CategoryReading(name, probability, DEFAULT, evidence)
        if found != name:
            evidence += f", which belongs to {found}"
        return CategoryReading(name, probability, folded(found), evidence)
