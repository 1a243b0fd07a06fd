"""A receipt as text: everything that decided is in it, folded, and nothing that steers a terminal."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.decision import Deadline, ScorecardLine
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction, Reason
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy
from ticket_triage.reports.causes import causes
from ticket_triage.reports.memo import memo
from ticket_triage.reports.text import folded, printable

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
POLICY = load_policy()
URGENCY = HeadPrediction(
    "urgency", "high", ("low", "high"), (0.25, 0.75), (Reason("is down", 0.52), Reason("thanks", -0.1))
)
KNOWN = Prediction((URGENCY,), ModelReference("desk", "0003-abc", "0" * 64), 0.0)


def decision(subject="Checkout is down for everyone", prediction=KNOWN, **facts):
    return decide(Ticket("T-1", subject, **facts), prediction, POLICY, NOW)


def test_the_first_lines_say_which_ticket_and_why():
    lines = memo(decision(), width=500).splitlines()
    assert lines[:2] == ["Ticket T-1", decision().reason]


def test_every_line_of_the_scorecard_is_there_and_the_sum():
    made = decision()
    shown = memo(made, width=500)
    for line in made.scorecard:
        assert f"{line.points:6.2f} of {line.weight:g}" in shown
        assert line.evidence in shown
    assert f"{made.points:6.2f} of 100   total" in shown


def test_reasons_of_the_model_are_signed():
    assert "  urgency: high (0.75) because of is down +0.52, thanks -0.10" in memo(decision(), width=500)


def test_a_decision_by_rules_says_so():
    shown = memo(decision(prediction=NO_PREDICTION), width=500)
    assert "Prediction" not in shown
    assert shown.endswith("no model, rules only.")


def test_escalation_is_said_either_way():
    assert "\nEscalate    functional to product\n" in memo(decision())
    calm = memo(decision("How do I export a chart?", opened_at=NOW, conflict=True))
    assert "\nEscalate    no\n" in calm or "\nEscalate    hierarchical" in calm


def test_moments_read_as_a_calendar_does():
    shown = memo(decision(opened_at=NOW), width=500)
    assert "Due         first response by Mon 2026-03-02 10:00 UTC (sla.P1 in calendar always)" in shown
    assert "sla breach: not yet, but from Mon 2026-03-02 09:53 UTC on" in shown
    assert "\nP1 (critical): Somebody takes it at once" in shown


def test_a_question_to_the_requester_is_told_with_its_chance():
    head = HeadPrediction("category", "x", ("x", "y", "z", "w", "v"), (0.2, 0.2, 0.2, 0.2, 0.2))
    shown = memo(decision("Please look", Prediction((head,), KNOWN.model, 0.0)), width=500)
    assert "\nAction      ask: category probability 0.20 is under 0.30\n            ask: " in shown
    assert "% that the answer changes the priority)" in shown


def test_a_deadline_without_a_moment_says_so():
    made = replace(decision(), deadlines=(Deadline("first_response", "sla.P1", 30, None),))
    assert "Due         first response no moment (sla.P1)" in memo(made)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_lines_are_folded_under_their_content(width):
    lines = memo(decision(), width).splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.startswith(" " * 12) and line.strip() for line in lines)


@given(st.text())
def test_nothing_in_a_ticket_steers_the_terminal(text):
    shown = memo(decision(text, segment=text))
    assert all(char.isprintable() or char == "\n" for char in shown)


@given(st.text())
def test_printable_text_keeps_its_length_and_what_shows(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert all(new == (old if old.isprintable() else " ") for old, new in zip(text, shown, strict=True))


def test_a_word_longer_than_the_line_stays_whole():
    assert folded("see /a/very/long/path/to-a-file now", 10, 2) == "see\n  /a/very/long/path/to-a-file\n  now"


def line(criterion, points, evidence, origin="default"):
    return ScorecardLine(criterion, "medium", 0.5, origin, 30.0, points, evidence)


def test_causes_come_by_points_each_once_without_the_small_ones():
    card = (
        line("revenue", 12.0, "category login predicted (0.9)"),
        line("satisfaction", 15.0, "affected users: 217; sentiment negative (0.4) adds 0.87"),
        line("operations", 12.0, "category login predicted (0.9)"),
        line("urgency", 4.9, "urgency low predicted (0.97)"),
    )
    made = replace(decision(), scorecard=card)
    assert causes(made) == ["affected users: 217", "category login predicted (0.9)"]


def test_causes_name_signals_in_words_and_what_is_unknown():
    card = (
        line("revenue", 30.0, "widespread_outage: 'is down' with 'for all_of us'", "signal"),
        line("satisfaction", 20.0, "nothing is known of it", "unknown"),
        line("urgency", 0.0, "urgency low predicted (1.00)"),
    )
    named = ["widespread outage: 'is down' with 'for all_of us'", "satisfaction: nothing is known of it"]
    assert causes(replace(decision(), scorecard=card)) == named
    assert causes(replace(decision(), scorecard=card[2:])) == []
