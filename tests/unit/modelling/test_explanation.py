"""What a reason says is what the model did: all of them together make up the answer."""

import numpy as np
import pytest
from invented_desk import invented_history

from ticket_triage.domain.labels import CATEGORY
from ticket_triage.domain.ticket import Ticket
from ticket_triage.modelling.facts import fact_values
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import train_model

EVERYTHING = 10_000


def tickets(rows=12):
    frame = invented_history(rows, seed=5)
    return [
        Ticket("", body=body, channel=channel) for body, channel in zip(frame["body"], frame["channel"], strict=True)
    ]


def against_the_others(values, answer):
    return values[answer] - np.delete(values, answer).mean()


@pytest.mark.parametrize("head", ["urgency", "category", "sentiment"])
def test_all_reasons_and_the_intercept_make_up_the_answers_log_odds(model, head):
    slot = next(entry for entry in model.slots if entry.name == head)
    for ticket in tickets():
        found = model.predict([ticket], reasons=EVERYTHING)[0].head(head)
        logits = model.logits([ticket.body], [fact_values(ticket, model.facts.names)])[0, slot.columns]
        answer = slot.classes.index(found.answer)
        told = sum(reason.contribution for reason in found.reasons)
        told += against_the_others(model.intercepts[slot.columns], answer)
        # Each reason is rounded to four digits.
        assert told == pytest.approx(against_the_others(logits, answer), abs=1e-4 + 5e-5 * len(found.reasons))


def _read(texts):
    """Return what is read of a text, less the figures of its tone, which are of the whole."""
    return {text for text in texts if not text.startswith("tone: ")}


def test_reasons_are_words_of_the_ticket_or_facts_of_it(model):
    ticket = Ticket("", body="The (outage) hits everyone, zzyzx qwfp!", channel="Email")
    for head in model.predict([ticket], reasons=EVERYTHING)[0].heads:
        texts = [reason.text for reason in head.reasons]
        assert "channel=email" in texts
        assert _read(texts) - {"channel=email"} <= {"the", "outage", "hits", "everyone", "zzyzx", "qwfp", *PAIRS}


PAIRS = {"the (outage", "outage) hits", "hits everyone", "everyone, zzyzx", "zzyzx qwfp"}


def test_a_word_never_met_is_no_reason(model):
    ticket = Ticket("", body="outage 返金 9876543 😡")
    for head in model.predict([ticket], reasons=EVERYTHING)[0].heads:
        assert _read(reason.text for reason in head.reasons) <= {"outage"}


def test_the_word_that_decides_is_named_first(model):
    found = model.predict([Ticket("", body="please look into this outage on our page")])[0].head("urgency")
    assert (found.answer, found.reasons[0].text) == ("critical", "outage")
    assert found.reasons[0].contribution > 0
    sizes = [abs(reason.contribution) for reason in found.reasons]
    assert len(sizes) == 3
    assert sizes == sorted(sizes, reverse=True)


def test_a_text_without_known_words_has_no_reasons(model):
    found = model.predict([Ticket("", body="返金"), Ticket("")])
    read = [_read(reason.text for reason in head.reasons) for entry in found for head in entry.heads]
    assert read == [set()] * 6
    assert [entry.unknown_share for entry in found] == [1.0, 1.0]


@pytest.mark.parametrize("text", ["", "?", "\u2028", "zzqx", "🤷"])
def test_words_alone_answer_a_text_of_nothing_known_too(history, text):
    model = train_model(history, heads=[CATEGORY], recipe=Recipe.named("fast"), n_jobs=1).model
    (prediction,) = model.predict([Ticket("T-1", body=text)])
    assert prediction.heads[0].reasons == ()
    assert prediction.unknown_share == 1.0
