from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.events import Event
from ticket_triage.errors import BadValueError
from ticket_triage.policy import load_policy
from ticket_triage.policy.sla import read_clocks

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
STARTS = st.sampled_from([datetime(2026, 3, 27, 6, 0, tzinfo=UTC), datetime(2026, 10, 23, 6, 0, tzinfo=UTC)])
SPANS = [(60, 165), (540, 720), (780, 1020)]
HOURS = '["01:00-02:45", "09:00-12:00", "13:00-17:00"]'


@cache
def berlin():
    """Return the policy of a desk in Berlin that breaks for lunch and works in the small hours when clocks change."""
    text = files("ticket_triage.policy").joinpath("default.toml").read_text("utf-8")
    text = text.replace('time_zone = "UTC"', 'time_zone = "Europe/Berlin"').replace('["09:00-17:00"]', HOURS)
    text = text.replace("[calendars.business.hours]\n", f"[calendars.business.hours]\nsunday = {HOURS}\n")
    with TemporaryDirectory() as folder:
        path = Path(folder, "berlin.toml")
        path.write_text(text, "utf-8")
        return load_policy(path)


STEPS = st.one_of(
    st.tuples(st.sampled_from(["customer_message", "public_reply", "internal_note", "automatic_reply", "moved"])),
    st.tuples(st.sampled_from(["resolved", "reopened", "closed", "paused", "resumed"])),
    st.tuples(st.just("status_changed"), st.sampled_from(["open", "on hold", "Waiting-for_customer", "Resolved"])),
    st.tuples(st.just("priority_changed"), st.sampled_from(["P1", "P2", "P3"])),
    st.tuples(st.just("calendar_changed"), st.sampled_from(["always", "business"])),
)


@st.composite
def logs(draw, most=9, apart=True):
    """An opened ticket and what happened to it, whole minutes apart."""
    opened = draw(STARTS) + draw(st.integers(0, 3000)) * MINUTE
    at, events = opened, [Event("T-1", opened, "opened"), Event("T-1", opened, "priority_changed", "P2")]
    for step in draw(st.lists(STEPS, max_size=most)):
        at += draw(st.integers(1 if apart else 0, 400)) * MINUTE
        events.append(Event("T-1", at, *step))
    return events, at + draw(st.integers(0, 2500)) * MINUTE


def works(at, calendar):
    if calendar == "always":
        return True
    local = at.astimezone(BERLIN)
    minute = 60 * local.hour + local.minute
    return local.weekday() != 5 and any(first <= minute < last for first, last in SPANS)


TARGETS = {
    "first_response": {"P1": 30, "P2": 120, "P3": 480},
    "next_reply": {"P1": 60, "P2": 240, "P3": 480},
    "resolution": {"P1": 240, "P2": 960, "P3": 2400},
}
PAUSES = {
    "first_response": set(),
    "next_reply": {"paused", "on hold"},
    "resolution": {"paused", "on hold", "waiting for customer"},
}


def minute_by_minute(events, now):
    """Count every clock one minute after the other, as a patient clerk would."""
    at = events[0].at
    state = {"priority": "P2", "calendar": None, "status": None, "held": False, "done": False, "asked": False}
    consumed = dict.fromkeys(TARGETS, 0)
    paused = dict.fromkeys(TARGETS, 0)
    alive = {"first_response": True, "next_reply": False, "resolution": True}
    answered = False
    pending = list(events)
    while True:
        while pending and pending[0].at == at:
            answered = happen(pending.pop(0), state, alive, consumed, paused, answered)
        if at == now:
            return consumed, paused, alive
        calendar = state["calendar"] or ("always" if state["priority"] == "P1" else "business")
        for clock in TARGETS:
            if alive[clock] and not state["done"] and works(at, calendar):
                still = (state["held"] and "paused" in PAUSES[clock]) or state["status"] in PAUSES[clock]
                (paused if still else consumed)[clock] += 1
        at += MINUTE


def happen(event, state, alive, consumed, paused, answered):
    done = state["done"]
    if event.kind == "priority_changed":
        state["priority"] = event.value
    elif event.kind == "calendar_changed":
        state["calendar"] = event.value
    elif event.kind in ("paused", "resumed"):
        state["held"] = event.kind == "paused"
    elif event.kind in ("resolved", "closed"):
        state["done"] = True
    elif event.kind == "reopened" and done:
        state.update(done=False, status=None, held=False)
    elif event.kind == "status_changed":
        name = event.value.lower().replace("-", " ").replace("_", " ")
        if name != state["status"]:
            state["done"] = name == "resolved"
            if done and not state["done"]:
                state["held"] = False
        state["status"] = name
    elif event.kind == "customer_message":
        state["asked"] = state["asked"] or (answered and not alive["next_reply"])
        state["status"] = None if state["status"] == "waiting for customer" else state["status"]
    stops = event.kind == "public_reply" or (state["done"] and not done)
    if state["asked"] and (stops or not state["done"]):  # a word after the end waits until work is taken up again
        state["asked"], alive["next_reply"] = False, True
        consumed["next_reply"] = paused["next_reply"] = 0
    if stops:
        alive["first_response"] = alive["next_reply"] = False
        answered = True
    alive["resolution"] = not state["done"]
    return answered


@settings(deadline=None, max_examples=120)
@given(log=logs())
def test_the_clocks_equal_counting_minute_by_minute(log):
    events, now = log
    clocks = read_clocks(events, berlin(), now)
    consumed, paused, alive = minute_by_minute(events, now)
    for reading in (clocks.reading(clock) for clock in TARGETS):
        if reading is not None:
            assert reading.consumed == consumed[reading.clock] * MINUTE, reading.clock
            assert reading.paused == paused[reading.clock] * MINUTE, reading.clock
            assert reading.open == alive[reading.clock], reading.clock


@settings(deadline=None, max_examples=120)
@given(log=logs())
def test_a_clock_is_missed_exactly_when_its_due_time_is_past(log):
    events, now = log
    for reading in read_clocks(events, berlin(), now).readings:
        end = reading.stopped_at or now
        assert (reading.state == "missed") == (reading.due_at is not None and reading.due_at < end)
        assert reading.remaining == reading.target_minutes * MINUTE - reading.consumed
        assert (reading.state == "missed") >= (reading.remaining < timedelta(0))
        if reading.state == "running":
            at_due = read_clocks(events, berlin(), max(now, reading.due_at)).reading(reading.clock)
            assert (at_due.consumed, at_due.due_at) == (max(at_due.consumed, MINUTE * 0), reading.due_at)
            assert at_due.remaining == timedelta(0)
        assert reading.warned == (reading.warn_at is not None and reading.warn_at <= end)


@settings(deadline=None, max_examples=120)
@given(log=logs(apart=False), data=st.data())
def test_the_order_of_arrival_makes_no_difference(log, data):
    events, now = log
    shuffled = data.draw(st.permutations([*events, *events[:2]]))
    assert read_clocks(shuffled, berlin(), now) == read_clocks(events, berlin(), now)


@settings(deadline=None, max_examples=120)
@given(start=STARTS, opened=st.integers(0, 3000), first=st.integers(1, 600), length=st.integers(0, 3000))
def test_pausing_never_shortens_a_deadline(start, opened, first, length):
    at = start + opened * MINUTE
    log = [Event("T-1", at, "opened"), Event("T-1", at, "priority_changed", "P2")]
    hold = Event("T-1", at + first * MINUTE, "paused")
    resume = Event("T-1", hold.at + length * MINUTE, "resumed")
    plain = read_clocks(log, berlin(), resume.at).reading("resolution")
    paused = read_clocks([*log, hold, resume], berlin(), resume.at).reading("resolution")
    assert paused.due_at >= plain.due_at
    assert paused.consumed <= plain.consumed
    assert paused.consumed + paused.paused == plain.consumed


@settings(deadline=None, max_examples=120)
@given(log=logs(), length=st.integers(3, 2000), cut=st.integers(1, 1999), status=st.booleans())
def test_splitting_a_pause_changes_nothing(log, length, cut, status):
    events, now = log
    begin, end = now + MINUTE, now + length * MINUTE
    middle = begin + min(cut, length - 2) * MINUTE
    down, up = (("status_changed", "on hold"), ("status_changed", "open")) if status else (("paused",), ("resumed",))
    whole = [Event("T-1", begin, *down), Event("T-1", end, *up)]
    split = [*whole, Event("T-1", middle, *up), Event("T-1", middle, *down)]
    later = end + 700 * MINUTE
    for moment in (middle, end, later):
        assert read_clocks([*events, *whole], berlin(), moment) == read_clocks([*events, *split], berlin(), moment)


@settings(deadline=None, max_examples=60)
@given(log=logs())
def test_an_answer_can_be_given_again_from_the_calendars_it_recorded(log):
    events, now = log
    clocks = read_clocks(events, berlin(), now)
    assert read_clocks(events, berlin(), now, calendars=clocks.calendars) == clocks


def test_another_table_of_zones_and_holidays_changes_no_recorded_answer():
    opened = datetime(2026, 3, 27, 16, 0, tzinfo=BERLIN)
    log = [Event("T-1", opened, "opened"), Event("T-1", opened, "priority_changed", "P2")]
    clocks = read_clocks(log, berlin(), opened)
    utc = load_policy()
    assert read_clocks(log, utc, opened).readings != clocks.readings
    assert read_clocks(log, utc, opened, calendars=clocks.calendars).readings == clocks.readings


@settings(deadline=None, max_examples=60)
@given(log=logs(), extra=st.integers(0, 4000))
def test_what_has_not_happened_yet_changes_nothing(log, extra):
    events, now = log
    later = Event("T-1", now + (extra + 1) * MINUTE, "resolved")
    assert read_clocks([*events, later], berlin(), now) == read_clocks(events, berlin(), now)


@settings(deadline=None, max_examples=60)
@given(log=logs())
def test_replies_follow_one_another_and_count_from_one(log):
    events, now = log
    replies = [entry for entry in read_clocks(events, berlin(), now).readings if entry.clock == "next_reply"]
    assert [entry.number for entry in replies] == list(range(1, len(replies) + 1))
    assert all(before.stopped_at <= later.started_at for before, later in pairwise(replies))


NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_several_tickets_none_and_the_future_are_refused(policy):
    one, two = Event("T-1", NINE, "opened"), Event("T-2", NINE, "opened")
    with pytest.raises(BadValueError, match="events of one ticket, but these are of T-1, T-2"):
        read_clocks([one, two], policy, NINE)
    with pytest.raises(BadValueError, match="these are of none"):
        read_clocks([], policy, NINE)
    with pytest.raises(BadValueError, match="Ticket T-1 has no event by 2026-03-02T08:59:00"):
        read_clocks([one], policy, NINE - MINUTE)
    with pytest.raises(BadValueError, match="now, 2026-03-02T09:00:00, has no time zone"):
        read_clocks([one], policy, NINE.replace(tzinfo=None))


def test_names_the_policy_does_not_define_are_refused_with_the_nearest(policy):
    opened = Event("T-1", NINE, "opened")
    with pytest.raises(BadValueError, match="priority 'p2', but known are: P1, P2, P3, P4"):
        read_clocks([opened], policy, NINE, priority="p2")
    moved = Event("T-1", NINE, "calendar_changed", "busines")
    with pytest.raises(BadValueError, match=r"calendar 'busines', .*did you mean 'business'"):
        read_clocks([opened, moved], policy, NINE, priority="P2")


def test_an_event_says_what_it_needs():
    with pytest.raises(BadValueError, match="priority_changed that does not say to what"):
        Event("T-1", NINE, "priority_changed")
    with pytest.raises(BadValueError, match="without a time zone"):
        Event("T-1", NINE.replace(tzinfo=None), "opened")


def test_a_state_the_policy_does_not_know_pauses_nothing_and_is_noted(policy):
    log = [Event("T-1", NINE, "opened"), Event("T-1", NINE, "status_changed", "Simmering")]
    clocks = read_clocks(log, policy, NINE + 60 * MINUTE, priority="P2")
    assert clocks.reading("resolution").consumed == 60 * MINUTE
    assert clocks.notes[0].startswith("The policy does not know the state 'Simmering', so it pauses and stops no clock")


def test_the_first_verdict_stands_where_the_policy_says_so(changed):
    policy = load_policy(changed(('reopened = "continues"', 'reopened = "first counts"')))
    log = [Event("T-1", NINE, "opened"), Event("T-1", NINE + 60 * MINUTE, "resolved")]
    log += [Event("T-1", NINE + 90 * MINUTE, "reopened")]
    late = read_clocks(log, policy, NINE + timedelta(days=30), priority="P2").reading("resolution")
    assert (late.state, late.consumed) == ("met", 60 * MINUTE)


def test_a_stated_sequence_orders_events_of_one_moment(policy):
    log = [Event("T-1", NINE, "opened"), Event("T-1", NINE, "resolved", sequence=1)]
    reopened = Event("T-1", NINE, "reopened", sequence=2)
    assert not read_clocks(log, policy, NINE, priority="P2").reading("resolution").open
    assert read_clocks([reopened, *log], policy, NINE, priority="P2").reading("resolution").open
    last = replace(log[1], sequence=3, event_id="last")
    assert not read_clocks([reopened, *log, last], policy, NINE, priority="P2").reading("resolution").open


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"on hold",\n]', '"on hol",\n]', r"clocks\.pauses\.resolution names 'on hol'.*did you mean 'on hold'"),
        ('"on hold",\n]', '"closed",\n]', r"clocks\.pauses\.resolution names 'closed', in which work is over"),
        ('closed = "done"', 'closed = "don"', r"clocks\.statuses\.closed cannot be 'don'; did you mean 'done'"),
        ('closed = "done"', 'Closed = "done"\nCLOSED = "done"', r"clocks\.statuses\.CLOSED is there twice"),
        (
            'closed = "done"',
            'closed = "done"\npaused = "open"',
            r"clocks\.statuses\.paused is the name kept for a hold",
        ),
        (
            "ended_by_answer = [",
            'ended_by_answer = ["solved", ',
            r"clocks\.ended_by_answer names 'solved', in which work is over",
        ),
        ("first_response = []", "first_reply = []", r"clocks\.pauses\.first_reply is no entry of a policy; did you"),
        ('reopened = "continues"', 'reopened = "restarts"', r"clocks\.reopened cannot be 'restarts'"),
        ("most_words = 10", "most_word = 10", r"clocks\.thanks\.most_word is no entry .*did you mean 'most_words'"),
    ],
)
def test_states_that_nobody_has_are_refused_with_the_nearest(changed, old, new, message):
    with pytest.raises(ValueError, match=message):
        load_policy(changed((old, new)))
