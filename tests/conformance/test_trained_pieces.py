"""A trained model's pieces in scikit-learn: its own figures, in pipelines, cross-validation, searches and processes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

from ticket_triage import load_model, read_tickets, train
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.rows import tickets_from
from ticket_triage.intake.sample import sample_history
from ticket_triage.modelling.trained import TrainedHead, TrainedVectorizer
from ticket_triage.modelling.training import facts_of, texts_of

HEADS = ["urgency", "category", "sentiment"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Return the folder of a model of words, characters, facts and tone."""
    folder = tmp_path_factory.mktemp("trained") / "models"
    train(sample_history(1200).iloc[:800], models=folder)
    return folder


@pytest.fixture(scope="module")
def model(models):
    return load_model(models)


@pytest.fixture(scope="module")
def later():
    """Return labelled tickets that the model has not learnt from."""
    return read_tickets(sample_history(1200).iloc[800:]).tickets.dropna(subset=HEADS)


@pytest.mark.parametrize("head", HEADS)
def test_a_head_taken_out_gives_the_models_own_probabilities_and_answers(model, later, head):
    pipeline = model.as_sklearn(head)
    slot = next(slot for slot in model.slots if slot.name == head)
    expected, answers = model.answers(slot, model.logits(texts_of(later), facts_of(later, model.facts.names)))
    np.testing.assert_allclose(pipeline.predict_proba(later), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(pipeline.predict_proba(tickets_from(later)), expected, rtol=0, atol=1e-12)
    assert tuple(pipeline.classes_) == slot.classes
    assert pipeline.predict(later).tolist() == [slot.classes[place] for place in answers]
    served = [own.head(head).probabilities for own in model.predict(tickets_from(later), reasons=0)]
    np.testing.assert_allclose(pipeline.predict_proba(later), served, atol=5.1e-5)


def test_a_ticket_alone_and_among_others_gets_the_same(model, later):
    pipeline = model.as_sklearn("urgency")
    among = pipeline.predict_proba(later)
    for place in (0, 7):
        np.testing.assert_allclose(pipeline.predict_proba(later.iloc[[place]])[0], among[place], rtol=0, atol=1e-12)


def test_texts_alone_are_tickets_of_which_nothing_else_is_known(model):
    texts = ["Checkout is down, call jo@example.org", ""]
    tickets = [Ticket(str(place), body=text) for place, text in enumerate(texts)]
    pipeline = model.as_sklearn("category")
    expected = pipeline.predict_proba(tickets)
    for given in (texts, np.array(texts, dtype=object), pd.Series(texts), pd.DataFrame({"body": texts})):
        np.testing.assert_allclose(pipeline.predict_proba(given), expected, rtol=0, atol=1e-12)


def test_every_column_has_a_name_and_a_weight(model, later):
    features, head = model.as_sklearn("urgency")
    names = features.get_feature_names_out()
    assert len(set(names)) == len(names) == head.n_features_in_ == features.transform(later).shape[1]
    assert head.coef_.shape == (len(head.classes_), len(names))
    assert head.intercept_.shape == head.classes_.shape
    X = features.transform(later)
    np.testing.assert_allclose(head.decision_function(X), X @ head.coef_.T + head.intercept_, atol=1e-5)
    assert {"words_0", "characters_0", *model.facts.known} <= set(names)


def test_cross_validation_judges_the_one_model_and_trains_none(model, later):
    pipeline, truth = model.as_sklearn("category"), later["category"].to_numpy(dtype=object)
    scores = cross_val_score(pipeline, later, truth, cv=4)
    sizes = [len(part) for part in np.array_split(truth, 4)]
    assert np.average(scores, weights=sizes) == pytest.approx(accuracy_score(truth, pipeline.predict(later)))
    np.testing.assert_array_equal(cross_val_score(pipeline, later, truth, cv=4, n_jobs=2), scores)


def test_cloning_and_fitting_keep_what_was_trained(model, later):
    pipeline = model.as_sklearn("urgency")
    before = pipeline.predict_proba(later.head(20))
    again = clone(pipeline).fit(later.head(20), later["urgency"].head(20))
    assert [again[0], again[1]] == [pipeline[0], pipeline[1]]
    np.testing.assert_array_equal(again.predict_proba(later.head(20)), before)
    check_is_fitted(pipeline)


def test_another_classifier_learns_and_is_searched_for_on_the_trained_features(model, later):
    truth = later["sentiment"].to_numpy(dtype=object)
    own = make_pipeline(model.as_sklearn("category")[0], LogisticRegression(max_iter=500))
    found = GridSearchCV(own, {"logisticregression__C": [0.1, 10.0]}, cv=2).fit(later, truth)
    assert found.best_params_["logisticregression__C"] in (0.1, 10.0)
    assert found.best_estimator_[0] is own[0]
    assert found.predict(later).shape == truth.shape


@pytest.mark.parametrize("kind", [TrainedVectorizer, TrainedHead])
def test_scikit_learns_checks_that_need_no_numbers_pass(model, kind):
    piece = kind(model) if kind is TrainedVectorizer else kind(model, "urgency")
    for check in (
        estimator_checks.check_estimator_repr,
        estimator_checks.check_mixin_order,
        estimator_checks.check_set_params,
        estimator_checks.check_valid_tag_types,
    ):
        check(kind.__name__, piece)


def test_mistakes_get_a_sentence(model):
    with pytest.raises(BadOptionError, match=r"has no head 'urgenci' to take out; did you mean 'urgency'\?"):
        model.as_sklearn("urgenci")
    features, head = model.as_sklearn("urgency")
    with pytest.raises(ValueError, match="Iterable over tickets or texts expected, string object received"):
        features.transform("checkout is down")
    with pytest.raises(ValueError, match="Tickets or texts are expected; got int"):
        features.transform([7])
    with pytest.raises(ValueError, match=rf"X has 3 features, but the head expects {head.n_features_in_} features"):
        head.predict(np.zeros((1, 3)))


def test_a_published_folder_holds_nothing_of_scikit_learns(models, model):
    model.as_sklearn("urgency")
    kinds = {path.suffix for path in models.rglob("*") if path.is_file()}
    assert kinds <= {".npy", ".json", ".html", ".md", ".lock", ""}
