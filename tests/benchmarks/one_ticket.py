"""Time of one ticket through a trained model of three heads, beside three scikit-learn pipelines with the same n-grams.

Texts are those of the it_topics training set. Its own labels are the category. Only the count of classes of the other
two heads matters here, so their labels are made up from the category: words tell them, and the search finds no use for
the tone of a text. (Labels made up from a text's length would have it minded, for its figures are shares of the length:
``--lengths`` measures such a model, which is no longer words alone.) The tickets are the test texts of 55
to 65 words, each asked for once, one at a time: a third of them first, to warm up, the others to measure. So what the
model remembers of pieces it met is what a desk's day would teach it, never the very ticket. The pipelines stop after
three rounds of their solver: what they would answer changes with that, how long an answer takes does not. Everything
runs on one core, in turn (A B A B ...); medians of processor time are reported, so that waiting for a core shared with
others is nobody's. What such others do to the caches slows the pipelines more than us: only a quiet machine's ratios
count.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from threadpoolctl import threadpool_limits

from ticket_triage.domain.labels import DEFAULT_HEADS, SENTIMENT_LEVELS, URGENCY_LEVELS
from ticket_triage.domain.ticket import Ticket
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import train_model

DEFAULT_DATA = Path(__file__).parents[2].parent / "shared" / "data"
BAR = 10.0
BLOCK = 20
"""Tickets asked of one before the other's turn."""

Ask = Callable[[str], object]


def labelled(frame: pd.DataFrame, by_length: bool = False) -> pd.DataFrame:
    """Add urgency and sentiment columns that follow the category or the text's length: each head is learnt."""
    categories = frame["category"].astype("category").cat.codes
    lengths = frame["body"].str.len().rank(pct=True)
    fourths = (lengths * 4).astype(int).clip(upper=3) if by_length else categories % 4
    thirds = (lengths * 3).astype(int).clip(upper=2) if by_length else categories % 3
    urgency, sentiment = [URGENCY_LEVELS[place] for place in fourths], [SENTIMENT_LEVELS[place] for place in thirds]
    return frame.assign(urgency=urgency, sentiment=sentiment)


def pipelines(recipe: Recipe, frame: pd.DataFrame) -> list[Pipeline]:
    """Return one pipeline per head, with the recipe's n-grams each."""
    return [make_pipeline(vectorizer(recipe), classifier()).fit(frame["body"], frame[h.name]) for h in DEFAULT_HEADS]


def vectorizer(recipe: Recipe):
    shared = {"sublinear_tf": True, "min_df": recipe.min_df, "dtype": np.float32}
    words = TfidfVectorizer(ngram_range=recipe.words, **shared)
    if recipe.characters is None:
        return words
    return make_union(words, TfidfVectorizer(analyzer="char_wb", ngram_range=recipe.characters, **shared))


def classifier() -> LogisticRegression:
    return LogisticRegression(max_iter=3)


def in_turn(asked: dict[str, Ask], texts: list[str]) -> dict[str, float]:
    """Return the median time of each in microseconds, every text being new to it."""
    warm_up, measured = texts[: len(texts) // 3], texts[len(texts) // 3 :]
    for ask in asked.values():
        timed(ask, warm_up)
    times: dict[str, list[float]] = {name: [] for name in asked}
    for start in range(0, len(measured), BLOCK):
        for name, ask in asked.items():
            times[name] += timed(ask, measured[start : start + BLOCK])
    return {name: median(values) for name, values in times.items()}


def timed(ask: Ask, texts: list[str]) -> list[float]:
    times = []
    for text in texts:
        start = time.thread_time()
        ask(text)
        times.append((time.thread_time() - start) * 1e6)
    return times


def trained(recipe: Recipe, frame: pd.DataFrame) -> TriageModel:
    model = train_model(frame, heads=DEFAULT_HEADS, recipe=recipe, n_jobs=1).model
    if len(model.slots) != len(DEFAULT_HEADS):
        raise SystemExit("a head found no signal in the texts; take more --rows")
    return model


def compare(name: str, frame: pd.DataFrame, texts: list[str]) -> float:
    """Print one recipe's medians; return how many times faster than the pipelines it is."""
    recipe = Recipe.named(name)
    model, peers = trained(recipe, frame), pipelines(recipe, frame)
    twin = TriageModel(model.text, model.facts, model.coefficients, model.intercepts, model.slots, toned=model.toned)
    found = in_turn(
        {
            "model": lambda text: model.predict([Ticket("", body=text)], reasons=0),
            "with reasons": lambda text: twin.predict([Ticket("", body=text)], reasons=3),
            "three pipelines": lambda text: [peer.predict_proba([text]) for peer in peers],
        },
        texts,
    )
    ratio = found["three pipelines"] / found["model"]
    told = f"words {recipe.words}, characters {recipe.characters}, {model.text.n_features:,} columns"
    print(f"{name}: {told}{', the tone minded' * model.toned}")
    for label, microseconds in found.items():
        print(f"  {label:>15}: {microseconds:7.0f} µs  ({found['three pipelines'] / microseconds:.1f}x)")
    return ratio


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA))
    parser.add_argument("--data", type=Path, default=data, help="folder of public tickets (or TRIAGE_TEST_DATA)")
    parser.add_argument("--rows", type=int, default=10_000, help="training texts (default: 10000)")
    parser.add_argument("--recipes", nargs="+", default=["fast", "default"], help="which recipes (default: both)")
    parser.add_argument("--lengths", action="store_true", help="labels that follow lengths: the tone is minded")
    return parser.parse_args()


def main() -> int:
    """Print every recipe's medians and ratios; 1 when a bar is missed."""
    chosen = options()
    folder = chosen.data / "splits" / "it_topics"
    frame = labelled(pd.read_csv(folder / "train.csv.gz").iloc[: chosen.rows], chosen.lengths)
    test = pd.read_csv(folder / "test.csv.gz")["body"]
    texts = test[test.str.split().str.len().between(55, 65)].tolist()
    print(f"{len(frame):,} training texts; {len(texts)} tickets of {median(map(len, texts)):.0f} characters")
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        ratios = [compare(name, frame, texts) for name in chosen.recipes]
    return int(min(ratios) < BAR)


if __name__ == "__main__":
    sys.exit(main())
