"""How likely each priority is, by the heads' probabilities, and ITIL's answer beside the scorecard's.

A priority follows from levels. Heads say how probable each level is, so every combination of levels has a probability
and a priority; added up exactly, they give the distribution. Heads count as independent of each other, given the text.
What no head predicts stands as it does in the scorecard. Reckoned when a receipt is written, not when it is decided.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from operator import methodcaller
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import PRIORITIES, MatrixCell, Outlook
from ticket_triage.domain.prediction import HeadPrediction
from ticket_triage.policy.scorecard import URGENCY, Score
from ticket_triage.policy.units import share_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ticket_triage.domain.decision import ScorecardLine
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.scorecard import Criterion
    from ticket_triage.policy.stake import Stake

Chances = dict[int, float]
"""Probabilities by points, in hundredths."""

Least = tuple["Criterion", int]
"""A criterion and the points that signals alone give it, in hundredths."""

_KEPT = 4096
"""How many sums by category and by class are remembered; most tickets need the same few."""

_MATRIX = {
    "critical": ("P1", "P1", "P2"),
    "high": ("P1", "P2", "P3"),
    "medium": ("P2", "P3", "P3"),
    "low": ("P4", "P4", "P4"),
}
_REACHES = ("department", "service", "person")


def outlook(policy: Policy, case: Case, score: Score, priority: str) -> Outlook:
    """Return the distribution over priorities, that of the one decided, and ITIL's cell."""
    cell = matrix_cell(score.lines, priority)
    if "priority" in case.fixed:
        return Outlook({priority: 1.0}, 1.0, cell)
    points = _points(policy, case, score)
    if points is None:
        return Outlook(None, None, cell)
    moved = policy.ladder.moves(case.hits, case.ticket.plan)
    chances = dict.fromkeys(PRIORITIES, 0.0)
    for name, probability in _by_priority(policy.ladder.cutoffs, points):
        chances[_end(policy, case, score, name) if moved else name] += probability
    whole = sum(chances.values())
    shares = {name: round(chance / whole, 4) for name, chance in chances.items()}
    return Outlook(shares, shares[priority], cell)


def matrix_cell(lines: Sequence[ScorecardLine], priority: str) -> MatrixCell | None:
    """Return the cell of impact and urgency, None where nothing is known of one of them.

    The highest impact counts: from 0.75 on it hits a department, from 0.25 on a service, else a person. Urgency has
    four levels of equal width around 0, 1/3, 2/3 and 1.

    References
    ----------
    The table of impact and urgency that iTop ships for ITIL's incident management.

    Examples
    --------
    >>> from ticket_triage.domain.decision import ScorecardLine
    >>> lines = [ScorecardLine("revenue", "high", 0.8, "given", 60, 48, ""),
    ...          ScorecardLine("urgency", "low", 0.35, "predicted", 40, 14, "")]
    >>> matrix_cell(lines, "P2")
    MatrixCell(impact='department', urgency='medium', priority='P2', agrees=True)
    """
    known = [line for line in lines if line.origin != "unknown"]
    urgency = next((line.value for line in known if line.criterion == URGENCY), None)
    impact = max((line.value for line in known if line.criterion != URGENCY), default=None)
    if urgency is None or impact is None:
        return None
    column = 0 if impact >= 0.75 else 1 if impact >= 0.25 else 2
    name = tuple(reversed(_MATRIX))[int(urgency * 3 + 0.5)]
    cell = _MATRIX[name][column]
    return MatrixCell(_REACHES[column], name, cell, cell == priority)


def _by_priority(cutoffs: Sequence[int], points: Chances) -> list[tuple[str, float]]:
    """Return how likely each priority by points is, the last one first; those that cannot be are left out."""
    reached = [0.0] * len(PRIORITIES)
    rising = cutoffs[::-1]
    for total, probability in points.items():
        reached[bisect_right(rising, total)] += probability
    return [pair for pair in zip(reversed(PRIORITIES), reached, strict=True) if pair[1]]


def _points(policy: Policy, case: Case, score: Score) -> Chances | None:
    """Return how likely each sum of points is, None when no head bears on it."""
    heads: dict[str, list[Least]] = {}
    fixed, by_category = 0, []
    for criterion, settled, least in zip(policy.scorecard.criteria, score.settled, score.least, strict=True):
        if settled is not None:
            fixed += settled
        elif (head := criterion.answering(case)) is not None:
            heads.setdefault(head.head, []).append((criterion, least))
        else:
            by_category.append((criterion, least))
    sums = _of_category(policy, case, tuple(by_category), fixed)
    if not heads and len(sums) == 1 and not any(map(methodcaller("answering", case), policy.scorecard.criteria)):
        return None
    for name, criteria in heads.items():
        head = case.heads[name]
        sums = _joined(sums, _spread(_of_classes(head.head, head.classes, tuple(criteria)), head, 0))
    return sums


def _of_category(policy: Policy, case: Case, criteria: tuple[Least, ...], fixed: int) -> Chances:
    """Return how likely each sum of points is that hangs on the category, with those that are fixed."""
    if not criteria:
        return {fixed: 1.0}
    category, stake = _weighed_category(case), policy.scorecard.stake.known(case)
    if category is None:
        return {fixed + _of_entry(policy, case.category.entry, criteria, stake): 1.0}
    return _spread(_of_categories(policy, category.classes, criteria, stake), category, fixed)


def _weighed_category(case: Case) -> HeadPrediction | None:
    """Return the head that says how likely each category is, None when one is known or nobody says."""
    head = case.heads.get("category")
    if head is None or not head.classes or isinstance(case.ticket.custom.get("category"), str):
        return None
    return head


def _spread(totals: Sequence[int], head: HeadPrediction, fixed: int) -> Chances:
    """Return how likely each sum of points is when every class of a head brings its total."""
    found: Chances = {}
    for total, probability in zip(totals, head.probabilities, strict=True):
        found[fixed + total] = found.get(fixed + total, 0.0) + probability
    return found


@lru_cache(maxsize=_KEPT)
def _of_categories(
    policy: Policy, classes: tuple[str, ...], criteria: tuple[Least, ...], stake: Stake | None
) -> tuple[int, ...]:
    """Return the points of what hangs on the category, for each of a head's classes."""
    return tuple([_of_entry(policy, policy.categories.entry(name), criteria, stake) for name in classes])


@lru_cache(maxsize=_KEPT)
def _of_entry(policy: Policy, entry: str, criteria: tuple[Least, ...], stake: Stake | None) -> int:
    """Return the points of what hangs on the category where one of the policy's tables applies."""
    table, points = policy.scorecard.stake, 0
    for criterion, least in criteria:
        own = criterion.points_by_entry(entry)
        if stake is not None and criterion.name == table.criterion:
            worth = share_of(criterion.weight, table.worth(stake, entry))
            own = max(own, worth) if entry in criterion.defaults else worth
        points += max(own, least)
    return points


@lru_cache(maxsize=_KEPT)
def _of_classes(head: str, classes: tuple[str, ...], criteria: tuple[Least, ...]) -> tuple[int, ...]:
    """Return the points of the criteria that a head answers for, for each of its classes."""
    shaped = HeadPrediction(head, classes[0], classes, ())
    each = [[max(own, least) for own in criterion.points_by_class(shaped)] for criterion, least in criteria]
    return tuple(map(sum, zip(*each, strict=True)))


def _joined(first: Chances, second: Chances) -> Chances:
    """Return the distribution of the sum of two independent ones."""
    if len(first) == 1 or len(second) == 1:
        return _shifted(first, second) if len(second) == 1 else _shifted(second, first)
    found: Chances = {}
    for left, chance in first.items():
        for right, other in second.items():
            total = left + right
            found[total] = found.get(total, 0.0) + chance * other
    return found


def _shifted(chances: Chances, certain: Chances) -> Chances:
    """Return the distribution of a sum of which one part is certain."""
    [(own, whole)] = certain.items()
    return {total + own: chance * whole for total, chance in chances.items()}


def _end(policy: Policy, case: Case, score: Score, name: str) -> str:
    """Return the priority that floors, caps and plans make of a priority by points."""
    lowest, _ = policy.ladder.band(name)
    priority, _ = policy.ladder.judge(Score((), lowest, lowest, score.impact_given), case.hits, case.ticket.plan)
    return priority
