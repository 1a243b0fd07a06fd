"""What a desk is told again and again: statements that come back, taken together to issues.

A statement is a sentence or line that several people wrote; who gives it a number decides what counts as the same.
Courtesies come back too, but in every kind of ticket: a statement tells of an issue when more than half of its tickets
are of one category (of one team, or product, where categories are not known), by more than chance. Statements that
stand in the same tickets are one issue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom

from ticket_triage.domain.text import words
from ticket_triage.planning.apart import discoveries
from ticket_triage.planning.outcomes import has

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_TICKETS, LEAST_REQUESTERS = 5, 3
"""What fewer tickets, or fewer people, say is no repeat issue."""

MOST_ISSUES = 1000
"""Issues that are told, the largest ones."""

RECENT_DAYS = 28
"""How far back from the last ticket "lately" reaches."""

_KINDS = ("category", "team", "product")
_MOSTLY = 0.5
_TOGETHER = 0.4
_MOST_STATEMENTS = 4 * MOST_ISSUES
_COMMON_SHARE, _LONG = 0.1, 8
_WORDS, _ALSO, _TEAMS = 5, 4, 3

COLUMNS = (
    "issue",
    "says",
    "also",
    "words",
    "tickets",
    "requesters",
    "first_at",
    "last_at",
    "kind",
    "kind_share",
    "teams",
    "agents",
    "lately",
    "lately_due",
)
"""Of the table of issues, beside ``growing``."""


@dataclass(frozen=True, eq=False)
class RepeatIssues:
    """The issues of a history.

    Parameters
    ----------
    table : DataFrame of shape (n_issues, n_columns)
        The largest first: ``issue`` (a number from 1), ``says``, ``also``, ``words``, ``tickets``, ``requesters``,
        ``first_at``, ``last_at``, ``kind``, ``kind_share``, ``teams``, ``agents``, ``lately``, ``lately_due``,
        ``growing``.
    rows : DataFrame of shape (n_pairs, 2)
        ``row`` (place in the history) and ``issue``; a ticket may tell of several.
    kind : str or None
        The column by which issues were told from courtesies; None when there was none, so that all was kept.
    told : int
        Tickets that tell of an issue.
    beyond : int
        Smaller issues that are not told.
    compared : bool
        Whether more of the tickets came before "lately" than in it, so that growth can be told.
    """

    table: pd.DataFrame
    rows: pd.DataFrame
    kind: str | None
    told: int
    beyond: int
    compared: bool

    @property
    def growing(self) -> pd.DataFrame:
        """The issues that come lately more often than before, by more than chance."""
        return self.table[self.table["growing"]]


def repeat_issues(frame: pd.DataFrame, said: pd.DataFrame, texts: Mapping[int, str]) -> RepeatIssues:
    """Return the issues of a history.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        As ``read_tickets`` gives it, in order of ``opened_at``, numbered from 0.
    said : DataFrame of shape (n_pairs, 2)
        ``row`` and ``statement``: which ticket states what, each pair once.
    texts : mapping of int to str
        What statements say, by number.
    """
    people = _people(frame)
    said = said.assign(person=people.to_numpy()[said["row"]])
    often = said.groupby("statement").agg(tickets=("row", "size"), requesters=("person", "nunique"))
    often = often[(often["tickets"] >= LEAST_TICKETS) & (often["requesters"] >= LEAST_REQUESTERS)]
    often = often[often.index.isin(list(texts))]
    kind = next((name for name in _KINDS if has(frame, name)), None)
    kept = said[said["statement"].isin(often.index)]
    if kind is not None:
        kept = kept[kept["statement"].isin(_telling(kept, frame[kind]))]
    largest = often["tickets"].loc[kept["statement"].unique()].sort_index().nlargest(_MOST_STATEMENTS)
    kept = kept[kept["statement"].isin(largest.index)]
    issue_of = _taken_together(kept)
    rows = pd.DataFrame({"row": kept["row"], "issue": kept["statement"].map(issue_of)}).drop_duplicates()
    beyond = max(max(issue_of.values(), default=0) - MOST_ISSUES, 0)
    rows = rows[rows["issue"] <= MOST_ISSUES].sort_values(["issue", "row"]).reset_index(drop=True)
    table = _table(frame, people, rows, _statements(kept, issue_of, texts), kind)
    compared = 2 * int(_recent(frame).sum()) < len(frame)
    return RepeatIssues(table, rows, kind, int(rows["row"].nunique()), beyond, compared)


def _recent(frame: pd.DataFrame) -> NDArray[np.bool_]:
    opened = frame["opened_at"]
    return np.asarray(opened > opened.max() - pd.Timedelta(days=RECENT_DAYS), dtype=np.bool_)


def _people(frame: pd.DataFrame) -> pd.Series[Any]:
    """Return who wrote each ticket; where nobody is named, each ticket is somebody else's."""
    nobody = pd.Series([f"\0{place}" for place in range(len(frame))], index=frame.index)
    if not has(frame, "requester"):
        return nobody
    named = frame["requester"].astype("object").fillna("").astype(str).str.strip().str.casefold()
    return named.where(named != "", nobody)


def _telling(said: pd.DataFrame, kinds: pd.Series[Any]) -> NDArray[np.int64]:
    """Return the statements of which more than half are of one kind, by more than chance."""
    known = kinds.astype("object").where(kinds.notna() & (kinds != ""), None)
    base = known.value_counts(normalize=True)
    pairs = said.assign(kind=known.to_numpy()[said["row"]]).dropna(subset="kind")
    counts = pairs.groupby(["statement", "kind"]).size().rename("own").reset_index()
    whole = pairs.groupby("statement").size()
    counts = counts.sort_values(["statement", "own", "kind"], ascending=[True, False, True])
    top = counts.drop_duplicates("statement").set_index("statement")
    n = whole.loc[top.index].to_numpy()
    chance = binom.sf(top["own"].to_numpy() - 1, n, base.loc[top["kind"]].to_numpy()) * len(base)
    believed = discoveries(chance) & (top["own"].to_numpy() > _MOSTLY * n)
    return top.index.to_numpy()[believed]


def _taken_together(said: pd.DataFrame) -> dict[int, int]:
    """Return the issue of each statement, the largest issue being 1: statements mostly in the same tickets are one."""
    names, places = np.unique(said["statement"].to_numpy(), return_inverse=True)
    if not len(names):
        return {}
    shape = (int(said["row"].max()) + 1, len(names))
    stands = sp.csr_array((np.ones(len(said), dtype=np.int64), (said["row"].to_numpy(), places)), shape=shape)
    both = sp.coo_array(stands.T @ stands)
    first, second = both.coords
    sizes = np.bincount(places)
    alike = both.data >= _TOGETHER * (sizes[first] + sizes[second] - both.data)
    links = sp.coo_array((np.ones(int(alike.sum())), (first[alike], second[alike])), shape=(len(names), len(names)))
    groups = connected_components(links, directed=False)[1]
    tickets = said.assign(group=groups[places])[["row", "group"]].drop_duplicates().groupby("group").size()
    ranked = tickets.reset_index(name="n").sort_values(["n", "group"], ascending=[False, True])["group"]
    place_of = {int(group): place for place, group in enumerate(ranked, start=1)}
    return {int(name): place_of[int(group)] for name, group in zip(names, groups, strict=True)}


def _statements(said: pd.DataFrame, issue_of: Mapping[int, int], texts: Mapping[int, str]) -> dict[int, dict[str, int]]:
    """Return what each issue's statements say and in how many tickets, the most told first."""
    found: dict[int, dict[str, int]] = {}
    for statement, count in said["statement"].value_counts(sort=False).sort_index().items():
        own = found.setdefault(issue_of[int(str(statement))], {})
        text = texts[int(str(statement))]
        own[text] = own.get(text, 0) + int(count)
    return {issue: dict(sorted(own.items(), key=lambda one: (-one[1], one[0]))) for issue, own in found.items()}


class _Values:
    """A column's values by number, to be counted over many groups of rows; -1 where nothing is known."""

    def __init__(self, column: pd.Series[Any]) -> None:
        known = column.astype("object").where(column.notna() & (column != ""), None)
        self.codes, names = pd.factorize(known, sort=True)
        self.names = [str(name) for name in names]

    def counted(self, rows: NDArray[np.int64]) -> list[tuple[str, int]]:
        """Return the values of some rows and how often each, the commonest first."""
        codes = self.codes[rows]
        counts = np.bincount(codes[codes >= 0], minlength=len(self.names))
        return [
            (self.names[place], int(counts[place])) for place in np.argsort(-counts, kind="stable") if counts[place]
        ]


def _table(
    frame: pd.DataFrame,
    people: pd.Series[Any],
    rows: pd.DataFrame,
    statements: Mapping[int, Mapping[str, int]],
    kind: str | None,
) -> pd.DataFrame:
    opened = frame["opened_at"]
    recent = _recent(frame)
    names = {"kinds": kind, "teams": "team", "agents": "agent"}
    values = {told: _Values(frame[name]) for told, name in names.items() if name is not None and has(frame, name)}
    codes, rarity = pd.factorize(people)[0], _rarity(statements.values())
    entries = []
    for issue, group in rows.groupby("issue")["row"]:
        own = group.to_numpy()
        entries.append(
            {"issue": int(str(issue))}
            | _said(statements[int(str(issue))], rarity)
            | {"tickets": len(own), "requesters": len(np.unique(codes[own]))}
            | {"first_at": opened.iloc[own[0]], "last_at": opened.iloc[own[-1]]}
            | _counted({told: column.counted(own) for told, column in values.items()})
            | {"lately": int(recent[own].sum()), "lately_due": round(float(recent.mean()) * len(own), 1)}
        )
    table = pd.DataFrame(entries, columns=list(COLUMNS))
    lately = table["lately"].to_numpy(dtype=np.int64)
    chance = binom.sf(lately - 1, table["tickets"].to_numpy(dtype=np.int64), float(recent.mean()))
    table["growing"] = discoveries(chance.tolist()) & (lately >= LEAST_TICKETS)
    return table


def _rarity(said: Collection[Mapping[str, int]]) -> dict[str, float]:
    """Return how telling each word of the issues is: rare and long ones more, the commonest not at all."""
    times = Counter(word for own in said for word in {word for text in own for word in words(text)})
    whole = max(len(said), 1)
    common = max(_COMMON_SHARE * whole, LEAST_TICKETS)
    return {word: min(len(word), _LONG) * log(1 + whole / count) for word, count in times.items() if count <= common}


def _said(own: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, Any]:
    weights: dict[str, float] = {}
    for text, tickets in own.items():
        for word in dict.fromkeys(words(text)):
            if word in rarity:
                weights[word] = weights.get(word, 0.0) + tickets * rarity[word]
    told = sorted(weights, key=lambda word: (-weights[word], word))
    says, *also = own
    return {"says": says, "also": "; ".join(also[:_ALSO]), "words": ", ".join(told[:_WORDS])}


def _counted(counts: Mapping[str, list[tuple[str, int]]]) -> dict[str, Any]:
    kinds, teams = counts.get("kinds"), counts.get("teams")
    return {
        "kind": kinds[0][0] if kinds else None,
        "kind_share": round(kinds[0][1] / sum(count for _, count in kinds), 4) if kinds else None,
        "teams": _shares(teams) if teams else None,
        "agents": len(counts["agents"]) if "agents" in counts else None,
    }


def _shares(counts: list[tuple[str, int]]) -> str:
    whole = sum(count for _, count in counts)
    return ", ".join(f"{name} {100 * count / whole:.0f}\u00a0%" for name, count in counts[:_TEAMS])


def rows_of(issues: RepeatIssues, issue: int) -> Sequence[int]:
    """Return the places of an issue's tickets in the history."""
    return [int(row) for row in issues.rows.loc[issues.rows["issue"] == issue, "row"]]
