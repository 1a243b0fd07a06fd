"""What goes wrong with service clocks elsewhere, one named case each; the numbers are threads of the projects named."""

from datetime import UTC, datetime, timedelta

import pytest

from ticket_triage.domain.events import Event
from ticket_triage.policy import load_policy
from ticket_triage.policy.sla import read_clocks

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # the shipped business hours are 9 to 17 UTC, Monday to Friday
POLICY = load_policy()


def at(hours: float) -> datetime:
    """Return a moment so many hours after Monday's opening."""
    return MONDAY + timedelta(hours=hours)


def log(*steps):
    """Return the events of a ticket opened on Monday at nine: (hours later, kind, value or text)."""
    events = [Event("T-1", MONDAY, "opened")]
    for hours, kind, *rest in steps:
        said = {"text": rest[0]} if kind == "customer_message" and rest else {}
        events.append(Event("T-1", at(hours), kind, None if said else (rest or [None])[0], **said))
    return events


def clock(name, hours, *steps, policy=POLICY, priority="P2", plan=None):
    return read_clocks(log(*steps), policy, at(hours), priority=priority, plan=plan).reading(name)


@pytest.fixture
def with_policy(tmp_path):
    def write(*pairs):
        from importlib.resources import files

        text = files("ticket_triage.policy").joinpath("default.toml").read_text("utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "policy.toml"
        path.write_text(text, "utf-8")
        return load_policy(path)

    return write


def test_osticket_3034_the_clock_stands_still_while_waiting_for_the_customer():
    reading = clock("resolution", 7, (1, "status_changed", "waiting for customer"), (5, "status_changed", "open"))
    assert (reading.consumed, reading.paused) == (3 * HOUR, 4 * HOUR)
    unpaused = clock("resolution", 7)
    assert reading.due_at == datetime(2026, 3, 4, 13, 0, tzinfo=UTC)
    assert unpaused.due_at == datetime(2026, 3, 3, 17, 0, tzinfo=UTC)


def test_freescout_3756_and_osticket_1168_nights_weekends_and_holidays_do_not_count(with_policy):
    policy = with_policy(("holidays = [2026-01-01", "holidays = [2026-03-09, 2026-01-01"))
    friday = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
    reading = read_clocks([Event("T-1", friday, "opened")], policy, friday, priority="P2").reading("first_response")
    assert reading.due_at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def test_chatwoot_14009_and_frappe_2212_a_lunch_break_does_not_count(with_policy):
    policy = with_policy(("monday = [", 'monday = ["08:00-12:00", "13:30-18:00"] #'))
    opened = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    reading = read_clocks([Event("T-1", opened, "opened")], policy, opened, priority="P2").reading("first_response")
    assert reading.due_at == datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


def test_glpi_6902_and_15605_a_change_of_sla_keeps_the_time_on_hold():
    steps = [(1, "status_changed", "pending"), (3, "priority_changed", "P1"), (6, "status_changed", "open")]
    reading = clock("resolution", 6.5, *steps)
    assert reading.paused == 5 * HOUR
    assert reading.consumed == 1.5 * HOUR
    assert reading.remaining == 2.5 * HOUR  # of the four hours that P1 allows
    change = reading.changes[0]
    assert (change.old_minutes, change.new_minutes, change.consumed) == (960, 240, 1 * HOUR)
    assert change.at == at(3)


def test_glpi_9082_and_10594_a_pause_outside_business_hours_moves_no_deadline():
    steps = [(8, "status_changed", "pending"), (24, "status_changed", "open")]
    reading = clock("resolution", 25, *steps)
    assert reading.paused == 0 * HOUR
    assert reading.due_at == clock("resolution", 25).due_at


def test_erpnext_49414_a_pause_over_night_counts_only_the_hours_of_work_in_it():
    steps = [(7, "status_changed", "pending"), (25, "status_changed", "open")]
    reading = clock("resolution", 25, *steps)
    assert reading.paused == 2 * HOUR
    assert reading.due_at == datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def test_glpi_23359_the_time_between_resolution_and_reopening_is_neither_work_nor_pause():
    reading = clock("resolution", 6, (1, "resolved"), (5, "reopened"))
    assert (reading.consumed, reading.paused, reading.open) == (2 * HOUR, 0 * HOUR, True)


def test_zammad_188_several_reopenings_count_only_open_time():
    steps = [(1, "resolved"), (2, "reopened"), (3, "closed"), (5, "reopened"), (6, "resolved")]
    reading = clock("resolution", 30, *steps)
    assert (reading.state, reading.consumed, reading.stopped_at) == ("met", 3 * HOUR, at(6))


def test_znuny_369_a_reopening_never_starts_the_resolution_anew():
    reading = clock("resolution", 2, (1, "resolved"), (1.5, "reopened"))
    assert reading.started_at == MONDAY
    assert reading.consumed == 1.5 * HOUR


def test_zammad_5624_a_rule_without_a_clock_takes_the_clock_away(with_policy):
    policy = with_policy(("next_reply_minutes = 960\n", ""))
    steps = [(1, "public_reply"), (2, "customer_message", "still broken"), (3, "priority_changed", "P4")]
    before, later = (clock("next_reply", hours, *steps, policy=policy) for hours in (2.5, 4))
    assert (before.state, before.target_minutes) == ("running", 240)
    assert (later.state, later.due_at, later.rule) == ("no target", None, "none")
    assert later.why == "the policy sets no such target for priority P4"


def test_zammad_5177_next_reply_does_not_run_before_the_first_response():
    assert clock("next_reply", 5, (1, "customer_message", "hello?"), (2, "customer_message", "anybody?")) is None
    assert clock("first_response", 1, (0.5, "customer_message", "hello?")).due_at == at(2)


def test_zammad_3140_an_answered_ticket_does_not_escalate():
    steps = [(1, "public_reply"), (2, "customer_message", "still broken"), (3, "public_reply")]
    reading = clock("next_reply", 300, *steps)
    assert (reading.state, reading.stopped_by, reading.consumed) == ("met", "public reply", 1 * HOUR)


def test_zammad_2082_the_first_reply_stops_the_clock_at_once():
    assert clock("first_response", 1, (1, "public_reply")).state == "met"


def test_chatwoot_10178_resolution_stops_the_next_reply_and_a_goodbye_starts_none():
    steps = [(1, "public_reply"), (2, "customer_message", "one more thing"), (3, "resolved")]
    assert clock("next_reply", 300, *steps).stopped_at == at(3)
    farewell = clock("next_reply", 300, *steps, (4, "customer_message", "see you at the fair then"))
    assert (farewell.number, farewell.stopped_at) == (1, at(3))


def test_chatwoot_13392_a_late_first_response_stays_missed_after_it_came():
    reading = clock("first_response", 5, (3, "public_reply"), (4, "customer_message", "ok, and now what"))
    assert (reading.state, reading.due_at, reading.remaining) == ("missed", at(2), -1 * HOUR)


def test_frappe_1542_a_reply_fulfils_the_response_and_not_the_resolution():
    assert clock("first_response", 2, (1, "public_reply")).state == "met"
    assert clock("resolution", 2, (1, "public_reply")).state == "running"


def test_frappe_3235_and_zammad_3928_the_rule_that_applies_and_why_is_said():
    reading = clock("resolution", 1, (0.5, "calendar_changed", "always"), plan="Premium")
    assert reading.rule == "plan premium on sla.P2 in calendar always"
    assert reading.why == "priority P2, plan Premium, calendar changed to always"


def test_zammad_2579_what_was_consumed_is_known_when_it_is_closed():
    reading = clock("resolution", 30, (5, "closed"))
    assert (reading.consumed, reading.remaining, reading.stopped_by) == (5 * HOUR, 11 * HOUR, "resolution")


ANSWERED = [(1, "public_reply"), (2, "status_changed", "waiting for customer"), (3, "customer_message", "here it is")]


def test_zammad_1322_a_customer_who_answers_waits_for_a_reply_and_the_clock_runs_on():
    reply, resolution = (clock(name, 4, *ANSWERED) for name in ("next_reply", "resolution"))
    assert (reply.state, reply.due_at) == ("running", at(7))
    assert (resolution.state, resolution.consumed, resolution.paused) == ("running", 3 * HOUR, 1 * HOUR)


def test_a_desk_may_have_pauses_last_until_its_state_changes(with_policy):
    policy = with_policy(
        (
            'ended_by_answer = [\n    "pending", "waiting", "waiting for customer",',
            'ended_by_answer = [\n    "pending",',
        )
    )
    resolution = clock("resolution", 4, *ANSWERED, policy=policy)
    assert (resolution.state, resolution.consumed) == ("paused", 2 * HOUR)


@pytest.mark.parametrize("state", ["on hold", "waiting for third party"])
def test_an_answer_ends_no_pause_that_waits_for_somebody_else(state):
    steps = [(1, "public_reply"), (2, "status_changed", state), (3, "customer_message", "any news of it")]
    assert clock("resolution", 4, *steps).state == "paused"


def test_an_agents_own_hold_outlasts_an_answer_unless_the_policy_says_otherwise(with_policy):
    steps = [(1, "public_reply"), (2, "paused"), (3, "customer_message", "any news of it")]
    policy = with_policy(("ended_by_answer = [", 'ended_by_answer = ["paused", '))
    assert clock("resolution", 4, *steps).state == "paused"
    assert clock("resolution", 4, *steps, policy=policy).consumed == 3 * HOUR


def test_thanks_alone_end_no_pause():
    steps = [(1, "public_reply"), (2, "status_changed", "pending"), (3, "customer_message", "Thank you!")]
    assert clock("resolution", 4, *steps).state == "paused"


def test_asking_again_after_an_answer_pauses_again():
    steps = [*ANSWERED, (4, "public_reply"), (4, "status_changed", "waiting for customer")]
    reading = clock("resolution", 6, *steps)
    assert (reading.state, reading.consumed, reading.paused) == ("paused", 3 * HOUR, 3 * HOUR)


def test_a_state_that_follows_the_answer_changes_nothing_more():
    late = clock("resolution", 6, *ANSWERED, (5, "status_changed", "open"))
    assert (late.consumed, late.paused) == (5 * HOUR, 1 * HOUR)


def test_a_pause_that_begins_at_the_very_moment_of_a_message_stays():
    steps = [(1, "public_reply"), (2, "status_changed", "pending"), (2, "customer_message", "one thing more")]
    assert clock("resolution", 3, *steps).state == "paused"


# What the standards say (ITIL practice) -----------------------------------------------------------------------------


def test_first_response_starts_at_creation_and_no_move_resets_it():
    steps = [(0.5, "moved", "second line"), (1, "team_changed", "platform")]
    reading = clock("first_response", 1.5, *steps)
    assert (reading.started_at, reading.due_at) == (MONDAY, at(2))


def test_next_reply_starts_at_the_oldest_message_without_an_answer():
    steps = [(1, "public_reply"), (2, "customer_message", "not yet"), (3, "customer_message", "hello?")]
    assert clock("next_reply", 4, *steps).due_at == at(6)


@pytest.mark.parametrize("kind", ["automatic_reply", "internal_note"])
def test_neither_an_automatic_reply_nor_a_note_is_a_response(kind):
    assert clock("first_response", 1, (0.1, kind)).open
    assert clock("next_reply", 3, (1, "public_reply"), (2, "customer_message", "not yet"), (2.5, kind)).open


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Great, thank you so much for your help :-)",
        "Vielen Dank, klappt jetzt wieder. Viele Grüße",
        "Merci beaucoup pour votre aide !",
        "¡Muchas gracias!",
        "Grazie mille",
        "thank you\n> did the restart help?",
    ],
)
def test_a_last_thanks_starts_nothing_anew(text):
    steps = [(1, "public_reply"), (2, "customer_message", text)]
    assert clock("next_reply", 20, *steps) is None
    reopened = [(1, "resolved"), (2, "customer_message", text), (2, "reopened"), (2, "status_changed", "open")]
    assert clock("resolution", 20, *reopened).stopped_at == at(1)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but it still fails",
        "Thank you, is it fixed now?",
        "Danke, aber es geht nicht",
        "Merci, mais ça ne fonctionne pas",
        "ok",
        "",
        "Thanks for the help with the first invoice and the second one too",
    ],
)
def test_thanks_with_more_to_say_waits_for_an_answer(text):
    assert clock("next_reply", 3, (1, "public_reply"), (2, "customer_message", text)).open
    assert clock("resolution", 3, (1, "resolved"), (2, "customer_message", text), (2, "reopened")).open


def test_outside_the_calendar_nothing_runs():
    assert clock("resolution", 8).consumed == clock("resolution", 23.9).consumed == 8 * HOUR


def test_a_change_of_priority_keeps_start_and_consumed_time():
    reading = clock("resolution", 5, (3, "priority_changed", "P1"))
    assert (reading.started_at, reading.consumed, reading.due_at) == (MONDAY, 5 * HOUR, at(4))
    assert reading.state == "missed"


def test_a_lower_priority_late_is_judged_by_what_was_in_force_before_the_end():
    steps = [(3, "public_reply"), (3, "priority_changed", "P4")]
    assert clock("first_response", 5, *steps).state == "missed"


def test_a_change_of_calendar_counts_each_part_in_its_own():
    steps = [(8, "calendar_changed", "always"), (20, "calendar_changed", "business")]
    reading = clock("resolution", 24, *steps)
    assert reading.consumed == (8 + 12) * HOUR
    assert reading.due_at == at(16)


def test_the_warning_comes_at_three_quarters():
    assert clock("first_response", 1.4).warn_at == at(1.5)
    assert [clock("first_response", hours).warned for hours in (1.4, 1.5)] == [False, True]


def test_a_reply_at_the_very_moment_it_is_due_is_in_time():
    assert clock("first_response", 9, (2, "public_reply")).state == "met"
    late = read_clocks(
        [*log(), Event("T-1", at(2) + timedelta(microseconds=1), "public_reply")], POLICY, at(9), priority="P2"
    )
    assert late.reading("first_response").state == "missed"


def test_a_deadline_at_closing_time_is_past_when_the_next_day_begins():
    opened = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    events = [Event("T-1", opened, "opened"), Event("T-1", datetime(2026, 3, 3, 8, 0, tzinfo=UTC), "public_reply")]
    reading = read_clocks(events, POLICY, at(24), priority="P2").reading("first_response")
    assert (reading.due_at, reading.state) == (at(8), "missed")


def test_a_paused_clock_foresees_no_breach_and_says_what_is_left():
    reading = clock("resolution", 100, (4, "paused", "waiting for a part"))
    assert (reading.state, reading.due_at, reading.remaining) == ("paused", None, 12 * HOUR)
    assert reading.why == "priority P2; stands still in state paused"


def test_work_that_is_over_without_a_reply_has_been_answered():
    reading = clock("first_response", 30, (1, "resolved"))
    assert (reading.state, reading.stopped_by) == ("met", "resolution")
