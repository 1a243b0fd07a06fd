"""The lines of an explanation are all there was: they add up to the log-odds, and the step after to the probability."""

from math import fsum

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_desk import FILLER, SIGNS, TOPICS

from ticket_triage.domain.labels import CATEGORY, URGENCY
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError
from ticket_triage.modelling.facts import fact_values
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import train_model

WORDS = [*FILLER.split(), *(word for words in [*SIGNS.values(), *TOPICS.values()] for word in words.split())]
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=30).map(" ".join)


def against_the_others(values, place):
    return values[place] - np.delete(values, place).mean()


def logits_of(model, ticket, name):
    slot = next(slot for slot in model.slots if slot.name == name)
    text = f"{ticket.subject}\n{ticket.body}" if ticket.subject else ticket.body
    logits = model.logits([text], [fact_values(ticket, model.facts.names)])[:, slot.columns]
    return slot, logits[0]


@given(subject=st.sampled_from(["", "outage", "icon?"]), body=TEXTS, channel=st.sampled_from([None, "email", "fax"]))
def test_lines_sum_to_the_log_odds_before_calibration(model, subject, body, channel):
    ticket = Ticket("T-1", subject=subject, body=body, channel=channel)
    for head in model.explain(ticket).heads:
        slot, logits = logits_of(model, ticket, head.head)
        place = slot.classes.index(head.about)
        before = against_the_others(logits - np.array(slot.shifts), place)
        assert fsum(line.contribution for line in head.lines) == head.log_odds
        assert head.log_odds == pytest.approx(before, abs=1e-9)
        assert head.log_odds + head.calibration.shift == pytest.approx(head.calibration.log_odds, abs=1e-9)


@given(body=TEXTS, most=st.integers(0, 5))
def test_shortened_lines_sum_to_the_same(model, body, most):
    for head in model.explain(Ticket("", body=body)).heads:
        short = head.shortened(most)
        assert len(short.lines) <= most + 2
        assert short.log_odds == pytest.approx(head.log_odds, abs=1e-12)


@given(body=TEXTS)
def test_the_calibration_step_leads_from_logits_to_the_predicted_probability(model, body):
    ticket = Ticket("", body=body)
    predicted = model.predict([ticket])[0]
    for head in model.explain(ticket).heads:
        shares = np.exp(head.calibration.logits)
        shares = (1 - head.calibration.noise) * shares / shares.sum() + head.calibration.noise / len(shares)
        assert shares[head.classes.index(head.about)] == pytest.approx(head.probability, abs=1e-12)
        told = predicted.head(head.head)
        assert (head.answer, round(head.probability, 4)) == (told.answer, told.probability)


def test_every_class_can_be_asked_about_and_all_together_cancel_out(model):
    ticket = Ticket("", body="outage on the invoice page", channel="email")
    slot, _ = logits_of(model, ticket, "urgency")
    found = [model.explain(ticket, about={"urgency": level}).head("urgency") for level in slot.classes]
    assert [head.about for head in found] == list(slot.classes)
    assert sum(head.log_odds for head in found) == pytest.approx(0, abs=1e-9)
    assert sum(head.probability for head in found) == pytest.approx(1, abs=1e-12)


def test_lines_are_of_the_ticket_and_the_deciding_word_comes_first(model):
    head = model.explain(Ticket("", body="Please look into this OUTAGE, zzyzx", channel="Email")).head("urgency")
    kinds = {kind: [line.text for line in head.lines if line.kind == kind] for kind in ("words", "characters", "fact")}
    assert head.lines[0].kind == "base"
    assert head.lines[1].text == "outage"
    assert kinds["fact"] == ["channel=email"]
    assert "outage" in kinds["words"]
    assert {" ou", "out"} <= set(kinds["characters"])
    assert not any("zz" in line.text for line in head.lines)
    sizes = [abs(line.contribution) for line in head.lines[1:]]
    assert sizes == sorted(sizes, reverse=True)


def test_words_alone_are_explained_too(history):
    model = train_model(history, heads=[URGENCY, CATEGORY], recipe=Recipe.named("fast"), n_jobs=1).model
    head = model.explain(Ticket("", body="the outage blocks the invoice")).head("category")
    assert {line.kind for line in head.lines} == {"base", "words"}


def test_a_text_of_nothing_known_has_its_base_alone(model):
    for head in model.explain(Ticket("")).heads:
        assert [line.kind for line in head.lines if line.kind != "tone"] == ["base"]


def test_the_table_has_every_line(model):
    explanation = model.explain(Ticket("", body="outage on the page"))
    frame = pd.DataFrame(explanation.records())
    assert list(frame.columns) == ["head", "about", "kind", "text", "contribution"]
    assert frame.groupby("head").contribution.sum().to_dict() == pytest.approx(
        {head.head: head.log_odds for head in explanation.heads}
    )


@pytest.mark.parametrize(
    ("about", "told"),
    [({"urgncy": "low"}, "no head 'urgncy'; did you mean 'urgency'"), ({"urgency": "hih"}, "no class 'hih'; did you")],
)
def test_a_head_or_class_that_is_none_is_refused(model, about, told):
    with pytest.raises(BadOptionError, match=told):
        model.explain(Ticket("", body="x"), about=about)
