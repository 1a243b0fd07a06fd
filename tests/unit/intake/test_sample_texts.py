import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.domain.ticket import INTAKE_COLUMNS
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.sample import new_tickets, sample_history
from ticket_triage.intake.sample.dice import Dice
from ticket_triage.intake.sample.people import people
from ticket_triage.intake.sample.phrases import PHRASEBOOKS
from ticket_triage.intake.sample.phrases.book import AREAS
from ticket_triage.intake.sample.rhythm import HISTORY_END, OUTAGES
from ticket_triage.intake.sample.story import ordinary_story, outage_story
from ticket_triage.intake.sample.writing import write

CROWD = people(0)
CHANNELS = ("email", "web_form", "chat", "phone")
seeds = st.integers(0, 10**9)


@given(seed=seeds, channel=st.sampled_from(CHANNELS))
def test_no_pattern_is_left_unfilled(seed, channel):
    dice = Dice(seed, "test")
    person = dice.pick(CROWD)
    story = outage_story(OUTAGES[1], person, dice) if dice.chance(0.1) else ordinary_story(person, dice)
    text = write(story, person, channel, dice)
    assert not re.search(r"[{}\[\]|]", text.subject + text.body)
    assert text.body == text.body.strip()


@pytest.mark.parametrize("language", PHRASEBOOKS)
def test_every_language_can_tell_everything(language):
    book, english = PHRASEBOOKS[language], PHRASEBOOKS["en"]
    assert tuple(book.topics) == AREAS
    for part in ("greetings", "scopes", "deadlines", "ways_round", "effects", "tones", "asks", "closings", "slots"):
        assert getattr(book.manner, part).keys() == getattr(english.manner, part).keys()
    assert book.core.outages.keys() == english.core.outages.keys()


@pytest.mark.parametrize("language", PHRASEBOOKS)
def test_each_sentence_is_in_its_manner_once(language):
    manner = PHRASEBOOKS[language].manner
    said = [phrase for tone in manner.tones.values() for phrase in tone] + [*manner.chatter, *manner.attempts]
    assert len(said) == len(set(said))


def test_a_spreadsheet_takes_no_cell_for_a_formula():
    history = sample_history(600, seed=3)
    for column in ("subject", "body"):
        assert not history[column].dropna().str.match(r"[=+\-@\t\r]").any()


def test_waiting_tickets_hold_only_what_intake_knows():
    waiting = new_tickets()
    assert tuple(waiting.columns) == (*INTAKE_COLUMNS, "custom.browser", "custom.region")
    assert len(waiting) == 24
    assert waiting["ticket_id"].is_unique
    assert waiting["opened_at"].is_monotonic_increasing
    assert waiting["opened_at"].min() >= HISTORY_END


@pytest.mark.parametrize("n_tickets", [2, 3, 5, 24])
def test_a_polite_emergency_waits_behind_a_loud_trifle(n_tickets):
    subjects = new_tickets(n_tickets, seed=5)["subject"].tolist()
    loud = subjects.index("URGENT!!! the icon is ugly")
    assert loud < subjects.index("Checkout is down for all our customers")


def test_the_polite_emergency_never_raises_its_voice():
    waiting = new_tickets().set_index("subject")
    body = waiting.loc["Checkout is down for all our customers", "body"]
    assert "!" not in body
    assert not re.search(r"\b[A-Z]{3,}\b", body)


def test_fewer_waiting_tickets_than_the_fixed_two_are_refused():
    with pytest.raises(BadOptionError, match="ask for 2 to"):
        new_tickets(1)
