"""Model and policy joined; without a model, rules decide and say so."""

from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import PolicyError
from ticket_triage.policy import decide, load_policy
from ticket_triage.service.assess import Assessor, build_assessor

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TICKETS = [Ticket("T-1", "Checkout is down for everyone"), Ticket("T-2", "the icon is ugly"), Ticket("T-3")]


class EchoModel:
    """Calls every ticket with a subject urgent."""

    reference = ModelReference("echo", "1", "0" * 64)

    def predict(self, tickets):
        return [self.one(ticket) for ticket in tickets]

    def one(self, ticket):
        answer = "critical" if ticket.subject else "low"
        levels = ("low", "medium", "high", "critical")
        return Prediction((HeadPrediction("urgency", answer, levels, (0.25, 0.25, 0.25, 0.25)),), self.reference, 0.0)


def test_a_decision_rests_on_the_prediction_and_the_policy():
    policy, model = load_policy(None), EchoModel()
    assert Assessor(model, policy).decide(TICKETS[0], NOW) == decide(TICKETS[0], model.one(TICKETS[0]), policy, NOW)


def test_many_tickets_are_decided_as_if_alone():
    assessor = Assessor(EchoModel(), load_policy(None))
    assert assessor.decide_many(TICKETS, NOW) == [assessor.decide(ticket, NOW) for ticket in TICKETS]
    assert assessor.decide_many([], NOW) == []


def test_without_a_model_rules_decide():
    policy = load_policy(None)
    assessor = Assessor(None, policy, "No model is here.")
    assert assessor.decide(TICKETS[0], NOW) == decide(TICKETS[0], NO_PREDICTION, policy, NOW)
    assert (assessor.mode, assessor.model_reference) == ("rules only", None)
    assert assessor.decide(TICKETS[0], NOW).mode == "rules only"


def test_with_a_model_the_mode_is_full():
    assessor = Assessor(EchoModel(), load_policy(None))
    assert (assessor.mode, assessor.model_reference, assessor.missing) == ("full", EchoModel.reference, None)
    assert assessor.decide(TICKETS[0], NOW).mode == "full"


def test_a_model_that_is_not_there_is_told_and_never_raised(tmp_path):
    assessor = build_assessor(tmp_path, "absent")
    assert assessor.model is None
    assert "no model" in assessor.missing
    assert "\n" not in assessor.missing


def test_a_models_folder_that_is_a_file_is_told_and_never_raised(tmp_path):
    (tmp_path / "models").write_text("not a folder")
    assert build_assessor(tmp_path / "models", "default").mode == "rules only"


def test_a_policy_that_cannot_be_used_is_raised(tmp_path):
    (tmp_path / "policy.toml").write_text("[scorecard")
    with pytest.raises(PolicyError, match=r"policy\.toml"):
        build_assessor(tmp_path, "absent", tmp_path / "policy.toml")
