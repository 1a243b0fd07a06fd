"""What a history holds, before anybody learns from it: the content of ``triage data check``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.moments import moment
from ticket_triage.domain.shown import Tabled
from ticket_triage.domain.ticket import CUSTOM_PREFIX, INTAKE_COLUMNS
from ticket_triage.intake.schema import SOURCE_SUFFIX, TEXT_COLUMNS, label_columns
from ticket_triage.intake.settled import SettledLabel, settled_labels

if TYPE_CHECKING:
    from ticket_triage.domain.labels import Head
    from ticket_triage.intake.reading import Reading
    from ticket_triage.intake.table import RowProblem

RARE_LABELS = 9
"""Classes with fewer labels are said to be rare: too few for a calibrated answer."""

_MOST_SHOWN = 20
_NO_HEAD = "No column holds labels of a known head: enough to predict, not to train. Name the columns in a mapping."


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """One column: how much of it is filled, how many values it has, and when it is known.

    ``kind`` is ``intake``, ``later``, ``label``, or ``custom`` for an own column nobody declared; ``fact`` says
    whether a model may learn from it; ``filled`` lies in [0, 1].
    """

    name: str
    kind: str
    fact: bool
    filled: float
    distinct: int


@dataclass(frozen=True, slots=True)
class HeadCheck:
    """One head's labels.

    Parameters
    ----------
    head : str
    ordered : bool
    labelled, missing : int
        Rows with and without a label.
    counts : dict of str to int
        Labels per class; in level order with zeros for an ordered head, else most frequent first.
    majority : str or None
        The most frequent class.
    majority_share : float
        What always answering it would get right, in [0, 1].
    rare : tuple of str
        Classes with one to eight labels.
    sources : dict of str to int
        Labels per provenance, where it is known.
    """

    head: str
    ordered: bool
    labelled: int
    missing: int
    counts: dict[str, int]
    majority: str | None
    majority_share: float
    rare: tuple[str, ...]
    sources: dict[str, int]


@dataclass(frozen=True, slots=True)
class DuplicateCheck:
    """Rows with the same text as an earlier one, case and outer spaces aside.

    ``conflicting`` counts, per head, the texts that carry different labels.
    """

    texts: int
    rows: int
    conflicting: dict[str, int]


@dataclass(frozen=True, slots=True, repr=False)
class HistoryReport(Tabled):
    """Everything ``triage data check`` tells.

    ``problems`` lists the first thousand; ``reasons`` counts them all. ``first_opened_at`` and ``last_opened_at`` are
    ISO 8601 in UTC; ``channels`` and ``languages`` hold the twenty most frequent.
    """

    source: str
    notes: tuple[str, ...]
    rows_read: int
    rows_used: int
    rows_refused: int
    problem_count: int
    reasons: dict[str, int]
    problems: tuple[RowProblem, ...]
    columns: tuple[ColumnCheck, ...]
    heads: tuple[HeadCheck, ...]
    channels: dict[str, int]
    languages: dict[str, int]
    first_opened_at: str | None
    last_opened_at: str | None
    duplicates: DuplicateCheck
    settled: tuple[SettledLabel, ...]

    def overview(self) -> list[str]:
        """Return what was read, and how."""
        window = f", opened {self.first_opened_at} to {self.last_opened_at}" if self.first_opened_at else ""
        rows = f"{self.source}: {self.rows_read:,} rows read, {self.rows_used:,} tickets{window}."
        return [rows, *self.notes]

    def findings(self) -> list[str]:
        """Return what a person should know before anything is learnt from it."""
        copies = self.duplicates
        return [
            *([] if self.heads else [_NO_HEAD]),
            *(f"warning: {settled.sentence}" for settled in self.settled),
            *([f"{copies.rows:,} rows repeat one of {copies.texts:,} texts word for word."] if copies.rows else []),
            *(
                f"warning: {number:,} texts carry different labels of {head} in different rows."
                for head, number in copies.conflicting.items()
                if number
            ),
        ]

    def told(self) -> list[str]:
        """Return what was read, the labels there are, and every finding."""
        labels = [f"{head.head}: {head.labelled:,} labelled, {head.missing:,} without." for head in self.heads]
        bad = f"{self.problem_count:,} problems, {self.rows_refused:,} rows left out."
        return [*self.overview(), *labels, *self.findings(), bad if self.problem_count else "Every row can be used."]

    def table(self) -> pd.DataFrame:
        """Return one row for each column: when it is known, whether a model may learn from it, how much is filled."""
        return pd.DataFrame(self.columns)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, ready for JSON."""
        return asdict(self)


def check_history(reading: Reading) -> HistoryReport:
    """Describe a history: its rows, columns, labels, duplicates, and labels that a column gives away.

    Parameters
    ----------
    reading : Reading

    Examples
    --------
    >>> from ticket_triage.intake.reading import read_tickets
    >>> frame = pd.DataFrame({"body": ["down", "Down ", "icon"], "urgency": ["high", "low", None]})
    >>> report = check_history(read_tickets(frame))
    >>> report.heads[0].counts, report.heads[0].missing
    ({'low': 1, 'medium': 0, 'high': 1, 'critical': 0}, 1)
    >>> report.duplicates
    DuplicateCheck(texts=1, rows=1, conflicting={'urgency': 1})
    """
    tickets = reading.tickets
    present = [head for head in reading.heads if head.name in tickets.columns]
    return HistoryReport(
        source=reading.source,
        notes=reading.notes,
        rows_read=reading.rows_read,
        rows_used=len(tickets),
        rows_refused=reading.rows_refused,
        problem_count=reading.problem_count,
        reasons=reading.problem_reasons,
        problems=reading.problems,
        columns=tuple(_column(str(name), reading) for name in tickets.columns),
        heads=tuple(_head(head, tickets) for head in present),
        channels=_most_frequent(tickets, "channel"),
        languages=_most_frequent(tickets, "language"),
        first_opened_at=_opened(tickets, "min"),
        last_opened_at=_opened(tickets, "max"),
        duplicates=_duplicates(tickets, present),
        settled=settled_labels(tickets, present),
    )


def _column(name: str, reading: Reading) -> ColumnCheck:
    column = reading.tickets[name]
    filled = column.notna() & (column != "" if isinstance(column.dtype, pd.StringDtype) else True)
    distinct = int(column[filled].nunique())
    return ColumnCheck(name, _kind(name, reading), name in reading.fact_columns, float(filled.mean()), distinct)


def _kind(name: str, reading: Reading) -> str:
    if any(name in label_columns(head.name) for head in reading.heads):
        return "label"
    if name in reading.later_columns:
        return "later"
    if name in INTAKE_COLUMNS or name in reading.fact_columns:
        return "intake"
    return CUSTOM_PREFIX.rstrip(".")


def _head(head: Head, tickets: pd.DataFrame) -> HeadCheck:
    labels = tickets[head.name].dropna()
    counted = {str(name): int(count) for name, count in labels.value_counts().items()}
    counts = {level: counted.get(level, 0) for level in head.levels} if head.levels else counted
    majority = max(counts, key=lambda name: counts[name]) if counted else None
    source = head.name + SOURCE_SUFFIX
    return HeadCheck(
        head=head.name,
        ordered=head.ordered,
        labelled=len(labels),
        missing=len(tickets) - len(labels),
        counts=counts,
        majority=majority,
        majority_share=counts[majority] / len(labels) if majority else 0.0,
        rare=tuple(name for name, count in counts.items() if 0 < count < RARE_LABELS),
        sources=_most_frequent(tickets, source),
    )


def _most_frequent(tickets: pd.DataFrame, column: str) -> dict[str, int]:
    if column not in tickets.columns:
        return {}
    counts = tickets[column].value_counts().head(_MOST_SHOWN)
    return {str(name): int(count) for name, count in counts.items()}


def _opened(tickets: pd.DataFrame, end: str) -> str | None:
    if "opened_at" not in tickets.columns or tickets["opened_at"].isna().all():
        return None
    return moment(tickets["opened_at"].agg(end).to_pydatetime())


def _duplicates(tickets: pd.DataFrame, heads: list[Head]) -> DuplicateCheck:
    subject, body = (tickets[name].str.strip().str.lower() for name in TEXT_COLUMNS)
    text = subject + "\n" + body
    repeated = text[(text != "\n") & text.duplicated(keep=False)]
    labels = tickets.loc[repeated.index]
    conflicting = {
        head.name: int((labels.groupby(repeated)[head.name].nunique() > 1).sum()) if len(labels) else 0
        for head in heads
    }
    texts = int(repeated.nunique())
    return DuplicateCheck(texts, len(repeated) - texts, conflicting)
