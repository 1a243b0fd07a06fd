"""The one sentence that says what was decided and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.domain.decision import Deadline, ScorecardLine
    from ticket_triage.policy.signals import Hit

_MOST_SIGNALS = 2


def sentence(
    priority: str,
    total: int,
    lines: Sequence[ScorecardLine],
    floors: Sequence[str],
    hits: Mapping[str, Hit],
    titles: Mapping[str, str],
    deadlines: Sequence[Deadline],
) -> str:
    """Return the reason of a decision in one sentence; ``total`` in hundredths of a point."""
    causes = _signals(hits) + _strongest(lines, titles)
    if floors:
        causes.append(floors[-1])
    if deadlines and deadlines[0].due_at is not None:
        causes.append(f"{deadlines[0].clock.replace('_', ' ')} due by {deadlines[0].due_at:%Y-%m-%d %H:%M} UTC")
    return f"{priority} with {total / 100:.2f} points: {'; '.join(causes)}."


def _signals(hits: Mapping[str, Hit]) -> list[str]:
    """Name the signals that count most: those with a floor first, then those of impact, then the rest."""
    weighty = sorted(hits.values(), key=lambda hit: (hit.signal.floor is None, not hit.signal.impact))
    return [f"{hit.signal.name.replace('_', ' ')} ({hit.found})" for hit in weighty[:_MOST_SIGNALS]]


def _strongest(lines: Sequence[ScorecardLine], titles: Mapping[str, str]) -> list[str]:
    """Say which criterion brought most points, and from where it is known."""
    line = max(lines, key=lambda entry: entry.points)
    named = titles[line.criterion]
    if line.origin == "signal":
        return [f"{named} {line.level} ({line.points:.2f} of {line.weight:g} points)"]
    return [f"{named} {line.level} ({line.points:.2f} of {line.weight:g} points, {line.evidence})"]
