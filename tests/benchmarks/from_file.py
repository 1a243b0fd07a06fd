"""A file of tickets predicted and decided, beside pandas and scikit-learn that predict it and decide nothing.

Run: ``python tests/benchmarks/from_file.py --models models --name demo``. Both read the same invented CSV, made with
another seed than what models are trained on, answer three heads and write a CSV. Ours adds the policy's decision.
"""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from ticket_triage.intake.sample import sample_history
from ticket_triage.service.answers import write_answers
from ticket_triage.service.predict import predict

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
HEADS = ("urgency", "category", "sentiment")
BAR_S = 40


def texts(frame):
    return frame["subject"].fillna("") + "\n" + frame["body"].fillna("")


def rival(learnt):
    """Return three pipelines, each with words and pairs of words, fitted on a history."""
    models = {}
    for head in HEADS:
        known = learnt[learnt[head].notna() & (learnt[head] != "")]
        pipeline = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(max_iter=200)
        )
        models[head] = pipeline.fit(texts(known), known[head])
    return models


def ours(tickets, out, wanted):
    found = predict(tickets, now=NOW, models=wanted.models, name=wanted.name)
    write_answers(found.answers, out)
    return len(found.answers)


def theirs(tickets, out, models):
    frame = pd.read_csv(tickets, dtype=str)
    answers = {"ticket_id": frame["ticket_id"]}
    for head, model in models.items():
        probabilities = model.predict_proba(texts(frame))
        answers[head] = model.classes_[probabilities.argmax(axis=1)]
        answers[f"{head}_probability"] = probabilities.max(axis=1)
    pd.DataFrame(answers).to_csv(out, index=False)
    return len(frame)


def seconds(what, *arguments):
    """Return wall and processor seconds of a call, with those of its children, and how many tickets it answered."""
    begun, before = time.perf_counter(), os.times()
    count = what(*arguments)
    after = os.times()
    return time.perf_counter() - begun, sum(after[:4]) - sum(before[:4]), count


def main():
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--models", default="models")
    reader.add_argument("--name", default="demo")
    reader.add_argument("--tickets", type=int, default=100_000)
    wanted = reader.parse_args()
    with TemporaryDirectory() as folder:
        tickets, out = Path(folder, "tickets.csv"), Path(folder, "answers.csv")
        sample_history(wanted.tickets, seed=7).drop(columns=list(HEADS)).to_csv(tickets, index=False)
        models = rival(sample_history(6_400, seed=0))
        own, own_cpu, count = seconds(ours, tickets, out, wanted)
        peer, peer_cpu, _ = seconds(theirs, tickets, out, models)
    print(
        f"{count:,} tickets: decided in {own:.1f} s ({own_cpu:.1f} s of processor time, {own_cpu / count * 1e6:.0f} µs"
    )
    print(
        f"a ticket); the rival without a decision {peer:.1f} s ({peer_cpu:.1f} s), {own_cpu / peer_cpu:.2f} of its time"
    )
    return 0 if own < BAR_S else 1


if __name__ == "__main__":
    sys.exit(main())
