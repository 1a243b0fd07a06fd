"""How likely each priority is, by the heads' probabilities, and ITIL's answer beside the scorecard's.

A priority follows from levels. Heads say how probable each level is, so every combination of levels has a probability
and a priority; added up exactly, they give the distribution. Heads count as independent of each other, given the text.
What no head predicts stands as it does in the scorecard. Reckoned when a receipt is written, not when it is decided.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import PRIORITIES, MatrixCell, Outlook
from ticket_triage.domain.prediction import HeadPrediction
from ticket_triage.policy.categories import DEFAULT
from ticket_triage.policy.scorecard import URGENCY, Score, lifts
from ticket_triage.policy.units import share_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.domain.decision import ScorecardLine
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.categories import CategoryReader
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.scorecard import Criterion

Chances = dict[int, float]
"""Probabilities by points, in hundredths."""

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
    points = _points(policy, case)
    if points is None:
        return Outlook(None, None, cell)
    rising = policy.ladder.cutoffs[::-1]
    reached = [0.0] * len(PRIORITIES)
    for total, probability in points.items():
        reached[bisect_right(rising, total)] += probability
    by_points = dict(zip(reversed(PRIORITIES), reached, strict=True))
    chances = dict.fromkeys(PRIORITIES, 0.0)
    for name, probability in by_points.items():
        if probability:
            chances[_end(policy, case, score, name)] += probability
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


def _points(policy: Policy, case: Case) -> Chances | None:
    """Return how likely each sum of points is, None when no head bears on it."""
    raised = {name: value for name, (value, _) in lifts(case).items()}
    heads: dict[str, list[Criterion]] = {}
    fixed, by_category = 0, []
    for criterion in policy.scorecard.criteria:
        known = criterion.given(case) or criterion.from_users(case)
        head = criterion.answering(case)
        if known is not None:
            value = known.value if known.by_person else max(known.value, raised.get(criterion.name, 0))
            fixed += share_of(criterion.weight, value)
        elif head is not None:
            heads.setdefault(head.head, []).append(criterion)
        else:
            by_category.append(criterion)
    entries = _entries(policy, case) if by_category else {case.category.entry: 1.0}
    if not heads and (len(entries) < 2 or "category" not in case.heads):
        return None
    sums = _by_entry(policy, case, by_category, raised, entries, fixed)
    for name, criteria in heads.items():
        sums = _joined(sums, _by_head(case, name, criteria, raised))
    return sums


def _entries(policy: Policy, case: Case) -> dict[str, float]:
    """Return how likely each of the policy's tables of a category applies."""
    head = case.heads.get("category")
    if head is None or isinstance(case.ticket.custom.get("category"), str):
        return {case.category.entry: 1.0}
    entries: dict[str, float] = {}
    for entry, probability in zip(_entries_of(policy.categories, head.classes), head.probabilities, strict=True):
        entries[entry] = entries.get(entry, 0.0) + probability
    return entries or {DEFAULT: 1.0}


def _by_entry(
    policy: Policy,
    case: Case,
    criteria: Sequence[Criterion],
    raised: Mapping[str, int],
    entries: Mapping[str, float],
    fixed: int,
) -> Chances:
    """Return the points of what hangs on the category, with those that are fixed."""
    stake = policy.scorecard.stake
    points = dict.fromkeys(entries, fixed)
    for criterion in criteria:
        least = share_of(criterion.weight, raised.get(criterion.name, 0))
        if least == criterion.weight:
            points = {entry: before + least for entry, before in points.items()}
            continue
        worths = stake.worths(case, entries) if criterion.name == stake.criterion else {}
        for entry in entries:
            own = _entry_points(criterion, entry)
            if entry in worths:
                worth = share_of(criterion.weight, worths[entry])
                own = max(own, worth) if entry in criterion.defaults else worth
            points[entry] += max(own, least)
    found: Chances = {}
    for entry, probability in entries.items():
        found[points[entry]] = found.get(points[entry], 0.0) + probability
    return found


def _by_head(case: Case, name: str, criteria: Sequence[Criterion], raised: Mapping[str, int]) -> Chances:
    """Return the points of the criteria that one head answers for."""
    head = case.heads[name]
    points = [0] * len(head.classes)
    for criterion in criteria:
        least = share_of(criterion.weight, raised.get(criterion.name, 0))
        own = _class_points(criterion, head.head, head.classes)
        points = [before + max(value, least) for before, value in zip(points, own, strict=True)]
    found: Chances = {}
    for total, probability in zip(points, head.probabilities, strict=True):
        found[total] = found.get(total, 0.0) + probability
    return found


@lru_cache(maxsize=4096)
def _entry_points(criterion: Criterion, entry: str) -> int:
    return criterion.points_by_entry(entry)


@lru_cache(maxsize=1024)
def _class_points(criterion: Criterion, head: str, classes: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(criterion.points_by_class(HeadPrediction(head, classes[0], classes, ())))


@lru_cache(maxsize=1024)
def _entries_of(categories: CategoryReader, classes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the policy's table that applies to each class."""
    return tuple(categories.entry(name) for name in classes)


def _joined(first: Chances, second: Chances) -> Chances:
    """Return the distribution of the sum of two independent ones."""
    found: Chances = {}
    for left, chance in first.items():
        for right, other in second.items():
            total = left + right
            found[total] = found.get(total, 0.0) + chance * other
    return found


def _end(policy: Policy, case: Case, score: Score, name: str) -> str:
    """Return the priority that floors, caps and plans make of a priority by points."""
    lowest, _ = policy.ladder.band(name)
    priority, _ = policy.ladder.judge(Score((), lowest, lowest, score.impact_given), case.hits, case.ticket.plan)
    return priority
