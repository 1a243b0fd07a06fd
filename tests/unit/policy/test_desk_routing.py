"""With the desk known, a ticket goes to whoever can take it best, and never where it must not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.desk import Agent, Desk, OpenTicket
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import DeskError, PolicyInvalidError
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAYMENT = {"custom": {"category": "payments"}}
CATEGORIES = ["payments", "checkout", "billing_invoice", "how_to", "login_access", "reporting", "unheard of"]


def decided(desk, policy=POLICY, prediction=NO_PREDICTION, now=NOW, **known):
    return decide(Ticket("T-1", **{"body": "hello", **known}), prediction, policy, now, desk)


def predicted(**probabilities):
    answer = max(probabilities, key=probabilities.get)
    head = HeadPrediction("category", answer, tuple(probabilities), tuple(probabilities.values()))
    return Prediction((head,), ModelReference("desk", "1", "0" * 64), 0.0)


def agent(name="Ana", team="payments", **more):
    return Agent(name, team, **{"skills": ("Payments",), **more})


def taken_by(*agents, **known):
    return decided(Desk(agents=agents), **{**PAYMENT, **known}).route.agent


def test_skill_comes_before_load_and_load_before_name():
    idle = agent("Ana", skills=("refunds",))
    skilled, busier = agent("Cy", load_minutes=60), agent("Bo", load_minutes=90)
    assert taken_by(idle, busier, skilled) == "Cy"
    assert taken_by(idle, replace(busier, load_minutes=60), skilled) == "Bo"


def test_load_is_a_share_of_what_somebody_can_hold():
    part_time = agent("Ana", load_minutes=60, capacity_minutes=120)
    assert taken_by(part_time, agent("Bo", load_minutes=100, capacity_minutes=480)) == "Bo"


@pytest.mark.parametrize(
    "unable",
    [
        {"present": False},
        {"calendar": "business"},
        {"capacity_minutes": 100, "load_minutes": 71},
        {"languages": ("en", "DE")},
    ],
)
def test_who_is_away_full_or_cannot_be_understood_is_not_chosen(unable):
    at_night = NOW - timedelta(hours=3)
    known = {**PAYMENT, "language": "FR", "now": at_night}
    assert decided(Desk(agents=(agent(**unable), agent("Bo", languages=("fr",)))), **known).route.agent == "Bo"
    alone = decided(Desk(agents=(agent(**unable),)), **known).route
    assert (alone.team, alone.agent) == ("payments", None)
    assert alone.reason == "category payments given; nobody of it is free"


def test_the_lowest_tier_that_suffices_takes_it():
    known = {"custom": {"category": "integration_api"}}
    people = [agent(f"T{tier}", "integrations", skills=("integration_api",), tier=tier) for tier in (3, 2, 1)]
    assert decided(Desk(agents=tuple(people)), **known).route.agent == "T2"


def test_a_team_without_anybody_free_gives_way_only_to_the_skill():
    away, skilled = agent(present=False), agent("Bo", "billing")
    prediction = predicted(payments=0.8, billing_invoice=0.2)
    route = decided(Desk(agents=(away, skilled)), prediction=prediction).route
    assert (route.team, route.agent, route.skills) == ("billing", "Bo", ("payments",))
    assert route.reason == "category billing_invoice has 0.20; nobody in payments is free"
    unskilled = decided(Desk(agents=(away, replace(skilled, skills=())))).route
    assert decided(Desk(agents=(away, replace(skilled, skills=()))), prediction=prediction).route.team == "payments"
    assert unskilled.team == "support"


@settings(deadline=None)
@given(
    closed=st.sets(st.sampled_from(sorted(POLICY.router.escalates_to))),
    category=st.sampled_from(CATEGORIES),
    body=st.sampled_from(["hello", "data leak", "payments are failing", "Nobody can log in"]),
    locked=st.sampled_from([None, *sorted(POLICY.router.escalates_to)]),
)
def test_a_route_never_names_a_closed_team(closed, category, body, locked):
    locks = {} if locked is None else {"T-1": {"team": locked}}
    desk = Desk(closed_teams=frozenset(closed), locks=locks)
    decision = decided(desk, body=body, custom={"category": category})
    named = {option.team for option in (decision.route, *decision.runners_up)} | {decision.escalation.functional}
    assert named.isdisjoint(closed)
    if decision.route.team is None:
        assert locked in closed or len(closed) == len(POLICY.router.escalates_to)


def test_a_team_is_closed_outside_its_own_calendar(changed):
    hours = ('about = "payments, checkout and refunds"\n', 'about = "payments"\ncalendar = "business"\n')
    policy = load_policy(changed(hours))
    night = NOW - timedelta(hours=3)
    assert decide(Ticket("T-1", **PAYMENT), NO_PREDICTION, policy, night).route.team == "support"
    assert decide(Ticket("T-1", **PAYMENT), NO_PREDICTION, policy, NOW).route.team == "payments"


def test_who_handed_it_on_before_comes_last():
    desk = Desk(bounces={"T-1": ("payments",)})
    decision = decided(desk, **PAYMENT)
    assert decision.route.team == "support"
    only = frozenset(POLICY.router.escalates_to) - {"payments"}
    route = decided(Desk(bounces={"T-1": ("payments",)}, closed_teams=only), **PAYMENT).route
    assert route.reason == "category payments given; it handed the ticket on before"


def test_what_a_person_took_back_is_never_suggested_again():
    people = (agent("Ana"), agent("Bo"))
    desk = Desk(agents=people, reverts={"T-1": ("Ana",)})
    assert decided(desk, **PAYMENT).route.agent == "Bo"
    decision = decided(Desk(agents=people, reverts={"T-1": ("payments",)}), **PAYMENT)
    assert "payments" not in {option.team for option in (decision.route, *decision.runners_up)}


def test_what_a_person_chose_is_never_overwritten():
    people = (agent("Ana"), agent("Zoe", "billing", present=False, capacity_minutes=1))
    decision = decided(Desk(agents=people, locks={"T-1": {"agent": "Zoe", "priority": "P4"}}), **PAYMENT)
    assert (decision.route.team, decision.route.agent, decision.priority) == ("billing", "Zoe", "P4")
    outage = decided(Desk(locks={"T-1": {"priority": "P3"}}), body="Checkout is down for everyone")
    assert outage.priority == "P3"
    assert outage.floors[-1] == "a person chose P3 (else P1)"


def test_siblings_that_are_sure_together_go_to_their_parents_team():
    decision = decided(None, prediction=predicted(checkout=0.35, payments=0.3, how_to=0.35))
    assert decision.route.team == "payments"
    assert decision.route.reason == "no category is certain, but all of payments are (checkout 0.35, payments 0.30)"
    assert decided(None, prediction=predicted(checkout=0.2, payments=0.19, how_to=0.39)).route.team == "support"


def test_a_simulated_day_is_spread_evenly_by_weight_of_work():
    """Two hundred tickets of 30 and 60 minutes, one after the other, for five people of two sizes."""
    people = [
        agent(f"A{place}", "integrations", tier=2, skills=(), capacity_minutes=2400 if place else 1200)
        for place in range(5)
    ]
    bodies = ["hello", "the report of the month", "how do I export", "it is slow"]
    for place in range(200):
        known = {"custom": {"category": "integration_api"}} if place % 3 else {"custom": {"category": "reporting"}}
        desk = Desk(agents=tuple(people), locks={"T-1": {"team": "integrations"}})
        chosen = decided(desk, body=bodies[place % 4], **known).route.agent
        minutes = POLICY.router.needs[known["custom"]["category"]].minutes
        people = [
            replace(one, load_minutes=one.load_minutes + minutes) if one.name == chosen else one for one in people
        ]
    shares = [one.load_minutes / one.capacity_minutes for one in people]
    assert sum(one.load_minutes for one in people) == 133 * 60 + 67 * 30
    assert max(shares) - min(shares) <= 60 / 1200


@pytest.mark.parametrize(
    ("desk", "message"),
    [
        (Desk(agents=(agent(team="paymnts"),)), "Agent Ana is in team 'paymnts'.*did you mean 'payments'"),
        (Desk(agents=(agent(calendar="busines"),)), "calendar 'busines'.*did you mean 'business'"),
        (Desk(closed_teams=frozenset({"nobody"})), "closed teams name 'nobody'"),
        (Desk(locks={"T-9": {"priority": "P0"}}), "lock on ticket T-9 has priority 'P0'"),
        (Desk(queue=(OpenTicket("Q", "support", "high", 1),)), "Open ticket Q has priority 'high'"),
    ],
)
def test_a_desk_that_does_not_fit_the_policy_is_refused(desk, message):
    with pytest.raises(DeskError, match=message):
        decided(desk)


def test_a_parent_must_stand_by_itself(changed):
    with pytest.raises(PolicyInvalidError, match=r"categories\.checkout\.parent is 'default'"):
        load_policy(changed(('parent = "payments"', 'parent = "default"')))


def test_the_receipt_keeps_the_desk_in_brief():
    desk = Desk(agents=(agent(),), bounces={"T-1": ("billing",), "T-2": ("support",)})
    kept = decided(desk).as_dict()["desk"]
    assert kept["sha256"] == desk.sha256
    assert (kept["agents"], kept["bounces"], kept["locks"]) == (1, ["billing"], {})
    assert decided(None).as_dict()["desk"] is None
