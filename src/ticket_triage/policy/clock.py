"""The service clock: when so much working time has passed, and how much has.

Working time is added up in blocks of days, so that years are crossed in a few steps. Inside, moments and durations are
integers of microseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticket_triage.policy.calendars import BLOCK, DAY, EPOCH, FIRST_DAY, LAST_DAY, MINUTE, microseconds

if TYPE_CHECKING:
    from ticket_triage.policy.calendars import Calendar

_BLOCK_US = BLOCK * DAY
_FIRST, _LAST = FIRST_DAY * DAY, LAST_DAY * DAY
_REACH_BLOCKS = 58  # ten years


def worked(start: int, end: int, calendar: Calendar) -> int:
    """Return the working time between two moments, 0 when they stand the other way round.

    Moments outside the years 1900 to 2999 count as their begin or end.
    """
    start, end = max(start, _FIRST), min(end, _LAST)
    if end <= start:
        return 0
    if calendar.always:
        return end - start
    first, last = start // _BLOCK_US, end // _BLOCK_US
    between = sum(calendar.block(number)[-1] for number in range(first, last))
    return between + _before(end, calendar) - _before(start, calendar)


def after(start: int, work: int, calendar: Calendar) -> int | None:
    """Return the first moment by which so much working time has passed since ``start``, as ``due_at`` does."""
    if not _FIRST <= start < _LAST:
        return None
    if work <= 0:
        return start
    if calendar.always:
        return start + work if work <= _REACH_BLOCKS * _BLOCK_US and start + work < _LAST else None
    first = start // _BLOCK_US
    left = work + _before(start, calendar)
    for number in range(first, first + _REACH_BLOCKS):
        sums = calendar.block(number)
        if left <= sums[-1]:
            place = bisect_left(sums, left) - 1
            end = _within(number * BLOCK + place, left - sums[place], calendar)
            return end if end < _LAST else None
        left -= sums[-1]
    return None


def _before(moment: int, calendar: Calendar) -> int:
    """Return the working time from the begin of a moment's block up to it."""
    day = moment // DAY
    today = sum(min(closes, moment) - opens for opens, closes in calendar.day(day) if opens < moment)
    return calendar.block(day // BLOCK)[day % BLOCK] + today


def _within(day: int, left: int, calendar: Calendar) -> int:
    """Return the moment of a day by which so much of its working time has passed; it has that much."""
    for opens, closes in calendar.day(day):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return (day + 1) * DAY


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
    end = after(microseconds(start), minutes * MINUTE, calendar)
    return None if end is None else EPOCH + timedelta(microseconds=end)


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
    return min(at_most, worked(microseconds(start), microseconds(end), calendar) // MINUTE)
