"""When the desk works, as stretches of UTC time.

A moment is working time when the wall clock of the calendar's zone stands inside a span of that weekday and the date
is no holiday. So an hour that daylight saving skips is no working time, and an hour that it repeats counts twice.
Inside, moments are integers: microseconds since 1970 in UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ticket_triage.domain.clocks import CalendarUse
from ticket_triage.errors import EmptyCalendarError
from ticket_triage.policy.public_holidays import public_holidays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ticket_triage.policy.schema import BusinessCalendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
FIRST_DAY = (date(1900, 1, 1) - EPOCH.date()).days
LAST_DAY = (date(2999, 12, 31) - EPOCH.date()).days
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

BLOCK = 64
"""Days whose working time is added up once."""

_DAYS_KEPT = 4096
_BLOCKS_KEPT = 4096
_YEARS_KEPT = 256
_USES_KEPT = 4096
_EPOCH_DAY = EPOCH.date().toordinal()
_EPOCH_WEEKDAY = EPOCH.weekday()
_MICROSECOND = timedelta(microseconds=1)

Span = tuple[int, int]
PublicHolidays = Callable[[int], Mapping[date, str]]
"""From a year to its public holidays' names."""


def microseconds(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970 in UTC.

    Examples
    --------
    >>> microseconds(datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    60000000
    """
    return (moment - EPOCH) // _MICROSECOND


def date_of(day: int) -> date:
    """Return the date of a day counted from 1970."""
    return date.fromordinal(_EPOCH_DAY + day)


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
    zone : ZoneInfo or RecordedZone
        Whose wall clock counts.
    hours : sequence of seven sequences of (int, int)
        Spans of minutes per weekday, Monday first, in order and apart.
    holidays : iterable of date
        Dates on which nobody works.
    public : callable or None
        Names of a year's public holidays by date, asked for a year when first needed.

    Raises
    ------
    EmptyCalendarError
        There is no span at all.

    Examples
    --------
    >>> nine_to_five = Calendar("office", ZoneInfo("Europe/Berlin"), [[(540, 1020)]] * 5 + [[], []])
    >>> [(begins // (60 * MINUTE) % 24, ends // (60 * MINUTE) % 24) for begins, ends in nine_to_five.day(0)]
    [(8, 16)]
    """

    __slots__ = ("_holidays", "_hours", "_offset", "_public", "always", "block", "day", "name", "public", "use", "zone")

    def __init__(
        self,
        name: str,
        zone: ZoneInfo | RecordedZone,
        hours: Sequence[Sequence[Span]],
        holidays: Iterable[date] = (),
        public: PublicHolidays | None = None,
    ) -> None:
        if not any(hours):
            raise EmptyCalendarError(f"Calendar {name} has no working time at all; give at least one day a span.")
        self.name = name
        self.zone = zone
        self._offset = zone.offset if isinstance(zone, RecordedZone) else partial(_offset, zone)
        self._hours = tuple(tuple(spans) for spans in hours)
        self._holidays = frozenset(holidays)
        self._public = public
        self.always = not (self._holidays or public) and all(_minutes_open(spans) == 24 * 60 for spans in self._hours)
        self.day = lru_cache(_DAYS_KEPT)(self._day)
        self.block = lru_cache(_BLOCKS_KEPT)(self._block)
        self.public = lru_cache(_YEARS_KEPT)(self._public_in)
        self.use = lru_cache(_USES_KEPT)(self._use)

    def _block(self, number: int) -> tuple[int, ...]:
        """Return the working time before each day of a block, counted from the block's begin, and before its end."""
        days = range(number * BLOCK, (number + 1) * BLOCK)
        return tuple(accumulate((_length(self.day(day)) for day in days), initial=0))

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
            if self._closed(date_of(local_day)):
                continue
            midnight = local_day * DAY - offset
            for first, last in self._hours[(local_day + _EPOCH_WEEKDAY) % 7]:
                opens, closes = max(begins, midnight + first * MINUTE), min(ends, midnight + last * MINUTE)
                if opens < closes:
                    found.append((opens, closes))
        return tuple(found)

    def _closed(self, day: date) -> bool:
        return day in self._holidays or (self._public is not None and day in self.public(day.year))

    def _public_in(self, year: int) -> Mapping[date, str]:
        return {} if self._public is None else self._public(year)

    def _use(self, first: int, last: int) -> CalendarUse:
        """Return what decided about the days from one to another: spans, holidays and offsets, free of any library."""
        first, last = (min(max(day, FIRST_DAY), LAST_DAY) for day in (first, last))
        days = [date_of(day) for day in range(first - 1, last + 2)]
        closed = {day: self.public(day.year).get(day, "") for day in days if self._closed(day)}
        return CalendarUse(
            name=self.name,
            zone=str(self.zone),
            hours=self._hours,
            holidays=tuple(closed.items()),
            offsets=tuple(self._changes(first, last + 1)),
        )

    def _changes(self, first: int, end: int) -> Iterator[tuple[datetime, int]]:
        """Yield the offset in seconds at the begin of the first day, and from each moment on at which it changes."""
        known = self._offset(first * DAY)
        yield EPOCH + timedelta(microseconds=first * DAY), known // SECOND
        for day in range(first, end):
            if self._offset((day + 1) * DAY) == known:
                continue
            for moment in range(day * DAY, (day + 1) * DAY + MINUTE, MINUTE):
                if self._offset(moment) != known:
                    known = self._offset(moment)
                    yield EPOCH + timedelta(microseconds=moment), known // SECOND


class RecordedZone:
    """A time zone as a record holds it: offsets from UTC in seconds, and from when each held."""

    def __init__(self, name: str, offsets: Sequence[tuple[datetime, int]]) -> None:
        self._name = name
        self._starts = [microseconds(start) for start, _ in offsets]
        self._offsets = [seconds * SECOND for _, seconds in offsets]

    def __str__(self) -> str:
        return self._name

    def offset(self, moment: int) -> int:
        """Return how far the zone is ahead of UTC at a moment."""
        return self._offsets[max(0, bisect_right(self._starts, moment) - 1)]


def recorded(use: CalendarUse) -> Calendar:
    """Return a calendar as a record holds it, whatever today's tables of zones and holidays say.

    It answers for the days recorded, and for no others.
    """
    zone = RecordedZone(use.zone, use.offsets)
    by_year: dict[int, dict[date, str]] = defaultdict(dict)
    for day, name in use.holidays:
        by_year[day.year][day] = name
    return Calendar(use.name, zone, use.hours, public=(lambda year: by_year.get(year, {})) if by_year else None)


def _offset(zone: ZoneInfo, moment: int) -> int:
    local = (EPOCH + timedelta(microseconds=moment)).astimezone(zone)
    return (local.utcoffset() or timedelta()) // _MICROSECOND


def _length(spans: Iterable[Span]) -> int:
    return sum(closes - opens for opens, closes in spans)


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
    of = table.public_holidays
    public = None if of is None else public_holidays(of.country, of.subdivision)
    return Calendar(name, ZoneInfo(table.time_zone), hours, table.holidays, public)
