from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.desk import Agent, Desk, OpenTicket
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TIMED = ("time_to_resolution", "sla_breach")
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
        ("complexity", "hello", {}, "unknown", "nobody's tier or skills are known here"),
    ],
)
def test_an_answer_names_its_evidence(policy, question, body, known, expected, evidence):
    entry = answer(policy, question, body, **known)
    assert (entry.answer, entry.evidence) == (expected, evidence)


@pytest.mark.parametrize(("hours", "expected"), [(71, "no"), (72, "yes"), (73, "yes")])
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


def test_the_two_ways_stay_apart(policy):
    outage = escalation(policy, "Nobody can log in", opened_at=NOW)
    assert (outage.functional, outage.hierarchical) == ("product", None)
    people = escalation(policy, "our lawyer asks", conflict=True, stakeholder_aware=True, opened_at=NOW)
    assert (people.functional, people.hierarchical) == (None, "head of customer support")
    both = escalation(policy, "Nobody can log in, our lawyer asks", opened_at=NOW)
    assert (both.functional, both.hierarchical) == ("product", "head of customer support")
    assert (both.direction, both.to) == ("functional", "product")


def test_a_way_to_skills_passes_over_closed_teams(policy):
    def way(*closed):
        desk = Desk(closed_teams=frozenset(closed))
        return decide(Ticket("T-1", body="Nobody can log in"), NO_PREDICTION, policy, NOW, desk).escalation

    assert way("product").functional == "integrations"
    assert way(*set(policy.router.escalates_to) - {"support"}).to == "head of customer support"


@pytest.mark.parametrize(
    ("body", "minutes_ago", "question", "minutes_ahead"),
    [
        ("Nobody can log in", 0, "sla_breach", 22.5),
        ("Nobody can log in", 30, "time_to_resolution", 210),
        ("hello", 0, "sla_breach", 22 * 60),
    ],
)
def test_it_says_when_the_next_answer_turns(policy, body, minutes_ago, question, minutes_ahead):
    opened = NOW - timedelta(minutes=minutes_ago)
    turn = escalation(policy, body, opened_at=opened).next_turn
    assert turn.question == question
    assert abs(turn.at - NOW - timedelta(minutes=minutes_ahead)) <= timedelta(minutes=1)
    assert turn.at.second == turn.at.microsecond == 0


@settings(deadline=None, max_examples=40)
@given(hours=st.floats(0, 300), body=st.sampled_from(["hello", "Nobody can log in", "payments are failing"]))
def test_nothing_turns_before_the_moment_named_and_something_turns_then(hours, body):
    ticket = Ticket("T-1", body=body, opened_at=NOW - timedelta(hours=hours))

    def answers(at):
        return decide(ticket, NO_PREDICTION, POLICY, at).escalation

    turn = answers(NOW).next_turn
    if turn is None:
        assert {entry.answer for entry in answers(NOW).answers if entry.question in TIMED} == {"yes"}
        return
    now, before, then = (
        {entry.question: entry.answer for entry in answers(at).answers}
        for at in (NOW, turn.at - timedelta(microseconds=1), turn.at)
    )
    assert before == now
    assert (now[turn.question], then[turn.question]) == ("no", "yes")


def test_nothing_turns_when_the_opening_is_unknown(policy):
    assert escalation(policy, "hello").next_turn is None


def with_people(policy, *agents, queue=(), body="hello", **known):
    desk = Desk(agents=agents, queue=queue)
    found = decide(Ticket("T-1", body=body, **known), NO_PREDICTION, policy, NOW, desk).escalation
    return {entry.question: (entry.answer, entry.evidence) for entry in found.answers}


def test_a_team_without_room_lacks_capacity(policy):
    busy = Agent("Ana", "support", capacity_minutes=60, load_minutes=31)
    assert with_people(policy, busy)["resources"] == (
        "yes",
        "of 1 at work in support nobody can take 30 minutes of work",
    )
    free = replace(busy, load_minutes=30)
    assert with_people(policy, free)["resources"] == ("no", "Ana has room for 30 minutes of work")
    assert with_people(policy, replace(free, present=False))["resources"][0] == "yes"


def test_what_is_beyond_the_teams_tier_or_skills_is_complex(policy):
    known = {"custom": {"category": "integration_api"}}
    first_line = Agent("Ana", "integrations", ("integration_api",))
    asked = with_people(policy, first_line, **known)["complexity"]
    assert asked == ("yes", "it needs tier 2, integrations has tier 1 at most")
    asked = with_people(policy, Agent("Bo", "integrations", tier=2), **known)["complexity"]
    assert asked == ("yes", "nobody in integrations has the skill integration_api")
    asked = with_people(policy, replace(first_line, tier=3), **known)["complexity"]
    assert asked == ("no", "integrations has the tier and the skills")


def test_a_breach_is_predicted_from_the_work_that_stands_before(policy):
    queue = (OpenTicket("Q-1", "support", "P1", 50), OpenTicket("Q-2", "support", "P2", 600))
    outage = {"body": "Nobody can log in", "opened_at": NOW, "queue": queue}
    alone = with_people(policy, Agent("Ana", "support"), **outage)["sla_breach"]
    assert alone == ("yes", "first response is predicted late: 50 minutes of work stand before it")
    two = with_people(policy, Agent("Ana", "support"), Agent("Bo", "support"), **outage)["sla_breach"]
    assert two == ("no", "every clock has time left")


def test_trouble_with_people_goes_up_to_the_manager(policy):
    found = escalation(policy, "our lawyer asks", conflict=True, stakeholder_aware=True, opened_at=NOW)
    assert (found.escalate, found.direction, found.to) == (True, "hierarchical", "head of customer support")


def test_below_the_policys_number_nothing_is_escalated(policy, changed):
    known = {"conflict": True, "stakeholder_aware": True, "opened_at": NOW}
    found = escalation(policy, "hello", **known)
    assert (found.escalate, found.direction, found.to) == (False, None, None)
    eager = load_policy(changed(("yes_needed = 3", "yes_needed = 2")))
    assert escalation(eager, "hello", **known).escalate
