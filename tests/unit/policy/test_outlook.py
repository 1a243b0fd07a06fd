"""The distribution over priorities is that of every combination of levels, and ITIL's cell stands beside it."""

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.decision import ScorecardLine
from ticket_triage.domain.desk import Desk
from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy
from ticket_triage.policy.outlook import matrix_cell
from ticket_triage.reports.memo import memo

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CATEGORIES = ("checkout", "how_to", "never heard of")
REVENUE = ("low", "medium", "high")


def head(name, classes, weights):
    probabilities = tuple(weight / sum(weights) for weight in weights)
    return HeadPrediction(name, classes[probabilities.index(max(probabilities))], classes, probabilities)


def prediction(*heads):
    return Prediction(heads, ModelReference("desk", "1", "0" * 64), 0.1)


def decided(text, predicted, **known):
    return decide(Ticket("A", body=text, **known), predicted, POLICY, NOW)


def certain(name, classes, place):
    return head(name, classes, [1 if at == place else 0 for at in range(len(classes))])


WEIGHTS = st.integers(1, 9)


@settings(max_examples=60, deadline=None)
@given(
    urgency=st.tuples(*[WEIGHTS] * 4),
    category=st.tuples(*[WEIGHTS] * 3),
    revenue=st.tuples(*[WEIGHTS] * 3),
    text=st.sampled_from(
        ["hello", "we cannot log in", "the icon is ugly", "our server is down", "Customers cannot pay"]
    ),
    plan=st.sampled_from([None, "enterprise", "free"]),
    value=st.sampled_from([None, 100_000.0]),
)
def test_the_chances_are_those_of_every_combination_of_levels(urgency, category, revenue, text, plan, value):
    heads = (
        ("urgency", URGENCY_LEVELS, urgency),
        ("category", CATEGORIES, category),
        ("revenue", REVENUE, revenue),
    )
    expected = dict.fromkeys(("P1", "P2", "P3", "P4"), 0.0)
    for places in product(range(4), range(3), range(3)):
        sure = prediction(*(certain(name, classes, at) for (name, classes, _), at in zip(heads, places, strict=True)))
        chance = 1.0
        for (_, _, weights), at in zip(heads, places, strict=True):
            chance *= weights[at] / sum(weights)
        expected[decided(text, sure, plan=plan, annual_value=value).priority] += chance
    decision = decided(text, prediction(*(head(*entry) for entry in heads)), plan=plan, annual_value=value)
    assert decision.outlook.chances == pytest.approx(expected, abs=1e-4)
    assert decision.outlook.confidence == decision.outlook.chances[decision.priority]


def test_without_a_model_nothing_is_claimed_and_a_persons_choice_is_certain():
    assert decided("hello", NO_PREDICTION).outlook.chances is None
    desk = Desk(locks={"A": {"priority": "P1"}})
    fixed = decide(Ticket("A", body="hello"), NO_PREDICTION, POLICY, NOW, desk)
    assert (fixed.outlook.chances, fixed.outlook.confidence) == ({"P1": 1.0}, 1.0)


def test_sentiment_moves_no_chance():
    even = head("urgency", URGENCY_LEVELS, (1, 1, 1, 1))
    calm = decided("hello", prediction(even, head("sentiment", ("negative", "positive"), (1, 9))))
    angry = decided("hello", prediction(even, head("sentiment", ("negative", "positive"), (9, 1))))
    assert calm.outlook.chances == angry.outlook.chances


@pytest.mark.parametrize(
    ("impact", "urgency", "cell"),
    [
        (1.0, 1.0, ("department", "critical", "P1")),
        (0.5, 1.0, ("service", "critical", "P1")),
        (0.0, 1.0, ("person", "critical", "P2")),
        (1.0, 0.7, ("department", "high", "P1")),
        (0.3, 0.7, ("service", "high", "P2")),
        (0.2, 0.7, ("person", "high", "P3")),
        (0.8, 0.35, ("department", "medium", "P2")),
        (0.5, 0.35, ("service", "medium", "P3")),
        (0.0, 0.35, ("person", "medium", "P3")),
        (1.0, 0.0, ("department", "low", "P4")),
        (0.0, 0.0, ("person", "low", "P4")),
    ],
)
def test_the_cell_is_that_of_the_published_table(impact, urgency, cell):
    lines = [
        ScorecardLine("operations", "", impact, "given", 50, 0, ""),
        ScorecardLine("revenue", "", 1.0, "unknown", 50, 0, ""),
        ScorecardLine("urgency", "", urgency, "predicted", 50, 0, ""),
    ]
    found = matrix_cell(lines, "P2")
    assert (found.impact, found.urgency, found.priority) == cell
    assert found.agrees == (cell[2] == "P2")
    assert matrix_cell(lines[1:], "P2") is None


def test_a_disagreement_stands_on_the_receipt():
    loud = decided("the icon is ugly", prediction(head("urgency", URGENCY_LEVELS, (0, 0, 0, 1))), affected_users=1)
    cell = loud.as_dict()["outlook"]["matrix"]
    assert cell == {"impact": "person", "urgency": "critical", "priority": "P2", "agrees": False}
    assert loud.priority == "P3"


def test_the_memo_says_when_caution_decided_higher_than_is_likely():
    urgency = prediction(head("urgency", URGENCY_LEVELS, (10, 60, 10, 20)))
    cautious = decided("Customers cannot pay", urgency, annual_value=100_000.0)
    assert cautious.priority == "P1"
    told = "By the model's probabilities: P1 20%, P2 80%, decided higher because missing it would cost more"
    assert told in memo(cautious, width=200)
    assert "decided higher" not in memo(decided("hello", urgency, annual_value=100_000.0), width=200)
