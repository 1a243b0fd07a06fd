"""How well ``triage data check --audit`` finds wrong labels that were put into a set of real tickets.

A tenth of the training part's labels are flipped to another class, drawn by lot. Of as many suspects as were flipped,
least probable label first, the share that was flipped is the precision. The set's own mistakes count as misses, so
chance is not 10 % but the figure for suspects drawn by lot, printed beside it. No test file is looked at.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from ticket_triage.service.audit import audit

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
BAR = 0.6


def flipped(labels: pd.Series, share: float, seed: int) -> tuple[pd.Series, set[int]]:
    """Return the labels with a share of them moved to another class, and the rows that were."""
    rng = np.random.default_rng(seed)
    classes = np.unique(labels)
    rows = rng.choice(len(labels), round(share * len(labels)), replace=False)
    moved = labels.copy()
    moved.iloc[rows] = [rng.choice(classes[classes != labels.iloc[row]]) for row in rows]
    return moved, set(rows.tolist())


def main() -> int:
    """Print the precision and return 1 when it misses the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA)))
    parser.add_argument("--set", default="it_topics", dest="name")
    parser.add_argument("--head", default="category")
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    history = pd.read_csv(options.data / "splits" / options.name / "train.csv.gz").dropna(subset=[options.head])
    history = history.reset_index(drop=True)
    history[options.head], wrong = flipped(history[options.head], options.share, options.seed)
    begun = time.perf_counter()
    found = next(entry for entry in audit(history).heads if entry.head == options.head)
    seconds = time.perf_counter() - begun
    first = [suspect.row for suspect in found.suspects[: len(wrong)]]
    precision = len(wrong.intersection(first)) / len(wrong)
    print(
        f"{options.name} {options.head}: {len(history):,} tickets, {len(wrong):,} labels flipped, "
        f"{len(found.suspects):,} suspects; precision at the number flipped {precision:.3f} (by lot "
        f"{options.share:.3f}), {seconds:.1f} s"
    )
    return 0 if precision >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
