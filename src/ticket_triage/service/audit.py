"""Audit a history before anybody learns from it: its labels, its columns, and how both move along time."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ticket_triage.domain.shown import Tabled
from ticket_triage.domain.text import normalise
from ticket_triage.intake.check import HistoryReport, check_history
from ticket_triage.intake.leaks import Leak, leaky_columns
from ticket_triage.intake.reading import Reading, read_tickets
from ticket_triage.modelling.audit import LabelAudit, audit_labels
from ticket_triage.modelling.recipe import Recipe
from ticket_triage.modelling.splitting import near_identical_groups
from ticket_triage.modelling.tfidf import TfidfFeatures, batched
from ticket_triage.modelling.training import labels_of, texts_of
from ticket_triage.modelling.wording import WordDrift, word_drift

if TYPE_CHECKING:
    from ticket_triage.domain.labels import Head
    from ticket_triage.modelling.training import Progress
    from ticket_triage.service.train import MappingSource, Source

_SUSPECT = ("label", "probability", "likely", "likely_probability")


@dataclass(frozen=True, slots=True, repr=False)
class Audit(Tabled):
    """What a history is worth.

    Parameters
    ----------
    check : HistoryReport
        What every check tells.
    heads : tuple of LabelAudit
        One per head with two classes of at least five tickets.
    machine : dict of str to int
        Per head, the labels that a machine set and nobody touched: they are looked at by nobody here, for no model
        learns from them.
    near_copies : int
        Tickets that say nearly the same as an earlier one.
    leaks : tuple of Leak
    words : WordDrift or None
        How words move along time; None where tickets have no dates, or are too few.
    reading : Reading
    """

    check: HistoryReport
    heads: tuple[LabelAudit, ...]
    machine: dict[str, int]
    near_copies: int
    leaks: tuple[Leak, ...]
    words: WordDrift | None
    reading: Reading

    def place(self, row: int) -> tuple[str, int]:
        """Return a row's ticket id and where it begins in the source."""
        return str(self.reading.tickets["ticket_id"].iloc[row]), int(self.reading.lines[row])

    def findings(self) -> list[str]:
        """Return what is worth knowing of the columns, and which head cannot be audited."""
        missing = {head.head for head in self.check.heads} - {head.head for head in self.heads}
        return [
            f"{self.near_copies:,} tickets say nearly the same as another one.",
            *(
                f"{rows:,} labels of {head} were set by a machine and touched by nobody: no model learns them."
                for head, rows in self.machine.items()
            ),
            *(f"warning: {leak.sentence}" for leak in self.leaks),
            *(
                f"{head} cannot be audited: it has no two classes with at least five labels each."
                for head in sorted(missing)
            ),
        ]

    def told(self) -> list[str]:
        """Return what was found, and how many labels of each head are probably wrong."""
        heads = [
            f"{head.head}: {len(head.suspects):,} of {head.labelled:,} labels are probably wrong."
            for head in self.heads
        ]
        words = [] if self.words is None else [f"{self.words.sentence}."]
        return [*self.findings(), *words, *heads]

    def table(self) -> pd.DataFrame:
        """Return one row for each label that is probably wrong, the least probable of each head first."""
        rows = [
            {**self._named(entry.row), "head": head.head, **asdict(entry)}
            for head in self.heads
            for entry in head.suspects
        ]
        return pd.DataFrame(rows, columns=["ticket_id", self.reading.place, "head", *_SUSPECT])

    def as_dict(self) -> dict[str, Any]:
        """Return the check's report with the audit beside it, as plain values, rows named by id and line."""
        found = {
            "near_copies": self.near_copies,
            "machine_labels": self.machine,
            "leaks": [asdict(leak) for leak in self.leaks],
            "words": None if self.words is None else asdict(self.words),
            "heads": [self._head(head) for head in self.heads],
        }
        return {**self.check.as_dict(), "audit": found}

    def _head(self, head: LabelAudit) -> dict[str, Any]:
        values = asdict(head)
        for suspect in values["suspects"]:
            suspect |= self._named(suspect.pop("row"))
        for conflict in values["conflicts"]:
            labelled = zip(conflict.pop("rows"), conflict.pop("labels"), strict=True)
            conflict["tickets"] = [{**self._named(row), "label": label} for row, label in labelled]
        return values

    def _named(self, row: int) -> dict[str, Any]:
        ticket_id, line = self.place(row)
        return {"ticket_id": ticket_id, self.reading.place: line}


def audit(
    history: Source,
    *,
    mapping: MappingSource = None,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Audit:
    """Check a history and audit its labels.

    Parameters
    ----------
    history : str, Path or DataFrame
    mapping : str, Path, mapping or None
    seed : int, default=0
    n_jobs : int or None
        Processes at most; None takes every core. The result does not depend on it.
    progress : callable
        Called with what is being done and the share that is behind.

    Raises
    ------
    InputError
        When the history cannot be read.

    Examples
    --------
    >>> from ticket_triage.intake.sample import sample_history
    >>> found = audit(sample_history(600), n_jobs=1)
    >>> [head.head for head in found.heads], found.heads[0].accuracy > found.heads[0].majority
    (['urgency', 'category', 'sentiment'], True)
    """
    progress("Reading tickets", 0.0)
    reading = read_tickets(history, mapping)
    tickets = reading.tickets
    present = [head for head in reading.heads if head.name in tickets.columns]
    labels = {head.name: labels_of(tickets, head) for head in present}
    machine = {head.name: int(tickets[head.name].notna().sum() - (labels[head.name] != "").sum()) for head in present}
    progress("Comparing texts", 0.05)
    texts = [normalise(text) for text in texts_of(tickets)]
    opened_at = _opened_at(reading)
    near, heads = _heads(texts, opened_at, present, labels, seed, n_jobs or joblib.cpu_count(), progress)
    leaks = leaky_columns(tickets, present, reading.later_columns, reading.fact_columns)
    progress("Done", 1.0)
    return Audit(
        check=check_history(reading),
        heads=heads,
        machine={head: rows for head, rows in machine.items() if rows},
        near_copies=len(near) - len(np.unique(near)),
        leaks=leaks,
        words=None if opened_at is None else word_drift(texts, opened_at),
        reading=reading,
    )


def _heads(
    texts: list[str],
    opened_at: np.ndarray | None,
    present: list[Head],
    labels: dict[str, np.ndarray],
    seed: int,
    n_jobs: int,
    progress: Progress,
) -> tuple[np.ndarray, tuple[LabelAudit, ...]]:
    """Return the groups of tickets that say nearly the same, and each head's audit."""
    near = near_identical_groups(batched(texts))
    same = np.unique(texts, return_inverse=True)[1]
    recipe = Recipe.named("fast")
    _, X = TfidfFeatures.learn(batched(texts), recipe.blocks, min_df=recipe.min_df, keep=True)
    found = []
    with threadpool_limits(1):  # sums in the same order, whatever the machine
        for done, head in enumerate(present):
            progress(f"Auditing {head.name}", 0.1 + 0.9 * done / len(present))
            own = labels[head.name]
            found.append(
                audit_labels(head.name, own, X, near=near, same=same, opened_at=opened_at, n_jobs=n_jobs, seed=seed)
            )
    return near, tuple(entry for entry in found if entry is not None)


def _opened_at(reading: Reading) -> np.ndarray | None:
    if "opened_at" not in reading.tickets.columns:
        return None
    return np.asarray(reading.tickets["opened_at"].dt.tz_convert(None).to_numpy())
