"""Levels with guidelines, segments by rule, plans that buy a level, and floors no ticket falls below."""

from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import PolicyInvalidError
from ticket_triage.policy import decide, load_policy, rank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOW = dict.fromkeys(("revenue", "satisfaction", "operations", "urgency"), 0.0)


def decided(policy, body="hello", **known):
    return decide(Ticket("T-1", body=body, **known), NO_PREDICTION, policy, NOW)


def test_a_receipt_says_how_its_level_is_served(policy):
    assert decided(policy, "Checkout is down for everyone").level.startswith("critical: Somebody takes it at once")
    assert decided(policy, custom=LOW).level.startswith("low: ")


@pytest.mark.parametrize(("value", "segment"), [(200_000.0, "enterprise"), (50_000.0, "business"), (49_999.0, None)])
def test_who_names_no_segment_gets_it_by_rule_and_the_receipt_says_why(policy, value, segment):
    facts = decided(policy, annual_value=value).facts
    assert facts.get("segment") == segment
    assert facts.get("segment_because") == (segment and f"annual_value = {value}")


def test_a_segment_that_is_named_stays(policy):
    facts = decided(policy, annual_value=1e6, segment="free").facts
    assert facts["segment"] == "free"
    assert "segment_because" not in facts


def test_a_segment_found_by_rule_counts_everywhere(policy):
    ticket = Ticket("T-1", body="hello", annual_value=300_000.0)
    decision = decide(ticket, NO_PREDICTION, policy, NOW)
    assert ("impact", "yes", "segment enterprise is critical") in {
        (entry.question, entry.answer, entry.evidence) for entry in decision.escalation.answers
    }
    assert rank([(ticket, decision)], policy, NOW)[0].parts[0].evidence == "segment enterprise"


def test_a_plan_buys_a_level_but_no_cap_is_for_sale(policy, changed):
    bought = decided(policy, custom=LOW, plan="Enterprise")
    assert (bought.priority, bought.floors) == ("P3", ("plan Enterprise: never below P3 (by points P4)",))
    assert decided(policy, custom=LOW, plan="premium").priority == "P4"
    generous = load_policy(changed(('floor = "P3", target', 'floor = "P2", target')))
    assert decided(generous, custom=LOW, plan="enterprise").priority == "P2"
    assert decided(generous, "URGENT!!! the icon is ugly", plan="enterprise").priority == "P3"


@pytest.mark.parametrize("body", ["all our data was deleted", "alle Kundendaten wurden gel\u00f6scht"])
@pytest.mark.parametrize("plan", [None, "free", "enterprise"])
def test_data_loss_is_never_below_the_first_priority(policy, body, plan):
    assert decided(policy, body, plan=plan, custom=LOW).priority == "P1"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('floor = "P3", target', 'floor = "P1", target'), r"plans\.enterprise\.floor cannot be 'P1'"),
        (("[priorities.P4]", "[priorities.P5]"), r"priorities\.P5 cannot be 'P5'"),
        (("when = { annual_value", "when = { anual_value"), r"segments\.enterprise\.when\.anual_value is no field"),
        (("when = { annual_value = { at_least = 50000 }", 'when = { segment = "business"'), "is there to find it"),
        (('guideline = "Questions', 'guidelines = "Questions'), r"did you mean 'guideline'"),
    ],
)
def test_a_level_that_cannot_be_meant_is_refused(changed, change, message):
    with pytest.raises(PolicyInvalidError, match=message):
        load_policy(changed(change))
