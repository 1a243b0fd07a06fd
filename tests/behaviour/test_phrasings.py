"""What the shipped words make of unseen phrasings: all of those they were tuned on, and how many of the others."""

from datetime import UTC, datetime

import pytest
from phrasings import HELD_OUT, TUNED

from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.policy import decide, load_policy

POLICY = load_policy()
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def is_grave(text):
    return decide(Ticket("A", body=text), NO_PREDICTION, POLICY, NOW).priority in ("P1", "P2")


@pytest.mark.parametrize("text", TUNED[0])
def test_an_emergency_is_grave(text):
    assert is_grave(text)


@pytest.mark.parametrize("text", TUNED[1])
def test_its_look_alike_is_not(text):
    assert not is_grave(text)


def test_of_phrasings_nobody_tuned_on_most_come_out_right():
    """14 of 16 emergencies (4 before the last step) and 16 of 16 look-alikes (14 before).

    Their topics are those of the tuned ones, so a desk's own emergencies come out right less often: 9 of 24 did on
    other topics before they were tuned on. Words alone do not go far, hence the model.
    """
    emergencies, look_alikes = HELD_OUT
    assert sum(map(is_grave, emergencies)) >= 14
    assert sum(not is_grave(text) for text in look_alikes) >= 16
