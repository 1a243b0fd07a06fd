"""Time, memory and skill of ``triage train`` beside a tuned scikit-learn pipeline on the same split, in one run.

The peer is what a careful user would build: words 1-2 and characters 2-5 as TF-IDF, a balanced linear SVM. Its time is
its ``fit``; ours holds everything from texts to a calibrated, judged model. Judging on a test file is a look at it: log
each run in README.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from ticket_triage import train
from ticket_triage.domain.labels import DEFAULT_HEADS

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
LEVELS = {head.name: head.levels for head in DEFAULT_HEADS}


def peer_fit(texts: list[str], labels: list[str]) -> tuple[object, float]:
    """Fit the tuned pipeline and say how many seconds that took."""
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float32),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32),
    )
    begun = time.perf_counter()
    model = make_pipeline(union, LinearSVC(C=0.3, class_weight="balanced", random_state=0)).fit(texts, labels)
    return model, time.perf_counter() - begun


def figures(head: str, truth: list[str], answers: list[str]) -> str:
    """Return accuracy, macro-F1 and, for ordered heads, quadratic kappa."""
    said = f"accuracy {accuracy_score(truth, answers):.4f} macro-F1 {f1_score(truth, answers, average='macro'):.4f}"
    levels = LEVELS[head]
    if levels:
        kappa = cohen_kappa_score([*map(levels.index, truth)], [*map(levels.index, answers)], weights="quadratic")
        said += f" quadratic kappa {kappa:.4f}"
    return said


def run_peer(folder: Path, heads: list[str]) -> float:
    """Fit and judge the peer on each head; return the seconds of all fits."""
    train_set, test_set = pd.read_csv(folder / "train.csv.gz"), pd.read_csv(folder / "test.csv.gz")
    total = 0.0
    for head in heads:
        learn, judge = train_set.dropna(subset=[head]), test_set.dropna(subset=[head])
        model, seconds = peer_fit(learn["body"].fillna("").astype(str).tolist(), learn[head].tolist())
        total += seconds
        answers = list(model.predict(judge["body"].fillna("").astype(str).tolist()))
        print(f"  peer     {seconds:6.2f} s  {head}: {figures(head, judge[head].tolist(), answers)}", flush=True)
    return total


def run_ours(folder: Path, *, fast: bool) -> tuple[float, list[str]]:
    """Train and judge ours; return the seconds and the heads there were."""
    trained = train(folder / "train.csv.gz", test=folder / "test.csv.gz", fast=fast, models=None)
    for report in trained.reports:
        kappa = "" if report.quadratic_kappa is None else f" quadratic kappa {report.quadratic_kappa:.4f}"
        skill = f"accuracy {report.accuracy.value:.4f} macro-F1 {report.macro_f1:.4f}{kappa}"
        print(f"  ours     {trained.seconds:6.2f} s  {report.head}: {skill}", flush=True)
    return trained.seconds, [report.head for report in trained.reports]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["it_topics"], help="folders under splits/ (default: it_topics)")
    parser.add_argument("--fast", action="store_true", help="our quick recipe instead of the default one")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is run, in turn (default: 1)")
    options = parser.parse_args()
    data = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA)) / "splits"
    for name in options.sets:
        print(f"{name}, recipe {'fast' if options.fast else 'default'}")
        ours, theirs = [], []
        for _ in range(options.rounds):
            seconds, heads = run_ours(data / name, fast=options.fast)
            ours.append(seconds)
            theirs.append(run_peer(data / name, heads))
        print(f"  ours took {median(ours) / median(theirs):.2f} of the peer's time")
    own, children = (
        resource.getrusage(who).ru_maxrss / 2**20 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory {own:.2f} GiB here (both sides), {children:.2f} GiB in the largest process started")


if __name__ == "__main__":
    main()
