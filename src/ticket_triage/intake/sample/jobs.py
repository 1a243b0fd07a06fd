"""What each ticket is to the desk: how it sounds, how much work it is, where it goes astray, whether it comes back.

The desk of the sample is a plain one without triage: it serves first who calls loudest, then the critical tickets it
notices, then who pays most, each first come, first served.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ticket_triage.intake.sample.desk import AGENTS, FULL_SIZE, HOME_TEAM, minute_of
from ticket_triage.intake.sample.rhythm import HISTORY_END, HISTORY_START, YEARLY_GROWTH

if TYPE_CHECKING:
    from datetime import datetime

    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.people import Person
    from ticket_triage.intake.sample.story import Story

_EFFORT_MINUTES = {
    "payments": 230.0,
    "checkout": 230.0,
    "login_access": 230.0,
    "billing_invoice": 244.0,
    "integration_api": 294.0,
    "reporting": 230.0,
    "how_to": 193.0,
    "feature_request": 202.0,
}
_OUTAGE_EFFORT_MINUTES = 20.0
_PRACTICE = YEARLY_GROWTH
"""By how much faster a year's practice makes them: as much as the tickets grow, so that the load stays the same."""
_BUSY_SHARE = 0.6
_BACK_AFTER_MINUTES = 1440.0
_LOUD, _NOTICED, _PAYING, _PLAIN = range(4)


@dataclass(frozen=True, slots=True)
class Job:
    """A ticket's work.

    Parameters
    ----------
    opened : int
        In minutes since the history began.
    rank : int
        The lower, the sooner the desk serves it.
    visits : tuple of (str, int)
        The teams it is with, each with the minutes somebody is busy: those that only look at it and hand it on, the one
        that answers and works on it, and that one again when it comes back.
    waiting : int
        Minutes of the desk's time from that work until it is solved, while others do their part.
    back_after : int or None
        Minutes from then until it comes back; None when it does not.
    """

    opened: int
    rank: int
    visits: tuple[tuple[str, int], ...]
    waiting: int
    back_after: int | None

    @property
    def home(self) -> int:
        """The place in ``visits`` of the one that answers."""
        return len(self.visits) - 1 - (self.back_after is not None)


def job_of(story: Story, person: Person, opened_at: datetime, n_tickets: int, dice: Dice) -> Job:
    """Draw a ticket's work.

    Parameters
    ----------
    story : Story
        What truly happened.
    person : Person
        Who asks.
    opened_at : datetime
    n_tickets : int
        Of the whole history: with more than the desk's people can do, each is less work.
    dice : Dice
        Where chance comes from.
    """
    team = HOME_TEAM[story.category] if dice.chance(0.95) else "support"
    moves = dice.weighted(((0, 0.93), (1, 0.06), (2, 0.01)))
    less = min(1.0, FULL_SIZE / n_tickets)
    minutes = _effort(story, opened_at, dice) * less
    busy = min(dice.spread(_BUSY_SHARE, 0.04), 1.0)
    back = dice.chance(0.05 + 0.05 * moves)
    back_after = round(dice.spread(_BACK_AFTER_MINUTES, 0.5))
    others = [name for name in AGENTS if name != team]
    glances = [(dice.pick(others), _whole(dice.whole(3, 15) * less)) for _ in range(moves)]
    work = (team, _whole(minutes))
    return Job(
        opened=minute_of(opened_at),
        rank=_rank(story, person, dice),
        visits=(*glances, work, *([work] * back)),
        waiting=round(minutes * (1 / busy - 1)),
        back_after=back_after if back else None,
    )


def _whole(minutes: float) -> int:
    return max(1, round(minutes))


def _effort(story: Story, opened_at: datetime, dice: Dice) -> float:
    median = _OUTAGE_EFFORT_MINUTES if story.outage else _EFFORT_MINUTES[story.category]
    behind = (opened_at - HISTORY_START) / (HISTORY_END - HISTORY_START)
    return dice.spread(median, 0.5) / (1 + _PRACTICE * behind)


def _rank(story: Story, person: Person, dice: Dice) -> int:
    noticed = dice.chance(0.6)
    if story.loud:
        return _LOUD
    if story.urgency == "critical" and noticed:
        return _NOTICED
    return _PAYING if person.plan == "enterprise" or person.vip else _PLAIN
