"""What the desk asks for: the missing fact whose answer moves the priority with the highest exact chance."""

from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import PolicyInvalidError
from ticket_triage.policy import decide, load_policy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = load_policy()
MODEL = ModelReference("m", "1", "0" * 64)
URGENCY = HeadPrediction("urgency", "low", ("low", "medium", "high", "critical"), (0.3, 0.29, 0.22, 0.19))
CATEGORY = HeadPrediction(
    "category", "billing", ("billing", "checkout", "refund_request", "x", "y"), (0.24, 0.23, 0.22, 0.2, 0.11)
)


def asked(body="Please have a look at this", policy=POLICY, prediction=None, **known):
    said = prediction or Prediction((URGENCY, CATEGORY), MODEL, 0.0)
    return decide(Ticket("T-1", body=body, **known), said, policy, NOW)


def test_only_the_action_to_ask_asks():
    assert asked(prediction=NO_PREDICTION).action == "suggest"
    assert asked(prediction=NO_PREDICTION).question is None
    assert asked().action == "ask"


def test_the_fact_asked_for_has_the_highest_exact_chance():
    answers = {
        fact: {entry.value: entry.share for entry in POLICY.asker.questions[fact].answers}
        for fact in ("affected_users", "custom.revenue", "custom.operations")
    }
    answers["custom.urgency"] = dict(zip(URGENCY.classes, URGENCY.probabilities, strict=True))
    answers["custom.category"] = dict(zip(CATEGORY.classes, CATEGORY.probabilities, strict=True))
    before = asked().priority
    chances = {}
    for fact, shares in answers.items():
        named = fact.removeprefix("custom.")
        moved = (
            share * (asked(**({"custom": {named: value}} if named != fact else {fact: value})).priority != before)
            for value, share in shares.items()
        )
        chances[fact] = round(sum(moved), 4)
    question = asked().question
    assert question.chance == max(chances.values()) > 0
    assert chances[question.fact] == question.chance
    assert asked().as_dict()["question"] == question._asdict()


def test_what_is_known_is_not_asked_for():
    fact = asked().question.fact
    known = {"custom": {fact.removeprefix("custom."): "low"}} if fact.startswith("custom.") else {fact: 1}
    assert asked(**known).question.fact != fact


def test_a_ticket_without_text_is_asked_what_happened_in_its_language():
    question = asked(" ", language="de").question
    assert (question.fact, question.chance) == ("text", None)
    assert question.question.startswith("Was ist geschehen")


def test_the_likeliest_categories_stand_in_the_question(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('extends = "default"\n[questions."custom.category"]\nask = { en = "One of {choices}?" }\n')
    known = {"affected_users": 1, "custom": {"revenue": "low", "operations": "low", "urgency": "low"}}
    question = asked(policy=load_policy(path), **known).question
    assert question.question == "One of billing, checkout, refund request?"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[questions.users]\nask = { en = "?" }', "questions.users is no fact that can be asked for"),
        ('[questions.plan]\nask = { en = "{x}?" }', "questions.plan.ask.en uses slot {x}"),
        (
            '[questions.plan]\nask = { en = "?" }\nanswers = [{ value = "free", share = 0.5 }]',
            "questions.plan.answers has shares that sum to 0.5, but they must sum to 1",
        ),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(tmp_path, table, told):
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "default"\n{table}\n')
    with pytest.raises(PolicyInvalidError) as refused:
        load_policy(path)
    assert told in str(refused.value)
