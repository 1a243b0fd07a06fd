"""How often a harmless change of a ticket changes the answer, ours beside a tuned scikit-learn pipeline's, same rows.

Every row is answered as it is and changed; a *flip* is another answer. Spelling mistakes must flip ours at most half as
often as the peer, names, countries and politeness at most a quarter as often, capitals and an added "URGENT" may move
one *priority* in a hundred, and an attack on the text's characters may cost one point of accuracy. Judging on a test
file is a look at it: log each run in README.md. ``--on train`` holds out a fifth of the training file instead.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from ticket_triage import load_policy, train
from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.ticket import Ticket
from ticket_triage.modelling.model import TriageModel
from ticket_triage.modelling.splitting import hold_out_groups, near_identical_groups
from ticket_triage.modelling.tfidf import batches
from ticket_triage.service.assess import Assessor

DEFAULT_DATA = Path(__file__).parents[3] / "shared" / "data"
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
Change = Callable[[str, np.random.Generator], str]

NAMES = "Maria Ahmed Yuki Olga Kwame Sofia Pradeep Ingrid Mateo Fatima Chen Aisha Bjorn Priya Diego Hannah"
COUNTRIES = "Poland Nigeria Japan Brazil Canada Egypt Norway Vietnam Mexico Kenya Greece India Chile Finland"
POLITE = (
    "Hello, {}",
    "Dear team, {}",
    "Please help. {}",
    "{} Thank you in advance.",
    "{} Kind regards",
    "{} Could you please help?",
)
NEIGHBOURS = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxdrghjuikjnbpowdtryfezxs", strict=True))
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
LOOKALIKES = str.maketrans("aeopcxyi", "аеорсхуі")  # noqa: RUF001 - Cyrillic letters are the attack


def misspelt(text: str, rng: np.random.Generator) -> str:
    """Misspell one word in ten of four letters and more, at least one."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not places:
        return text
    for place in rng.choice(places, max(1, len(places) // 10), replace=False):
        words[place] = _with_mistake(words[place], rng)
    return " ".join(words)


def _with_mistake(word: str, rng: np.random.Generator) -> str:
    """Swap two neighbours, leave one out, double one, or hit the key beside it."""
    at = int(rng.integers(1, len(word) - 1))
    kind = rng.integers(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + NEIGHBOURS.get(word[at].lower(), "e") + word[at + 1 :]


def named(text: str, rng: np.random.Generator) -> str:
    """Say who writes, before or after."""
    name = rng.choice(NAMES.split())
    return str(rng.choice([f"{name} here. {text}", f"{text} {name}", f"My name is {name}. {text}"]))


def from_country(text: str, rng: np.random.Generator) -> str:
    """Say from where somebody writes, before or after."""
    country = rng.choice(COUNTRIES.split())
    return str(rng.choice([f"{text} ({country})", f"I am writing from {country}. {text}"]))


def polite(text: str, rng: np.random.Generator) -> str:
    """Add a courtesy."""
    return str(rng.choice(POLITE)).format(text.replace("{", "(").replace("}", ")"))


def urgent(text: str, rng: np.random.Generator) -> str:
    """Add the word that everybody adds."""
    return str(rng.choice([f"URGENT: {text}", f"URGENT!!! {text}", f"{text} URGENT"]))


def capitals(text: str, _rng: np.random.Generator) -> str:
    """Shout."""
    return text.upper()


def zero_width(text: str, rng: np.random.Generator) -> str:
    """Put a character nobody sees into a third of the gaps."""
    return "".join(char + "\u200b" if rng.random() < 1 / 3 else char for char in text)


def stacked(text: str, _rng: np.random.Generator) -> str:
    """Stack marks on every letter."""
    return "".join(char + "\u0336\u0353" if char.isalpha() else char for char in text)


ATTACKS: dict[str, Change] = {
    "full-width": lambda text, _rng: text.translate(FULL_WIDTH),
    "zero-width": zero_width,
    "look-alikes": lambda text, _rng: text.translate(LOOKALIKES),
    "stacked marks": stacked,
}
HARMLESS: dict[str, tuple[Change, float]] = {
    "spelling": (misspelt, 0.5),
    "names": (named, 0.25),
    "countries": (from_country, 0.25),
    "politeness": (polite, 0.25),
}
LOUD: dict[str, Change] = {"capitals": capitals, "URGENT": urgent}


def peer_fit(texts: list[str], labels: list[str]) -> Pipeline:
    """Fit what a careful user would build: words 1-2, characters 2-5, a balanced linear SVM."""
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, dtype=np.float32),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32),
    )
    return make_pipeline(union, LinearSVC(C=0.3, class_weight="balanced", random_state=0)).fit(texts, labels)


class Ours:
    """A model and the shipped policy, asked about plain texts."""

    def __init__(self, model: TriageModel) -> None:
        self.model = model
        self.assessor = Assessor(model, load_policy())

    def answers(self, head: str, texts: Sequence[str]) -> np.ndarray:
        slot = next(slot for slot in self.model.slots if slot.name == head)
        tickets = [Ticket("", body=text) for text in texts]
        found = (prediction.head(head) for prediction in self.model.predict(tickets, reasons=0))
        return np.array([slot.classes.index(answer.answer) for answer in found if answer is not None])

    def priorities(self, texts: Sequence[str]) -> np.ndarray:
        tickets = [Ticket("", body=text) for text in texts]
        return np.array([decision.priority for decision in self.assessor.decide_many(tickets, NOW, reasons=False)])


def changed(change: Change, texts: Sequence[str], seed: int = 0) -> list[str]:
    """Return the texts changed, the same way for both sides."""
    rng = np.random.default_rng(seed)
    return [change(text, rng) for text in texts]


def read(folder: Path, on: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows to learn from and rows to judge by."""
    frames = [pd.read_csv(folder / f"{part}.csv.gz") for part in ("train", "test")]
    learn, judge = (frame.assign(body=frame["body"].fillna("").astype(str)) for frame in frames)
    if on == "train":
        place = hold_out_groups(near_identical_groups(batches(learn["body"])), 0.2, np.random.default_rng(0))
        learn, judge = learn[place == 0], learn[place == 1]
    return learn, judge


def run(folder: Path, on: str, rows: int) -> list[bool]:
    """Measure one set; say for each bar whether it was met."""
    learn, judge = read(folder, on)
    ours = Ours(train(learn, test=judge, models=None).model)
    met = []
    for head in [head.name for head in DEFAULT_HEADS if head.name in learn]:
        labelled = judge.dropna(subset=[head])
        labelled = labelled.sample(min(rows, len(labelled)), random_state=0)
        known = learn.dropna(subset=[head])
        peer = peer_fit(known["body"].tolist(), known[head].tolist())
        met += judged(ours, peer, head, labelled["body"].tolist(), labelled[head].to_numpy())
    return met + moved(ours, judge["body"].sample(min(rows, len(judge)), random_state=0).tolist())


def judged(ours: Ours, peer: Pipeline, head: str, texts: list[str], truth: np.ndarray) -> list[bool]:
    """Print a head's flip rates and what attacks cost."""
    met = []
    own, theirs = ours.answers(head, texts), peer.predict(texts)
    for name, (change, bar) in HARMLESS.items():
        after = changed(change, texts)
        flips, peers = np.mean(ours.answers(head, after) != own), np.mean(peer.predict(after) != theirs)
        met.append(bool(flips <= bar * peers))
        print(f"  {head:9} {name:13} flips {flips:6.2%}, peer {peers:6.2%}: {flips / max(peers, 1e-9):.2f} of it, "
              f"bar {bar}{'' if met[-1] else '  MISSED'}", flush=True)  # fmt: skip
    slot = next(slot for slot in ours.model.slots if slot.name == head)
    right = np.array([slot.classes.index(label) if label in slot.classes else -1 for label in truth])
    clean = np.mean(own == right)
    print(f"  {head:9} clean         accuracy {clean:.4f}, peer {np.mean(theirs == truth):.4f}")
    for name, change in ATTACKS.items():
        after = changed(change, texts)
        attacked, peers = np.mean(ours.answers(head, after) == right), np.mean(peer.predict(after) == truth)
        met.append(bool(attacked >= clean - 0.01))
        print(
            f"  {head:9} {name:13} accuracy {attacked:.4f}, peer {peers:.4f}{'' if met[-1] else '  MISSED'}", flush=True
        )
    return met


def moved(ours: Ours, texts: list[str]) -> list[bool]:
    """Print how many priorities loudness moves."""
    met = []
    before = ours.priorities(texts)
    for name, change in LOUD.items():
        share = np.mean(ours.priorities(changed(change, texts)) != before)
        met.append(bool(share <= 0.01))
        print(f"  priority  {name:13} moves {share:6.2%}, bar 1%{'' if met[-1] else '  MISSED'}", flush=True)
    return met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["airline"], help="folders under splits/ (default: airline)")
    parser.add_argument("--on", choices=["train", "test"], default="test", help="which file's rows are judged")
    parser.add_argument("--rows", type=int, default=3000, help="rows per set at most (default: 3000)")
    options = parser.parse_args()
    data = Path(os.environ.get("TRIAGE_TEST_DATA", DEFAULT_DATA)) / "splits"
    met = []
    for name in options.sets:
        print(f"{name}, judged on {options.on}")
        met += run(data / name, options.on, options.rows)
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
