"""One ticket's receipt from a file of many."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from ticket_triage.errors import BadOptionError, PolicyError
from ticket_triage.intake.sample import new_tickets
from ticket_triage.service.explain import explain

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def asked(small_models):
    return {"now": NOW, "models": small_models, "name": "small"}


def test_the_named_ticket_is_explained_with_reasons(asked):
    explained = explain(new_tickets(), ticket_id="T-500003", **asked)
    assert (explained.decision.ticket_id, explained.decision.now, explained.missing) == ("T-500003", NOW, None)
    assert all(head.reasons for head in explained.decision.prediction.heads)


def test_the_only_ticket_needs_no_name(asked):
    one = pd.DataFrame({"ticket_id": ["A"], "subject": ["Checkout is down for everyone"]})
    assert explain(one, **asked).decision == explain(one, ticket_id="A", **asked).decision


def test_several_tickets_need_a_name(asked):
    with pytest.raises(BadOptionError, match="There are 24 tickets; name one of them"):
        explain(new_tickets(), **asked)


@pytest.mark.parametrize(("given", "hint"), [("T-50003", "did you mean 'T-500"), ("zzz", "the first is 'T-500001'")])
def test_a_ticket_that_is_not_there_is_told_with_a_hint(asked, given, hint):
    with pytest.raises(BadOptionError, match=f"There is no ticket '{given}' among 24; {hint}"):
        explain(new_tickets(), ticket_id=given, **asked)


def test_without_a_model_rules_explain_and_say_why(tmp_path):
    explained = explain(new_tickets(), ticket_id="T-500003", now=NOW, models=tmp_path)
    assert explained.decision.mode == "rules only"
    assert explained.missing.startswith("There is no model in")


def test_a_policy_that_is_not_there_is_raised(asked, tmp_path):
    with pytest.raises(PolicyError, match=r"none\.toml"):
        explain(new_tickets(), ticket_id="T-500003", policy=tmp_path / "none.toml", **asked)
