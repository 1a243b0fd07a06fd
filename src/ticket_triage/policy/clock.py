"""The service clock: when so many working minutes have passed, and how many have."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticket_triage.policy.calendars import DAY, EPOCH, FIRST_DAY, LAST_DAY, MINUTE, microseconds

if TYPE_CHECKING:
    from ticket_triage.policy.calendars import Calendar

_REACH_DAYS = 3660


def due_at(start: datetime, minutes: int, calendar: Calendar) -> datetime | None:
    """Return the moment at which so many working minutes have passed since ``start``.

    Parameters
    ----------
    start : datetime
        Aware; outside working time the clock begins at the next opening.
    minutes : int
        Working minutes, at least 1.
    calendar : Calendar

    Returns
    -------
    datetime or None
        In UTC, inside working time or at its closing; None when ten years of the calendar do not hold that many
        minutes, or the moments lie outside the years 1900 to 2999.

    Examples
    --------
    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> from ticket_triage.policy.calendars import Calendar
    >>> office = Calendar("office", ZoneInfo("UTC"), [[(540, 1020)]] * 5 + [[], []])
    >>> due_at(datetime(2026, 3, 6, 16, 30, tzinfo=UTC), 60, office)
    datetime.datetime(2026, 3, 9, 9, 30, tzinfo=datetime.timezone.utc)
    """
    moment, left = microseconds(start), minutes * MINUTE
    first = moment // DAY
    if first < FIRST_DAY:
        return None
    for day in range(first, min(first + _REACH_DAYS, LAST_DAY)):
        for opens, closes in calendar.day(day):
            begins = max(opens, moment)
            if closes - begins >= left:
                return EPOCH + timedelta(microseconds=begins + left)
            left -= max(0, closes - begins)
    return None


def worked_minutes(start: datetime, end: datetime, calendar: Calendar, at_most: int) -> int:
    """Return the whole working minutes between two moments, no more than ``at_most``.

    Examples
    --------
    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> from ticket_triage.policy.calendars import Calendar
    >>> office = Calendar("office", ZoneInfo("UTC"), [[(540, 1020)]] * 5 + [[], []])
    >>> friday, monday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC), datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    >>> worked_minutes(friday, monday, office, at_most=10_000)
    60
    """
    begin, finish = microseconds(start), microseconds(end)
    worked, enough = 0, at_most * MINUTE
    first = max(begin // DAY, FIRST_DAY)
    for day in range(first, min(first + _REACH_DAYS, finish // DAY + 1, LAST_DAY)):
        for opens, closes in calendar.day(day):
            worked += max(0, min(closes, finish) - max(opens, begin))
        if worked >= enough:
            return at_most
    return worked // MINUTE
