"""What would change a priority: it does, and brute force over the grid finds nothing smaller."""

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ticket_triage.domain.desk import Desk
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy, what_would_change
from ticket_triage.policy.counterfactual import Variations

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = load_policy()
BODIES = (
    "Checkout is down for everyone", "Nobody can log in", "hello", "There is a typo on the start page",
    "We lost all our data since last night", "My payment fails, urgent!!!", "Please cancel my account",
    "The login is down and a customer is waiting", "",
)  # fmt: skip
URGENCY = ("low", "medium", "high", "critical")


@st.composite
def predictions(draw):
    shares = draw(st.tuples(*[st.integers(1, 20)] * 4))
    probabilities = tuple(share / sum(shares) for share in shares)
    answer = URGENCY[max(range(4), key=lambda place: probabilities[place])]
    head = HeadPrediction("urgency", answer, URGENCY, probabilities)
    return draw(st.sampled_from([NO_PREDICTION, Prediction((head,), ModelReference("m", "1", "0" * 64), 0.0)]))


facts = st.fixed_dictionaries(
    {},
    optional={
        "affected_users": st.sampled_from([0, 3, 30, 120, 800]),
        "annual_value": st.sampled_from([0.0, 1500.0, 60000.0, 500000.0]),
        "plan": st.sampled_from(["free", "Premium", "enterprise", "unheard of"]),
        "segment": st.sampled_from(["enterprise", "small_business"]),
        "vip": st.booleans(),
        "custom": st.fixed_dictionaries({}, optional={"revenue": st.sampled_from(["low", "high", 0.4])}),
    },
)


@settings(deadline=None, max_examples=60)
@given(body=st.sampled_from(BODIES), known=facts, prediction=predictions())
def test_the_ticket_as_it_is_and_with_any_fact_otherwise_is_judged_as_decide_does(body, known, prediction):
    ticket = Ticket("T-1", body=body, **known)
    variations = Variations(ticket, prediction, POLICY, NOW)
    assert variations.priority() == decide(ticket, prediction, POLICY, NOW).priority
    for step in variations.steps:
        if step.input.startswith("signal."):
            continue
        other = dict(known)
        if step.input.startswith("custom."):
            other["custom"] = {**known.get("custom", {}), step.input.removeprefix("custom."): step.after}
        else:
            other[step.input] = step.after
        expected = decide(Ticket("T-1", body=body, **other), prediction, POLICY, NOW).priority
        assert variations.priority([step]) == expected, step


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.sampled_from(BODIES), known=facts, prediction=predictions())
def test_brute_force_finds_nothing_smaller(body, known, prediction):
    ticket = Ticket("T-1", body=body, **known)
    variations = Variations(ticket, prediction, POLICY, NOW)
    smallest = {}
    for inputs in (1, 2):
        for way in combinations(variations.steps, inputs):
            if len({step.input for step in way}) == inputs:
                size = (inputs, sum(step.steps for step in way))
                reached = variations.priority(way)
                smallest[reached] = min(size, smallest.get(reached, size))
    steps = {(step.input, step.after): step for step in variations.steps}
    for found in what_would_change(ticket, prediction, POLICY, NOW):
        assert bool(found.changes) == (found.target in smallest)
        for way in found.changes:
            taken = [steps[change.input, change.after] for change in way]
            assert variations.priority(taken) == found.target
            assert (len(way), sum(step.steps for step in taken)) == smallest[found.target]


@pytest.mark.parametrize(
    ("ticket", "told"),
    [
        (Ticket("T-1", body="hello", affected_users=3), "P3 if affected users were 5 (not 3); or if a person gave"),
        (
            Ticket("T-1", body="Checkout is down for everyone"),
            "P2 if the ticket did not say outage; or if the ticket did not say widespread; or",
        ),
    ],
)
def test_it_reads_as_a_sentence(ticket, told):
    assert str(what_would_change(ticket, NO_PREDICTION, POLICY, NOW)[0]).startswith(told)


def test_a_signal_taken_away_takes_along_what_rests_on_it():
    ticket = Ticket("T-1", body="Checkout is down", vip=True)
    variations = Variations(ticket, NO_PREDICTION, POLICY, NOW)
    (step,) = [step for step in variations.steps if step.input == "signal.outage"]
    assert (
        variations.priority([step])
        == decide(Ticket("T-1", body="Hello", vip=True), NO_PREDICTION, POLICY, NOW).priority
    )


def test_what_a_person_fixed_is_moved_by_nothing():
    desk = Desk(locks={"T-1": {"priority": "P4"}})
    assert what_would_change(Ticket("T-1", body="hello"), NO_PREDICTION, POLICY, NOW, desk) == ()
