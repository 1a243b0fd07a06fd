"""Figures are those a person reckons by hand, and noise is not taken for skill."""

import numpy as np
import pytest

from ticket_triage.domain.labels import URGENCY_LEVELS as LEVELS
from ticket_triage.errors import NoLabelsError
from ticket_triage.modelling.evaluation import evaluate_head, has_signal, share_of, wilson

CLASSES = ("low", "medium", "high")
TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 3])
ANSWERS = np.array([0, 0, 0, 1, 1, 1, 2, 2, 0, 0])
PRIOR = np.array([0.5, 0.3, 0.2])


def report(truth=TRUTH, answers=ANSWERS, top="high"):
    probabilities = np.full((len(truth), 3), 0.1)
    probabilities[np.arange(len(truth)), answers] = 0.8
    return evaluate_head("urgency", CLASSES, truth, probabilities, answers, PRIOR, top=top)


def test_accuracy_counts_a_class_never_learnt_as_missed():
    found = report()
    assert (found.accuracy.value, found.rows) == (0.6, 10)
    assert found.majority == 0.4


def test_every_class_has_its_precision_recall_and_f1():
    rows = [(entry.name, entry.rows, entry.precision, entry.recall, entry.f1) for entry in report().classes]
    assert rows == [
        ("low", 4, 0.6, 0.75, 0.6667),
        ("medium", 3, 0.6667, 0.6667, 0.6667),
        ("high", 2, 0.5, 0.5, 0.5),
    ]


def test_a_class_never_learnt_counts_in_every_figure():
    never = report()
    learnt = report(TRUTH[:-1], ANSWERS[:-1])
    assert learnt.macro_f1 == pytest.approx((3 / 4 + 2 / 3 + 1 / 2) / 3, abs=1e-4)
    assert never.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 1 / 2 + 0) / 4, abs=1e-4)
    assert never.expected_calibration_error == pytest.approx(0.8 - 0.6, abs=1e-4)
    assert never.brier == pytest.approx((6 * 0.06 + 3 * 1.46 + 1.66) / 10, abs=1e-4)


def test_near_identical_tickets_widen_an_interval():
    hits, groups = np.repeat([True, False, True, True], 25), np.repeat(np.arange(4), 25)
    alone, together = share_of(hits), share_of(hits, groups)
    four = wilson(3, 4)
    assert (alone.value, together.value, together.n) == (0.75, 0.75, 100)
    assert (together.low, together.high) == pytest.approx((four.low, four.high), abs=1e-4)
    assert share_of(np.ones(100, dtype=bool), groups).low == pytest.approx(wilson(4, 4).low, abs=1e-4)
    assert share_of(hits, np.arange(100)) == alone


def test_the_confusion_table_has_truth_in_rows_and_answers_in_columns():
    assert report().confusion == ((3, 1, 0), (0, 2, 1), (1, 0, 1))


def test_quadratic_kappa_weighs_a_miss_by_two_levels_four_times():
    # Of nine, two are missed by one level and one by two: 1 + 1 + 4. By chance, from the margins 4, 3, 2 on both sides:
    by_chance = sum(t * a * (i - j) ** 2 for i, t in enumerate((4, 3, 2)) for j, a in enumerate((4, 3, 2))) / 9
    assert report().quadratic_kappa == pytest.approx(1 - 6 / by_chance, abs=1e-4)
    assert report(top=None).quadratic_kappa is None


def test_the_top_level_leads_with_recall_and_precision_in_intervals():
    found = report()
    assert (found.top, found.top_recall.value, found.top_recall.n) == ("high", 0.5, 2)
    assert (found.top_precision.value, found.top_precision.n) == (0.5, 2)
    assert found.top_recall.low < 0.5 < found.top_recall.high


def test_log_losses_are_means_over_the_classes_that_were_learnt():
    found = report()
    assert found.log_loss == pytest.approx(-(6 * np.log(0.8) + 3 * np.log(0.1)) / 9, abs=1e-4)
    assert found.prior_log_loss == pytest.approx(-(4 * np.log(0.5) + 3 * np.log(0.3) + 2 * np.log(0.2)) / 9, abs=1e-4)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilson_intervals_are_the_published_ones(hits, n, low, high):
    found = wilson(hits, n)
    assert (found.low, found.high, found.n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4), n)


def test_noise_is_rarely_taken_for_a_signal():
    rng = np.random.default_rng(0)
    false_alarms = sum(has_signal(rng.normal(0, 1, 60) ** 3) for _ in range(300))
    assert false_alarms <= 9


def test_a_small_steady_gain_is_a_signal():
    assert has_signal(np.random.default_rng(0).normal(0.1, 0.3, 400))
    assert not has_signal(np.zeros(400))
    assert not has_signal(np.array([1.0]))


def test_copies_of_one_text_are_one_witness():
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(200):
        groups = np.repeat(np.arange(15), 20)
        found += has_signal(np.repeat(rng.normal(0, 1, 15), 20) + rng.normal(0, 0.1, 300), groups)
    assert found <= 6


def test_a_level_that_nobody_used_still_widens_the_scale():
    truth, answers = np.array([0, 0, 3, 3, 0, 3, 2, 2]), np.array([0, 0, 3, 2, 0, 3, 2, 3])
    shares = np.full((8, 4), 0.25)
    report = evaluate_head("urgency", LEVELS, truth, shares, answers, np.full(4, 0.25), top="critical")
    assert report.quadratic_kappa == pytest.approx(0.928, abs=5e-4)


def test_labels_of_which_none_was_learnt_are_refused():
    nothing, shares = np.full(3, 4), np.full((3, 4), 0.25)
    with pytest.raises(NoLabelsError, match="None of the 3 labels of urgency"):
        evaluate_head("urgency", LEVELS, nothing, shares, np.zeros(3, int), np.full(4, 0.25), top="critical")
