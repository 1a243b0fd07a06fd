"""What redaction costs per ticket, and how much it finds in sets of real tickets, most of which name nobody.

A ticket without an at sign and with few digits is let through by counting alone. Placeholders are counted by kind, so
that a rule which begins to eat error codes or amounts shows at once; no text is printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd

from ticket_triage.domain.redaction import PLACEHOLDERS, redact

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
BAR_US = 5.0
PLAIN = (
    "since this morning nobody at our office can open the page, and it answers with an error after some waiting " * 3
)


def seconds_each(texts: list[str]) -> float:
    """Return the least of three times per text."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        for text in texts:
            redact(text)
        times.append((time.perf_counter() - begun) / len(texts))
    return min(times)


def main() -> int:
    """Print times and counts, and return 1 when a plain ticket takes longer than the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA)))
    options = parser.parse_args()
    plain = seconds_each([PLAIN] * 20_000) * 1e6
    print(f"a plain ticket of {len(PLAIN)} characters: {plain:.1f} µs")
    for folder in sorted((options.data / "splits").iterdir()):
        texts = pd.read_csv(folder / "train.csv.gz", usecols=["body"])["body"].fillna("").astype(str).tolist()
        found = Counter({kind: sum(redact(text).count(kind) for text in texts) for kind in PLACEHOLDERS})
        kinds = ", ".join(f"{number} {kind}" for kind, number in found.items() if number) or "nothing"
        print(f"{folder.name}: {len(texts):,} texts, {seconds_each(texts) * 1e6:.1f} µs each; found {kinds}")
    return 0 if plain < BAR_US else 1


if __name__ == "__main__":
    sys.exit(main())
