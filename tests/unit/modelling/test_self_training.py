"""A model that learns from its own answers talks itself into them; one that knows whose labels they are does not."""

import numpy as np
import pandas as pd
from invented_desk import invented_history

from ticket_triage.domain.labels import URGENCY
from ticket_triage.modelling.evaluation import HeadReport
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import texts_of, train_model

ROUNDS, SEEDS, STEP, JUDGED = 10, 120, 120, 400
DESK = invented_history(SEEDS + ROUNDS * STEP + JUDGED)[["body", "urgency"]]
RECIPE = Recipe.named("fast")


def people_labels(rng):
    """Return labels as people set them, every fourth by a slip."""
    slips = rng.random(len(DESK)) < 0.25
    return np.where(slips, rng.choice(["low", "high", "critical"], len(DESK)), DESK.urgency)


def ten_rounds(*, told: bool) -> tuple[HeadReport, HeadReport, str]:
    """Return how the model did before and after it labelled ten rounds of tickets, and what training noted last."""
    desk = DESK.assign(urgency=people_labels(np.random.default_rng(0)))
    history, judge = desk.iloc[:SEEDS].assign(urgency_source="human"), desk.iloc[-JUDGED:]
    first = result = train_model(history, heads=[URGENCY], recipe=RECIPE, test=judge, n_jobs=1)
    model = first.model
    for start in range(SEEDS, SEEDS + ROUNDS * STEP, STEP):
        slot, new = model.slots[0], desk.iloc[start : start + STEP]
        answers = model.answers(slot, model.logits(texts_of(new), [()] * len(new)))[1]
        labels = np.array(slot.classes, dtype=object)[answers]
        new = new.assign(urgency=labels, urgency_source="machine" if told else "human")
        history = pd.concat([history, new], ignore_index=True)
        result = train_model(history, heads=[URGENCY], recipe=RECIPE, test=judge, n_jobs=1)
        model = result.model if result.usable else model
    return first.reports[0], result.reports[0], " ".join(result.notes)


def test_its_own_answers_taken_for_peoples_make_it_sure_of_its_mistakes():
    before, after, notes = ten_rounds(told=False)
    assert after.log_loss > 1.3 * before.log_loss
    assert after.expected_calibration_error > before.expected_calibration_error + 0.1
    assert "machine" not in notes


def test_told_apart_they_are_left_out_and_nothing_degrades():
    before, after, notes = ten_rounds(told=True)
    assert after.log_loss < 1.06 * before.log_loss
    assert after.expected_calibration_error < before.expected_calibration_error + 0.03
    assert after.accuracy.value > before.accuracy.low
    assert "urgency: 1,200 labels were set by a machine and touched by nobody" in notes
