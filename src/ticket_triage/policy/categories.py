"""What a ticket is about: given by a person, predicted with enough probability, or not certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.policy.case import CategoryReading
from ticket_triage.policy.conditions import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.domain.ticket import Ticket

DEFAULT = "default"
"""The table of every category the policy does not name."""


@dataclass(frozen=True, slots=True)
class CategoryReader:
    """The categories a policy knows and their parents, names folded, and the probability it wants before it believes.

    When no category is probable enough, one with its siblings may be: then the parent stands for them.
    """

    known: frozenset[str]
    minimum_probability: float
    parents: Mapping[str, str]

    def read(self, ticket: Ticket, head: HeadPrediction | None) -> CategoryReading:
        """Return what the ticket is about and which of the policy's tables applies to it."""
        given = ticket.custom.get("category")
        if isinstance(given, str) and given.strip():
            return CategoryReading(given, 1.0, self.entry(given), f"category {given} given")
        if head is None:
            return CategoryReading(None, 0.0, DEFAULT, "no category predicted")
        probability = head.probability
        sure = probability >= self.minimum_probability
        if not sure and self.parents and (family := self._family(head)) is not None:
            return family
        entry = self.entry(head.answer) if sure else DEFAULT
        evidence = f"category {head.answer} predicted ({probability:.2f})"
        return CategoryReading(head.answer, probability, entry, evidence)

    def _family(self, head: HeadPrediction) -> CategoryReading | None:
        """Return the parent whose categories are together most probable, when that is probable enough."""
        sums: dict[str, list[tuple[float, str]]] = {}
        families = frozenset(self.parents.values())
        for name, probability in zip(head.classes, head.probabilities, strict=True):
            parent = self.parents.get(folded(name), folded(name))
            if parent in families:
                sums.setdefault(parent, []).append((probability, name))
        if not sums:
            return None
        parent = max(sums, key=lambda name: sum(share for share, _ in sums[name]))
        total = min(1.0, sum(share for share, _ in sums[parent]))
        if total < self.minimum_probability:
            return None
        members = ", ".join(f"{name} {share:.2f}" for share, name in sorted(sums[parent], key=lambda pair: -pair[0]))
        return CategoryReading(parent, total, parent, f"no category is certain, but all of {parent} are ({members})")

    def entry(self, name: str) -> str:
        """Return the policy's table for a category: its own, or ``default``."""
        key = folded(name)
        return key if key in self.known else DEFAULT
