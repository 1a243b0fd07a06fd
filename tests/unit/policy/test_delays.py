"""Whom a request delays: its team's queue with it and without it, and nobody else's."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.desk import Agent, Desk
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, delayed_by, hand_out, load_policy, rank

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EXECUTIVE = "Our CEO asks for a new report, our lawyer is aware"


def queue(*tickets, desk=None):
    return rank([(ticket, decide(ticket, NO_PREDICTION, POLICY, NOW, desk)) for ticket in tickets], POLICY, NOW)


def ticket(name, body="hello", category="how_to", hours=0):
    return Ticket(name, body=body, opened_at=NOW - timedelta(hours=hours), custom={"category": category})


def test_an_executives_request_is_scored_like_any_other_and_says_whom_it_delays():
    asked = ticket("X", EXECUTIVE)
    same = Ticket("X", body=EXECUTIVE, opened_at=NOW, requester="ceo@desk.example", custom=asked.custom)
    outage = ticket("A", "Nobody can log in")
    ranking = queue(asked, outage, ticket("B"), ticket("C"), ticket("P", category="payments"))
    assert ranking[0].ticket.ticket_id == "A"
    assert decide(same, NO_PREDICTION, POLICY, NOW).points == decide(asked, NO_PREDICTION, POLICY, NOW).points
    assert delayed_by("X", ranking, POLICY) == (("B", "P4", 30), ("C", "P4", 30))


def test_more_hands_delay_less():
    two = Desk(agents=(Agent("Ana", "support"), Agent("Bo", "support")))
    ranking = queue(ticket("X", EXECUTIVE), ticket("B"), ticket("C"), ticket("D"), desk=two)
    assert delayed_by("X", ranking, POLICY, two) == (("C", "P4", 30),)


def test_the_last_and_the_unknown_delay_nobody():
    ranking = queue(ticket("A", hours=5), ticket("B"))
    assert delayed_by("B", ranking, POLICY) == delayed_by("no such ticket", ranking, POLICY) == ()


@settings(deadline=None, max_examples=30)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["how_to", "integration_api", "payments"]), st.integers(0, 90)),
        min_size=1,
        max_size=12,
    ),
    hands=st.integers(1, 4),
)
def test_the_work_that_waits_is_delayed_by_what_was_put_before_it(rows, hands):
    people = tuple(Agent(f"{team}-{place}", team) for team in POLICY.router.escalates_to for place in range(hands))
    desk = Desk(agents=people)
    ranking = queue(*(ticket(f"T-{place}", "hello", *row) for place, row in enumerate(rows)), desk=desk)
    for entry in ranking:
        length = POLICY.router.needed_by(entry.ticket, entry.decision).minutes
        delays = delayed_by(entry.ticket.ticket_id, ranking, POLICY, desk)
        position = {place.ticket.ticket_id: place.position for place in ranking}
        assert all(delay.minutes > 0 for delay in delays)
        assert all(position[delay.ticket_id] > entry.position for delay in delays)
        if hands == 1:
            assert {delay.minutes for delay in delays} <= {length}


def test_a_queue_is_handed_out_evenly_and_reverts_are_kept():
    people = tuple(Agent(name, "support") for name in ("Ana", "Bo", "Cy"))
    desk = Desk(agents=people, reverts={"T-0": ("Ana", "Bo")}, locks={"T-1": {"agent": "Ana"}})
    ranking = queue(*(ticket(f"T-{place}") for place in range(9)), desk=desk)
    given_to = dict(zip([entry.ticket.ticket_id for entry in ranking], hand_out(ranking, POLICY, desk), strict=True))
    assert sorted(given_to.values()) == ["Ana"] * 3 + ["Bo"] * 3 + ["Cy"] * 3
    assert (given_to["T-0"], given_to["T-1"]) == ("Cy", "Ana")


def test_nobody_gets_more_than_fits():
    desk = Desk(agents=(Agent("Ana", "support", capacity_minutes=60),))
    ranking = queue(*(ticket(f"T-{place}") for place in range(3)), desk=desk)
    assert hand_out(ranking, POLICY, desk) == ["Ana", "Ana", None]
