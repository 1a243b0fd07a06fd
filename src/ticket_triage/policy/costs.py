"""What a wrong urgency costs, and the level whose expected cost is lowest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.policy.schema import Costs


@dataclass(frozen=True, slots=True, eq=False)
class CostTable:
    """The price of answering one level when another is true, in false alarms of one level.

    Parameters
    ----------
    head : str
        The head whose levels are meant, from the calmest to the gravest.
    false_alarm, missed_level : float
        For each level answered too high, and too low.
    missed_top : float
        For answering anything lower when the gravest level is true.
    """

    head: str
    false_alarm: float
    missed_level: float
    missed_top: float

    def cost(self, answer: int, truth: int, levels: int) -> float:
        """Return what it costs to answer a level, by its place, when another is true.

        Examples
        --------
        >>> table = CostTable("urgency", false_alarm=1, missed_level=2, missed_top=10)
        >>> [table.cost(answer, 2, 3) for answer in (0, 1, 2)], [table.cost(answer, 0, 3) for answer in (0, 1, 2)]
        ([12, 10, 0], [0, 1, 2])
        """
        if answer >= truth:
            return self.false_alarm * (answer - truth)
        top = truth == levels - 1
        return self.missed_level * (truth - answer - top) + self.missed_top * top

    def expected(self, probabilities: Sequence[float]) -> list[float]:
        """Return each level's expected cost as an answer, under calibrated probabilities in the levels' order."""
        return [sum(map(mul, row, probabilities)) for row in _matrix(self, len(probabilities))]

    def cheapest(self, probabilities: Sequence[float]) -> int:
        """Return the place of the level to answer with; of two that cost the same, the graver.

        References
        ----------
        C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001, eq. 1.

        Examples
        --------
        >>> CostTable("urgency", false_alarm=1, missed_level=2, missed_top=10).cheapest([0.6, 0.2, 0.2])
        2
        """
        expected = self.expected(probabilities)
        return len(expected) - 1 - expected[::-1].index(min(expected))


def cost_table(table: Costs) -> CostTable:
    """Return the policy's costs ready to be weighed."""
    return CostTable(table.head, table.false_alarm, table.missed_level, table.missed_top)


@lru_cache(maxsize=64)
def _matrix(table: CostTable, levels: int) -> tuple[tuple[float, ...], ...]:
    """Return the costs with answers in rows and truths in columns."""
    places = range(levels)
    return tuple(tuple(table.cost(answer, truth, levels) for truth in places) for answer in places)
