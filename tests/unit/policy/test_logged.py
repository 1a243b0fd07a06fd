"""A decision heeds what happened to its ticket: pauses move deadlines and hold back escalation."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ticket_triage.domain.events import Event
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.recorded import recorded_of
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadValueError, ReceiptError
from ticket_triage.policy import decide, decide_again, load_policy, rank
from ticket_triage.policy.sla import read_clocks

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # the shipped business hours are 9 to 17 UTC, Monday to Friday
POLICY = load_policy()
TICKET = Ticket("T-1", subject="Please add a dark mode", opened_at=MONDAY)  # P3


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def log(*steps):
    return [Event("T-1", MONDAY, "opened")] + [
        Event("T-1", at(hours), kind, *([value[0]] if value else [])) for hours, kind, *value in steps
    ]


def decided(hours, *steps, ticket=TICKET):
    return decide(ticket, NO_PREDICTION, POLICY, at(hours), log=log(*steps) if steps else ())


def answer(decision, question):
    return next(entry for entry in decision.escalation.answers if entry.question == question)


WAITING = (1, "status_changed", "waiting for customer")
BACK = (25, "status_changed", "open")


def test_a_pause_moves_the_deadline_by_the_working_time_it_took():
    whole, paused = decided(26).deadline("resolution"), decided(26, WAITING, BACK).deadline("resolution")
    assert (whole.due_at.day, paused.due_at.day) == (6, 9)  # from Friday's end over the weekend to Monday's
    assert paused.rule == whole.rule


def test_while_it_waits_nothing_is_due_and_the_receipt_says_why():
    deadline = decided(26, WAITING).deadline("resolution")
    assert (deadline.due_at, deadline.rule.endswith(", which stands still")) == (None, True)


def test_a_ticket_that_waits_is_not_escalated_for_its_age():
    late = 24 * 60
    assert answer(decided(late), "time_to_resolution").answer == "yes"
    assert answer(decided(late), "sla_breach").answer == "yes"
    waiting = decided(late, (1, "public_reply"), WAITING)
    assert answer(waiting, "time_to_resolution").answer == "no"
    assert answer(waiting, "sla_breach").answer == "no"
    assert waiting.escalation.next_turn is None
    assert "at a standstill" in answer(waiting, "time_to_resolution").evidence


def test_after_a_pause_the_next_turn_is_later_by_the_time_it_stood_still():
    plain = decided(26, (1, "public_reply")).escalation
    paused = decided(26, (1, "public_reply"), WAITING, BACK).escalation
    assert paused.next_turn.at > plain.next_turn.at


def test_what_was_answered_is_due_no_more():
    decision = decided(3, (1, "public_reply"))
    assert [entry.clock for entry in decision.deadlines] == ["resolution"]
    assert "resolution due by" in decision.reason
    asked = decided(3, (1, "public_reply"), (2, "customer_message"))
    assert [entry.clock for entry in asked.deadlines] == ["next_reply", "resolution"]


def test_work_that_is_over_is_due_never():
    decision = decided(3000, (1, "resolved"))
    assert decision.deadlines == ()
    assert not decision.escalation.escalate


def test_the_deadlines_are_those_the_clocks_say():
    steps = [
        (1, "public_reply"),
        (2, "customer_message"),
        (3, "paused"),
        (5, "resumed"),
        (6, "calendar_changed", "always"),
    ]
    decision = decided(7, *steps)
    clocks = read_clocks(log(*steps), POLICY, at(7), priority=decision.priority)
    expected = {entry.clock: entry.due_at for entry in clocks.readings if entry.open}
    assert {entry.clock: entry.due_at for entry in decision.deadlines} == expected


def test_an_earlier_priority_judges_what_stopped_then():
    steps = [(0, "priority_changed", "P4"), (5, "public_reply")]
    outage = Ticket("T-1", "Checkout is down for everyone", opened_at=MONDAY)
    decision = decided(6, *steps, ticket=outage)
    assert decision.priority == "P1"
    assert answer(decision, "sla_breach").evidence == "resolution is overdue"


def test_a_priority_or_calendar_nobody_knows_counts_for_nothing():
    strange = [(1, "priority_changed", "Sev 1"), (2, "calendar_changed", "moon")]
    assert decided(3, (0, "moved"), *strange).as_json() == decided(3, (0, "moved")).as_json()


@pytest.mark.parametrize("steps", [[], [(0.5, "internal_note")], [(0, "priority_changed", "P3")]])
def test_a_log_that_tells_nothing_new_changes_no_byte(steps):
    assert decided(3, (0, "moved"), *steps).as_json() == decided(3).as_json()


def test_later_events_and_their_order_make_no_difference():
    events = log((1, "public_reply"), WAITING, (2, "customer_message"))
    one = decide(TICKET, NO_PREDICTION, POLICY, at(4), log=events)
    other = decide(TICKET, NO_PREDICTION, POLICY, at(4), log=[Event("T-1", at(5), "closed"), *reversed(events)])
    assert one.as_json() == other.as_json()


def test_the_receipt_gives_the_decision_again_to_the_byte():
    steps = [(1, "public_reply"), (2, "customer_message"), WAITING, (3, "priority_changed", "P2"), (9, "paused")]
    decision = decided(30, *steps)
    receipt = recorded_of(json.loads(decision.as_json()), "receipt")
    for ticket in (TICKET, None):
        assert decide_again(receipt, NO_PREDICTION, POLICY, None, ticket).as_json() == decision.as_json()


def test_a_receipt_keeps_no_text_of_the_log_and_stays_short():
    talk = [(hours / 10, kind) for hours in range(1, 200) for kind in ("customer_message", "public_reply")]
    facts = decided(30, *talk).facts["log"]
    assert len(facts["marks"]) <= 5
    assert set(facts) == {"opened_at", "standings", "marks"}


@pytest.mark.parametrize(
    "log", [{}, {"opened_at": "x"}, {"opened_at": "2026-03-02T09:00:00Z", "standings": [], "marks": []}]
)
def test_a_log_altered_by_hand_is_refused(log):
    content = json.loads(decided(3).as_json())
    content["facts"]["log"] = log
    with pytest.raises(ReceiptError, match="log"):
        decide_again(recorded_of(content, "receipt"), NO_PREDICTION, POLICY, None)


def test_a_log_of_another_ticket_is_refused():
    with pytest.raises(BadValueError, match="T-2"):
        decide(TICKET, NO_PREDICTION, POLICY, at(1), log=[Event("T-2", MONDAY, "opened")])


def test_in_the_queue_a_ticket_that_waits_gains_nothing_from_its_deadline():
    late = 24 * 20

    def standing(*steps):
        decision = decided(late, *steps)
        (place,) = rank([(TICKET, decision)], POLICY, at(late))
        return [part.strategy for part in place.parts]

    assert "sla" in standing()
    assert "sla" not in standing((1, "public_reply"), WAITING)
