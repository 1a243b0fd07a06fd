"""A text in a language the history does not speak is named so; a new word in a known language is not."""

import pandas as pd
import pytest

from ticket_triage.domain.labels import CATEGORY
from ticket_triage.domain.ticket import Ticket
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import sample_history
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import train_model


@pytest.fixture(scope="module")
def sample():
    return read_tickets(sample_history(1500)).tickets


@pytest.fixture(scope="module")
def english(sample):
    history = sample[sample.language == "en"]
    return train_model(history, heads=(CATEGORY,), recipe=Recipe.named("fast"), n_jobs=1).model


def abstained(model, tickets):
    return pd.Series([said.abstention for said in model.predict(tickets, reasons=0)], dtype=object)


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_other_languages_are_named_as_unsupported(english, sample, language):
    tickets = tickets_from(sample[sample.language == language])
    assert (abstained(english, tickets) == "unsupported language").mean() >= 0.9


def test_new_tickets_in_the_histories_language_are_heard(english):
    fresh = read_tickets(sample_history(600, seed=9)).tickets
    assert abstained(english, tickets_from(fresh[fresh.language == "en"])).notna().mean() <= 0.02


def test_a_language_of_the_history_is_heard(sample):
    model = train_model(sample, heads=(CATEGORY,), recipe=Recipe.named("fast"), n_jobs=1).model
    fresh = read_tickets(sample_history(900, seed=9)).tickets
    assert abstained(model, tickets_from(fresh)).notna().mean() <= 0.03


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty text"),
        (" \n!!! ", "empty text"),
        ("Пропали файлы моего личного кабинета, помогите пожалуйста", "unsupported language (Cyrillic)"),
        ("لا أستطيع تسجيل الدخول إلى حسابي منذ الصباح", "unsupported language (Arabic)"),
        ("Zorbqux frimble", None),
        ("The zorbqux is down and we cannot log in to it since this morning", None),
    ],
)
def test_the_reason_names_what_is_missing(english, body, reason):
    assert english.predict([Ticket("T-1", body=body)])[0].abstention == reason


def test_a_small_history_calls_nothing_unsupported(model):
    said = model.predict([Ticket("T-1", body="Пропали файлы моего личного кабинета, помогите пожалуйста")])[0]
    assert said.abstention is None
