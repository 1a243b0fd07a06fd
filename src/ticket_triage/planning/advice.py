"""What the evidence of a period says about the policy: proposals with their figures, never changes made alone.

A proposal is made only where an interval leaves out that all is well; each names the entry of the policy to look at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.planning.intervals import mean, share
from ticket_triage.planning.outcomes import Clock, has, response_hours

if TYPE_CHECKING:
    from ticket_triage.planning.examples import Told

FEWEST_TICKETS = 30
_PROMISE = 0.8
_OFTEN = 0.05
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Advice:
    """A proposal: which entry of the policy, what to look at, and the evidence."""

    entry: str
    proposal: str
    evidence: str

    def as_dict(self) -> dict[str, str]:
        """Return plain values."""
        return {"entry": self.entry, "proposal": self.proposal, "evidence": self.evidence}


def advice(rows: pd.DataFrame, told: Sequence[Told], teams: Mapping[str, str], clock: Clock) -> list[Advice]:
    """Return what a period's tickets propose.

    Parameters
    ----------
    rows : DataFrame of shape (n_tickets, n_columns)
        The tickets of the period.
    told : sequence of Told
        Its decisions and what came of them.
    teams : mapping of str to str
        The policy's categories and who takes each; ``default`` takes the others.
    clock : Clock
    """
    found = [*_promises(told), *_order(rows, clock)]
    if has(rows, "category"):
        found += [*_names(rows, teams), *_ratings(rows), *_moves(rows, teams)]
    return found


def _promises(told: Sequence[Told]) -> Iterator[Advice]:
    """Yield targets of first response that the desk does not keep."""
    for priority in sorted({one.priority for one in told}):
        judged = [one for one in told if one.priority == priority and one.kept is not None]
        if len(judged) < FEWEST_TICKETS:
            continue
        kept = share(sum(bool(one.kept) for one in judged), len(judged))
        if kept.high < _PROMISE:
            reached = float(np.quantile([one.response_hours or 0.0 for one in judged], 0.9))
            yield Advice(
                f"sla.{priority}.first_response_minutes",
                "Staff for this target, or promise less.",
                f"{_of(kept)} were answered in time; nine in ten within {reached:.1f} h.",
            )


def _order(rows: pd.DataFrame, clock: Clock) -> Iterator[Advice]:
    """Yield levels of urgency that wait longer than the calmer one next to them."""
    if not (has(rows, "urgency") and has(rows, "first_response_at")):
        return
    hours = response_hours(rows, clock)
    levels = rows["urgency"].to_numpy()
    for calm, grave in pairwise(URGENCY_LEVELS):
        waits = [hours[(levels == level) & ~np.isnan(hours)] for level in (calm, grave)]
        if min(map(len, waits)) >= FEWEST_TICKETS and np.median(waits[1]) > np.median(waits[0]):
            yield Advice(
                "cutoffs",
                f"Let {grave} tickets come before {calm} ones; see which points their priorities come from.",
                f"Half of the {grave} tickets wait more than {np.median(waits[1]):.1f} h, of the {calm} ones "
                f"{np.median(waits[0]):.1f} h.",
            )


def _names(rows: pd.DataFrame, teams: Mapping[str, str]) -> Iterator[Advice]:
    counts = rows["category"].value_counts()
    for name, count in counts.items():
        if str(name).casefold() not in teams and count >= max(FEWEST_TICKETS, _OFTEN * len(rows)):
            yield Advice(
                f"categories.{name}",
                "Give this category an entry of its own: a team and the impact it usually has.",
                f"{count:,} tickets of the period, and it is taken by the default.",
            )
    if len(counts) and counts.iloc[0] >= 2 * len(rows) / len(counts) and counts.iloc[0] >= FEWEST_TICKETS:
        yield Advice(
            f"categories.{counts.index[0]}",
            "Look for questions here that an article could answer.",
            f"The commonest request: {counts.iloc[0]:,} of {len(rows):,} tickets, twice an even share or more.",
        )


def _ratings(rows: pd.DataFrame) -> Iterator[Advice]:
    if not has(rows, "csat"):
        return
    rated = rows[rows["csat"].notna()]
    for name, part in rated.groupby("category"):
        others = np.asarray(rated.loc[rated["category"] != name, "csat"], dtype=np.float64)
        own = np.asarray(part["csat"], dtype=np.float64)
        if min(len(own), len(others)) < FEWEST_TICKETS:
            continue
        theirs, rest = mean(own), mean(others)
        if theirs.high < rest.low:
            yield Advice(
                f"categories.{name}.impact.satisfaction",
                "Weigh these tickets higher, or give their team more room.",
                f"Rated {theirs.value:.2f} [{theirs.low:.2f}, {theirs.high:.2f}] by {theirs.n:,}, all others "
                f"{rest.value:.2f} [{rest.low:.2f}, {rest.high:.2f}].",
            )


def _moves(rows: pd.DataFrame, teams: Mapping[str, str]) -> Iterator[Advice]:
    """Yield categories that end with another team than the policy's, or that move more than others."""
    moves = has(rows, "reassignments")
    moved = rows["reassignments"].fillna(0).astype(int).to_numpy() > 0 if moves else np.zeros(len(rows), dtype=bool)
    usual = float(moved.mean()) if moves else 0.0
    for name, part in rows.groupby("category"):
        home = teams.get(str(name).casefold(), teams["default"])
        if len(part) < FEWEST_TICKETS:
            continue
        last = Counter(part["team"].dropna()).most_common(1) if has(part, "team") else []
        if last and last[0][0] != home and share(last[0][1], len(part)).low > _MOST:
            yield Advice(
                f"categories.{name}.team",
                f"Send these tickets to {last[0][0]} at once, not to {home}.",
                f"{_of(share(last[0][1], len(part)))} ended there.",
            )
        own = share(int(moved[rows.index.get_indexer(part.index)].sum()), len(part))
        if moves and own.low > usual:
            yield Advice(
                f"categories.{name}.skills",
                "Find out what the first team lacks; name the skill, or another team.",
                f"{_of(own)} moved between teams, {usual:.0%} of all.".replace("%", " %"),
            )


def _of(found: tuple[float, float, float, int]) -> str:
    value, low, high, n = found
    return f"{100 * value:.0f} % [{100 * low:.0f}, {100 * high:.0f}] of {n:,}"
