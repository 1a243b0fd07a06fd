"""What is promised of an answer holds on new tickets, and words of confidence rise with observed accuracy."""

import numpy as np
import pytest

from ticket_triage.domain.precision import labels_needed
from ticket_triage.modelling.precision import Judged, fit_confidence, lower_bound, precision_steps, word_borders


def judged(rng, rows, accuracy):
    """Return two-class answers that are right as often as ``accuracy`` says of their confidence."""
    confidence = rng.uniform(0.5, 1.0, rows)
    truth = rng.integers(0, 2, rows)
    answers = np.where(rng.random(rows) < accuracy(confidence), truth, 1 - truth)
    probabilities = np.empty((rows, 2))
    probabilities[np.arange(rows), answers] = confidence
    probabilities[np.arange(rows), 1 - answers] = 1 - confidence
    return Judged(probabilities, answers, truth, np.arange(rows))


def sure(cases, errors, groups=None):
    """Return answers of class 0, all equally sure."""
    truth = np.zeros(cases, dtype=int)
    truth[:errors] = 1
    probabilities = np.full((cases, 2), [0.99, 0.01])
    return Judged(probabilities, np.zeros(cases, dtype=int), truth, np.arange(cases) if groups is None else groups)


def test_fifty_nine_cases_without_an_error_prove_nineteen_in_twenty():
    assert precision_steps(sure(59, 0), sure(59, 0), 0)[-1].precision.bound >= 0.95
    assert precision_steps(sure(59, 0), sure(58, 0), 0)[-1].precision.bound < 0.95


def test_copies_of_one_ticket_prove_no_more_than_one_ticket():
    copies = sure(590, 0, np.arange(590) // 10)
    found = precision_steps(copies, copies, 0)[-1].precision
    assert (found.cases, found.bound) == (59, 0.9504)


def test_folds_choose_and_later_tickets_prove():
    good, bad = sure(500, 0), sure(500, 100)
    assert precision_steps(good, bad, 0)[-1].precision.bound < 0.8
    assert precision_steps(bad, good, 0)[-1].precision.bound == 0.8


def test_an_answer_never_seen_proves_nothing():
    confidence = fit_confidence(sure(50, 0), sure(50, 0))
    assert confidence.proven(1, 1.0).bound == 0.0
    assert labels_needed(0, 0, 0.95) == 59


@pytest.mark.parametrize("slope", [0.0, 0.9])
def test_a_proof_of_nineteen_in_twenty_is_rarely_wrong(slope):
    def accuracy(confidence):
        return np.minimum(0.94 + slope * (confidence - 0.6), 1.0)

    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(300):
        steps = precision_steps(judged(rng, 600, accuracy), judged(rng, 400, accuracy), 0)
        borders = [step.threshold for step in steps if step.precision.bound >= 0.95]
        wrong += bool(borders) and accuracy(np.linspace(max(borders[0], 0.5), 1.0, 50)).mean() < 0.95
    assert wrong <= 300 * 0.08


@pytest.mark.parametrize(("cases", "errors"), [(0, 0), (59, 0), (100, 2), (1000, 60)])
def test_the_labels_said_to_be_needed_are_just_enough(cases, errors):
    more = labels_needed(cases, errors, 0.95)
    assert lower_bound(cases + more, errors) >= 0.95
    assert more == 0 or lower_bound(cases + more - 1, errors) < 0.95
    assert labels_needed(cases, errors, 1.0) is None


def test_words_rise_with_observed_accuracy():
    rng = np.random.default_rng(5)

    def accuracy(confidence):
        return 2 * confidence - 1

    confidence = fit_confidence(judged(rng, 3000, accuracy), judged(rng, 1000, accuracy))
    new = judged(rng, 20000, accuracy)
    words = np.array([confidence.word(value) for value in new.confidence])
    low, medium, high = (new.hits[words == word].mean() for word in ("low", "medium", "high"))
    assert low < medium < high
    assert high == pytest.approx(0.95, abs=0.03)


def test_a_border_the_later_tickets_contradict_is_dropped():
    rng = np.random.default_rng(5)
    folds = judged(rng, 3000, lambda confidence: 2 * confidence - 1)
    later = judged(rng, 1000, lambda confidence: 2 - 2 * confidence)
    assert word_borders(folds, later) == (2.0, 2.0)


def test_few_tickets_make_no_high_word():
    few = judged(np.random.default_rng(0), 20, np.ones_like)
    assert fit_confidence(few, few).word(1.0) == "low"
