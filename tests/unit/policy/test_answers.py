"""What the desk takes from a head: least cost, a parent, or nothing where the model is silent."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.precision import Precision
from ticket_triage.domain.prediction import HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy
from ticket_triage.policy.costs import CostTable

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODEL = ModelReference("desk", "1", "0" * 64)
LEVELS = ("low", "medium", "high", "critical")
KINDS = ("billing/refund", "billing/invoice", "IT > Mail > Spam", "IT > Mail > Quota", "IT > VPN")


def decided(*heads, policy=None, body="hello", **about):
    return decide(Ticket("T-1", body=body), Prediction(heads, MODEL, 0.0, **about), policy or load_policy(), NOW)


def category(*shares, classes=KINDS, **more):
    return HeadPrediction("category", classes[shares.index(max(shares))], classes, shares, **more)


def urgency(*shares, **more):
    return HeadPrediction("urgency", LEVELS[shares.index(max(shares))], LEVELS, shares, **more)


def test_both_answers_stand_in_the_receipt_when_they_differ():
    receipt = decided(urgency(0.5, 0.3, 0.15, 0.05)).as_dict()
    assert receipt["prediction"]["heads"][0]["answer"] == "low"
    taken = receipt["answers"][0]
    assert (taken["answer"], taken["probability"], taken["automatic"]) == ("medium", 0.3, False)
    assert taken["reason"] == "expected cost 1.40, against 1.90 of low, the model's own answer"


def test_missing_the_gravest_level_costs_ten_false_alarms(policy):
    costs = policy.answers.costs
    assert costs.cost(2, 3, 4) == 10 * costs.cost(1, 0, 4)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6).filter(sum), st.data())
def test_no_level_is_cheaper_than_the_one_acted_on(shares, data):
    table = CostTable("urgency", *(data.draw(st.floats(0.1, 20)) for _ in range(3)))
    shares = [share / sum(shares) for share in shares]
    levels = range(len(shares))
    taken = table.cheapest(shares)
    n = len(shares)
    costs = [sum(share * table.cost(answer, truth, n) for truth, share in enumerate(shares)) for answer in levels]
    assert costs[taken] == pytest.approx(min(costs))


@given(st.integers(0, 100), st.integers(1, 100))
def test_a_graver_ticket_is_never_acted_on_as_calmer(calm, shift):
    table = load_policy().answers.costs
    before = [calm / 200, 0.5, 0.5 - calm / 200]
    moved = min(before[0], shift / 200)
    assert table.cheapest([before[0] - moved, 0.5, before[2] + moved]) >= table.cheapest(before)


def test_equal_costs_make_the_nearest_level_the_answer(changed):
    even = load_policy(changed(("missed_level = 2.0", "missed_level = 1.0"), ("missed_top = 10.0", "missed_top = 1.0")))
    assert decided(urgency(0.5, 0.3, 0.15, 0.05), policy=even).answer("urgency").answer == "medium"
    assert decided(urgency(0.6, 0.3, 0.1, 0.0), policy=even).answer("urgency").answer == "low"


@pytest.mark.parametrize(
    ("shares", "answer", "probability"),
    [
        ((0.5, 0.2, 0.1, 0.1, 0.1), "billing/refund", 0.5),
        ((0.35, 0.25, 0.2, 0.1, 0.1), "billing", 0.6),
        ((0.1, 0.1, 0.25, 0.25, 0.3), "IT > Mail", 0.5),
        ((0.3, 0.09, 0.2, 0.05, 0.36), "IT", 0.61),
        ((0.2, 0.19, 0.1, 0.1, 0.41), "IT > VPN", 0.41),
    ],
)
def test_a_parent_answers_when_no_category_is_certain(shares, answer, probability):
    taken = decided(category(*shares, precision=Precision(0.99, 900, 1))).answer("category")
    assert (taken.answer, taken.probability) == (answer, pytest.approx(probability))
    assert taken.automatic is ("/" in answer or answer == "IT > VPN")


def test_a_parent_is_routed_by_its_own_entry(changed):
    named = load_policy(changed(("[categories.reporting]", "[categories.billing]")))
    decision = decided(category(0.35, 0.25, 0.2, 0.1, 0.1), policy=named)
    assert (decision.route.team, decision.facts["category"]) == ("product", "billing")
    members = "billing/refund 0.35, billing/invoice 0.25"
    assert decision.route.reason == f"no category is certain, but all of billing are ({members})"


def test_parents_may_be_named_in_the_policy():
    taken = decided(category(0.35, 0.35, 0.2, 0.1, classes=("Checkout", "payments", "how_to", "login_access")))
    assert taken.answer("category").answer == "payments"


@pytest.mark.parametrize(
    ("precision", "automatic", "reason"),
    [
        (Precision(0.9504, 59, 0), True, "at least 0.95 right: 0 errors in 59 held-out cases prove 0.9504"),
        (
            Precision(0.9399, 50, 0),
            False,
            "0.95 right is asked, but 0 errors in 50 held-out cases prove 0.9399; 9 more labels",
        ),
        (
            Precision(0.9, 59, 1),
            False,
            "0.95 right is asked, but 1 error in 59 held-out cases prove 0.9000; 34 more labels",
        ),
        (None, False, "how often such an answer is right was never measured"),
    ],
)
def test_a_machine_sets_alone_only_what_is_proven(precision, automatic, reason):
    taken = decided(category(0.9, 0.1, 0.0, 0.0, 0.0, precision=precision)).answer("category")
    assert taken.automatic is automatic
    assert taken.reason.removesuffix(" without an error are needed") == reason


def test_the_policy_names_the_target_and_the_level(changed):
    head = category(0.9, 0.1, 0.0, 0.0, 0.0, precision=Precision(0.92, 100, 3), p_values=(0.8, 0.15, 0.1, 0.05, 0.01))
    pairs = ("precision = 0.95", "precision = 0.9"), ("set_level = 0.9", "set_level = 0.8")
    strict, loose = load_policy(), load_policy(changed(*pairs))
    assert decided(head, policy=strict).answer("category").set == KINDS[:2]
    assert not decided(head, policy=strict).answer("category").automatic
    assert decided(head, policy=loose).answer("category").set == KINDS[:1]
    assert decided(head, policy=loose).answer("category").automatic


def test_an_unproven_answer_is_only_suggested():
    proven = {"precision": Precision(0.99, 900, 1)}
    sure = category(1.0, 0.0, 0.0, 0.0, 0.0, **proven), urgency(1.0, 0.0, 0.0, 0.0, **proven)
    assert decided(*sure).action == "auto"
    doubt = decided(sure[0], urgency(1.0, 0.0, 0.0, 0.0, precision=Precision(0.9, 40, 0)))
    assert (doubt.action, doubt.action_reason.partition(":")[0]) == ("suggest", "urgency low")


@pytest.mark.parametrize("reason", ["empty text", "unsupported language (Cyrillic)"])
def test_a_silent_model_is_named_and_not_heard(reason):
    decision = decided(urgency(0.0, 0.0, 0.0, 1.0), abstention=reason)
    taken = decision.answer("urgency")
    assert (taken.answer, taken.probability, taken.automatic, taken.reason) == (None, None, False, reason)
    assert decision.action_reason == f"{reason}, so the model was not heard"
    assert next(line for line in decision.scorecard if line.criterion == "urgency").origin == "unknown"
