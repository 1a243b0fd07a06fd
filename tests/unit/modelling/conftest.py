"""A small invented desk whose labels follow its words, and a model of it."""

import numpy as np
import pandas as pd
import pytest

from ticket_triage.domain.labels import CATEGORY, SENTIMENT, URGENCY
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import train_model

SIGNS = {
    "low": "icon colour font tooltip",
    "high": "crash failed error blocked",
    "critical": "outage loss everyone breach",
}
TOPICS = {"billing": "invoice payment refund", "access": "login password account"}
FILLER = "the page our team sees since monday on every screen please look into this thing with some care today"


def invented_history(rows=240, seed=0):
    """Return tickets whose urgency and category show in their words; sentiment is labelled in every other row."""
    rng = np.random.default_rng(seed)
    urgency, topic = rng.choice(list(SIGNS), rows), rng.choice(list(TOPICS), rows)
    bodies = [
        " ".join(
            rng.permutation(
                [*rng.choice(SIGNS[u].split(), 2), *rng.choice(TOPICS[t].split(), 2), *rng.choice(FILLER.split(), 9)]
            )
        )
        for u, t in zip(urgency, topic, strict=True)
    ]
    moods = np.where(urgency == "low", "positive", "negative")
    return pd.DataFrame(
        {
            "ticket_id": [f"T-{number}" for number in range(rows)],
            "body": bodies,
            "channel": rng.choice(["email", "phone"], rows),
            "urgency": urgency,
            "category": topic,
            "sentiment": np.where(np.arange(rows) % 2 == 0, moods, None),
        }
    )


@pytest.fixture(scope="session")
def history():
    return invented_history()


@pytest.fixture(scope="session")
def quick():
    """Words and characters, one strength of regularisation."""
    return Recipe(
        (1, 2), (2, 3), min_df=2, C=(3.0,), balance=0.5, folds=2, tolerance=0.1, fact_min_rows=20, class_min_rows=5
    )


@pytest.fixture(scope="session")
def result(history, quick):
    heads = (URGENCY, CATEGORY, SENTIMENT)
    return train_model(history, heads=heads, facts=["channel"], recipe=quick, n_jobs=1)


@pytest.fixture(scope="session")
def model(result):
    return result.model
