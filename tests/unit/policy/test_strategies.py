"""Each strategy adds its own bounded points and says why; together they never leave the priority's band."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.decision import RouteOption
from ticket_triage.domain.desk import Agent, Desk, OpenTicket
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import PolicyInvalidError
from ticket_triage.policy import decide, load_policy, rank

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URGENCY = HeadPrediction("urgency", "critical", ("low", "medium", "high", "critical"), (0.0, 0.0, 0.5, 0.5))
ANGRY = HeadPrediction("sentiment", "negative", ("negative", "neutral", "positive"), (0.8, 0.2, 0.0))
OUTAGE, ICON = "Checkout is down for everyone", "URGENT!!! the icon is ugly"


def place(ticket, prediction=NO_PREDICTION, policy=POLICY, route=None):
    decision = decide(ticket, prediction, policy, NOW)
    if route is not None:
        decision = replace(decision, route=route)
    return rank([(ticket, decision)], policy, NOW)[0]


def model(*heads):
    return Prediction(heads, ModelReference("desk", "1", "0" * 64), 0.0)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"segment": " Enterprise "}, ("account_type", 2.0, "segment  Enterprise ")),
        ({"segment": "business"}, ("account_type", 1.0, "segment business")),
        ({"vip": True}, ("vip", 2.0, "the requester is a VIP")),
        ({"persona": "power_user"}, ("persona", 1.0, "persona power_user")),
        ({"plan": "professional"}, ("plan", 1.0, "plan professional")),
        ({"custom": {"renewal_due": True}}, ("custom_fields", 2.0, "custom.renewal_due = true")),
        (
            {"opened_at": NOW - timedelta(days=4), "body": "hello"},
            ("sla", 5.0, "first response overdue"),
        ),
    ],
)
def test_what_is_known_of_customer_and_contract_adds_its_points(known, expected):
    ticket = Ticket("T-1", **{"body": "hello", **known})
    assert expected in place(ticket).parts


def test_a_new_customer_counts_in_a_critical_issue_alone():
    new = {"customer_age_days": 30.0}
    part = ("new_customer", 3.0, "custom.customer_age_days = 30.0")
    assert part in place(Ticket("T-1", body=OUTAGE, custom=new)).parts
    assert place(Ticket("T-1", body="hello", custom=new)).parts == ()
    assert place(Ticket("T-1", body=OUTAGE, custom={"customer_age_days": 91.0})).parts == ()


def test_mood_and_predicted_urgency_count_by_their_probabilities():
    parts = place(Ticket("T-1", body="hello"), model(URGENCY, ANGRY)).parts
    assert parts == (
        ("emotion", 0.8, "sentiment negative (0.80)"),
        ("model_urgency", 1.7, "urgency critical (0.50)"),
    )


def test_a_model_that_was_not_heard_adds_nothing():
    assert place(Ticket("T-1"), model(URGENCY, ANGRY)).parts == ()


def test_a_skilled_agent_at_work_lets_the_ticket_go_first():
    route = RouteOption("payments", "category payments given", "Ana", ("payments",))
    part = ("skill_based", 2.0, "Ana has the skill and is at work")
    assert place(Ticket("T-1", body="hello"), route=route).parts == (part,)


def test_a_team_chooses_its_request_types_but_not_above_grave_work(changed):
    chosen = ('escalates_to = "product"\n', 'escalates_to = "product"\nchooses = { How_To = 1.0 }\n')
    policy = load_policy(changed(chosen))
    about = {"custom": {"category": "how_to"}}
    assert place(Ticket("T-1", body="hello", **about), policy=policy).parts == (
        ("team_choice", 2.0, "support chose how_to"),
    )
    assert place(Ticket("T-1", body="Nobody can log in", **about), policy=policy).parts == ()


CHOICE = ('escalates_to = "product"\n', 'escalates_to = "product"\nchooses = { how_to = 1.0 }\n')


def choices(policy, desk, *others):
    """Return what the queue says of three chosen tickets of 30 minutes each, oldest first."""
    asked = [Ticket(f"T-{place}", body="hello", custom={"category": "how_to"}) for place in range(3)]
    asked = [replace(ticket, opened_at=NOW - timedelta(minutes=9 - place)) for place, ticket in enumerate(asked)]
    decided = [(ticket, decide(ticket, NO_PREDICTION, policy, NOW)) for ticket in (*reversed(asked), *others)]
    found = {entry.ticket.ticket_id: entry.parts for entry in rank(decided, policy, NOW, desk=desk)}
    parts = [[part for part in found[ticket.ticket_id] if part.strategy == "team_choice"] for ticket in asked]
    return [(part.points, part.evidence) for [part] in parts]


def test_what_a_team_chose_goes_forward_until_its_share_of_the_room_is_full(changed):
    policy = load_policy(changed(CHOICE))
    free = Desk(agents=(Agent("Ana", "support", load_minutes=240),))  # 480 are a day's work, a quarter of 240 are 60
    told = "of 60 minutes of its room that may go to that"
    assert choices(policy, free) == [
        (2.0, f"support chose how_to, {minutes} {told}")
        if minutes <= 60
        else (0.0, "support chose how_to, but of its room 60 minutes may go to that")
        for minutes in (30, 60, 90)
    ]


@pytest.mark.parametrize("about", [{"capacity_minutes": 100, "load_minutes": 100}, {"present": False}])
def test_a_team_without_room_gains_nothing_by_its_choice(changed, about):
    found = choices(load_policy(changed(CHOICE)), Desk(agents=(Agent("Ana", "support", **about),)))
    assert found == [(0.0, "support chose how_to, but of its room 0 minutes may go to that")] * 3


def test_graver_work_of_the_team_comes_out_of_its_room(changed):
    policy = load_policy(changed(CHOICE))
    queue = (OpenTicket("Q-1", "support", "P1", 120), OpenTicket("Q-2", "support", "P4", 500))
    desk = Desk(agents=(Agent("Ana", "support", load_minutes=240),), queue=queue)
    assert [points for points, _ in choices(policy, desk)] == [2.0, 0.0, 0.0]  # a quarter of the 120 that are left


def test_a_team_whose_people_are_not_known_chooses_within_the_policy_alone(changed):
    policy = load_policy(changed(CHOICE))
    for desk in (None, Desk(agents=(Agent("Zoe", "billing"),))):
        assert choices(policy, desk) == [(2.0, "support chose how_to")] * 3


def test_the_queue_says_why_a_choice_did_not_count(changed):
    policy = load_policy(changed(CHOICE))
    busy = Desk(agents=(Agent("Ana", "support", capacity_minutes=1),))
    asked = [Ticket(name, body="hello", vip=name == "A", custom={"category": "how_to"}) for name in "BA"]
    decided = [(ticket, decide(ticket, NO_PREDICTION, policy, NOW)) for ticket in asked]
    assert "0.00 for support chose how_to, but of its room" in rank(decided, policy, NOW, desk=busy)[0].why_above_next


def test_a_strategy_without_points_is_off(changed):
    still = load_policy(changed(("[strategies.vip]\npoints = 2", "[strategies.vip]\npoints = 0")))
    assert place(Ticket("T-1", body="hello", vip=True), policy=still).parts == ()


def test_the_reason_names_every_part():
    vip, other = Ticket("B", body="hello", vip=True, persona="power_user"), Ticket("A", body="hello")
    decided = [(ticket, decide(ticket, NO_PREDICTION, POLICY, NOW)) for ticket in (other, vip)]
    assert rank(decided, POLICY, NOW)[0].why_above_next.endswith(
        "points in the queue (2.00 for the requester is a VIP, 1.00 for persona power_user), against 25.00"
    )


KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "vip": st.booleans(),
        "segment": st.sampled_from(["enterprise", "free", "startup"]),
        "plan": st.sampled_from(["enterprise", "premium", "free"]),
        "persona": st.sampled_from(["power_user", "casual"]),
        "annual_value": st.floats(0, 1e7),
        "opened_at": st.integers(-10, 100_000).map(lambda hours: NOW - timedelta(hours=hours)),
        "custom": st.just({"renewal_due": True, "customer_age_days": 3.0}),
    },
)


@settings(deadline=None)
@given(grave=KNOWN, loud=KNOWN, mood=st.booleans(), icon_first=st.booleans())
def test_checkout_down_outranks_the_ugly_icon_whoever_asks_and_however_long_it_waits(grave, loud, mood, icon_first):
    shouted = model(URGENCY, ANGRY) if mood else NO_PREDICTION
    outage, icon = Ticket("Z", OUTAGE, **grave), Ticket("A", ICON, **loud)
    decided = [
        (outage, decide(outage, NO_PREDICTION, POLICY, NOW)),
        (icon, decide(icon, shouted, POLICY, NOW)),
    ]
    for arrivals in ((), [NOW - timedelta(seconds=second) for second in range(500)]):
        queue = rank(decided[::-1] if icon_first else decided, POLICY, NOW, arrivals)
        assert [entry.ticket.ticket_id for entry in queue] == ["Z", "A"]


@settings(deadline=None)
@given(known=KNOWN, body=st.sampled_from(["hello", OUTAGE, ICON, "payments are failing"]))
def test_strategies_never_lift_a_ticket_out_of_its_priority(known, body):
    ticket = Ticket("T-1", body=body, **{**known, "opened_at": None})
    entry = place(ticket, model(URGENCY, ANGRY))
    lowest, highest = POLICY.ladder.band(entry.decision.priority)
    assert lowest <= round(entry.standing * 100) <= highest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[strategies.vip]\npoints = 2", "[strategies.vipp]\npoints = 2"), r"strategies\.vipp .*did you mean 'vip'"),
        (("{ power_user = 1.0,", "{ power_user = 1.5,"), r"strategies\.persona\.values\.power_user is 1\.5"),
        (("mid_market = 0.5 }", "mid_markt = 0.5 }"), "names 'mid_markt'.*did you mean 'mid_market'"),
        (("values = { enterprise = 1.0, premium", "values = { gold = 1.0, premium"), r"strategies\.plan.*'gold'"),
        (('"custom.renewal_due"', '"renewal"'), r"strategies\.custom_fields\.rules\.1\.when\.renewal is no field"),
        (("off_at = 60", "off_at = 120"), r"surge\.off_at is 120, but must be under on_at \(120\)"),
        (
            ("team_choice = 0\n", "team_chioce = 0\n"),
            r"surge\.points\.team_chioce .*'team_choice'\?$",
        ),
        (('when = { "custom.customer_age_days" = { at_most = 90 } }', "when = {}"), "must name a field"),
        (('"product"\n\n# Who', '"product"\nchooses = { howto = 1 }\n\n# Who'), "'howto'.*did you mean 'how_to'"),
    ],
)
def test_a_strategy_that_cannot_be_meant_is_refused(changed, change, message):
    with pytest.raises(PolicyInvalidError, match=message):
        load_policy(changed(change))
