"""What came of a ticket, as the columns that are known only later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ticket_triage.intake.sample.desk import moment_of
from ticket_triage.intake.sample.rhythm import HISTORY_END

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.facts import Value
    from ticket_triage.intake.sample.jobs import Job
    from ticket_triage.intake.sample.queueing import Course
    from ticket_triage.intake.sample.story import Story

_CLOSED_AFTER = timedelta(days=10)


def outcome(story: Story, job: Job, course: Course, dice: Dice) -> dict[str, Value | datetime]:
    """Return the columns of a ticket that are known only later.

    Parameters
    ----------
    story : Story
        What truly happened.
    job : Job
    course : Course
    dice : Dice
        Where chance comes from.

    Returns
    -------
    dict
        Column to value; what happens after the history's end is None.
    """
    last = min(max(len(course.begun) - 1, 0), job.home)
    begun = course.begun[job.home] if len(course.begun) > job.home else None
    answered = None if begun is None else moment_of(begun)
    resolved = None if course.solved is None else moment_of(course.solved)
    done = resolved is not None and resolved < HISTORY_END
    waited_hours = 0.0 if begun is None else (begun - job.opened) / 60
    later = _aftermath(story, waited_hours, last, job.back_after is not None, dice)
    return {
        "first_response_at": answered,
        "resolved_at": resolved if done else None,
        "status": _status(answered, resolved, dice),
        "team": job.visits[last][0],
        "agent": None if begun is None else course.agents[job.home],
        "reassignments": last,
        **{name: value if done else None for name, value in later.items()},
    }


def _status(answered: datetime | None, resolved: datetime | None, dice: Dice) -> str:
    pending = dice.chance(0.4)
    if resolved is not None and resolved < HISTORY_END:
        return "closed" if resolved < HISTORY_END - _CLOSED_AFTER else "solved"
    if answered is None:
        return "new"
    return "pending" if pending else "open"


def _aftermath(story: Story, waited_hours: float, moves: int, reopened: bool, dice: Dice) -> dict[str, Value]:
    """Return whether it came back, how satisfied they were (1 to 5), and whether they bought more afterwards."""
    mood = {"negative": -0.8, "neutral": 0.0, "positive": 0.5}[story.sentiment]
    points = 4.3 + mood - 0.5 * min(waited_hours / 24, 3.0) - 0.5 * moves - 0.8 * reopened
    csat = min(max(round(points + dice.spread(1.0, 0.5) - 1.0), 1), 5)
    interested = story.category in {"how_to", "feature_request"}
    return {
        "reopened": reopened,
        "csat": csat if dice.chance(0.34) else None,
        "converted": dice.chance((0.07 if interested else 0.02) * (1.6 if csat >= 4 else 0.6)),
    }
