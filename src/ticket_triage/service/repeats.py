"""What a desk is told again and again: bursts, repeat issues, questions for articles, what bounces, where to train."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.shown import Tabled
from ticket_triage.intake.reading import read_tickets
from ticket_triage.modelling.repeats.bursts import LEAST_WEEKS, THRESHOLD, Arrival, Burst
from ticket_triage.modelling.repeats.stream import RepeatStream, Seen
from ticket_triage.modelling.training import texts_of
from ticket_triage.planning.articles import Candidates, candidates
from ticket_triage.planning.handovers import Handovers, handovers
from ticket_triage.planning.intervals import known
from ticket_triage.planning.outcomes import WALL, has, needed
from ticket_triage.planning.repeats import RepeatIssues, repeat_issues
from ticket_triage.reports.repeats_page import repeats_sections, repeats_tables, repeats_title
from ticket_triage.service.report import write_report

if TYPE_CHECKING:
    from ticket_triage.service.train import MappingSource, Source

_EVERY = 512


@dataclass(frozen=True, eq=False, repr=False)
class Repeats(Tabled):
    """What repeats in a history.

    Parameters
    ----------
    tickets : DataFrame of shape (n_tickets, 4)
        In order of coming: ``ticket_id``, ``copy_of`` (the earlier ticket that says nearly the same), ``issue`` (the
        largest it tells of, a number from 1) and ``burst`` (a number from 1); missing where there is none.
    issues : RepeatIssues
    bursts : tuple of Burst
        By discovery.
    articles : Candidates
    handovers : Handovers
    begins, ends : Timestamp
        First and last opening.
    by_day : Series of shape (n_days,)
        Tickets opened each day (UTC).
    forgotten : int
        Statements that had to make way for newer ones.
    """

    tickets: pd.DataFrame
    issues: RepeatIssues
    bursts: tuple[Burst, ...]
    articles: Candidates
    handovers: Handovers
    begins: pd.Timestamp
    ends: pd.Timestamp
    by_day: pd.Series[int]
    forgotten: int

    def told(self) -> list[str]:
        """Return the finding in sentences."""
        return [repeats_title(self.as_dict())]

    def table(self) -> pd.DataFrame:
        """Return one row for each repeat issue, the largest first."""
        return self.issues.table

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "tickets": len(self.tickets),
            "begins": self.begins.isoformat(),
            "ends": self.ends.isoformat(),
            "copies": int(self.tickets["copy_of"].notna().sum()),
            "telling": self.issues.told,
            "told_apart_by": self.issues.kind,
            "issues": _records(self.issues.table),
            "smaller_issues": self.issues.beyond,
            "growth_compared": self.issues.compared,
            "bursts": [_burst(burst) for burst in self.bursts],
            "threshold": THRESHOLD,
            "bursts_watched": (self.ends - self.begins).days >= LEAST_WEEKS * 7,
            "articles": _records(self.articles.table),
            "articles_asked": self.articles.asked,
            "months": self.articles.months,
            "median_hours": known(self.articles.hours),
            "bounces": [part.as_dict() for part in self.handovers.bounces],
            "bouncing_issues": [part.as_dict() for part in self.handovers.issues],
            "training": [part.as_dict() for part in self.handovers.training],
            "by_day": {str(day): int(count) for day, count in self.by_day.items()},
            "forgotten": self.forgotten,
            "absent": [*self.articles.absent, *self.handovers.absent],
        }


def repeats(
    history: Source,
    *,
    mapping: MappingSource = None,
    progress: Callable[[str, float], None] | None = None,
) -> Repeats:
    """Return what repeats in a history.

    Parameters
    ----------
    history : str, Path or DataFrame
        Every ticket needs ``opened_at``; those without are left out.
    mapping : str, Path, mapping or None
    progress : callable or None
        Told what is being done and the share that is behind.

    Raises
    ------
    InputError
        When the history cannot be read, or no ticket says when it was opened.

    Examples
    --------
    >>> from ticket_triage.intake.sample import sample_history
    >>> found = repeats(sample_history(300))
    >>> list(found.tickets.columns), len(found.tickets)
    (['ticket_id', 'copy_of', 'issue', 'burst'], 300)
    """
    frame = read_tickets(history, mapping).tickets
    needed(frame, "opened_at")
    frame = frame[frame["opened_at"].notna()].sort_values("opened_at", kind="stable").reset_index(drop=True)
    stream, seen = RepeatStream(), []
    for one in stream.read(_arrivals(frame)):
        seen.append(one)
        if progress is not None and len(seen) % _EVERY == 0:
            progress("reading tickets as they came", len(seen) / len(frame))
    issues = repeat_issues(frame, _said(seen), {one.number: one.text for one in stream.statements.clusters})
    days = frame["opened_at"].dt.floor("D")
    return Repeats(
        tickets=_of_tickets(seen, issues, stream),
        issues=issues,
        bursts=tuple(stream.detector.bursts),
        articles=candidates(frame, issues),
        handovers=handovers(frame, issues, WALL),
        begins=frame["opened_at"].min(),
        ends=frame["opened_at"].max(),
        by_day=days.value_counts().sort_index().rename(lambda day: day.date()),
        forgotten=stream.statements.gone,
    )


def write_repeats(found: Repeats, folder: Path) -> list[Path]:
    """Write the report into a folder as a page, Markdown and tables, and return the paths, the page first."""
    plain = found.as_dict()
    tables = repeats_tables(plain, found.tickets)
    return write_report(folder, "repeats", repeats_title(plain), repeats_sections(plain), tables)


def _arrivals(frame: pd.DataFrame) -> Iterator[Arrival]:
    nobody = [""] * len(frame)
    requesters = frame["requester"].fillna("").astype(str) if has(frame, "requester") else nobody
    for row in zip(frame["ticket_id"], texts_of(frame), frame["opened_at"], requesters, strict=True):
        ticket_id, text, opened_at, requester = row
        yield Arrival(str(ticket_id), text, opened_at.to_pydatetime(), requester)


def _said(seen: Sequence[Seen]) -> pd.DataFrame:
    """Return which ticket states what, each pair once."""
    rows = np.repeat(np.arange(len(seen)), [len(one.statements) for one in seen])
    statements = np.fromiter(chain.from_iterable(one.statements for one in seen), dtype=np.int64, count=len(rows))
    return pd.DataFrame({"row": rows, "statement": statements})


def _of_tickets(seen: list[Seen], issues: RepeatIssues, stream: RepeatStream) -> pd.DataFrame:
    largest = issues.rows.groupby("row")["issue"].min()
    burst_of = {name: burst.number for burst in reversed(stream.detector.bursts) for name in burst.ticket_ids}
    return pd.DataFrame(
        {
            "ticket_id": [one.ticket_id for one in seen],
            "copy_of": pd.Series([one.copy_of for one in seen], dtype="object"),
            "issue": largest.reindex(range(len(seen))).astype("Int64"),
            "burst": pd.array([burst_of.get(one.ticket_id) for one in seen], dtype="Int64"),
        }
    )


def _burst(burst: Burst) -> dict[str, Any]:
    return {
        "number": burst.number,
        "found_by": burst.found_by,
        "begun_at": burst.begun_at.isoformat(),
        "found_at": burst.found_at.isoformat(),
        "last_at": burst.last_at.isoformat(),
        "tickets": burst.tickets,
        "tickets_when_found": burst.ticket_ids.index(burst.found_by) + 1,
        "requesters_when_found": burst.seen,
        "expected": float(f"{burst.expected:.3g}"),
        "window_minutes": burst.window_minutes,
        "evidence": round(burst.evidence, 1),
        "words": burst.words,
        "ticket_ids": burst.ticket_ids,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as plain values."""
    moments = [name for name in ("first_at", "last_at") if name in table]
    shown = table.assign(**{name: table[name].map(lambda at: at.isoformat()) for name in moments})
    return [{str(key): _value(value) for key, value in row.items()} for row in shown.to_dict("records")]


def _value(value: Any) -> Any:
    if isinstance(value, (list, str)):
        return value
    return None if pd.isna(value) else value.item() if hasattr(value, "item") else value
