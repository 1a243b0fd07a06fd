from datetime import UTC, datetime

import pytest

from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODEL = ModelReference("desk", "1", "0" * 64)
LEVELS = ("low", "medium", "high", "critical")


def predicted(urgency=None, category=None, sentiment=None):
    heads = []
    if urgency:
        heads.append(HeadPrediction("urgency", LEVELS[urgency.index(max(urgency))], LEVELS, urgency))
    if category:
        heads.append(HeadPrediction("category", category, (category, "how_to"), (0.9, 0.1)))
    if sentiment:
        heads.append(HeadPrediction("sentiment", "negative", ("negative", "neutral", "positive"), sentiment))
    return Prediction(tuple(heads), MODEL, 0.0)


def line(criterion, ticket, prediction, policy):
    scored = decide(ticket, prediction, policy, NOW).scorecard
    return next(entry for entry in scored if entry.criterion == criterion)


def test_nothing_known_gives_the_policys_value_for_the_unknown(policy):
    decision = decide(Ticket("T-1", body="hello"), NO_PREDICTION, policy, NOW)
    assert [(entry.origin, entry.level, entry.points) for entry in decision.scorecard] == [
        ("unknown", "unknown", 7.5),
        ("unknown", "unknown", 7.5),
        ("unknown", "unknown", 5.0),
        ("unknown", "unknown", 5.0),
    ]
    assert decision.points == 25.0


def test_urgency_is_the_expectation_over_all_levels_or_the_level_acted_on(policy):
    urgency = line("urgency", Ticket("T-1", body="hello"), predicted(urgency=(0.5, 0.3, 0.2, 0.0)), policy)
    assert (urgency.value, urgency.points, urgency.origin) == (0.35, 7.0, "predicted")
    assert urgency.evidence == "urgency low predicted (0.50), medium acted on for least expected cost"
    urgency = line("urgency", Ticket("T-1", body="hello"), predicted(urgency=(0.9, 0.1, 0.0, 0.0)), policy)
    assert (urgency.value, urgency.evidence) == (0.035, "urgency low predicted (0.90)")


def test_a_critical_level_too_probable_to_miss_counts_in_full(policy):
    urgency = line("urgency", Ticket("T-1", body="hello"), predicted(urgency=(0.1, 0.2, 0.4, 0.3)), policy)
    assert (urgency.value, urgency.points) == (1.0, 20.0)
    assert urgency.evidence == "urgency high predicted (0.40), critical acted on for least expected cost"


def test_levels_the_policy_does_not_name_count_by_their_order(policy):
    head = HeadPrediction("urgency", "S2", ("S4", "S3", "S2", "S1"), (0.0, 0.0, 1.0, 0.0))
    assert line("urgency", Ticket("T-1", body="x"), Prediction((head,), MODEL, 0.0), policy).value == 0.6667


def test_what_a_person_gave_stands_against_signal_and_model(policy):
    ticket = Ticket("T-1", body="the site is down", custom={"urgency": "Medium", "revenue": 0.123})
    prediction = predicted(urgency=(0.0, 0.0, 0.0, 1.0), category="checkout")
    assert line("urgency", ticket, prediction, policy).evidence == "custom.urgency = Medium"
    assert line("urgency", ticket, prediction, policy).value == 0.35
    assert line("revenue", ticket, prediction, policy).points == 3.69


@pytest.mark.parametrize("value", ["huge", True, 2.0, -0.5, float("nan")])
def test_what_a_person_gave_wrongly_counts_as_not_given(policy, value):
    ticket = Ticket("T-1", body="hello", custom={"revenue": value})
    assert line("revenue", ticket, NO_PREDICTION, policy).origin == "unknown"


def test_a_signal_raises_and_never_lowers(policy):
    ticket = Ticket("T-1", body="the printer is broken")
    assert line("urgency", ticket, NO_PREDICTION, policy).origin == "signal"
    certain = predicted(urgency=(0.0, 0.0, 0.0, 1.0))
    assert line("urgency", ticket, certain, policy).origin == "predicted"


def test_the_number_of_affected_users_counts_as_given(policy):
    satisfaction = line("satisfaction", Ticket("T-1", body="x", affected_users=120), NO_PREDICTION, policy)
    assert (satisfaction.value, satisfaction.origin) == (0.5, "given")
    assert satisfaction.evidence == "affected users: 120"


def test_many_people_are_a_high_impact_only_when_they_are_blocked(policy):
    misprint = Ticket("T-1", body="the receipt names the wrong card", affected_users=20_000)
    blocked = Ticket("T-2", body="we cannot log in", affected_users=20_000)
    calm = predicted(urgency=(0.9, 0.1, 0.0, 0.0), category="checkout")
    assert decide(misprint, calm, policy, NOW).priority == "P3"
    assert decide(blocked, predicted(category="login_access"), policy, NOW).priority == "P1"


def test_a_category_brings_its_usual_impact(policy):
    operations = line("operations", Ticket("T-1", body="x"), predicted(category="Login_Access"), policy)
    assert (operations.value, operations.origin, operations.level) == (0.5, "default", "medium")


def test_a_vip_counts_in_full_only_when_blocked(policy):
    glitch = Ticket("T-1", body="the icon is ugly", vip=True, segment="enterprise", annual_value=1e6)
    blocked = Ticket("T-2", body="we cannot log in", vip=True, segment="enterprise", annual_value=1e6)
    assert line("revenue", glitch, NO_PREDICTION, policy).points == 3.0
    assert line("revenue", blocked, NO_PREDICTION, policy).points == 30.0


def test_anger_and_shouting_add_a_little_and_say_so(policy):
    angry = predicted(sentiment=(1.0, 0.0, 0.0))
    loud = Ticket("T-1", body="URGENT!!! hello")
    satisfaction, urgency = line("satisfaction", loud, angry, policy), line("urgency", loud, angry, policy)
    assert (satisfaction.points, urgency.points) == (9.5, 7.0)
    assert urgency.evidence.endswith("; perceived urgency ('urgent', exclamation marks) adds 2.00")


def test_no_mood_passes_its_bound_and_policy_sets_it(changed):
    quiet = load_policy(changed(("max_points = 2.0\nexclamation_marks", "max_points = 0.0\nexclamation_marks")))
    loud = Ticket("T-1", body="URGENT!!! ASAP!!! THIS CANNOT WAIT ANY LONGER, IMMEDIATELY")
    assert line("urgency", loud, NO_PREDICTION, quiet).points == 5.0


def test_weights_of_a_changed_policy_still_sum_exactly(changed):
    odd = load_policy(changed(("weight = 30", "weight = 33.33"), ("weight = 30", "weight = 26.67")))
    ticket = Ticket("T-1", body="checkout is down for everyone")
    assert decide(ticket, NO_PREDICTION, odd, NOW).points == 100.0
