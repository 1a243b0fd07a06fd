from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.policy.calendars import Calendar, minutes_of
from ticket_triage.policy.clock import due_at, worked_minutes

BERLIN = ZoneInfo("Europe/Berlin")
SPLIT_DAY = [(540, 720), (780, 1020)]
OFFICE = Calendar("office", BERLIN, [SPLIT_DAY] * 5 + [[], []], [date(2026, 4, 6), date(2026, 10, 26)])
NIGHT = Calendar("night", BERLIN, [[(0, 150), (165, 240), (1380, 1440)]] * 7)
NEW_YORK = Calendar("shop", ZoneInfo("America/New_York"), [[(600, 1200)]] * 7)
LORD_HOWE = Calendar("island", ZoneInfo("Australia/Lord_Howe"), [[(90, 130)]] * 7)
ALWAYS = Calendar("always", ZoneInfo("UTC"), [[(0, 1440)]] * 7)
CALENDARS = [OFFICE, NIGHT, NEW_YORK, LORD_HOWE, ALWAYS]

MINUTE = timedelta(minutes=1)
NEAR_CHANGES = st.sampled_from(
    [datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC)]
)
MOMENTS = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), NEAR_CHANGES, st.integers(0, 4 * 1440))


def open_at(moment: datetime, calendar: Calendar, spans, holidays) -> bool:
    """Say by the wall clock whether a moment is working time."""
    local = moment.astimezone(calendar.zone)
    minute = 60 * local.hour + local.minute
    return local.date() not in holidays and any(first <= minute < last for first, last in spans[local.weekday()])


SPANS = {
    "office": ([SPLIT_DAY] * 5 + [[], []], {date(2026, 4, 6), date(2026, 10, 26)}),
    "night": ([[(0, 150), (165, 240), (1380, 1440)]] * 7, set()),
    "shop": ([[(600, 1200)]] * 7, set()),
    "island": ([[(90, 130)]] * 7, set()),
    "always": ([[(0, 1440)]] * 7, set()),
}


@settings(max_examples=60, deadline=None)
@given(start=MOMENTS, minutes=st.integers(1, 400), calendar=st.sampled_from(CALENDARS))
def test_the_clock_equals_counting_minute_by_minute(start, minutes, calendar):
    spans, holidays = SPANS[calendar.name]
    moment, left = start, minutes
    while left:
        left -= open_at(moment, calendar, spans, holidays)
        moment += MINUTE
    assert due_at(start, minutes, calendar) == moment


@settings(deadline=None)
@given(start=MOMENTS, seconds=st.integers(0, 59), minutes=st.integers(1, 5000), calendar=st.sampled_from(CALENDARS))
def test_what_was_promised_is_worked_until_due(start, seconds, minutes, calendar):
    start += timedelta(seconds=seconds)
    due = due_at(start, minutes, calendar)
    assert worked_minutes(start, due, calendar, at_most=10_000) == minutes
    assert worked_minutes(start, due - timedelta(microseconds=1), calendar, at_most=10_000) == minutes - 1


@settings(deadline=None)
@given(first=MOMENTS, second=MOMENTS, fewer=st.integers(1, 3000), more=st.integers(0, 3000))
def test_later_starts_and_longer_targets_are_never_due_earlier(first, second, fewer, more):
    early, late = sorted((first, second))
    assert due_at(early, fewer, OFFICE) <= due_at(late, fewer, OFFICE)
    assert due_at(early, fewer, OFFICE) <= due_at(early, fewer + more, OFFICE)


@settings(deadline=None)
@given(start=MOMENTS, one=st.integers(1, 2000), other=st.integers(1, 2000))
def test_a_target_in_two_parts_is_due_as_one(start, one, other):
    assert due_at(due_at(start, one, NIGHT), other, NIGHT) == due_at(start, one + other, NIGHT)


def test_a_friday_afternoon_goes_on_after_the_holiday_on_monday():
    friday = datetime(2026, 4, 3, 16, 30, tzinfo=BERLIN)
    assert due_at(friday, 60, OFFICE) == datetime(2026, 4, 7, 9, 30, tzinfo=BERLIN)


def test_an_hour_that_summer_time_skips_is_not_worked_and_one_it_repeats_counts_twice():
    spring, autumn = datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN), datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN)
    assert worked_minutes(spring, spring.replace(hour=12), NIGHT, 10_000) == 120 + 60
    assert worked_minutes(autumn, autumn.replace(hour=12), NIGHT, 10_000) == 150 + 30 + 15 + 15 + 60


def test_round_the_clock_is_elapsed_time():
    start = datetime(2026, 3, 28, 23, 59, 30, tzinfo=UTC)
    assert due_at(start, 240, ALWAYS) == start + timedelta(hours=4)


@pytest.mark.parametrize("year", [1, 1899, 2999, 9999])
def test_beyond_the_calendar_nothing_is_due(year):
    assert due_at(datetime(year, 12, 31, tzinfo=UTC), 600_000, OFFICE) is None


def test_a_calendar_of_holidays_alone_is_never_due():
    days = [date(2026, 1, 1) + timedelta(days=count) for count in range(4000)]
    closed = Calendar("closed", ZoneInfo("UTC"), [[(0, 1440)]] * 7, days)
    assert due_at(datetime(2026, 1, 2, tzinfo=UTC), 1, closed) is None


@pytest.mark.parametrize("text", ["9:00-17:00", "09:00", "09:00-24:30", "09:60-10:00", "aa:bb-cc:dd", "10:00-10:00"])
def test_what_is_no_span_is_not_read(text):
    assert minutes_of(text) is None


def test_a_span_may_end_with_the_day():
    assert minutes_of("22:00-24:00") == (1320, 1440)
