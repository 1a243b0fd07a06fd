from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def predicted(**probabilities):
    answer = max(probabilities, key=probabilities.get)
    head = HeadPrediction("category", answer, tuple(probabilities), tuple(probabilities.values()))
    return Prediction((head,), ModelReference("desk", "1", "0" * 64), 0.0)


def routes(policy, prediction, body="hello", **known):
    decision = decide(Ticket("T-1", body=body, **known), prediction, policy, NOW)
    return [(option.team, option.reason) for option in (decision.route, *decision.runners_up)]


def test_a_category_goes_to_its_team_and_the_next_two_are_named(policy):
    assert routes(policy, predicted(login_access=0.7, integration_api=0.2, billing_invoice=0.1)) == [
        ("accounts", "category login_access predicted (0.70)"),
        ("integrations", "category integration_api has 0.20"),
        ("billing", "category billing_invoice has 0.10"),
    ]


def test_a_category_nobody_routes_goes_to_the_default_team_and_says_so(policy):
    first, *others = routes(policy, predicted(hardware=0.9, payments=0.1))
    assert first == ("support", "category hardware predicted (0.90), which no route names")
    assert [team for team, _ in others] == ["payments", "product"]


@pytest.mark.parametrize("name", ["Payments/refund", "payments > card > declined", "payments/refund/partial"])
def test_a_given_category_without_a_route_goes_where_its_parent_goes(policy, name):
    first, *_ = routes(policy, NO_PREDICTION, custom={"category": name})
    parent = "Payments" if name[0] == "P" else "payments"
    assert first == ("payments", f"category {name} given, which belongs to {parent}")


def test_a_category_the_model_is_sure_of_goes_where_its_parent_goes(policy):
    first, second, _ = routes(policy, predicted(**{"payments/refund": 0.8, "login_access/sso": 0.2}))
    assert first == ("payments", "category payments/refund predicted (0.80), which belongs to payments")
    assert second == ("accounts", "category login_access/sso has 0.20")


def test_a_parents_table_says_what_its_category_is_worth_and_what_it_takes(policy):
    given = [Ticket("T-1", body="hello", custom={"category": name}) for name in ("payments", "payments/refund")]
    parent, child = (decide(ticket, NO_PREDICTION, policy, NOW) for ticket in given)
    assert child.points == parent.points
    needs = [policy.router.needed_by(*pair) for pair in zip(given, (parent, child), strict=True)]
    assert needs[0] == needs[1]


def test_a_category_whose_ancestors_nobody_routes_goes_to_the_default_team(policy):
    first, *_ = routes(policy, NO_PREDICTION, custom={"category": "hardware/printer"})
    assert first == ("support", "category hardware/printer given, which no route names")


def test_an_uncertain_category_goes_to_the_team_for_the_uncertain(policy):
    first, second, _ = routes(policy, predicted(payments=0.39, how_to=0.31, reporting=0.3))
    assert first == ("support", "category payments predicted (0.39), under 0.40")
    assert second == ("payments", "category payments has 0.39")


def test_a_signal_overrides_the_category(policy):
    first, second, _ = routes(policy, predicted(billing_invoice=0.9, how_to=0.1), "there was a data leak")
    assert first == ("platform", "signal security: 'data leak'")
    assert second == ("billing", "category billing_invoice predicted (0.90)")


def test_a_category_a_person_gave_is_certain(policy):
    first, *_ = routes(policy, predicted(how_to=0.9, payments=0.1), custom={"category": "Reporting"})
    assert first == ("product", "category Reporting given")


def test_without_a_category_the_default_team_takes_it(policy):
    assert routes(policy, NO_PREDICTION)[0] == ("support", "no category is known")


@pytest.mark.parametrize("body", ["", "payments fail", "data leak", "hello"])
@pytest.mark.parametrize("category", ["payments", "checkout", "unheard of", "how_to"])
def test_there_are_always_two_other_teams(policy, body, category):
    teams = [team for team, _ in routes(policy, predicted(**{category: 0.8, "rest": 0.2}), body)]
    assert len(set(teams)) == 3
