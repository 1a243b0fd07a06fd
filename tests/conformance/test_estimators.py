"""Every estimator keeps scikit-learn's contract; what its checks do not ask of text transformers is asked here."""

import copy
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from ticket_triage.modelling.heads import CalibratedLinearClassifier
from ticket_triage.modelling.vectorizer import HashedTfidfVectorizer

TEXTS = ["Checkout is down", "checkout is slow", "the icon is ugly", "", "the icon is down: 返金"]
SETTINGS = [
    {"words": (1, 2), "characters": None},
    {"words": None, "characters": (2, 4)},
    {"words": (1, 1), "characters": (3, 3), "min_df": 1, "character_weight": 0.5},
]


CHECKS_WITHOUT_DATA = [
    estimator_checks.check_estimator_repr,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_mixin_order,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_set_params,
    estimator_checks.check_valid_tag_types,
]

with warnings.catch_warnings():
    # For texts scikit-learn has one check and a warning that there are no more; those after it are ours.
    warnings.simplefilter("ignore", SkipTestWarning)
    every_check = parametrize_with_checks([CalibratedLinearClassifier((3.0,), folds=2), HashedTfidfVectorizer()])


@every_check
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", CHECKS_WITHOUT_DATA, ids=lambda check: check.__name__)
def test_scikit_learns_checks_that_need_no_numbers_pass_for_texts(check):
    check("HashedTfidfVectorizer", HashedTfidfVectorizer())


@pytest.fixture(params=SETTINGS, ids=str)
def vectorizer(request):
    return HashedTfidfVectorizer(**request.param)


def test_learning_and_reading_at_once_equals_one_after_the_other(vectorizer):
    at_once = vectorizer.fit_transform(TEXTS)
    after = clone(vectorizer).fit(TEXTS).transform(TEXTS)
    assert at_once.shape == after.shape == (len(TEXTS), vectorizer.features_.n_features)
    assert at_once.dtype == after.dtype == np.float32
    assert at_once.data.tobytes() == after.data.tobytes()
    assert at_once.indices.tobytes() == after.indices.tobytes()


def test_texts_that_repeat_nothing_have_the_length_of_their_blocks(vectorizer):
    lengths = np.sqrt(vectorizer.fit_transform(TEXTS).power(2).sum(axis=1))
    whole = np.hypot(vectorizer.words is not None, (vectorizer.characters is not None) * vectorizer.character_weight)
    np.testing.assert_allclose(lengths[:2], whole, rtol=1e-6)
    assert lengths[3] == 0


def test_parameters_go_round_and_a_clone_learns_the_same(vectorizer):
    twin = HashedTfidfVectorizer(**vectorizer.get_params())
    assert twin.get_params() == clone(vectorizer).get_params() == vectorizer.get_params()
    assert (twin.fit_transform(TEXTS) != vectorizer.fit_transform(TEXTS)).nnz == 0


def test_learning_changes_neither_parameters_nor_texts(vectorizer):
    texts, before = list(TEXTS), copy.deepcopy(vectorizer.get_params())
    assert vectorizer.fit(texts) is vectorizer
    vectorizer.transform(texts)
    assert texts == TEXTS
    assert vectorizer.get_params() == before


def test_learning_again_forgets_what_was_learnt_before(vectorizer):
    vectorizer.fit(["quite other words here"] * 3).fit(TEXTS)
    assert (vectorizer.transform(TEXTS) != clone(vectorizer).fit_transform(TEXTS)).nnz == 0


def test_reading_before_learning_is_refused(vectorizer):
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        vectorizer.transform(TEXTS)


@pytest.mark.parametrize("method", ["fit", "fit_transform", "transform"])
def test_a_single_text_in_place_of_many_is_refused(vectorizer, method):
    fitted = vectorizer.fit(TEXTS)
    with pytest.raises(ValueError, match="Iterable over raw text documents expected, string object received"):
        getattr(fitted, method)("checkout is down")


@pytest.mark.parametrize("wrong", [None, 7, b"bytes", ["a", "list"]])
def test_what_is_no_text_is_refused(vectorizer, wrong):
    with pytest.raises(ValueError, match="Texts are expected; got"):
        vectorizer.fit(["down", wrong])


def test_no_block_at_all_is_refused():
    with pytest.raises(ValueError, match="needs words or characters; both are None"):
        HashedTfidfVectorizer(words=None).fit(TEXTS)


def test_texts_may_come_from_an_iterator_an_array_or_a_pipeline(vectorizer):
    expected = vectorizer.fit_transform(TEXTS)
    assert (vectorizer.fit_transform(iter(TEXTS)) != expected).nnz == 0
    assert (vectorizer.transform(np.array(TEXTS, dtype=object)) != expected).nnz == 0
    pipeline = make_pipeline(clone(vectorizer), LogisticRegression()).fit(TEXTS, [1, 1, 0, 0, 0])
    assert pipeline.predict(["CHECKOUT down"]).shape == (1,)
