"""From a log of events to each ticket's events, for the service clocks.

A log has one event per row, as columns ``ticket_id``, ``at`` and ``kind``, and where there are any ``value``, ``text``,
``sequence`` and ``event_id``; a mapping renames them and its [values.kind] their kinds. Or it is an export that repeats
a ticket's fields at every change, as a mapping's [fold] says: then what differs from line to line is what happened.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain import events as kinds
from ticket_triage.domain.events import KINDS, VALUED, Event
from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import MappingError, NoUsableRowsError, nearest
from ticket_triage.intake.containers import MAX_BYTES
from ticket_triage.intake.fold import event_order
from ticket_triage.intake.formats import read_table, shown
from ticket_triage.intake.mapping import load_mapping
from ticket_triage.intake.plan import Names
from ticket_triage.intake.table import ProblemLog
from ticket_triage.intake.times import moments
from ticket_triage.intake.values import NOT_TEXT, as_text, nested, on_distinct, read_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from ticket_triage.intake.mapping import ColumnMapping, FoldRule
    from ticket_triage.intake.table import RawTable, RowProblem

_NEEDED = ("ticket_id", "at", "kind")
_CHANGES = {
    "priority": kinds.PRIORITY_CHANGED,
    "plan": kinds.PLAN_CHANGED,
    "calendar": kinds.CALENDAR_CHANGED,
    "team": kinds.TEAM_CHANGED,
}


@dataclass(frozen=True, eq=False, repr=False)
class EventReading(Tabled):
    """Each ticket's events as read.

    Parameters
    ----------
    logs : dict of str to list of Event
        By ticket, in the order in which tickets first stand in the source.
    problems : tuple of RowProblem
        The first thousand, by line.
    problem_count, rows_read, rows_refused : int
    source : str
        What was read; never a password.
    """

    logs: dict[str, list[Event]]
    problems: tuple[RowProblem, ...]
    problem_count: int
    rows_read: int
    rows_refused: int
    source: str

    def told(self) -> list[str]:
        """Return how many events of how many tickets there are, and how many rows were of no use."""
        bad = f"{self.problem_count:,} problems, {self.rows_refused:,} rows left out."
        read = f"{self.source}: {self.rows_read:,} rows read, events of {len(self.logs):,} tickets."
        return [read, *([bad] if self.problem_count else [])]

    def table(self) -> pd.DataFrame:
        """Return one row for each event, ticket by ticket; texts are left out."""
        rows = [(name, event.at, event.kind, event.value) for name, log in self.logs.items() for event in log]
        return pd.DataFrame(rows, columns=["ticket_id", "at", "kind", "value"])


def read_events(
    source: str | Path | pd.DataFrame,
    mapping: str | Path | Mapping[str, Any] | None = None,
    *,
    max_bytes: int = MAX_BYTES,
) -> EventReading:
    """Read the events of tickets from a file, a database or a data frame.

    Parameters
    ----------
    source : str, Path or DataFrame
        As for :func:`ticket_triage.intake.reading.read_tickets`.
    mapping : str, Path, mapping or None
        A TOML file, or its content; one with [fold] says that rows are a ticket's states, not single events.
    max_bytes : int
        Most bytes a compressed file may unpack to.

    Raises
    ------
    UnreadableFileError, MappingError
        The source or the mapping cannot be used.
    NoUsableRowsError
        Not one event could be read.

    Examples
    --------
    >>> log = pd.DataFrame({"ticket_id": ["T-1"], "at": ["2026-03-02T09:00:00Z"], "kind": ["opened"]})
    >>> [event.kind for event in read_events(log).logs["T-1"]]
    ['opened']
    """
    rules = load_mapping(mapping)
    raw = read_table(source, rules.file, query=rules.sql.query, table=rules.sql.table, max_bytes=max_bytes)
    log = ProblemLog(raw.problems, raw.place)
    found = _listed(raw, rules, log) if rules.fold is None else _Changes(raw, rules, rules.fold, log).events()
    logs: dict[str, list[Event]] = defaultdict(list)
    for event in found:
        logs[event.ticket_id].append(event)
    if not logs:
        first = f"; the first problem: {log.listed()[0]}" if log.listed() else ""
        raise NoUsableRowsError(f"{shown(source)} holds no event that can be used{first}.")
    return EventReading(dict(logs), log.listed(), log.count, raw.rows_read, log.refused, shown(source))


def _listed(raw: RawTable, rules: ColumnMapping, log: ProblemLog) -> Iterator[Event]:
    """Yield the events of a log with one event per row."""
    columns = _columns(raw, rules)
    codes = rules.values.get("kind", {})
    at = _times(raw, columns["at"], rules, "at", log)
    texts = {name: as_text(raw.columns[column]).tolist() for name, column in columns.items() if name != "at"}
    blank = [""] * len(raw.lines)
    odd = nested(raw.columns[columns["ticket_id"]])
    ids, kind, value = texts["ticket_id"], texts["kind"], texts.get("value", blank)
    text, event_id, sequence = (texts.get(name, blank) for name in ("text", "event_id", "sequence"))
    for row, line in enumerate(raw.lines):
        name = codes.get(kind[row].strip(), kind[row].strip().casefold())
        wrong = ("ticket_id", "", NOT_TEXT) if odd[row] else _wrong(ids[row], at[row], name, value[row])
        if wrong is not None:
            log.add_all([line], wrong[0], [wrong[1]], wrong[2], refused=True)
        elif (moment := at[row]) is not None:
            yield Event(
                ids[row].strip(),
                moment,
                name,
                value[row].strip() or None,
                text[row],
                read_count(sequence[row]) or 0,
                event_id[row].strip(),
            )


def _wrong(ticket_id: str, at: datetime | None, kind: str, value: str) -> tuple[str | None, str, str] | None:
    """Return the column, value and fault of a row that is no event; times that cannot be read were told before."""
    if not ticket_id.strip():
        return "ticket_id", "", "the event names no ticket"
    if at is None:
        return "at", "", "the event has no time"
    if kind not in KINDS:
        return "kind", kind, f"is no kind of event; {nearest(kind, KINDS)}"
    if kind in VALUED and not value.strip():
        return "value", "", f"a {kind} does not say to what"
    return None


def _columns(raw: RawTable, rules: ColumnMapping) -> dict[str, str]:
    names = Names(raw.names)
    found = {}
    for name in (*_NEEDED, "value", "text", "sequence", "event_id"):
        said = rules.columns.get(name)
        column = names.find(name) if said is None else names.resolve(str(said), f"[columns] {name}")
        if column is not None:
            found[name] = column
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        raise MappingError(
            f"A log of events needs a column {missing[0]}; name it in a mapping's [columns], or say in [fold] how an "
            f"export of changes is to be read. There are: {', '.join(raw.names)}."
        )
    return found


def _times(raw: RawTable, column: str, rules: ColumnMapping, name: str, log: ProblemLog) -> list[datetime | None]:
    parsed = moments(raw.columns[column], rules.times.format_of(name), rules.times.timezone)
    bad = parsed.bad
    log.add_all(raw.lines[bad], name, as_text(raw.columns[column])[bad], parsed.reason, refused=False)
    return [None if value is pd.NaT else value.to_pydatetime() for value in parsed.values]


class _Changes:
    """Reads what happened off an export that repeats a ticket's fields at every change."""

    def __init__(self, raw: RawTable, rules: ColumnMapping, rule: FoldRule, log: ProblemLog) -> None:
        names = Names(raw.names)
        if rule.state is None or rule.time is None:
            raise MappingError("[fold] names no state and time; the service clocks need both, as column names.")
        self._rule = rule
        self._log = log
        self._lines = raw.lines
        self._ids = self._texts(raw, names.resolve(rule.id, "[fold] id"), rules)
        self._order = event_order(raw, rule, rules.times, names)
        self._at = _times(raw, names.resolve(rule.time, "[fold] time"), rules, "at", log)
        opened = rules.columns.get("opened_at", "opened_at")
        column = names.find(str(opened))
        self._opened = None if column is None else _times(raw, column, rules, "opened_at", log)
        self._fields = {
            field: self._texts(raw, names.resolve(named, f"[fold] changes.{field}"), rules, field)
            for field, named in rule.changes.items()
        }
        self._states = self._texts(raw, names.resolve(rule.state, "[fold] state"), rules, "status")
        self._answered = _folded(rule.first_response)
        self._over = _folded(rule.resolved)

    def _texts(self, raw: RawTable, column: str, rules: ColumnMapping, field: str | None = None) -> list[str]:
        """Return a column's entries as the policy calls them, ``""`` where nothing is known."""
        codes: Mapping[str, str] = next((table for name, table in self._rule.codes.items() if name == field), {})
        texts = as_text(raw.columns[column]).str.strip().mask(nested(raw.columns[column]), "")
        return on_distinct(texts, lambda text: "" if text in rules.missing else codes.get(text, text))

    def events(self) -> Iterator[Event]:
        """Yield each ticket's events, tickets in the order they first stand there."""
        rows: dict[str, list[int]] = {name: [] for name in dict.fromkeys(self._ids) if name}
        for row in self._order.tolist():
            if self._ids[row] and self._at[row] is not None:
                rows[self._ids[row]].append(row)
        nameless = np.array([not name for name in self._ids], dtype=bool)
        untimed = np.array([moment is None for moment in self._at], dtype=bool) & ~nameless
        self._refuse(nameless, "the event names no ticket")
        self._refuse(untimed, "the event has no time")
        for name, of_ticket in rows.items():
            yield from self._ticket(name, of_ticket)

    def _refuse(self, rows: Any, reason: str) -> None:
        self._log.add_all(self._lines[rows], None, [""] * int(rows.sum()), reason, refused=True)

    def _ticket(self, name: str, rows: Sequence[int]) -> Iterator[Event]:
        if not rows:
            return
        first = self._at[rows[0]]
        opened = (self._opened[rows[0]] if self._opened else None) or first
        if opened is None or first is None:
            return
        yield Event(name, opened, kinds.OPENED)
        known = dict.fromkeys(self._fields, "")
        state, answered = "", False
        for place, row in enumerate(rows, start=1):
            at = min(opened, first) if place == 1 else self._at[row]
            if at is None:
                continue
            for field, values in self._fields.items():
                if values[row] and values[row] != known[field]:
                    known[field] = values[row]
                    yield Event(name, at, _CHANGES[field], values[row], sequence=place)
            at, now = self._at[row] or at, self._states[row]
            if now and now != state:
                yield from self._entered(name, at, state, now, place)
                if not answered and now.casefold() in self._answered:
                    answered = True
                    yield Event(name, at, kinds.PUBLIC_REPLY, sequence=place)
                state = now

    def _entered(self, name: str, at: datetime, before: str, now: str, place: int) -> Iterator[Event]:
        yield Event(name, at, kinds.STATUS_CHANGED, now, sequence=place)
        was_over, is_over = before.casefold() in self._over, now.casefold() in self._over
        if is_over and not was_over:
            yield Event(name, at, kinds.RESOLVED, sequence=place)
        elif was_over and not is_over:
            yield Event(name, at, kinds.REOPENED, sequence=place)


def _folded(states: Sequence[str]) -> frozenset[str]:
    return frozenset(state.strip().casefold() for state in states)
