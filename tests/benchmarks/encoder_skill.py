"""Skill of ``triage train --encoder FOLDER`` beside the same without, on the same test rows, and one ticket's time.

The differences come with their paired bootstrap intervals: an encoder must cost no skill anywhere. ``--on train`` holds
a fifth of the training rows out, near-identical texts together; judging on a test file is a look at it: log each run
in README.md. Ends with 1 when a difference lies surely below nothing, or a ticket takes over a millisecond.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from training_speed import DEFAULT_DATA, figures, paired_bootstrap

from ticket_triage import train
from ticket_triage.domain.ticket import Ticket
from ticket_triage.intake.reading import read_tickets
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.splitting import hold_out_groups, near_identical_groups
from ticket_triage.modelling.tfidf import batches
from ticket_triage.modelling.training import facts_of, texts_of

_ONE_TICKET_S = 0.001


def split(folder: Path, on: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tickets to learn from and to judge by."""
    learn = read_tickets(folder / "train.csv.gz").tickets.reset_index(drop=True)
    if on == "test":
        return learn, read_tickets(folder / "test.csv.gz").tickets.reset_index(drop=True)
    groups = near_identical_groups(batches(texts_of(learn)))
    held = hold_out_groups(groups, 0.2, np.random.default_rng(0)) == 1
    return learn[~held].reset_index(drop=True), learn[held].reset_index(drop=True)


def answers(model: TriageModel, judged: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return each head's balanced answers."""
    logits = model.logits(texts_of(judged), facts_of(judged, model.facts.names))
    return {slot.name: np.array(slot.classes, dtype=object)[model.answers(slot, logits)[1]] for slot in model.slots}


def seconds_a_ticket(model: TriageModel, judged: pd.DataFrame) -> float:
    """Return the median time of one new ticket, its reasons included."""
    taken = []
    for number, text in enumerate(texts_of(judged)[:500]):
        begun = time.perf_counter()
        model.predict([Ticket(f"T-{number}", body=text)])
        taken.append(time.perf_counter() - begun)
    return median(taken[100:])


def compare(folder: Path, encoder: Path, mode: str, on: str) -> bool:
    """Print both sides' figures and whether the encoder's are as good; return the latter."""
    learn, judged = split(folder, on)
    fine = True
    with_it = train(learn, test=judged, encoder=encoder, encoder_mode=mode, models=None)
    without = train(learn, test=judged, models=None)
    own, other = (answers(trained.model, judged) for trained in (with_it, without))
    for head in own.keys() & other.keys():
        rows = judged[head].notna().to_numpy()
        truth, ours, theirs = (column[rows] for column in (judged[head].to_numpy(dtype=object), own[head], other[head]))
        print(f"  with    {figures(head, truth.tolist(), ours)}\n  without {figures(head, truth.tolist(), theirs)}")
        spans = paired_bootstrap(truth, ours, theirs)
        print(
            f"  {head}: "
            + ", ".join(f"{name} {mean:+.4f} [{low:+.4f}, {high:+.4f}]" for name, mean, low, high in spans)
        )
        fine &= all(high >= 0 for *_, high in spans)
    seconds = seconds_a_ticket(with_it.model, judged)
    print(
        f"  one ticket with it {seconds * 1e6:.0f} µs, without {seconds_a_ticket(without.model, judged) * 1e6:.0f} µs"
    )
    return fine and (mode == "full" or seconds < _ONE_TICKET_S)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder", type=Path, help="a folder in sentence-transformers layout")
    parser.add_argument("sets", nargs="*", default=["it_topics", "airline", "mozilla_severity"], help="under splits/")
    parser.add_argument("--mode", default="static", choices=["static", "full"])
    parser.add_argument("--on", default="test", choices=["test", "train"])
    options = parser.parse_args()
    data = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA)) / "splits"
    fine = True
    for name in options.sets:
        print(f"{name}, mode {options.mode}, judged on {options.on}", flush=True)
        fine &= compare(data / name, options.encoder, options.mode, options.on)
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
