"""A policy file held against itself, and against the categories that a desk really has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.intake.reading import read_tickets
from ticket_triage.policy import load_policy, policy_faults
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.service.models import DEFAULT_MODELS, load_model

if TYPE_CHECKING:
    from ticket_triage.domain.decision import PolicyReference
    from ticket_triage.policy import Policy
    from ticket_triage.service.train import MappingSource, Source


@dataclass(frozen=True, slots=True, repr=False)
class PolicyChecked(Shown):
    """What is wrong with a policy file, and which categories it leaves to its default.

    Parameters
    ----------
    reference : PolicyReference or None
        None when the file cannot be used.
    faults : tuple of str
        All that is wrong, a sentence each; the policy can be used when there are none.
    unrouted : mapping of str to int
        Categories of the history or model that no route names, with their tickets (0 where a model alone names them).
    default_team : str or None
        Who gets them all the same.
    """

    reference: PolicyReference | None
    faults: tuple[str, ...]
    unrouted: dict[str, int]
    default_team: str | None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong and every category has its route."""
        return not self.faults and not self.unrouted

    def told(self) -> list[str]:
        """Return whether the policy can be used, and all that is wrong."""
        if self.reference is None:
            return [*self.faults]
        usable = f"Policy {self.reference.name}, version {self.reference.version}, can be used."
        loose = f"{len(self.unrouted):,} categories have no route and go to {self.default_team or 'nobody'}."
        return [usable, *([loose] if self.unrouted else [])]

    def cells(self) -> Cells:
        """Return one row for each category without a route, with its tickets."""
        return ("category", "tickets"), self.unrouted.items()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        reference = self.reference
        named = reference and {"name": reference.name, "version": reference.version, "sha256": reference.sha256}
        return {
            "policy": named,
            "faults": list(self.faults),
            "unrouted": self.unrouted,
            "default_team": self.default_team,
        }


def check_policy(
    policy: str | Path | None = None,
    *,
    history: Source | None = None,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str | None = None,
) -> PolicyChecked:
    """Check a policy file whole, and whether it names a route for every category there is.

    Parameters
    ----------
    policy : str, Path or None
        None takes the shipped policy.
    history : str, Path, DataFrame or None
        Tickets whose ``category`` is looked at.
    mapping : str, Path, mapping or None
    models : str or Path, default="models"
    name : str or None
        A model whose categories are looked at; None asks none.

    Returns
    -------
    PolicyChecked

    Raises
    ------
    PolicyUnreadableError
        When the file is missing, no UTF-8 or no TOML; what is wrong with its entries is returned, not raised.
    InputError, ModelError
        When the history or the model cannot be used.
    """
    faults = () if policy is None else policy_faults(policy)
    if faults:
        return PolicyChecked(None, faults, {}, None)
    rules = load_policy(policy)
    counted: Counter[str] = Counter()
    if name is not None:
        counted.update(dict.fromkeys(_model_categories(models, name), 0))
    if history is not None:
        counted.update(category_counts(history, mapping))
    team = rules.as_dict()["categories"][DEFAULT]["team"]
    return PolicyChecked(rules.reference, (), unrouted(rules, counted), team)


def unrouted(policy: Policy, counted: Counter[str]) -> dict[str, int]:
    """Return the categories that no route of the policy names, the most frequent first."""
    silent = [(name, count) for name, count in counted.items() if policy.categories.entry(name) == DEFAULT]
    return dict(sorted(silent, key=lambda entry: (-entry[1], entry[0])))


def category_counts(history: Source, mapping: MappingSource = None) -> Counter[str]:
    """Return how many tickets of a history have each category."""
    table = read_tickets(history, mapping).tickets
    return Counter(map(str, table["category"].dropna())) if "category" in table.columns else Counter()


def _model_categories(models: str | Path, name: str) -> tuple[str, ...]:
    slots = load_model(models, name).slots
    return next((tuple(slot.classes) for slot in slots if slot.name == "category"), ())
