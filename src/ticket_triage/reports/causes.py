"""Why a ticket stands where it stands, in as few words as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ticket_triage.domain.decision import Decision, ScorecardLine


_WORTH_NAMING = 1 / 3
"""A cause is named when it brought at least this share of what the strongest brought."""


def causes(decision: Decision) -> list[str]:
    """Return what brought a ticket its points, each cause once, the one with most points first.

    Parameters
    ----------
    decision : Decision

    Returns
    -------
    list of str
        Empty when nothing brought a point; what brought little beside the strongest is left out.
    """
    lines = sorted(decision.scorecard, key=lambda line: -line.points)
    least = max(lines[0].points * _WORTH_NAMING, 0.01)
    return list(dict.fromkeys(_cause(line) for line in lines if line.points >= least))


def _cause(line: ScorecardLine) -> str:
    """Return a line's first piece of evidence; the rest only adds to it."""
    evidence = line.evidence.partition("; ")[0]
    if line.origin == "unknown":
        return f"{line.criterion.replace('_', ' ')}: {evidence}"
    if line.origin != "signal":
        return evidence
    signal, colon, found = evidence.partition(": ")
    return f"{signal.replace('_', ' ')}{colon}{found}"
