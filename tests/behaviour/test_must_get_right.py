"""Tickets no desk may get wrong, decided by the shipped policy with and without a model, honest or not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticket_triage.domain.labels import SENTIMENT_LEVELS, URGENCY_LEVELS
from ticket_triage.domain.prediction import NO_PREDICTION, HeadPrediction, ModelReference, Prediction
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy, rank

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OUTAGE, ICON = "Checkout is down for everyone", "URGENT!!! the icon is ugly"
CATEGORIES = ("checkout", "feature_request", "how_to", "payments")


def head(name, classes, answer, probability=0.99):
    rest = (1 - probability) / (len(classes) - 1)
    return HeadPrediction(name, answer, classes, tuple(probability if c == answer else rest for c in classes))


def prediction(urgency, category, sentiment):
    heads = (
        head("urgency", URGENCY_LEVELS, urgency),
        head("category", CATEGORIES, category),
        head("sentiment", SENTIMENT_LEVELS, sentiment),
    )
    return Prediction(heads, ModelReference("desk", "1", "0" * 64), 0.1)


PREDICTIONS = st.one_of(
    st.just(NO_PREDICTION),
    st.builds(
        prediction, st.sampled_from(URGENCY_LEVELS), st.sampled_from(CATEGORIES), st.sampled_from(SENTIMENT_LEVELS)
    ),
)
CUSTOMERS = st.fixed_dictionaries(
    {
        "vip": st.sampled_from([None, True, False]),
        "segment": st.sampled_from([None, "enterprise", "free"]),
        "plan": st.sampled_from([None, "premium", "free"]),
        "annual_value": st.sampled_from([None, 0.0, 1e9]),
        "affected_users": st.sampled_from([None, 1, 10_000]),
        "opened_at": st.one_of(st.none(), st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))),
    }
)


def decided(ticket_id, text, predicted, customer):
    ticket = Ticket(ticket_id, subject=text, **customer)
    return ticket, decide(ticket, predicted, POLICY, NOW)


@settings(max_examples=300, deadline=None)
@given(
    models=st.tuples(PREDICTIONS, PREDICTIONS),
    customers=st.tuples(CUSTOMERS, CUSTOMERS),
    ids=st.permutations(["A", "B"]),
    outage_first=st.booleans(),
)
def test_an_outage_for_everyone_outranks_an_ugly_icon_always(models, customers, ids, outage_first):
    outage = decided(ids[0], OUTAGE, models[0], customers[0])
    icon = decided(ids[1], ICON, models[1], customers[1])
    queue = rank([outage, icon] if outage_first else [icon, outage], POLICY, NOW)
    assert [place.ticket.subject for place in queue] == [OUTAGE, ICON]
    assert outage[1].priority == "P1"
    assert icon[1].priority in ("P3", "P4")


def test_the_most_adverse_model_changes_nothing():
    outage = decided("A", OUTAGE, prediction("low", "how_to", "positive"), {})[1]
    icon = decided("B", ICON, prediction("critical", "checkout", "negative"), {})[1]
    assert (outage.priority, icon.priority) == ("P1", "P3")
    assert outage.points > icon.points


@pytest.mark.parametrize(
    "text",
    [
        "checkout is down for everyone",
        "CHECKOUT IS DOWN FOR EVERYONE",
        "\uff23\uff48\uff45\uff43\uff4b\uff4f\uff55\uff54 is down for everyone",
        "Check\u200bout is do\u200bwn for every\u200bone",
        "\u0421heckout i\u0455 d\u043ewn for \u0435veryone",
        "The checkout is completely down. All our customers are affected",
        "since 9 o'clock nobody can pay",
        "Die Kasse ist seit heute f\u00fcr alle ausgefallen",
        "Niemand kann bezahlen",
        "Le paiement est hors service pour tous les clients",
        "Personne ne peut payer",
        "El pago no funciona para nadie",
        "La tienda est\u00e1 ca\u00edda para todos",
        "We have lost all our data",
    ],
)
def test_a_grave_ticket_is_first_in_every_writing_and_language(text):
    assert decided("A", text, NO_PREDICTION, {})[1].priority == "P1"


@pytest.mark.parametrize(
    "text",
    [
        "Checkout is not down, thank you for everyone's help",
        "The site is no longer down for everyone",
        "Der Shop ist nicht ausgefallen, alles gut",
        "There was no data loss",
        "Where do I find the invoice for all users?",
        "URGENT URGENT URGENT!!!! PLEASE ANSWER IMMEDIATELY",
    ],
)
def test_an_ordinary_or_denied_ticket_is_not_first(text):
    assert decided("A", text, NO_PREDICTION, {})[1].priority not in ("P1", "P2")


@settings(deadline=None)
@given(
    text=st.sampled_from(["hello", "we cannot log in", "payments are failing", "the invoice is wrong"]),
    shout=st.sampled_from(
        ["URGENT!!! ", "ASAP IMMEDIATELY EMERGENCY!!! ", "dringend!!! ", "\u00a1\u00a1\u00a1URGENTE!!! "]
    ),
    urgency=st.sampled_from(URGENCY_LEVELS),
    category=st.sampled_from(CATEGORIES),
    customer=CUSTOMERS,
)
def test_shouting_and_anger_never_move_a_priority(text, shout, urgency, category, customer):
    calm = decided("A", text, prediction(urgency, category, "positive"), customer)[1]
    loud = decided("A", shout + text, prediction(urgency, category, "negative"), customer)[1]
    assert loud.priority == calm.priority
    assert 0 <= loud.points - calm.points <= 4.001


def test_waiting_for_months_never_passes_an_outage():
    old = decided("A", "the report is broken", NO_PREDICTION, {"opened_at": NOW - timedelta(days=900)})
    new = decided("B", OUTAGE, NO_PREDICTION, {"opened_at": NOW})
    assert [place.ticket.ticket_id for place in rank([old, new], POLICY, NOW)] == ["B", "A"]


def test_waiting_long_enough_passes_everything_else():
    old = decided("A", "hello", NO_PREDICTION, {"opened_at": NOW - timedelta(days=60)})
    new = decided("B", "payments are failing", NO_PREDICTION, {"opened_at": NOW})
    assert (old[1].priority, new[1].priority) == ("P3", "P2")
    assert [place.ticket.ticket_id for place in rank([new, old], POLICY, NOW)] == ["A", "B"]
