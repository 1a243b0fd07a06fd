"""What becomes of a model that learns from its own answers, and of one that does not, over ten rounds.

A model is taught by some tickets that people labelled. Each round it answers the next tickets, its answers join the
history as labels, and it is trained again. Without provenance they pass for people's labels; with it (``<head>_source``
is ``machine``) training leaves them out. Each round both are judged on the same held-out part of the training file, by
its people's labels. What degrades is not the choice of class but what the model believes of it: ever surer of its
mistakes, until its probabilities are worse than the plain class shares. No test file is looked at.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from ticket_triage.domain.labels import DEFAULT_HEADS, Head
from ticket_triage.modelling.evaluation import HeadReport
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.training import texts_of, train_model

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
HEADS = {head.name: head for head in DEFAULT_HEADS}


def answered(model: TriageModel, tickets: pd.DataFrame, head: Head) -> pd.DataFrame:
    """Return the tickets with the model's answers as their labels."""
    slot = model.slots[0]
    _, answers = model.answers(slot, model.logits(texts_of(tickets), [()] * len(tickets)))
    return tickets.assign(**{head.name: np.array(slot.classes, dtype=object)[answers]})


def rounds(frame: pd.DataFrame, head: Head, *, seeds: int, step: int, told: bool, judged: int) -> list[HeadReport]:
    """Return how the model did after each round, the first time before any."""
    judge = frame.iloc[-judged:]
    history = frame.iloc[:seeds].assign(**{f"{head.name}_source": "human"})
    reports: list[HeadReport] = []
    model = None
    for start in range(seeds, seeds + 11 * step, step):
        result = train_model(history, heads=[head], recipe=Recipe.named("fast"), test=judge)
        reports += result.reports
        model = result.model if result.usable else model  # what finds no signal is never published
        if model is None:
            break
        new = answered(model, frame.iloc[start : start + step], head)
        history = pd.concat([history, new.assign(**{f"{head.name}_source": "machine" if told else "human"})])
        history = history.reset_index(drop=True)
    return reports


def main() -> int:
    """Print both stories and return 1 unless the one degrades and the other does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA)))
    parser.add_argument("--set", default="airline", dest="name")
    parser.add_argument("--head", default="sentiment", choices=sorted(HEADS))
    parser.add_argument("--seeds", type=int, default=800, help="Tickets that people labelled.")
    parser.add_argument("--step", type=int, default=800, help="Tickets a round adds.")
    options = parser.parse_args()
    head = HEADS[options.head]
    frame = pd.read_csv(options.data / "splits" / options.name / "train.csv.gz").dropna(subset=[head.name])
    frame = frame.sample(frac=1, random_state=0).reset_index(drop=True)[["body", head.name]].fillna("")
    losses = {}
    for told in (False, True):
        story = rounds(frame, head, seeds=options.seeds, step=options.step, told=told, judged=2000)
        print("machine labels told apart" if told else "machine labels taken for people's")
        for number, report in enumerate(story):
            print(
                f"  round {number:2}: accuracy {report.accuracy.value:.3f}, macro-F1 {report.macro_f1:.3f}, log loss "
                f"{report.log_loss:.3f} (class shares {report.prior_log_loss:.3f}), calibration error "
                f"{report.expected_calibration_error:.3f}{'' if report.signal else ', no signal: not published'}"
            )
        losses[told] = story[-1].log_loss / story[0].log_loss
    print(f"log loss after ten rounds over before: {losses[False]:.2f} without provenance, {losses[True]:.2f} with it")
    return 0 if losses[False] > 1.3 and losses[True] < 1.05 else 1


if __name__ == "__main__":
    sys.exit(main())
