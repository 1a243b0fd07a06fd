from datetime import UTC, datetime

import pytest

from ticket_triage.domain.clocks import calendar_use
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy
from ticket_triage.policy.calendars import recorded
from ticket_triage.policy.clock import due_at

FRIDAY = datetime(2026, 2, 27, 16, 0, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def deadlines(policy, body, **known):
    decision = decide(Ticket("T-1", body=body, **known), NO_PREDICTION, policy, MONDAY)
    return {entry.clock: entry for entry in decision.deadlines}


def test_the_first_priority_is_timed_round_the_clock(policy):
    clocks = deadlines(policy, "Nobody can log in", opened_at=FRIDAY)
    assert clocks["first_response"].due_at == FRIDAY.replace(minute=30)
    assert clocks["resolution"].due_at == FRIDAY.replace(hour=20)
    assert clocks["resolution"].rule == "sla.P1 in calendar always"


def test_the_others_are_timed_in_business_hours(policy):
    clocks = deadlines(policy, "payments are failing", opened_at=FRIDAY)
    assert clocks["first_response"].due_at == MONDAY.replace(hour=10)
    assert (clocks["resolution"].target_minutes, clocks["resolution"].due_at) == (960, MONDAY.replace(day=3, hour=16))


@pytest.mark.parametrize(("plan", "minutes"), [(None, 30), ("Premium", 15), ("enterprise", 15), ("unheard of", 30)])
def test_a_plan_tightens_the_targets(policy, plan, minutes):
    assert deadlines(policy, "Nobody can log in", plan=plan)["first_response"].target_minutes == minutes


def test_a_plan_may_replace_one_target_alone(changed):
    policy = load_policy(changed(("first_response_minutes = 15", "first_response_minutes = 7")))
    clocks = deadlines(policy, "Nobody can log in", plan="enterprise", opened_at=FRIDAY)
    assert clocks["first_response"].target_minutes == 7
    assert clocks["resolution"].target_minutes == 120
    assert clocks["first_response"].rule == "plan enterprise on sla.P1 in calendar always"


def test_without_an_opening_time_the_clock_starts_now_and_says_so(policy):
    clock = deadlines(policy, "hello")["first_response"]
    assert clock.due_at == MONDAY.replace(hour=17)
    assert clock.rule == "sla.P3 in calendar business, counted from now as the opening time is unknown"


def test_a_desk_in_another_zone_with_a_lunch_break_is_due_in_its_own_hours(changed):
    policy = load_policy(
        changed(
            ('time_zone = "UTC"', 'time_zone = "Europe/Paris"'), ('["09:00-17:00"]', '["09:00-12:00", "14:00-18:00"]')
        )
    )
    opened_at = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)  # half past eleven in Paris, a Monday
    assert deadlines(policy, "payments are failing", opened_at=opened_at)["first_response"].due_at == datetime(
        2026, 3, 2, 14, 30, tzinfo=UTC
    )


def test_a_receipt_holds_the_holidays_and_offsets_that_its_deadlines_rest_on(changed):
    berlin = 'time_zone = "Europe/Berlin"\npublic_holidays = { country = "DE" }'
    policy = load_policy(changed(('time_zone = "UTC"', berlin)))
    before_easter = datetime(2026, 4, 2, 14, 0, tzinfo=UTC)
    decision = decide(Ticket("T-1", body="hello", opened_at=before_easter), NO_PREDICTION, policy, before_easter)
    (written,) = decision.as_dict()["calendars"]
    assert {"date": "2026-04-06", "name": "Easter Monday"} in written["holidays"]
    assert written["offsets"] == [{"since": "2026-04-02T00:00:00Z", "seconds": 7200}]
    calendar = recorded(calendar_use(written))
    for deadline in decision.deadlines:
        assert due_at(before_easter, deadline.target_minutes, calendar) == deadline.due_at


@pytest.mark.parametrize("year", [1, 9999])
def test_beyond_the_calendar_a_receipt_is_still_made(policy, year):
    opened_at = datetime(year, 1, 1, tzinfo=UTC)
    decision = decide(Ticket("T-1", body="hello", opened_at=opened_at), NO_PREDICTION, policy, MONDAY)
    assert decision.deadlines[0].due_at is None
    assert decision.as_json()
