"""Parents of categories: they take what no table is about, and several of one family may be certain together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.policy.conditions import folded

if TYPE_CHECKING:
    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.policy.schema import PolicyFile

_DEEPEST = 8


class Family(NamedTuple):
    """A parent category, the probability of its members together, and each member's own."""

    name: str
    probability: float
    members: tuple[tuple[str, float], ...]

    @property
    def evidence(self) -> str:
        """The members, the most probable first."""
        ordered = sorted(self.members, key=lambda member: -member[1])
        return ", ".join(f"{name} {probability:.2f}" for name, probability in ordered)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """How a category's parent is found: in a table (names folded), else before the last separator in its name.

    Examples
    --------
    >>> taxonomy = Taxonomy(("/", " > "), (("vpn", "network"),))
    >>> [taxonomy.parent(name) for name in ("billing/refund", "IT > Mail > Spam", "VPN", "other")]
    ['billing', 'IT > Mail', 'network', None]
    """

    separators: tuple[str, ...]
    parents: tuple[tuple[str, str], ...]

    def parent(self, name: str) -> str | None:
        """Return a category's parent, None when it has none."""
        named = dict(self.parents).get(folded(name))
        if named is not None:
            return named
        cut = max((name.rfind(separator) for separator in self.separators), default=-1)
        return name[:cut].strip() or None if cut > 0 else None

    def nearest(self, name: str, known: frozenset[str]) -> str | None:
        """Return the category itself or its closest ancestor that is known (folded), None when none is.

        Examples
        --------
        >>> Taxonomy(("/",), ()).nearest("IT/Mail/Spam", frozenset({"it", "it/mail"}))
        'IT/Mail'
        """
        return name if folded(name) in known else _nearest(self, name, known)

    def family(self, head: HeadPrediction, minimum: float) -> Family | None:
        """Return the closest parent whose members together reach a probability, the most probable of several."""
        reached = []
        for depth, name, places in _families(self, head.classes):
            probability = min(sum(head.probabilities[place] for place in places), 1.0)
            if probability >= minimum:
                reached.append((depth, probability, name, places))
        if not reached:
            return None
        _, probability, name, places = max(reached, key=lambda entry: entry[:2])
        return Family(name, probability, tuple((head.classes[place], head.probabilities[place]) for place in places))


def taxonomy(file: PolicyFile) -> Taxonomy:
    """Return the policy's parents of categories ready to be asked."""
    named = {folded(name): table.parent for name, table in file.categories.items() if table.parent is not None}
    return Taxonomy(file.taxonomy.separators, tuple(named.items()))


@lru_cache(maxsize=64)
def _families(taxonomy: Taxonomy, classes: tuple[str, ...]) -> tuple[tuple[int, str, tuple[int, ...]], ...]:
    """Return every parent of two classes or more, with how far it lies below the root, and their places."""
    members: dict[str, tuple[int, str, list[int]]] = {}
    for place, name in enumerate(classes):
        chain = _chain(taxonomy, name)
        for depth, ancestor in enumerate(reversed(chain)):
            members.setdefault(folded(ancestor), (depth, ancestor, []))[2].append(place)
    return tuple((depth, name, tuple(places)) for depth, name, places in members.values() if len(places) > 1)


@lru_cache(maxsize=4096)
def _nearest(taxonomy: Taxonomy, name: str, known: frozenset[str]) -> str | None:
    return next((entry for entry in _chain(taxonomy, name) if folded(entry) in known), None)


def _chain(taxonomy: Taxonomy, name: str) -> list[str]:
    """Return a category and its ancestors, the nearest first; a circle is cut."""
    chain = [name]
    while len(chain) < _DEEPEST and (parent := taxonomy.parent(chain[-1])) is not None and parent not in chain:
        chain.append(parent)
    return chain
