"""Speed of the shared vectoriser beside scikit-learn's TfidfVectorizer, on the same texts, words 1-2.

Both learn from the training texts of one set of public tickets (``fit_transform``) and then read them again
(``transform``), in turn (A B A B ...), on one core; medians are reported.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from ticket_triage.modelling.training import texts_of
from ticket_triage.modelling.vectorizer import HashedTfidfVectorizer

DEFAULT_DATA = Path(__file__).parents[2].parent / "shared" / "data"
BAR = 4.0

Seconds = dict[str, float]


def measured(make: Callable[[], Any], texts: list[str]) -> Seconds:
    """Return the seconds one vectoriser takes to learn and to read."""
    vectorizer = make()
    start = time.perf_counter()
    vectorizer.fit_transform(texts)
    middle = time.perf_counter()
    vectorizer.transform(texts)
    return {"fit_transform": middle - start, "transform": time.perf_counter() - middle}


def compare(texts: list[str], rounds: int) -> tuple[Seconds, Seconds]:
    """Return the medians of ours and theirs, measured in turn."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measured(lambda: HashedTfidfVectorizer(words=(1, 2)), texts))
        theirs.append(measured(lambda: TfidfVectorizer(ngram_range=(1, 2)), texts))
    return middle_of(ours), middle_of(theirs)


def middle_of(runs: list[Seconds]) -> Seconds:
    return {step: median(run[step] for run in runs) for step in runs[0]}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    data = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA))
    parser.add_argument("--data", type=Path, default=data, help="folder of public tickets (or TRIAGE_TEST_DATA)")
    parser.add_argument("--set", default="it_topics", help="which set of it (default: it_topics)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    return parser.parse_args()


def main() -> int:
    """Print both medians and their ratio; 1 when a bar is missed."""
    chosen = options()
    texts = texts_of(pd.read_csv(chosen.data / "splits" / chosen.set / "train.csv.gz"))
    print(f"{len(texts):,} texts of {chosen.set}, {sum(map(len, texts)) / 1e6:.1f} million characters, words 1-2")
    with threadpool_limits(1):
        ours, theirs = compare(texts, chosen.rounds)
    for step in ours:
        print(
            f"{step:>13}: ours {ours[step]:.3f} s, scikit-learn {theirs[step]:.3f} s, {theirs[step] / ours[step]:.1f}x"
        )
    return int(any(theirs[step] < BAR * ours[step] for step in ours))


if __name__ == "__main__":
    sys.exit(main())
