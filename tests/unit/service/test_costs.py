"""Costs are those a person reckons by hand, and losing is said."""

import pytest

from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import sample_history
from ticket_triage.policy import load_policy
from ticket_triage.service.contracts import contract_lines, contracts
from ticket_triage.service.costs import ACTED, KEYWORDS, MAJORITY, OWN, SCORECARD, CostReport, cost_report
from ticket_triage.service.models import load_model


@pytest.fixture(scope="module")
def reading():
    return read_tickets(sample_history(600, seed=5))


@pytest.fixture(scope="module")
def model(small_models):
    return load_model(small_models, "small")


def test_each_way_of_answering_has_its_mean_cost(reading, model):
    policy = load_policy()
    report = cost_report(model, reading.tickets, reading.heads, policy)
    assert list(report.costs) == [ACTED, OWN, MAJORITY, KEYWORDS, SCORECARD]
    frame = reading.tickets[reading.tickets.urgency.notna() & (reading.tickets.urgency_source != "machine")]
    slot = model.slots[0]
    common = max(range(len(slot.classes)), key=lambda place: slot.shares[place])
    cost = policy.answers.costs.cost
    truth = [slot.classes.index(level) for level in frame.urgency]
    assert report.costs[MAJORITY] == pytest.approx(
        sum(cost(common, place, 4) for place in truth) / len(truth), abs=1e-4
    )
    own = [slot.classes.index(said.head("urgency").answer) for said in model.predict(tickets_from(frame))]
    by_hand = sum(cost(answer, place, 4) for answer, place in zip(own, truth, strict=True)) / len(truth)
    assert report.costs[OWN] == pytest.approx(by_hand, abs=1e-4)


def test_least_expected_cost_beats_every_other_way_on_the_sample(reading, model):
    report = cost_report(model, reading.tickets, reading.heads, load_policy())
    assert report.loses_to == ()
    assert report.sentence is None


def test_losing_is_said():
    report = CostReport("urgency", 10, {ACTED: 1.0, OWN: 0.5, MAJORITY: 2.0})
    assert report.loses_to == (OWN,)
    assert "loses: 1.000 per ticket, against the model's balanced answer 0.500" in report.sentence


def test_without_labels_of_the_head_there_is_nothing_to_reckon(reading, model):
    assert cost_report(model, reading.tickets.assign(urgency=None), reading.heads, load_policy()) is None


def test_every_class_has_its_contract_and_the_labels_it_lacks(model):
    found = contracts(model, load_policy())
    assert [(entry.head, entry.answer) for entry in found] == [
        (slot.name, name) for slot in model.slots for name in slot.classes
    ]
    assert all((entry.bound >= 0.95) is entry.automatic is (entry.labels_needed == 0) for entry in found)
    lines = contract_lines(found)
    assert len(lines) == 3
    assert "labels still needed: " in lines[0]
