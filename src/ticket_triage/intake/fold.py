"""A log of events to one row per ticket.

A ticket is as its first event left it, which is what was known at intake; columns named in ``last`` take their last
known value. Times of opening, first response and resolution come from the states that are named for them, and stand
in place of an export column of that name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ticket_triage.errors import MappingError
from ticket_triage.intake.table import RawTable
from ticket_triage.intake.times import moments
from ticket_triage.intake.values import NOT_TEXT, as_text, nested, on_distinct, read_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.intake.mapping import FoldRule, TimesRule
    from ticket_triage.intake.plan import Names
    from ticket_triage.intake.table import ProblemLog


def fold_events(raw: RawTable, rule: FoldRule, times: TimesRule, names: Names, log: ProblemLog) -> RawTable:
    """Return one row per ticket, on the line of its first event.

    Parameters
    ----------
    raw : RawTable
        One row per event.
    rule : FoldRule
    times : TimesRule
        How the times of events are written.
    names : Names
        Of the table's columns.
    log : ProblemLog
        Events that name no ticket are added to it.

    Raises
    ------
    MappingError
        The rule names a column that is not there, or states without the columns of state and time.
    """
    key = names.resolve(rule.id, "[fold] id")
    ids = as_text(raw.columns[key]).str.strip()
    odd = nested(raw.columns[key])
    nameless = (ids == "").to_numpy() & ~odd
    log.add_all(raw.lines[odd], "ticket_id", [""] * int(odd.sum()), NOT_TEXT, refused=True)
    log.add_all(raw.lines[nameless], "ticket_id", ids[nameless], "the event names no ticket", refused=True)
    known = ~(nameless | odd)
    tickets, order = pd.factorize(ids)[0], event_order(raw, rule, times, names)
    order = order[known[order]]
    order = order[np.argsort(tickets[order], kind="stable")]
    starts = np.flatnonzero(np.diff(tickets[order], prepend=-1))
    log_columns = raw.columns.iloc[order].reset_index(drop=True)
    columns = _at_last(log_columns, starts, rule, names)
    for column, moment in _state_times(log_columns, starts, rule, names).items():
        columns = columns.drop(columns=[name for name in raw.names if name.casefold() == column])
        columns[column] = moment
    lines = raw.lines[order][starts]
    by_line = np.argsort(lines, kind="stable")
    note = f"{len(order):,} events folded into {len(starts):,} tickets"
    folded = columns.iloc[by_line].reset_index(drop=True)
    return RawTable(folded, lines[by_line], raw.rows_read, raw.problems, raw.place, (*raw.notes, note))


def event_order(raw: RawTable, rule: FoldRule, times: TimesRule, names: Names) -> NDArray[np.int64]:
    """Return the order of a log's rows: by the columns the rule names, then as they stand."""
    keys = [_sortable(raw.columns[names.resolve(name, "[fold] order")], times) for name in reversed(rule.order)]
    return np.lexsort((np.arange(len(raw.lines)), *keys))


def _sortable(column: pd.Series, times: TimesRule) -> NDArray[np.float64]:
    """Read a column as numbers, or as times where they are none; what is neither comes last."""
    numbers = pd.Series(on_distinct(as_text(column), read_number), dtype="float64")
    if numbers.isna().mean() < 0.5:
        return np.asarray(numbers, dtype=np.float64)
    moment = moments(column, times.format, times.timezone).values
    return np.where(moment.isna(), np.inf, moment.astype("int64").to_numpy())


def _at_last(events: pd.DataFrame, starts: NDArray[np.int64], rule: FoldRule, names: Names) -> pd.DataFrame:
    """Take each ticket's first event, and the last known value of the columns named in ``last``."""
    columns = events.iloc[starts].reset_index(drop=True)
    for name in (names.resolve(name, "[fold] last") for name in rule.last):
        filled = (as_text(events[name]).str.strip() != "").to_numpy()
        position = np.where(filled, np.arange(len(events)), -1)
        last = np.maximum.reduceat(position, starts) if len(starts) else starts
        columns[name] = events[name].iloc[np.where(last < 0, starts, last)].to_numpy()
    return columns


def _state_times(
    events: pd.DataFrame, starts: NDArray[np.int64], rule: FoldRule, names: Names
) -> dict[str, pd.Series[str]]:
    """Find when each ticket first came into the states of opening and answering, and last into those of resolution."""
    if not rule.states():
        return {}
    if rule.state is None or rule.time is None:
        raise MappingError("[fold] names states; say which columns hold them, as state = ... and time = ....")
    state = as_text(events[names.resolve(rule.state, "[fold] state")]).str.strip().str.casefold()
    written = as_text(events[names.resolve(rule.time, "[fold] time")])
    first = np.zeros(len(events), dtype=bool)
    first[starts] = True
    found = {}
    for column, states in rule.states().items():
        inside = state.isin([entry.strip().casefold() for entry in states]).to_numpy()
        entering = inside & (first | ~np.roll(inside, 1))
        found[column] = _times_at(written, entering, starts, last=column == "resolved_at")
    return found


def _times_at(
    written: pd.Series[str], marked: NDArray[np.bool_], starts: NDArray[np.int64], *, last: bool
) -> pd.Series[str]:
    """Return each ticket's time at its first or last marked event, ``""`` where none is marked."""
    if not len(starts):
        return written
    nowhere = -1 if last else len(marked)
    position = np.where(marked, np.arange(len(marked)), nowhere)
    chosen = (np.maximum if last else np.minimum).reduceat(position, starts)
    there = chosen != nowhere
    times = written.iloc[np.where(there, chosen, 0)].reset_index(drop=True)
    return times.where(there, "")
