"""Margins that promise too much, or labels that contradict each other, still end in honest probabilities."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ticket_triage.modelling.calibration import (
    expected_calibration_error,
    fit_calibration,
    log_loss,
    softmax,
    with_noise,
)

CLASSES = 3


def drawn(seed, rows=3000, overconfidence=1.0, noise=0.0):
    """Return margins, and labels that follow their softmax before it was exaggerated."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (rows, CLASSES))
    shares = with_noise(softmax(logits), noise)
    truth = (shares.cumsum(axis=1) > rng.random((rows, 1))).argmax(axis=1)
    return logits * overconfidence, truth


@given(arrays(np.float64, (4, CLASSES), elements=st.floats(-1e6, 1e6)))
def test_probabilities_of_any_logits_sum_to_one(logits):
    probabilities = softmax(logits)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-12)


@pytest.mark.parametrize("overconfidence", [0.3, 4.0, 10.0])
def test_margins_of_wrong_confidence_are_mended(overconfidence):
    margins, truth = drawn(1, overconfidence=overconfidence)
    fresh, fresh_truth = drawn(2, overconfidence=overconfidence)
    before = expected_calibration_error(softmax(fresh), fresh_truth)
    after = expected_calibration_error(fit_calibration(margins, truth).probabilities(fresh), fresh_truth)
    assert before > 0.1
    assert after < 0.03


def test_each_class_is_mended_by_its_own_scale_and_offset():
    margins, truth = drawn(3)
    bent = margins * [1.0, 3.0, 0.5] + [0.0, 2.0, -1.0]
    found = fit_calibration(bent, truth)
    assert log_loss(found.probabilities(bent), truth).mean() < log_loss(softmax(margins), truth).mean() + 0.003
    assert (found.scales > 0).all()


def test_labels_drawn_by_lot_are_recognised_as_noise():
    margins, truth = drawn(4, rows=6000, overconfidence=3.0, noise=0.2)
    assert fit_calibration(margins, truth).noise == pytest.approx(0.2, abs=0.06)
    clean_margins, clean_truth = drawn(5, rows=6000)
    assert fit_calibration(clean_margins, clean_truth).noise < 0.05


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), strength=st.sampled_from([0.01, 0.3, 3.0, 1000.0]), n_classes=st.integers(2, 4))
@example(seed=302, strength=0.3, n_classes=2)
@example(seed=104, strength=3.0, n_classes=2)
def test_margins_that_say_nothing_end_near_the_class_shares(seed, strength, n_classes):
    rng = np.random.default_rng(seed)
    margins, truth = strength * rng.normal(size=(60, n_classes)), rng.integers(0, n_classes, 60)
    found = fit_calibration(margins, truth)
    assert log_loss(found.probabilities(margins), truth).mean() < np.log(n_classes) + 0.01


def test_noise_never_changes_which_class_is_the_most_probable():
    probabilities = softmax(drawn(6)[0])
    noisy = with_noise(probabilities, 0.3)
    assert (noisy.argmax(axis=1) == probabilities.argmax(axis=1)).all()
    np.testing.assert_allclose(noisy.sum(axis=1), 1.0)
    assert noisy.min() >= 0.1


def test_few_samples_leave_margins_almost_as_they_are():
    found = fit_calibration(np.array([[5.0, -5.0], [-5.0, 5.0]]), np.array([0, 1]))
    assert found.scales == pytest.approx([1.0, 1.0], abs=0.1)
    assert np.isfinite(found.offsets).all()


def test_calibration_error_and_log_loss_are_those_reckoned_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    truth = np.array([0, 1, 0, 1])
    # Bins of a fifteenth: .9 twice, hit once: .8 off together; .6 hit: .4 off; .8 hit: .2 off; over four samples.
    assert expected_calibration_error(probabilities, truth) == pytest.approx((0.8 + 0.4 + 0.2) / 4)
    assert log_loss(probabilities, truth) == pytest.approx(-np.log([0.9, 0.1, 0.6, 0.8]))
