"""How many emergencies of any trade the shipped words find without a model, and how many calm tickets alarm."""

from datetime import UTC, datetime

import pytest
from topics import HELD_OUT, SEEN

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def is_grave(text):
    return decide(Ticket("A", body=text), NO_PREDICTION, POLICY, NOW).priority in ("P1", "P2")


@pytest.mark.parametrize(
    ("texts", "found", "alarms"),
    [(SEEN, 59, 0), (HELD_OUT, 50, 3)],
    ids=["looked at: 59 of 61 (26 before), 0 of 55 alarm (3)", "never: 51 of 60 (25 before), 3 of 55 (2)"],
)
def test_most_emergencies_are_found_and_few_calm_tickets_alarm(texts, found, alarms):
    emergencies, calm = texts
    assert sum(map(is_grave, emergencies)) >= found
    assert sum(map(is_grave, calm)) <= alarms


@pytest.mark.parametrize("text", ["Outage", "Ausfall am Standort", "Panne de réseau", "Apagón en la planta"])
def test_an_outage_told_by_its_bare_name_is_grave(text):
    assert is_grave(text)


@pytest.mark.parametrize(
    "text",
    [
        "No outage here",
        "There was an outage last week, it is fixed now",
        "Is there a plan for an outage?",
        "We plan the next outage for maintenance",
        "Kein Ausfall",
        "La panne est réparée",
        "El apagón ya está resuelto",
    ],
)
def test_an_outage_that_is_not_or_is_over_or_only_spoken_of_is_not(text):
    assert not is_grave(text)


def test_nobody_wins_by_the_bare_word_alone():
    loudest = {"vip": True, "segment": "enterprise", "annual_value": 500_000.0}
    assert decide(Ticket("A", body="outage", **loudest), NO_PREDICTION, POLICY, NOW).priority == "P2"
