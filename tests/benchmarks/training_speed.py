"""Time, memory and skill of ``triage train`` beside a tuned scikit-learn pipeline on the same split, in one run.

The difference in accuracy and macro-F1 comes with its paired bootstrap interval over the same test rows, and each
language's figures where the set names languages. The peer is what a careful user would build: words 1-2 and characters
2-5 as TF-IDF, a balanced linear SVM. Its time is its ``fit``; ours holds everything from texts to a calibrated, judged
model. Judging on a test file is a look at it: log each run in README.md.
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
from ticket_triage.intake.reading import read_tickets
from ticket_triage.modelling.training import facts_of, texts_of

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


def run_peer(folder: Path, heads: list[str]) -> tuple[float, dict[str, np.ndarray]]:
    """Fit and judge the peer on each head; return the seconds of all fits and its answers."""
    train_set, test_set = pd.read_csv(folder / "train.csv.gz"), pd.read_csv(folder / "test.csv.gz")
    total, answers = 0.0, {}
    for head in heads:
        learn, judge = train_set.dropna(subset=[head]), test_set.dropna(subset=[head])
        model, seconds = peer_fit(learn["body"].fillna("").astype(str).tolist(), learn[head].tolist())
        total += seconds
        answers[head] = np.asarray(model.predict(judge["body"].fillna("").astype(str).tolist()), dtype=object)
        print(f"  peer     {seconds:6.2f} s  {head}: {figures(head, judge[head].tolist(), answers[head])}", flush=True)
    return total, answers


def run_ours(folder: Path, *, fast: bool) -> tuple[float, dict[str, np.ndarray]]:
    """Train and judge ours; return the seconds and its answers on the labelled rows of each head."""
    trained = train(folder / "train.csv.gz", test=folder / "test.csv.gz", fast=fast, models=None)
    for report in trained.reports:
        kappa = "" if report.quadratic_kappa is None else f" quadratic kappa {report.quadratic_kappa:.4f}"
        skill = f"accuracy {report.accuracy.value:.4f} macro-F1 {report.macro_f1:.4f}{kappa}"
        print(f"  ours     {trained.seconds:6.2f} s  {report.head}: {skill}", flush=True)
    tickets, model = read_tickets(folder / "test.csv.gz").tickets, trained.model
    logits = model.logits(texts_of(tickets), facts_of(tickets, model.facts.names))
    labelled = pd.read_csv(folder / "test.csv.gz")
    answers = {}
    for slot in model.slots:
        chosen = np.array(slot.classes, dtype=object)[model.answers(slot, logits)[1]]
        answers[slot.name] = chosen[labelled[slot.name].notna().to_numpy()]
    return trained.seconds, answers


def compare(folder: Path, ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> None:
    """Print how far ours is ahead of the peer on the same rows, with 95 % intervals."""
    test_set = pd.read_csv(folder / "test.csv.gz")
    for head in ours:
        rows = test_set.dropna(subset=[head])
        truth = rows[head].to_numpy(dtype=object)
        said = [
            f"{name} {mean:+.4f} [{low:+.4f}, {high:+.4f}]"
            for name, mean, low, high in paired_bootstrap(truth, ours[head], theirs[head])
        ]
        print(f"  ours less peer, {head}: {', '.join(said)}")
        for language in sorted(rows["language"].unique()) if "language" in rows else []:
            own = (rows["language"] == language).to_numpy()
            skills = [f1_score(truth[own], answers[head][own], average="macro") for answers in (ours, theirs)]
            print(f"    {language}: macro-F1 {skills[0]:.4f}, peer {skills[1]:.4f}")


def paired_bootstrap(
    truth: np.ndarray, ours: np.ndarray, theirs: np.ndarray, draws: int = 2000
) -> list[tuple[str, float, float, float]]:
    """Return name, difference and 95 % interval of accuracy and macro-F1, resampling rows for both sides at once."""
    classes, coded = np.unique(np.concatenate([truth, ours, theirs]), return_inverse=True)
    size = len(classes)
    cells, counts = np.unique(coded.reshape(3, -1), axis=1, return_counts=True)
    resampled = np.random.default_rng(0).multinomial(len(truth), counts / len(truth), size=draws)
    found = []
    for weights in [counts[None], resampled]:
        sides = [_skills(cells[0], cells[side], weights, size) for side in (1, 2)]
        found.append([first - second for first, second in zip(*sides, strict=True)])
    return [
        (name, float(point[0]), *map(float, np.quantile(spread, [0.025, 0.975])))
        for name, point, spread in zip(("accuracy", "macro-F1"), *found, strict=True)
    ]


def _skills(truth: np.ndarray, answers: np.ndarray, weights: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return accuracy and macro-F1 under each row of weights of the cells."""
    hits = weights * (truth == answers)
    by_class = [hits @ (truth == label) for label in range(size)]
    sums = [weights @ ((truth == label).astype(int) + (answers == label)) for label in range(size)]
    f1 = [2 * hit / np.maximum(total, 1) for hit, total in zip(by_class, sums, strict=True)]
    return hits.sum(axis=1) / weights.sum(axis=1), np.mean(f1, axis=0)


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
            seconds, our_answers = run_ours(data / name, fast=options.fast)
            ours.append(seconds)
            seconds, peer_answers = run_peer(data / name, [*our_answers])
            theirs.append(seconds)
        compare(data / name, our_answers, peer_answers)
        print(f"  ours took {median(ours) / median(theirs):.2f} of the peer's time")
    own, children = (
        resource.getrusage(who).ru_maxrss / 2**20 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory {own:.2f} GiB here (both sides), {children:.2f} GiB in the largest process started")


if __name__ == "__main__":
    main()
