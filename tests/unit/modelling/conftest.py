"""A small invented desk and a model of it, for every test of learning."""

import pytest
from invented_desk import invented_history
from threadpoolctl import threadpool_limits

from ticket_triage.domain.labels import CATEGORY, SENTIMENT, URGENCY
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import train_model


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Keep small sums off a second core, where waiting for it costs more than it does."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def history():
    return invented_history()


@pytest.fixture(scope="session")
def quick():
    """Words and characters, one strength of regularisation."""
    return Recipe(
        (1, 2),
        (2, 3),
        None,
        min_df=2,
        C=(3.0,),
        balance=0.5,
        folds=2,
        tolerance=0.1,
        fact_min_rows=20,
        class_min_rows=5,
    )


@pytest.fixture(scope="session")
def result(history, quick):
    heads = (URGENCY, CATEGORY, SENTIMENT)
    return train_model(history, heads=heads, facts=["channel"], recipe=quick, n_jobs=1)


@pytest.fixture(scope="session")
def model(result):
    return result.model
