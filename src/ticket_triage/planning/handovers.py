"""What bounces between teams, and where a team's tickets go wrong more often than elsewhere.

Each part of the desk's tickets is held against all the rest, with intervals, and nothing is said to stand out unless it
does so by more than chance among all that was asked (``apart``). A history knows the team that had a ticket last: that
one took over what others had first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.planning.apart import Part, parts_apart
from ticket_triage.planning.outcomes import Clock, has, response_hours

if TYPE_CHECKING:
    from ticket_triage.planning.repeats import RepeatIssues

MOVED, REOPENED, SLOW, UNHAPPY = "moved between teams", "came back", "answered late", "rated low"
"""What is asked of a ticket."""

_SLOWEST = 0.9
_MOST_ISSUES_ASKED = 200


@dataclass(frozen=True, eq=False)
class Handovers:
    """What stands out, and what was asked.

    Parameters
    ----------
    bounces : tuple of Part
        Category and team, or as much of it as the history says; what stands out first.
    issues : tuple of Part
        Repeat issues that move, by their number; the same.
    training : tuple of Part
        Team, category and what goes wrong; the same.
    absent : tuple of str
        What the history does not hold, in sentences.
    """

    bounces: tuple[Part, ...]
    issues: tuple[Part, ...]
    training: tuple[Part, ...]
    absent: tuple[str, ...]


def handovers(frame: pd.DataFrame, issues: RepeatIssues, clock: Clock) -> Handovers:
    """Return what bounces and where training may help.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        The history the issues were found in.
    issues : RepeatIssues
    clock : Clock
    """
    measures = went_wrong(frame, clock)
    names = [name for name in ("category", "team") if has(frame, name)]
    absent = [f"{what} is not known: the history has no {column}." for what, column in _absent(frame)]
    moved = {MOVED: measures[MOVED]} if MOVED in measures else {}
    bounces = parts_apart(frame, names, moved) if names else []
    by_issue = _by_issue(frame, issues)
    asked = {name: asked.iloc[by_issue["row"]].reset_index(drop=True) for name, asked in moved.items()}
    training = parts_apart(frame, ["team", *names[:-1]], measures) if "team" in names else []
    return Handovers(tuple(bounces), tuple(parts_apart(by_issue, ["issue"], asked)), tuple(training), tuple(absent))


def went_wrong(frame: pd.DataFrame, clock: Clock) -> dict[str, pd.Series[Any]]:
    """Return what a history says went wrong: yes or no of each ticket, missing where it cannot be told.

    *Answered late* means later than nine in ten of all tickets of the same urgency; *rated low* below the middle of
    all ratings.
    """
    found: dict[str, pd.Series[Any]] = {}
    for name, column in ((MOVED, "reassignments"), (REOPENED, "reopened")):
        if has(frame, column):
            known = frame[column].astype("float64")
            found[name] = (known > 0).astype("object").where(known.notna(), None)
    if has(frame, "first_response_at"):
        hours = pd.Series(response_hours(frame, clock), index=frame.index)
        level = frame["urgency"].astype("object").fillna("") if has(frame, "urgency") else pd.Series("", frame.index)
        bound = hours.groupby(level).transform(lambda own: own.quantile(_SLOWEST))
        found[SLOW] = (hours > bound).astype("object").where(hours.notna(), None)
    if has(frame, "csat"):
        ratings = frame["csat"].astype("float64")
        found[UNHAPPY] = (ratings < ratings.median()).astype("object").where(ratings.notna(), None)
    return found


def _by_issue(frame: pd.DataFrame, issues: RepeatIssues) -> pd.DataFrame:
    """Return a row for each ticket and issue it tells of, and one for each ticket that tells of none."""
    told = issues.rows[issues.rows["issue"] <= _MOST_ISSUES_ASKED]
    rest = np.setdiff1d(np.arange(len(frame)), told["row"].to_numpy())
    others = pd.DataFrame({"row": rest, "issue": pd.Series(None, index=range(len(rest)), dtype="object")})
    return pd.concat([told.astype({"issue": "object"}), others], ignore_index=True)


def _absent(frame: pd.DataFrame) -> list[tuple[str, str]]:
    columns = {
        "reassignments": "What moved between teams",
        "reopened": "What came back",
        "first_response_at": "What was answered late",
        "csat": "What was rated low",
        "team": "Which team had a ticket",
        "category": "What tickets are about",
    }
    return [(what, column) for column, what in columns.items() if not has(frame, column)]
