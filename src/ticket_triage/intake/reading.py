"""From any source to tickets: the one way in.

>>> import pandas as pd
>>> reading = read_tickets(pd.DataFrame({"Subject": ["Down", "", "Icon"], "urgency": ["High", "low", ""]}))
>>> reading.tickets[["ticket_id", "subject", "urgency"]].values.tolist()
[['row-1', 'Down', 'high'], ['row-3', 'Icon', nan]]
>>> print(reading.problems[0])
row 2: has neither subject nor body (row left out)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.assembly import Assembler
from ticket_triage.intake.containers import MAX_BYTES
from ticket_triage.intake.fold import fold_events
from ticket_triage.intake.formats import is_database, read_table, shown
from ticket_triage.intake.mapping import load_mapping
from ticket_triage.intake.plan import Names, declared_heads, plan_columns
from ticket_triage.intake.table import ProblemLog
from ticket_triage.intake.values import as_text, nested

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ticket_triage.domain.labels import Head
    from ticket_triage.intake.table import RawTable, RowProblem


@dataclass(frozen=True, eq=False, repr=False)
class Reading(Tabled):
    """Tickets as read, and everything a person should know about how.

    Parameters
    ----------
    tickets : DataFrame of shape (n_tickets, n_columns)
        The product's column names. Always ``ticket_id``, ``subject`` and ``body``; times are UTC, flags ``boolean``,
        counts ``Int64``, amounts ``float64``; ``tags``, ``stakeholders`` and ``depends_on`` are joined by ``;``. Other
        columns of the export are text, named ``custom.<name>``.
    problems : tuple of RowProblem
        The first thousand, by line.
    problem_count : int
        All of them.
    problem_reasons : dict of str to int
        How many of each kind.
    rows_read : int
        Rows, or events of a log, that the source holds.
    rows_refused : int
        Those left out.
    fact_columns : tuple of str
        Columns a model may learn from, beside the text.
    later_columns : tuple of str
        Columns known only later, as the product or the mapping says.
    heads : tuple of Head
        The heads asked for, with those the mapping declares.
    source : str
        What was read; never a password.
    notes : tuple of str
        What was detected and decided.
    lines : ndarray of shape (n_tickets,)
        Where each ticket begins in the source.
    place : str
        What ``lines`` count: ``"line"`` or ``"row"``.
    """

    tickets: pd.DataFrame
    problems: tuple[RowProblem, ...]
    problem_count: int
    problem_reasons: dict[str, int]
    rows_read: int
    rows_refused: int
    fact_columns: tuple[str, ...]
    later_columns: tuple[str, ...]
    heads: tuple[Head, ...]
    source: str
    notes: tuple[str, ...]
    lines: NDArray[np.int64]
    place: str

    def told(self) -> list[str]:
        """Return what was read, and what a person should know about how."""
        bad = f"{self.problem_count:,} problems, {self.rows_refused:,} rows left out."
        read = f"{self.source}: {self.rows_read:,} rows read, {len(self.tickets):,} tickets."
        return [read, *self.notes, *([bad] if self.problem_count else [])]

    def table(self) -> pd.DataFrame:
        """Return the tickets."""
        return self.tickets


def read_tickets(
    source: str | Path | pd.DataFrame,
    mapping: str | Path | Mapping[str, Any] | None = None,
    *,
    heads: Sequence[Head] = DEFAULT_HEADS,
    query: str | None = None,
    labelled: bool = True,
    max_bytes: int = MAX_BYTES,
) -> Reading:
    """Read tickets from a file, a database or a data frame.

    Parameters
    ----------
    source : str, Path or DataFrame
        CSV, TSV, JSON Lines, JSON, Parquet or Excel, each also as ``.gz`` or ``.zip``; or an SQL URL.
    mapping : str, Path, mapping or None
        A TOML file, or its content; see :mod:`ticket_triage.intake.mapping`.
    heads : sequence of Head
        Whose labels to look for.
    query : str or None
        SQL to run, for an SQL URL.
    labelled : bool
        False for new tickets: labels are not read, so that no odd one stops them, columns that the mapping names
        for labels or for what is known later may be absent, and a ticket without subject and body is one.
    max_bytes : int
        Most bytes a compressed file may unpack to.

    Raises
    ------
    UnreadableFileError
        The source is missing, empty, damaged or of no known kind.
    MappingError
        The mapping names what the export or the product does not have.
    UnknownLevelError
        A label is none of its head's levels.
    NoUsableRowsError
        Not one ticket could be read.
    BadOptionError
        A query is given for what is no database, or a database's table must be named.
    """
    if query is not None and not is_database(source):
        raise BadOptionError(f"A query is for an SQL URL, but {shown(source)} is none; leave the query out.")
    rules = load_mapping(mapping)
    raw = read_table(source, rules.file, query=query or rules.sql.query, table=rules.sql.table, max_bytes=max_bytes)
    log = ProblemLog(raw.problems, raw.place)
    raw = _without_missing(raw, rules.missing)
    if rules.fold is not None:
        raw = fold_events(raw, rules.fold, rules.times, Names(raw.names), log)
    all_heads = declared_heads(rules, heads)
    plan = plan_columns(raw.names, rules, all_heads, labelled=labelled)
    kept = all_heads if labelled else ()
    table = Assembler(raw, rules, kept, plan, log, shown(source), labelled=labelled).assemble()
    return Reading(
        tickets=table.tickets,
        problems=log.listed(),
        problem_count=log.count,
        problem_reasons=dict(log.reasons),
        rows_read=raw.rows_read,
        rows_refused=log.refused,
        fact_columns=plan.facts,
        later_columns=plan.later,
        heads=all_heads,
        source=shown(source),
        notes=table.notes,
        lines=table.lines,
        place=raw.place,
    )


def _without_missing(raw: RawTable, missing: Sequence[str]) -> RawTable:
    """Empty the cells that hold one of the words for "not known"."""
    if not missing:
        return raw
    columns = {}
    for name, column in raw.columns.items():
        texts = as_text(column)
        kept = column if nested(column).any() else texts
        columns[name] = kept.where(~texts.str.strip().isin(missing), "")
    return replace(raw, columns=pd.DataFrame(columns))
