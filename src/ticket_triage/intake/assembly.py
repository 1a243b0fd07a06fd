"""The product's table from a raw one: which rows are tickets, and what each column says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ticket_triage.domain.ticket import CUSTOM_PREFIX
from ticket_triage.errors import NoUsableRowsError
from ticket_triage.intake.columns import is_time, typed
from ticket_triage.intake.labels import labels, provenance
from ticket_triage.intake.schema import SOURCE_SUFFIX, TEXT_COLUMNS, label_columns, product_columns
from ticket_triage.intake.values import NOT_TEXT, as_text, nested

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.domain.labels import Head
    from ticket_triage.intake.mapping import ColumnMapping
    from ticket_triage.intake.plan import Plan
    from ticket_triage.intake.table import ProblemLog, RawTable


class Assembled(NamedTuple):
    """The table, the line each row begins on, and what was decided on the way."""

    tickets: pd.DataFrame
    lines: NDArray[np.int64]
    notes: tuple[str, ...]


class Assembler:
    """Makes the product's table from a raw one, noting what is wrong on the way.

    Parameters
    ----------
    raw : RawTable
    rules : ColumnMapping
    heads : tuple of Head
        All heads, declared ones included.
    plan : Plan
    log : ProblemLog
        Problems are added to it.
    source : str
        How messages call what is read.
    labelled : bool
        True for a history, of which nothing can be learnt without text. New tickets may lack it: only rows in which
        nothing stands are refused, and tables where a column of an unknown name may be the text.
    """

    def __init__(
        self,
        raw: RawTable,
        rules: ColumnMapping,
        heads: tuple[Head, ...],
        plan: Plan,
        log: ProblemLog,
        source: str,
        *,
        labelled: bool,
    ) -> None:
        self._raw, self._rules, self._heads = raw, rules, heads
        self._plan, self._log, self._source = plan, log, source
        self._labelled = labelled
        self._notes = list(raw.notes)

    def assemble(self) -> Assembled:
        """Refuse what is no ticket, then read every column of the rest.

        Raises
        ------
        NoUsableRowsError
            There is no column of text, or not one row can be used.
        UnknownLevelError
            A label is none of its head's levels.
        """
        first = self._identity()
        usable = self._usable(first)
        self._raw = replace(self._raw, columns=self._raw.columns[usable], lines=self._raw.lines[usable])
        columns: dict[str, pd.Series[Any]] = {}
        for name, column in first.items():
            columns[name] = column[usable].reset_index(drop=True)
        for name in self._plan.sources:
            if name not in columns and not self._is_label(name):
                columns[name] = self._typed(name)
        for head in self._heads:
            columns |= self._labels(head)
        order = (*product_columns(self._heads), *columns)
        tickets = pd.DataFrame({name: columns[name] for name in dict.fromkeys(order) if name in columns})
        return Assembled(tickets, self._raw.lines, tuple(self._notes))

    def _parts(self, column: str) -> list[pd.Series[Any]]:
        return [self._raw.columns[name] for name in self._plan.sources[column]]

    def _identity(self) -> dict[str, pd.Series[str]]:
        """Read the columns that decide whether a row is a ticket at all."""
        rows = len(self._raw.lines)
        if rows and self._text_is_missed():
            raise NoUsableRowsError(
                f"{self._source} has no column named subject or body; say in a mapping which column holds the text, "
                f'as [columns] body = "...". It has: {", ".join(self._raw.names)}.'
            )
        blank = pd.Series([""] * rows, dtype="str")
        found = {name: self._typed(name) if name in self._plan.sources else blank for name in TEXT_COLUMNS}
        return {"ticket_id": self._ids(), **found}

    def _text_is_missed(self) -> bool:
        """Say whether the table should have a column of text, and has none."""
        if self._rules.text != "required" or any(name in self._plan.sources for name in TEXT_COLUMNS):
            return False
        return self._labelled or any(self._is_foreign(*source) for source in self._plan.sources.items())

    def _is_foreign(self, column: str, names: tuple[str, ...]) -> bool:
        """Say whether nobody has said what the export's column is."""
        own = column.startswith(CUSTOM_PREFIX) and column not in self._rules.columns
        return own and not names[0].casefold().startswith(CUSTOM_PREFIX)

    def _ids(self) -> pd.Series[str]:
        made = "row-" + pd.Series(np.arange(1, len(self._raw.lines) + 1)).astype("str")
        if "ticket_id" not in self._plan.sources:
            self._notes.append("no column ticket_id: ids are made from row numbers")
            return made.astype("str")
        ids = self._typed("ticket_id")
        if ids.isna().any():
            self._notes.append(f"{int(ids.isna().sum()):,} rows without ticket_id: theirs are made from row numbers")
        return ids.fillna(made)

    def _usable(self, columns: dict[str, pd.Series[str]]) -> NDArray[np.bool_]:
        """Refuse rows whose text is none, rows without any, then rows whose ticket has been read before."""
        usable = self._plain()
        if self._rules.text == "required":
            told = ((columns["subject"] + columns["body"]).str.strip() != "").to_numpy(copy=True)
            if not self._labelled:
                told[~told] = _anything(self._raw.columns[~told])
            reason = "has neither subject nor body" if self._labelled else "holds nothing"
            self._refuse(usable & ~told, None, reason)
            usable &= told
        ids = columns["ticket_id"]
        repeated = np.zeros(len(ids), dtype=bool)
        repeated[usable] = ids[usable].duplicated().to_numpy()
        reason = "is the id of an earlier row"
        self._log.add_all(self._raw.lines[repeated], "ticket_id", ids[repeated], reason, refused=True)
        if not (usable & ~repeated).any():
            raise NoUsableRowsError(self._why_none())
        return usable & ~repeated

    def _plain(self) -> NDArray[np.bool_]:
        """Refuse rows whose id, subject or body is a list or an object; mark the others."""
        plain = np.ones(len(self._raw.lines), dtype=bool)
        for column in ("ticket_id", *TEXT_COLUMNS):
            for part in self._parts(column) if column in self._plan.sources else []:
                found = nested(part) & plain
                self._refuse(found, column, NOT_TEXT)
                plain &= ~found
        return plain

    def _refuse(self, rows: NDArray[np.bool_], column: str | None, reason: str) -> None:
        self._log.add_all(self._raw.lines[rows], column, [""] * int(rows.sum()), reason, refused=True)

    def _why_none(self) -> str:
        listed = self._log.listed()
        if not listed:
            return f"{self._source} has a header but no rows; export it again with tickets in it."
        return f"None of the {self._raw.rows_read:,} rows of {self._source} could be used; the first: {listed[0]}."

    def _typed(self, column: str) -> pd.Series[Any]:
        parts = self._parts(column)
        parsed = typed(column, parts, self._rules, self._heads)
        if parsed.bad.any():
            texts = as_text(parts[0])
            self._log.add_all(self._raw.lines[parsed.bad], column, texts[parsed.bad], parsed.reason, refused=False)
            if is_time(column, self._heads) and parsed.values.isna().all():
                self._notes.append(f"no value of {column} could be read as a time; say its format in [times]")
        return parsed.values

    def _is_label(self, column: str) -> bool:
        return any(column in label_columns(head.name)[:2] for head in self._heads)

    def _labels(self, head: Head) -> dict[str, pd.Series[str]]:
        """Read a head's labels and their provenance, where the export has any."""
        if head.name not in self._plan.sources:
            return {}
        codes = self._rules.levels.get(head.name, {}) | self._rules.values.get(head.name, {})
        texts = as_text(self._parts(head.name)[0])
        found = labels(texts, head, codes, self._raw.lines, self._raw.place)
        column, default = head.name + SOURCE_SUFFIX, self._rules.labels.source
        said = column in self._plan.sources
        if not said and default is None:
            return {head.name: found}
        blank = pd.Series([""] * len(texts), dtype="str")
        parsed = provenance(as_text(self._parts(column)[0]) if said else blank, found.notna().to_numpy(), default)
        if parsed.bad.any():
            words = as_text(self._parts(column)[0])
            self._log.add_all(self._raw.lines[parsed.bad], column, words[parsed.bad], parsed.reason, refused=False)
        return {head.name: found, column: parsed.values}


def _anything(columns: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the rows in which anything stands."""
    found = np.zeros(len(columns), dtype=bool)
    for name in columns:
        found |= (as_text(columns[name]).str.strip() != "").to_numpy()
    return found
