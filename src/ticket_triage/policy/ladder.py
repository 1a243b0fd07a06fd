"""From points to a priority: cut-offs first, then the floors and caps of signals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.units import hundredths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.policy.schema import PolicyFile
    from ticket_triage.policy.scorecard import Score
    from ticket_triage.policy.signals import Hit

TOP = PRIORITIES[0]
_RANK = {name: place for place, name in enumerate(PRIORITIES)}


@dataclass(frozen=True, slots=True)
class Ladder:
    """The lowest points of each priority but the last, in hundredths, highest first.

    ``bought`` is the priority a plan (folded) does not fall below, ``services`` how each priority is served.
    """

    cutoffs: tuple[int, ...]
    bought: Mapping[str, str]
    services: Mapping[str, str]

    def judge(
        self, score: Score, hits: Mapping[str, Hit], plan: str | None = None, fixed: str | None = None
    ) -> tuple[str, tuple[str, ...]]:
        """Return the priority and what beside the points decided it; what a person fixed is final.

        What a plan bought yields to a cap, a cap to a signal's floor; a cap holds only while no signal and no person
        speaks of impact.
        """
        priority = self.by_points(score.calm)
        notes = self._mood_note(score, priority)
        bought = None if plan is None else self.bought.get(folded(plan))
        if bought is not None and _RANK[bought] < _RANK[priority]:
            notes.append(f"plan {plan}: never below {bought} (by points {priority})")
            priority = bought
        impact = score.impact_given or any(hit.signal.impact for hit in hits.values())
        for name, hit in hits.items():
            cap = hit.signal.cap
            if cap is not None and not impact and _RANK[cap] > _RANK[priority]:
                notes.append(f"{name}: at most {cap} (else {priority})")
                priority = cap
        for name, hit in hits.items():
            floor = hit.signal.floor
            if floor is not None and _RANK[floor] < _RANK[priority]:
                notes.append(f"{name}: never below {floor} (else {priority})")
                priority = floor
        if fixed is not None and fixed != priority:
            notes.append(f"a person chose {fixed} (else {priority})")
            priority = fixed
        return priority, tuple(notes)

    def moves(self, hits: Mapping[str, Hit], plan: str | None) -> bool:
        """Say whether anything beside the points may decide a priority."""
        if plan is not None and folded(plan) in self.bought:
            return True
        return any(hit.signal.floor is not None or hit.signal.cap is not None for hit in hits.values())

    def by_points(self, points: int) -> str:
        """Return the priority of points in hundredths."""
        for place, cutoff in enumerate(self.cutoffs):
            if points >= cutoff:
                return PRIORITIES[place]
        return PRIORITIES[-1]

    def band(self, priority: str) -> tuple[int, int]:
        """Return the lowest and highest points of a priority, in hundredths."""
        place = _RANK[priority]
        lowest = self.cutoffs[place] if place < len(self.cutoffs) else 0
        return lowest, self.cutoffs[place - 1] - 1 if place else 10_000

    def _mood_note(self, score: Score, priority: str) -> list[str]:
        louder = self.by_points(score.total)
        if louder == priority:
            return []
        return [
            f"perceived urgency and sentiment: {(score.total - score.calm) / 100:.2f} points do not make it {louder}"
        ]


def ladder(file: PolicyFile) -> Ladder:
    """Return the policy's cut-offs ready to be read."""
    return Ladder(
        cutoffs=tuple(hundredths(file.cutoffs[name]) for name in ("P1", "P2", "P3")),
        bought={folded(name): plan.floor for name, plan in file.plans.items() if plan.floor is not None},
        services={str(name): f"{level.title}: {level.service}" for name, level in file.priorities.items()},
    )
