"""Sets of classes hold the true one as often as they say, for every class by itself, however bad the model is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.modelling.conformal import PValues, class_scores

SHARES = np.array([0.7, 0.25, 0.05])


def drawn(rng, rows, bias):
    """Return probabilities of an overconfident, biased model and the truth."""
    truth = rng.choice(3, rows, p=SHARES)
    logits = rng.normal(0, 1.5, (rows, 3)) + bias
    logits[np.arange(rows), truth] += 1.0
    exponentials = np.exp(3 * logits)
    return exponentials / exponentials.sum(axis=1, keepdims=True), truth


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_each_class_is_covered_at_the_nominal_rate_over_many_resamples(level):
    rng = np.random.default_rng(7)
    covered, seen = np.zeros(3), np.zeros(3)
    for _ in range(400):
        known, unseen = drawn(rng, 400, (2, 0, -1)), drawn(rng, 200, (2, 0, -1))
        p_values = PValues(class_scores(*known)).of(unseen[0])
        held = p_values[np.arange(200), unseen[1]] > 1 - level
        covered += np.bincount(unseen[1], held, minlength=3)
        seen += np.bincount(unseen[1], minlength=3)
    assert (covered / seen >= level - 0.01).all()
    assert (covered / seen <= level + 0.05).all()


def test_under_nine_labels_a_set_at_nine_tenths_holds_the_class_whatever_its_probability():
    for rows, smallest in ((8, 1 / 9), (9, 1 / 10)):
        scores = class_scores(np.full((rows, 2), 0.5), np.zeros(rows, dtype=int))
        p_values = PValues(scores).of(np.zeros((1, 2)))
        assert p_values[0].tolist() == [smallest, 1.0]


SIXTEENTHS = st.integers(0, 16).map(lambda number: number / 16)


@given(st.lists(st.lists(SIXTEENTHS, max_size=8), min_size=1, max_size=4), st.lists(SIXTEENTHS, min_size=4, max_size=4))
def test_a_p_value_counts_the_held_out_tickets_no_more_probable(scores, asked):
    arrays = [np.sort(np.array(own, dtype=np.float32)) for own in scores]
    found = PValues(arrays).of(np.array([asked[: len(arrays)]]))[0]
    expected = [
        (1 + sum(score <= value for score in own)) / (len(own) + 1) for own, value in zip(scores, asked, strict=False)
    ]
    assert found.tolist() == pytest.approx(expected)
