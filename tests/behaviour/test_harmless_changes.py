"""A change that no reader would mind seldom changes an answer: flip rates on tickets a real small model had not learnt.

The bars beside a tuned peer, on public sets, are measured by ``tests/benchmarks/behaviour.py``.
"""

from datetime import UTC, datetime

import numpy as np
import pytest

from ticket_triage import load_policy, train
from ticket_triage.domain.ticket import Ticket
from ticket_triage.intake.sample import sample_history
from ticket_triage.service.assess import Assessor

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HISTORY = sample_history(2000, seed=3)
HEADS = ("urgency", "category", "sentiment")


@pytest.fixture(scope="module")
def model():
    return train(HISTORY.iloc[:1700], models=None).model


@pytest.fixture(scope="module")
def texts():
    return [f"{row.subject}. {row.body}" for row in HISTORY.iloc[1700:].itertuples()]


def answers(model, texts):
    found = model.predict([Ticket("", body=text) for text in texts], reasons=0)
    return np.array([[entry.head(head).answer for head in HEADS] for entry in found])


def flips(model, texts, change):
    return (answers(model, texts) != answers(model, [change(text) for text in texts])).mean(axis=0)


@pytest.mark.parametrize(
    "frame",
    [
        "My name is Ingrid. {}",
        "{} Fatima",
        "{} (Brazil)",
        "I am writing from Vietnam. {}",
        "Dear team, {}",
        "{} please",
    ],
)
def test_names_countries_and_politeness_change_no_answer_in_two_hundred(model, texts, frame):
    assert flips(model, texts, frame.format).max() <= 0.005


def misspelt(text):
    words = text.split(" ")
    for place, word in enumerate(words):
        if place % 10 == 3 and len(word) > 5 and word.isalpha():
            words[place] = word[:2] + word[3] + word[2] + word[4:]
    return " ".join(words)


def test_swapped_letters_change_few_answers(model, texts):
    assert sum(misspelt(text) != text for text in texts) > len(texts) / 2
    assert flips(model, texts, misspelt).max() <= 0.03


@pytest.mark.parametrize(
    "change", [str.upper, "URGENT: {}".format, "{} URGENT!!!".format], ids=["capitals", "before", "after"]
)
def test_loudness_moves_one_priority_in_a_hundred_at_most(model, texts, change):
    assessor = Assessor(model, load_policy())

    def priorities(said):
        return [d.priority for d in assessor.decide_many([Ticket("", body=text) for text in said], NOW, reasons=False)]

    moved = np.mean([a != b for a, b in zip(priorities(texts), priorities(map(change, texts)), strict=True)])
    assert moved <= 0.01


@pytest.mark.parametrize(
    "attack",
    [
        lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
        lambda text: "\u200b".join(text),
        lambda text: text.translate(str.maketrans("aeopc", "\u0430\u0435\u043e\u0440\u0441")),
        lambda text: "".join(char + "\u0336\u0353" if char.isalpha() else char for char in text),
    ],
    ids=["full-width", "zero-width", "look-alikes", "stacked marks"],
)
def test_an_attack_on_the_characters_costs_a_point_of_accuracy_at_most(model, texts, attack):
    truth = HISTORY.iloc[1700:][list(HEADS)].to_numpy()
    clean, attacked = (answers(model, said) == truth for said in (texts, [attack(text) for text in texts]))
    assert (clean.mean(axis=0) - attacked.mean(axis=0)).max() <= 0.01
