from datetime import UTC, datetime, timedelta

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUESTIONS = [
    "severity",
    "impact",
    "time_to_resolution",
    "stakeholder_visibility",
    "sla_breach",
    "reputation",
    "legal",
    "resources",
    "complexity",
    "conflict",
]


def escalation(policy, body, **known):
    return decide(Ticket("T-1", body=body, **known), NO_PREDICTION, policy, NOW).escalation


def answer(policy, question, body, **known):
    return next(entry for entry in escalation(policy, body, **known).answers if entry.question == question)


def test_the_ten_questions_are_always_answered_in_order(policy):
    assert [entry.question for entry in escalation(policy, "").answers] == QUESTIONS
    assert {entry.answer for entry in escalation(policy, "").answers} == {"unknown"}


@pytest.mark.parametrize(
    ("question", "body", "known", "expected", "evidence"),
    [
        ("severity", "nobody can pay", {}, "yes", "everyone_blocked: 'nobody' with 'can' with 'pay'"),
        ("severity", "hello", {}, "no", "no signal of it in the ticket"),
        ("impact", "hello", {"vip": True}, "yes", "the requester is a VIP"),
        ("impact", "hello", {"segment": "Enterprise"}, "yes", "segment Enterprise is critical"),
        ("impact", "hello", {"annual_value": 100_000.0}, "yes", "annual value 100000"),
        ("impact", "hello", {"affected_users": 100}, "yes", "affected users: 100"),
        ("impact", "payments are failing", {}, "yes", "payment_blocked: 'payments are failing'"),
        ("impact", "hello", {"vip": False}, "no", "neither the customer nor the process is critical"),
        ("impact", "hello", {}, "unknown", "nothing is known of the customer"),
        ("stakeholder_visibility", "our CEO asks", {}, "yes", "executive: 'our ceo'"),
        ("stakeholder_visibility", "our CEO asks", {"stakeholder_aware": False}, "no", "no stakeholder is aware"),
        ("stakeholder_visibility", "hello", {"stakeholders": ("Ann", "Bo")}, "yes", "stakeholders who watch: 2"),
        ("reputation", "the press has called", {}, "yes", "reputation: 'the press'"),
        ("legal", "our lawyer asks", {}, "yes", "legal: 'our lawyer'"),
        ("conflict", "hello", {"conflict": True}, "yes", "people disagree on how to resolve it"),
        ("conflict", "hello", {"conflict": False}, "no", "nobody disagrees"),
        ("resources", "hello", {}, "unknown", "the team's load is not known here"),
        ("complexity", "hello", {}, "unknown", "no tier has been assigned yet"),
    ],
)
def test_an_answer_names_its_evidence(policy, question, body, known, expected, evidence):
    entry = answer(policy, question, body, **known)
    assert (entry.answer, entry.evidence) == (expected, evidence)


@pytest.mark.parametrize(("hours", "expected"), [(71, "no"), (72, "no"), (73, "yes")])
def test_open_too_long_is_counted_per_priority(policy, hours, expected):
    entry = answer(policy, "time_to_resolution", "hello", opened_at=NOW - timedelta(hours=hours))
    assert (entry.answer, entry.evidence) == (expected, f"open for {hours}.0 hours, P3 allows 72")


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (22, "every clock has time left"),
        (23, "first response is close to its deadline"),
        (30, "first response is overdue"),
        (-5, "every clock has time left"),
    ],
)
def test_a_breach_is_seen_coming(policy, minutes, expected):
    entry = answer(policy, "sla_breach", "Nobody can log in", opened_at=NOW - timedelta(minutes=minutes))
    assert entry.evidence == expected


def test_severity_alone_escalates_to_the_team_with_other_skills(policy):
    found = escalation(policy, "Nobody can log in", opened_at=NOW)
    assert (found.escalate, found.direction, found.to) == (True, "functional", "product")


def test_trouble_with_people_goes_up_to_the_manager(policy):
    found = escalation(policy, "our lawyer asks", conflict=True, stakeholder_aware=True, opened_at=NOW)
    assert (found.escalate, found.direction, found.to) == (True, "hierarchical", "head of customer support")


def test_below_the_policys_number_nothing_is_escalated(policy, changed):
    known = {"conflict": True, "stakeholder_aware": True, "opened_at": NOW}
    found = escalation(policy, "hello", **known)
    assert (found.escalate, found.direction, found.to) == (False, None, None)
    eager = load_policy(changed(("yes_needed = 3", "yes_needed = 2")))
    assert escalation(eager, "hello", **known).escalate
