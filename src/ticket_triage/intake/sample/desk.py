"""The imaginary desk: its teams, who works in them, and when.

Moments are whole minutes since the history began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from ticket_triage.intake.sample.rhythm import HISTORY_START

if TYPE_CHECKING:
    from datetime import datetime

AGENTS = {
    "payments": ("amira.voss", "ben.holloway"),
    "platform": ("elena.morrow", "finn.castell", "grace.otieno"),
    "accounts": ("jasper.nolan", "kavya.reddin"),
    "billing": ("noor.hadley", "oscar.pryce"),
    "integrations": ("rosa.delmar", "samir.tolland"),
    "product": ("ugo.ferrant", "vera.lockhart"),
    "support": ("xenia.park", "yusuf.amberly"),
}
"""The desk's teams and the agents in them."""

HOME_TEAM = {
    "payments": "payments",
    "checkout": "platform",
    "login_access": "accounts",
    "billing_invoice": "billing",
    "integration_api": "integrations",
    "reporting": "product",
    "how_to": "support",
    "feature_request": "product",
}
"""The team that solves each category."""

FULL_SIZE = 6400
"""Tickets a year for which everybody is needed."""

DAY = 1440
_WEEK = 7
_LAST_WORKDAY = 4
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """Working time from Monday to Friday; minutes of the day, UTC.

    Examples
    --------
    >>> from datetime import datetime
    >>> friday_evening = minute_of(datetime.fromisoformat("2026-06-26T18:30Z"))
    >>> moment_of(DESK.after(friday_evening, 60)).isoformat()
    '2026-06-29T07:30:00+00:00'
    """

    opens: int
    closes: int

    def works(self, at: int) -> bool:
        """Say whether a moment is working time."""
        return self.opens <= at % DAY < self.closes and _weekday(at // DAY) <= _LAST_WORKDAY

    def next_start(self, at: int) -> int:
        """Return the moment itself in working time, else the next opening."""
        day = at // DAY + (at % DAY >= self.closes)
        while _weekday(day) > _LAST_WORKDAY:
            day += 1
        return max(at, day * DAY + self.opens)

    def after(self, at: int, minutes: int) -> int:
        """Return the moment that many working minutes later."""
        at = self.next_start(at)
        while minutes > (left := at // DAY * DAY + self.closes - at):
            minutes -= left
            at = self.next_start(at + left)
        return at + minutes


DESK = Shift(7 * 60, 19 * 60)
"""When the desk is open."""

SHIFTS = (Shift(7 * 60, 16 * 60), Shift(10 * 60, 19 * 60))
"""The early one and the late one; the agents of a team have them by turns."""


def staff(n_tickets: int) -> dict[str, tuple[str, ...]]:
    """Return who works in each team: a desk with fewer tickets a year has fewer people, but never none in a team."""
    share = min(n_tickets / FULL_SIZE, 1.0)
    return {team: names[: ceil(len(names) * share)] for team, names in AGENTS.items()}


def minute_of(moment: datetime) -> int:
    """Return a moment as minutes, the next whole one where it lies between two."""
    return -((HISTORY_START - moment) // _MINUTE)


def moment_of(minute: int) -> datetime:
    """Return the moment of a minute."""
    return HISTORY_START + minute * _MINUTE


def _weekday(day: int) -> int:
    return (HISTORY_START.weekday() + day) % _WEEK
