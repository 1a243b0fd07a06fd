"""What the desk did with a ticket: who answered, when, how often it moved, and what came of it.

The desk of the sample is a plain one without triage: it answers what sounds urgent first, so the loud wait less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.intake.sample.rhythm import HISTORY_END

if TYPE_CHECKING:
    from ticket_triage.intake.sample.dice import Dice
    from ticket_triage.intake.sample.facts import Value
    from ticket_triage.intake.sample.people import Person
    from ticket_triage.intake.sample.story import Story

AGENTS = {
    "payments": ("amira.voss", "ben.holloway", "chloe.adeyemi", "dario.lindt"),
    "platform": ("elena.morrow", "finn.castell", "grace.otieno", "hugo.brandt", "isla.whitmore"),
    "accounts": ("jasper.nolan", "kavya.reddin", "lars.ekdahl", "mina.farrow"),
    "billing": ("noor.hadley", "oscar.pryce", "paula.wendt", "quentin.shaw"),
    "integrations": ("rosa.delmar", "samir.tolland", "tessa.ironside"),
    "product": ("ugo.ferrant", "vera.lockhart", "wim.dekkers"),
    "support": ("xenia.park", "yusuf.amberly", "zoe.carrick", "abel.norrow", "bianca.stell"),
}
"""The desk's teams and the agents in them."""

_HOME_TEAM = {
    "payments": "payments",
    "checkout": "platform",
    "login_access": "accounts",
    "billing_invoice": "billing",
    "integration_api": "integrations",
    "reporting": "product",
    "how_to": "support",
    "feature_request": "product",
}

_OPENS_HOUR, _CLOSES_HOUR = 7, 19
_LAST_WORKDAY = 4

_RESPONSE_MINUTES = {"low": 520.0, "medium": 300.0, "high": 150.0, "critical": 45.0}
_EFFORT_MINUTES = {"low": 260.0, "medium": 420.0, "high": 520.0, "critical": 380.0}
_ON_CALL_FACTOR = 1.6
_LOUD_FACTOR = 0.5
_MOVE_MINUTES = 240.0
_CLOSED_AFTER = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket as the desk meets it; ``load`` is the last day's work relative to an average day."""

    story: Story
    person: Person
    opened_at: datetime
    load: float


def outcome(case: Case, dice: Dice) -> dict[str, Value | datetime]:
    """Return the columns of a ticket that are known only later.

    Parameters
    ----------
    case : Case
        The ticket, as the desk met it.
    dice : Dice
        Where chance comes from.

    Returns
    -------
    dict
        Column to value; what happens after the history's end is None.
    """
    team = _HOME_TEAM[case.story.category] if dice.chance(0.95) else "support"
    moves = dice.weighted(((0, 0.84), (1, 0.12), (2, 0.04)))
    answered = _answered_at(case, dice)
    resolved = _resolved_at(case, answered, moves, dice)
    waited_hours = (answered - case.opened_at).total_seconds() / 3600
    later = _aftermath(case, waited_hours, moves, dice)
    done = resolved < HISTORY_END
    return {
        "first_response_at": answered if answered < HISTORY_END else None,
        "resolved_at": resolved if done else None,
        "status": _status(answered, resolved, dice),
        "team": team,
        "agent": dice.pick(AGENTS[team]) if answered < HISTORY_END else None,
        "reassignments": moves,
        **{name: value if done else None for name, value in later.items()},
    }


def desk_time_after(start: datetime, minutes: float) -> datetime:
    """Return the moment that many minutes of opening hours later, to the minute.

    The desk is open from Monday to Friday, 07:00 to 19:00 UTC.

    Examples
    --------
    >>> from datetime import UTC
    >>> friday_evening = datetime(2026, 6, 26, 18, 30, tzinfo=UTC)
    >>> desk_time_after(friday_evening, 60).isoformat()
    '2026-06-29T07:30:00+00:00'
    """
    moment = _next_opening(start)
    while True:
        closes = moment.replace(hour=_CLOSES_HOUR, minute=0, second=0, microsecond=0)
        left = (closes - moment).total_seconds() / 60
        if minutes <= left:
            return _to_the_minute(moment + timedelta(minutes=minutes))
        minutes -= left
        moment = _next_opening(closes)


def _next_opening(moment: datetime) -> datetime:
    opens = moment.replace(hour=_OPENS_HOUR, minute=0, second=0, microsecond=0)
    if moment.hour >= _CLOSES_HOUR:
        moment = opens = opens + timedelta(days=1)
    while opens.weekday() > _LAST_WORKDAY:
        moment = opens = opens + timedelta(days=1)
    return max(moment, opens)


def _to_the_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=1) if moment > whole else whole


def _answered_at(case: Case, dice: Dice) -> datetime:
    minutes = dice.spread(_RESPONSE_MINUTES[_perceived(case.story, dice)], 0.7)
    minutes *= _LOUD_FACTOR if case.story.loud else 1.0
    minutes *= 0.6 if case.person.plan == "enterprise" or case.person.vip else 1.0
    minutes *= min(max(case.load, 0.6), 2.5)
    if case.story.urgency == "critical":
        on_call = _to_the_minute(case.opened_at + timedelta(minutes=minutes * _ON_CALL_FACTOR))
        return min(on_call, desk_time_after(case.opened_at, minutes))
    return desk_time_after(case.opened_at, minutes)


def _perceived(story: Story, dice: Dice) -> str:
    """Return the urgency the desk acted on: half of the time, a loud ticket seems one level worse."""
    level = URGENCY_LEVELS.index(story.urgency)
    if story.loud and dice.chance(0.5):
        level = min(level + 1, len(URGENCY_LEVELS) - 1)
    return URGENCY_LEVELS[level]


def _resolved_at(case: Case, answered: datetime, moves: int, dice: Dice) -> datetime:
    minutes = dice.spread(_EFFORT_MINUTES[case.story.urgency], 0.9) + moves * dice.spread(_MOVE_MINUTES, 0.6)
    if case.story.urgency == "critical" and dice.chance(0.7):
        return _to_the_minute(answered + timedelta(minutes=minutes))
    return desk_time_after(answered, minutes)


def _status(answered: datetime, resolved: datetime, dice: Dice) -> str:
    if resolved < HISTORY_END:
        return "closed" if resolved < HISTORY_END - _CLOSED_AFTER else "solved"
    if answered >= HISTORY_END:
        return "new"
    return "pending" if dice.chance(0.4) else "open"


def _aftermath(case: Case, waited_hours: float, moves: int, dice: Dice) -> dict[str, Value]:
    """Return whether it came back, how satisfied they were (1 to 5), and whether they bought more afterwards."""
    reopened = dice.chance(0.05 + 0.05 * moves)
    mood = {"negative": -0.8, "neutral": 0.0, "positive": 0.5}[case.story.sentiment]
    points = 4.3 + mood - 0.5 * min(waited_hours / 24, 3.0) - 0.5 * moves - 0.8 * reopened
    csat = min(max(round(points + dice.spread(1.0, 0.5) - 1.0), 1), 5)
    interested = case.story.category in {"how_to", "feature_request"}
    return {
        "reopened": reopened,
        "csat": csat if dice.chance(0.34) else None,
        "converted": dice.chance((0.07 if interested else 0.02) * (1.6 if csat >= 4 else 0.6)),
    }
