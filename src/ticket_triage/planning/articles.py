"""Questions that an article could answer: repeat issues that are calm, soon solved, at one touch, all the time.

Whether the answers were alike is not to be seen: a history holds what people asked and what became of it, not what they
were told. So these are candidates for a person to read, each with the figures that speak for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.planning.intervals import share
from ticket_triage.planning.outcomes import has, wall_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ticket_triage.planning.repeats import RepeatIssues

FEWEST_TICKETS, FEWEST_REQUESTERS = 10, 5
MOSTLY = 0.6
"""A share whose interval lies above this is "mostly"."""

_MONTHS_SHARE = 0.5
_CALM = URGENCY_LEVELS[: len(URGENCY_LEVELS) // 2]
_NEEDED = ("urgency", "resolved_at")

COLUMNS = (
    "issue",
    "says",
    "tickets",
    "a_month",
    "requesters",
    "agents",
    "months",
    "calm",
    "once",
    "hours",
    "open_hours",
)


@dataclass(frozen=True, eq=False)
class Candidates:
    """Questions that an article could answer.

    Parameters
    ----------
    table : DataFrame of shape (n_candidates, n_columns)
        The most tickets first: ``issue``, ``says``, ``tickets``, ``a_month``, ``requesters``, ``agents``, ``months``
        (in how many), ``calm`` and ``once`` (shares of the lower levels of urgency, and of tickets neither moved nor
        reopened), ``hours`` (half are solved within), ``open_hours`` (all of them together).
    asked : int
        Issues that were looked at.
    months : int
        Of the history.
    hours : float
        Within which half of all tickets are solved.
    absent : tuple of str
        What the history does not hold, in sentences.
    """

    table: pd.DataFrame
    asked: int
    months: int
    hours: float
    absent: tuple[str, ...]


def candidates(frame: pd.DataFrame, issues: RepeatIssues) -> Candidates:
    """Return the repeat issues that an article could answer.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        The history the issues were found in.
    issues : RepeatIssues
    """
    missing = [name for name in _NEEDED if not has(frame, name)]
    months = frame["opened_at"].dt.strftime("%Y-%m").to_numpy(dtype=object)
    whole = len(set(months))
    if missing:
        said = f"Questions for articles cannot be told: the history has no {' and no '.join(missing)}."
        return Candidates(pd.DataFrame(columns=list(COLUMNS)), 0, whole, float("nan"), (said,))
    hours = wall_hours(frame["opened_at"], frame["resolved_at"])
    calm, calm_known = frame["urgency"].isin(_CALM).to_numpy(), frame["urgency"].isin(URGENCY_LEVELS).to_numpy()
    once, absent = _once(frame)
    usual = float(np.nanmedian(hours))
    entries = []
    places = {int(str(issue)): own.to_numpy() for issue, own in issues.rows.groupby("issue")["row"]}
    for entry in issues.table.to_dict("records"):
        own = places[int(entry["issue"])]
        told = _told(entry, own[~np.isnan(hours[own])], hours, once, months)
        calmness = _mostly(calm[own[calm_known[own]]])
        if (
            told is not None
            and calmness is not None
            and told["hours"] <= usual
            and told["months"] >= whole * _MONTHS_SHARE
        ):
            entries.append(told | {"calm": calmness, "a_month": round(len(own) / whole, 2)})
    table = pd.DataFrame(entries, columns=list(COLUMNS)).sort_values(["tickets", "issue"], ascending=[False, True])
    return Candidates(table.reset_index(drop=True), len(issues.table), whole, usual, absent)


def _told(
    entry: dict[Any, Any],
    solved: NDArray[np.int64],
    hours: NDArray[np.float64],
    once: NDArray[np.bool_],
    months: NDArray[np.object_],
) -> dict[str, Any] | None:
    """Return an issue's figures, None when it is too small or mostly takes more than one touch."""
    touched = _mostly(once[solved])
    if len(solved) < FEWEST_TICKETS or entry["requesters"] < FEWEST_REQUESTERS or touched is None:
        return None
    return {name: entry[name] for name in ("issue", "says", "tickets", "requesters", "agents")} | {
        "months": len(set(months[solved])),
        "once": touched,
        "hours": round(float(np.median(hours[solved])), 1),
        "open_hours": round(float(hours[solved].sum()), 1),
    }


def _mostly(yes: NDArray[np.bool_]) -> float | None:
    """Return a share that is surely more than ``MOSTLY``, None otherwise."""
    found = share(int(yes.sum()), len(yes))
    return round(found.value, 4) if len(yes) and found.low > MOSTLY else None


def _once(frame: pd.DataFrame) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Return which tickets were solved at one touch, as far as the history says."""
    once = np.ones(len(frame), dtype=bool)
    absent = []
    for column, what in (("reassignments", "moved"), ("reopened", "came back")):
        if has(frame, column):
            once &= ~(frame[column].fillna(0).astype(int).to_numpy() > 0)
        else:
            absent.append(f"Which tickets {what} is not known: the history has no {column}.")
    return once, tuple(absent)
