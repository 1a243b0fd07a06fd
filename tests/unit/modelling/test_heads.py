"""A head deals its folds fairly, keeps groups together, and answers the way it was asked to."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from ticket_triage.modelling.heads import CalibratedLinearClassifier, deal_folds
from ticket_triage.modelling.margins import evidence

LEVELS = ["low", "medium", "high"]


def levelled(seed=0, rows=400, shares=(0.8, 0.15, 0.05)):
    """Return samples whose level shows in their features, but not clearly."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, rows, p=shares)
    return np.eye(3)[truth] + rng.normal(0, 0.7, (rows, 3)), np.array(LEVELS)[truth]


@given(
    truth=st.lists(st.integers(0, 3), min_size=4, max_size=80),
    folds=st.integers(2, 5),
    seed=st.integers(0, 99),
)
def test_folds_hold_about_the_same_of_every_class(truth, folds, seed):
    truth = np.array(truth)
    fold_of = deal_folds(truth, None, folds, np.random.RandomState(seed))
    sizes = [np.bincount(fold_of[truth == label], minlength=fold_of.max() + 1) for label in np.unique(truth)]
    assert all(np.ptp(counts) <= 1 for counts in [*sizes, np.bincount(fold_of)])
    assert fold_of.max() + 1 == min(folds, len(truth))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12)), min_size=3, max_size=80), st.integers(0, 99))
def test_samples_of_one_group_lie_in_one_fold(samples, seed):
    truth, groups = map(np.array, zip(*samples, strict=True))
    fold_of = deal_folds(truth, groups, 3, np.random.RandomState(seed))
    assert all(len(set(fold_of[groups == group])) == 1 for group in groups)


def test_the_same_seed_gives_the_same_weights_and_another_one_other_folds():
    X, y = levelled()
    first, again, other = (CalibratedLinearClassifier(random_state=seed).fit(X, y) for seed in (0, 0, 1))
    assert first.coef_.tobytes() == again.coef_.tobytes()
    assert first.held_out_probabilities_.tobytes() != other.held_out_probabilities_.tobytes()


def test_logits_are_the_features_times_one_matrix():
    X, y = levelled()
    head = CalibratedLinearClassifier(classes=LEVELS).fit(X, y)
    np.testing.assert_allclose(head.decision_function(X), X @ head.coef_.T + head.intercept_)
    np.testing.assert_allclose(head.predict_proba(X).sum(axis=1), 1.0)
    assert head.classes_.tolist() == LEVELS


def test_sparse_and_dense_samples_give_the_same_probabilities():
    X, y = levelled()
    dense = CalibratedLinearClassifier().fit(X, y).predict_proba(X)
    sparse = CalibratedLinearClassifier().fit(sp.csr_array(X), y).predict_proba(sp.csr_array(X))
    np.testing.assert_allclose(sparse, dense, atol=1e-6)


def test_probabilities_held_out_are_about_as_sure_as_they_are_right():
    X, y = levelled(rows=4000)
    head = CalibratedLinearClassifier(classes=LEVELS).fit(X, y)
    probabilities = head.held_out_probabilities_
    hits = np.array(LEVELS)[probabilities.argmax(axis=1)] == y
    assert probabilities.max(axis=1).mean() == pytest.approx(hits.mean(), abs=0.02)


def test_the_balanced_answer_finds_more_of_a_rare_class_than_the_most_probable_one():
    X, y = levelled(rows=3000)
    head = CalibratedLinearClassifier(classes=LEVELS, ordered=True).fit(X, y)
    rare = y == "high"
    assert np.mean(head.balanced_answer(X)[rare] == "high") > np.mean(head.predict(X)[rare] == "high")


def test_one_class_alone_is_refused():
    with pytest.raises(ValueError, match=r"only one class is present: \['low'\]"):
        CalibratedLinearClassifier().fit(np.eye(3), ["low"] * 3)


def test_optional_features_are_left_out_when_they_only_mislead():
    X, y = levelled(rows=600)
    noise = np.random.default_rng(1).normal(0, 3, (600, 40))
    head = CalibratedLinearClassifier(classes=LEVELS, optional=(3, 43)).fit(np.hstack([X, noise]), y)
    assert not head.uses_optional_
    assert not head.coef_[:, 3:].any()
    assert head.coef_[:, :3].any()


def test_optional_features_stay_when_they_help():
    X, y = levelled(rows=600)
    head = CalibratedLinearClassifier(classes=LEVELS, optional=(1, 3)).fit(X, y)
    assert head.uses_optional_


def test_stronger_fits_are_tried_only_while_they_help():
    _, y = levelled(rows=400)
    noise = np.random.default_rng(2).normal(0, 1, (400, 300))
    assert CalibratedLinearClassifier(C=(0.001, 10.0, 0.0001)).fit(noise, y).C_ == 0.001
    words, topics = np.tile(np.eye(40), (10, 1)), np.tile(np.arange(40) % 4, 10)
    assert CalibratedLinearClassifier(C=(0.01, 1.0)).fit(words, topics).C_ == 1.0


def test_a_feature_that_tells_a_class_apart_is_made_larger_than_one_that_does_not():
    X = sp.csr_array(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 0.0, 1.0]]))
    common, present, absent = evidence(X, np.array([True, True, False, False]), 0.3)
    assert present == absent > common == 0.5


def test_an_ablation_says_what_each_part_brought():
    X, y = levelled(rows=600)
    head = CalibratedLinearClassifier(classes=LEVELS, optional=(1, 3), ablate=True).fit(X, y)
    by_name = {part.part: part for part in head.ablation_}
    assert list(by_name) == [
        "as chosen",
        "without evidence weights",
        "without class balance",
        "without words",
        "without characters",
    ]
    assert by_name["without characters"].log_loss > by_name["as chosen"].log_loss + 0.05
    assert by_name["without characters"].macro_f1 < by_name["as chosen"].macro_f1
