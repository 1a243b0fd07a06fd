from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.clocks import calendar_use
from ticket_triage.errors import EmptyCalendarError, PolicyInvalidError
from ticket_triage.policy import load_policy
from ticket_triage.policy.calendars import DAY, Calendar, microseconds, recorded
from ticket_triage.policy.clock import after, due_at, worked
from ticket_triage.policy.public_holidays import public_holidays

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = [[(540, 720), (780, 1020)]] * 5 + [[], []]
MUNICH = Calendar("munich", BERLIN, OFFICE, [date(2026, 3, 3)], public_holidays("DE", "BY"))
NIGHT = Calendar("night", ZoneInfo("America/Sao_Paulo"), [[(0, 60), (90, 300), (1380, 1440)]] * 7)
SAMOA = Calendar("samoa", ZoneInfo("Pacific/Apia"), [[(480, 960)]] * 7)
ALWAYS = Calendar("always", ZoneInfo("UTC"), [[(0, 1440)]] * 7)

MOMENTS = st.integers(microseconds(datetime(1902, 1, 1, tzinfo=UTC)), microseconds(datetime(2980, 1, 1, tzinfo=UTC)))
CALENDARS = st.sampled_from([MUNICH, NIGHT, SAMOA, ALWAYS])
HOUR = 3_600_000_000


def moment(*parts: int, zone=BERLIN) -> datetime:
    return datetime(*parts, tzinfo=zone)


@settings(deadline=None, max_examples=60)
@given(start=MOMENTS, work=st.integers(1, 3000 * HOUR), calendar=CALENDARS)
def test_what_was_added_is_what_is_measured_in_any_year(start, work, calendar):
    end = after(start, work, calendar)
    assert worked(start, end, calendar) == work
    assert worked(start, end - 1, calendar) == work - 1


@settings(deadline=None, max_examples=60)
@given(start=MOMENTS, length=st.integers(0, 900 * DAY), cut=st.floats(0, 1), calendar=CALENDARS)
def test_working_time_adds_up_over_any_cut_and_equals_the_days_one_by_one(start, length, cut, calendar):
    middle, end = start + int(cut * length), start + length
    total = worked(start, end, calendar)
    assert worked(start, middle, calendar) + worked(middle, end, calendar) == total
    by_day = sum(
        max(0, min(end, closes) - max(start, opens))
        for day in range(start // DAY, end // DAY + 1)
        for opens, closes in calendar.day(day)
    )
    assert total == by_day


def test_public_holidays_of_a_part_of_a_country_are_free():
    epiphany_eve = moment(2026, 1, 5, 16, 30)
    assert due_at(epiphany_eve, 60, MUNICH) == moment(2026, 1, 7, 9, 30)
    hamburg = Calendar("hamburg", BERLIN, OFFICE, (), public_holidays("DE", "HH"))
    assert due_at(epiphany_eve, 60, hamburg) == moment(2026, 1, 6, 9, 30)


def test_easter_moves_from_year_to_year():
    assert worked(microseconds(moment(2026, 4, 3)), microseconds(moment(2026, 4, 7)), MUNICH) == 0
    assert worked(microseconds(moment(2027, 4, 2)), microseconds(moment(2027, 4, 3)), MUNICH) == 7 * HOUR


def test_a_leap_day_is_a_working_day():
    assert worked(microseconds(moment(2028, 2, 29)), microseconds(moment(2028, 3, 1)), MUNICH) == 7 * HOUR


def test_the_day_that_samoa_skipped_holds_no_work():
    before, later = moment(2011, 12, 29, zone=SAMOA.zone), moment(2012, 1, 1, zone=SAMOA.zone)
    assert worked(microseconds(before), microseconds(later), SAMOA) == (8 + 8) * HOUR


def test_a_calendar_without_hours_is_refused_by_name():
    with pytest.raises(EmptyCalendarError, match="Calendar nothing has no working time at all; give"):
        Calendar("nothing", BERLIN, [[]] * 7)


@settings(deadline=None, max_examples=40)
@given(
    start=st.integers(microseconds(datetime(2024, 1, 1, tzinfo=UTC)), microseconds(datetime(2029, 1, 1, tzinfo=UTC))),
    work=st.integers(1, 200 * HOUR),
    calendar=st.sampled_from([MUNICH, NIGHT, SAMOA]),
)
def test_a_record_answers_as_the_calendar_did_without_any_library(start, work, calendar):
    end = after(start, work, calendar)
    use = calendar.use(start // DAY, end // DAY)
    again = recorded(calendar_use(use.as_dict()))
    assert after(start, work, again) == end
    assert worked(start, end, again) == work


def test_a_record_names_the_holidays_and_the_change_of_offset():
    first, last = microseconds(moment(2026, 3, 27)) // DAY, microseconds(moment(2026, 4, 4)) // DAY
    use = MUNICH.use(first, last)
    assert use.holidays == ((date(2026, 4, 3), "Good Friday"),)
    assert use.offsets[1:] == ((datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 7200),)
    assert use.offsets[0][1] == 3600


def test_ten_years_are_crossed_without_looking_at_each_day_again():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert due_at(start, 60 * 7 * 2000, MUNICH) - start > timedelta(days=2900)


ZONE = '[calendars.business]\ntime_zone = "UTC"'


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ('time_zone = "Berlin"', "time_zone is 'Berlin', which is no time zone; did you mean 'Europe/Berlin'"),
        ('time_zone = "Europe/Berln"', "did you mean 'Europe/Berlin'"),
        ('time_zone = "Mars"', r"calendars\.business\.time_zone is 'Mars', which is no time zone; "),
        ('time_zone = "UTC"\npublic_holidays = { country = "Germany" }', "country 'Germany'.*did you mean 'DE'"),
        ('time_zone = "UTC"\npublic_holidays = { country = "de" }', "country 'de'.*did you mean 'DE'"),
        ('time_zone = "UTC"\npublic_holidays = { country = "XQ" }', "write a code of two letters, such as 'DE'"),
        (
            'time_zone = "UTC"\npublic_holidays = { country = "NZ", subdivision = "AUX" }',
            "subdivision 'AUX', which NZ does not have; did you mean 'AUK'",
        ),
        (
            'time_zone = "UTC"\npublic_holidays = { country = "DE", subdivison = "BY" }',
            r"calendars\.business\.public_holidays\.subdivison is no entry of a policy; did you mean 'subdivision'",
        ),
    ],
)
def test_a_calendar_nobody_can_keep_is_refused_with_the_nearest_name(changed, new, message):
    with pytest.raises(PolicyInvalidError, match=message):
        load_policy(changed((ZONE, f"[calendars.business]\n{new}")))


def test_a_policy_may_keep_the_holidays_of_a_country(changed):
    policy = load_policy(changed((ZONE, f'{ZONE}\npublic_holidays = {{ country = "FR" }}')))
    bastille = datetime(2026, 7, 13, 16, 30, tzinfo=UTC)
    assert due_at(bastille, 60, policy.ageing.calendar) == datetime(2026, 7, 15, 9, 30, tzinfo=UTC)
