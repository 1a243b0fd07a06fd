from datetime import UTC, datetime

import pytest

from ticket_triage.domain.precision import Precision
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

PROVEN = Precision(0.97, 250, 2)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def predicted(category=None, urgency=None, unknown_share=0.0):
    heads = []
    if category is not None:
        shares = (category, 1 - category)
        heads.append(HeadPrediction("category", "payments", ("payments", "rest"), shares, precision=PROVEN))
    if urgency is not None:
        shares = (1 - urgency, urgency)
        heads.append(HeadPrediction("urgency", "high", ("low", "high"), shares, precision=PROVEN))
    return Prediction(tuple(heads), ModelReference("desk", "1", "0" * 64), unknown_share)


def action(policy, prediction, body="hello"):
    decision = decide(Ticket("T-1", body=body), prediction, policy, NOW)
    return decision.action, decision.action_reason


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        (predicted(0.85, 0.75), ("auto", "category 0.85 and urgency 0.75 are certain enough")),
        (predicted(0.84, 0.75), ("suggest", "category probability 0.84 is under 0.85")),
        (predicted(0.85, 0.74), ("suggest", "urgency probability 0.74 is under 0.75")),
        (predicted(0.29, 0.99), ("ask", "category probability 0.29 is under 0.30")),
        (predicted(0.99, 0.2), ("ask", "urgency probability 0.20 is under 0.30")),
        (predicted(0.99, 0.99, 0.8), ("suggest", "the model knows too little of the text (unknown share 0.80)")),
        (predicted(urgency=0.99), ("suggest", "the model has no category head")),
        (predicted(category=0.99), ("suggest", "the model has no urgency head")),
        (NO_PREDICTION, ("suggest", "rules only: no model was at hand")),
    ],
)
def test_the_action_follows_the_probabilities(policy, prediction, expected):
    assert action(policy, prediction) == expected


@pytest.mark.parametrize("body", ["", "  \n\t "])
@pytest.mark.parametrize("prediction", [NO_PREDICTION, predicted(0.99, 0.99)])
def test_an_empty_ticket_is_asked_about(policy, body, prediction):
    assert action(policy, prediction, body) == ("ask", "the requester wrote nothing")


def test_the_first_priority_does_not_wait_for_an_answer(policy):
    asked = action(policy, predicted(0.2, 0.2), "Nobody can log in")
    assert asked == ("suggest", "category probability 0.20 is under 0.30, but P1 does not wait")


def test_policy_moves_the_thresholds(changed):
    bold = load_policy(changed(("auto_category = 0.85", "auto_category = 0.5")))
    assert action(bold, predicted(0.5, 0.75))[0] == "auto"


def test_a_fallback_alone_is_rules_only(policy):
    head = HeadPrediction("sentiment", "negative", ("negative", "positive"), (0.9, 0.1), origin="lexicon")
    decision = decide(Ticket("T-1", body="hello"), Prediction((head,), None, 1.0), policy, NOW)
    assert (decision.mode, decision.action) == ("rules only", "suggest")
