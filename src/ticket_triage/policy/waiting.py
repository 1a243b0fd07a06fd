"""Working time waited by many tickets at once, from one table of a calendar's working stretches."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from ticket_triage.policy.calendars import DAY, FIRST_DAY, LAST_DAY, MINUTE, microseconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.policy.calendars import Calendar

_REACH_DAYS = 3660


def worked_minutes_until(now: datetime, starts: Sequence[int], calendar: Calendar) -> list[int]:
    """Return the whole working minutes from each moment until ``now``; 0 for what has not begun.

    Parameters
    ----------
    now : datetime
        Aware.
    starts : sequence of int
        Microseconds since 1970 in UTC. What is more than ten years past counts as ten years past.
    calendar : Calendar

    Returns
    -------
    list of int

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from zoneinfo import ZoneInfo
    >>> from ticket_triage.policy.calendars import Calendar
    >>> office = Calendar("office", ZoneInfo("UTC"), [[(540, 1020)]] * 5 + [[], []])
    >>> friday = microseconds(datetime(2026, 3, 6, 16, 30, tzinfo=UTC))
    >>> worked_minutes_until(datetime(2026, 3, 9, 9, 30, tzinfo=UTC), [friday], office)
    [60]
    """
    end = microseconds(now)
    earliest = max(end - _REACH_DAYS * DAY, FIRST_DAY * DAY)
    moments = [min(max(start, earliest), end) for start in starts]
    days = range(max(min(moments, default=end) // DAY, FIRST_DAY), min(end // DAY + 1, LAST_DAY))
    spans = [span for day in days for span in calendar.day(day)]
    opens = [span[0] for span in spans]
    before = list(accumulate((last - first for first, last in spans), initial=0))

    def worked(at: int) -> int:
        """Return the working time from the first day to a moment."""
        place = bisect_right(opens, at) - 1
        return 0 if place < 0 else before[place] + min(at, spans[place][1]) - opens[place]

    whole = worked(end)
    return [(whole - worked(at)) // MINUTE for at in moments]
