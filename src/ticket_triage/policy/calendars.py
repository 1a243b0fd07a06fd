"""When the desk works, as stretches of UTC time.

A moment is working time when the wall clock of the calendar's zone stands inside a span of that weekday and the date
is no holiday. So an hour that daylight saving skips is no working time, and an hour that it repeats counts twice.
Inside, moments are integers: microseconds since 1970 in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ticket_triage.policy.schema import BusinessCalendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE
FIRST_DAY = (date(1900, 1, 1) - EPOCH.date()).days
LAST_DAY = (date(2999, 12, 31) - EPOCH.date()).days
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAYS_KEPT = 4096
_EPOCH_WEEKDAY = EPOCH.weekday()
_MICROSECOND = timedelta(microseconds=1)

Span = tuple[int, int]


def microseconds(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970 in UTC.

    Examples
    --------
    >>> microseconds(datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    60000000
    """
    return (moment - EPOCH) // _MICROSECOND


def minutes_of(span: str) -> Span | None:
    """Read ``"09:00-17:30"`` as minutes of the day; None when it is none, ``24:00`` being the day's end.

    Examples
    --------
    >>> minutes_of("09:00-17:30")
    (540, 1050)
    >>> minutes_of("17:00-09:00") is None
    True
    """
    first, dash, last = span.partition("-")
    begins, ends = _minute(first), _minute(last)
    if not dash or begins is None or ends is None or begins >= ends:
        return None
    return begins, ends


def _minute(text: str) -> int | None:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()):
        return None
    total = 60 * int(hour) + int(minute)
    return total if int(minute) < 60 and total <= 24 * 60 else None


class Calendar:
    """A desk's working time, looked up by UTC day.

    Parameters
    ----------
    name : str
    zone : ZoneInfo
        Whose wall clock counts.
    hours : sequence of seven sequences of (int, int)
        Spans of minutes per weekday, Monday first, in order and apart.
    holidays : iterable of date
        Dates on which nobody works.

    Examples
    --------
    >>> nine_to_five = Calendar("office", ZoneInfo("Europe/Berlin"), [[(540, 1020)]] * 5 + [[], []])
    >>> [(begins // (60 * MINUTE) % 24, ends // (60 * MINUTE) % 24) for begins, ends in nine_to_five.day(0)]
    [(8, 16)]
    """

    __slots__ = ("_holidays", "_hours", "always", "day", "name", "zone")

    def __init__(
        self, name: str, zone: ZoneInfo, hours: Sequence[Sequence[Span]], holidays: Iterable[date] = ()
    ) -> None:
        self.name = name
        self.zone = zone
        self._hours = tuple(tuple(spans) for spans in hours)
        self._holidays = frozenset((holiday - EPOCH.date()).days for holiday in holidays)
        self.always = not self._holidays and all(_minutes_open(spans) == 24 * 60 for spans in self._hours)
        self.day = lru_cache(_DAYS_KEPT)(self._day)

    def _day(self, day: int) -> tuple[Span, ...]:
        """Return the working stretches of a UTC day, counted from 1970; moments in microseconds."""
        offset = self._offset(day * DAY)
        if offset == self._offset((day + 1) * DAY):
            return self._stretches(day * DAY, (day + 1) * DAY, offset)
        pieces: list[Span] = []
        for begins in range(day * DAY, (day + 1) * DAY, MINUTE):
            for piece in self._stretches(begins, begins + MINUTE, self._offset(begins)):
                if pieces and pieces[-1][1] == piece[0]:
                    pieces[-1] = (pieces[-1][0], piece[1])
                else:
                    pieces.append(piece)
        return tuple(pieces)

    def _stretches(self, begins: int, ends: int, offset: int) -> tuple[Span, ...]:
        """Return the working time between two moments through which the zone's offset stays the same."""
        found = []
        for local_day in range((begins + offset) // DAY, (ends + offset - 1) // DAY + 1):
            if local_day in self._holidays:
                continue
            midnight = local_day * DAY - offset
            for first, last in self._hours[(local_day + _EPOCH_WEEKDAY) % 7]:
                opens, closes = max(begins, midnight + first * MINUTE), min(ends, midnight + last * MINUTE)
                if opens < closes:
                    found.append((opens, closes))
        return tuple(found)

    def _offset(self, moment: int) -> int:
        local = (EPOCH + timedelta(microseconds=moment)).astimezone(self.zone)
        return (local.utcoffset() or timedelta()) // _MICROSECOND


def _minutes_open(spans: Iterable[Span]) -> int:
    return sum(last - first for first, last in spans)


def calendars(tables: Mapping[str, BusinessCalendar]) -> dict[str, Calendar]:
    """Return the policy's calendars by name, each span checked before."""
    return {name: _calendar(name, table) for name, table in tables.items()}


def _calendar(name: str, table: BusinessCalendar) -> Calendar:
    by_day = {str(weekday): texts for weekday, texts in table.hours.items()}
    hours = [
        sorted(span for text in by_day.get(weekday, ()) if (span := minutes_of(text)) is not None)
        for weekday in WEEKDAYS
    ]
    return Calendar(name, ZoneInfo(table.time_zone), hours, table.holidays)
