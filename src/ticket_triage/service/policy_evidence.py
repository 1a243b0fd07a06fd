"""What a desk's past says of its routes, of how grave its categories are, of its hours and of its pace."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import MappingError
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy import decide
from ticket_triage.policy.conditions import folded
from ticket_triage.policy.scorecard import URGENCY

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ticket_triage.domain.decision import Decision
    from ticket_triage.policy import Policy

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MOST_READ = 20_000
_RARE_DAY = 0.04
"""A weekday with a smaller share of the week's activity is no working day; an even week gives each 0.14."""
_EDGE = 0.025
_DAYS_ALONE = 0.5
_HALF_HOUR, _DAY = 30, 24 * 60
_ROUND_THE_CLOCK = 22 * 60
_KNOWN_BY = ("signal", "given")


class RouteEvidence(NamedTuple):
    """Which team had a category's tickets last: the most frequent one, its tickets, and all of them."""

    category: str
    team: str
    solved: int
    tickets: int


class Gravity(NamedTuple):
    """What the shipped signals and the numbers of affected users make of a category, from so many tickets.

    ``impact`` has the mean value by criterion; ``blocked`` is the share of tickets with a blockage.
    """

    impact: dict[str, float]
    blocked: float
    tickets: int


class Pace(NamedTuple):
    """Tickets of a level, and how long four in five of them took at most: moments of opening and end, paired."""

    tickets: int
    first_response: list[tuple[datetime, datetime]]
    resolution: list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a draft rests on.

    Parameters
    ----------
    tickets : int
        With a category and a team.
    first, last : datetime or None
        The openings it covers.
    routes : tuple of RouteEvidence
        The most frequent category first.
    teams : dict of str to Counter
        Each team's tickets by category, the busiest team first.
    gravity : dict of str to Gravity
    signals : dict of str to (str, int)
        By shipped signal that names a team, who had most tickets in which it fires, and how many these are; the busiest
        team where there are none.
    hours : dict of str to (int, int)
        By weekday, first and last minute of activity in the desk's own time.
    activity : str
        The column that the hours rest on.
    pace : dict of str to Pace
        By priority, as far as urgency was labelled.
    """

    tickets: int
    first: datetime | None
    last: datetime | None
    routes: tuple[RouteEvidence, ...]
    teams: dict[str, Counter[str]]
    gravity: dict[str, Gravity]
    signals: dict[str, tuple[str, int]]
    hours: dict[str, tuple[int, int]]
    activity: str
    pace: dict[str, Pace]


def gather(table: pd.DataFrame, source: str, policy: Policy, zone: ZoneInfo) -> Evidence:
    """Return what a history says.

    Raises
    ------
    MappingError
        When no ticket has both a category and a team.
    """
    known = _routed(table, source)
    counts = _counts(known)
    teams: dict[str, Counter[str]] = {}
    for (category, team), number in counts.items():
        teams.setdefault(team, Counter())[category] += number
    ordered = dict(sorted(teams.items(), key=lambda entry: (-entry[1].total(), entry[0])))
    activity = next((name for name in ("first_response_at", "resolved_at") if _has(table, name)), "opened_at")
    opened = known["opened_at"].dropna() if "opened_at" in known else pd.Series(dtype="datetime64[ns, UTC]")
    gravity, signals = _read(known, policy, next(iter(ordered)))
    return Evidence(
        tickets=len(known),
        first=None if opened.empty else opened.min().to_pydatetime(),
        last=None if opened.empty else opened.max().to_pydatetime(),
        routes=_routes(counts),
        teams=ordered,
        gravity=gravity,
        signals=signals,
        hours=_hours(table[activity].dropna(), zone) if activity in table else {},
        activity=activity,
        pace=_pace(known),
    )


def _has(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _routed(table: pd.DataFrame, source: str) -> pd.DataFrame:
    for column in ("category", "team"):
        if not _has(table, column):
            raise MappingError(
                f"{source} names no {column} for any ticket, so there are no routes to learn from it; "
                f"name its column with --mapping."
            )
    known = table[table["category"].notna() & table["team"].notna()].copy()
    if known.empty:
        raise MappingError(f"{source} has no ticket with both a category and a team; no route can be learnt from it.")
    known["category"] = _one_writing(known["category"])
    known["team"] = _one_writing(known["team"])
    return known


def _one_writing(names: pd.Series) -> pd.Series:
    """Return names with one writing each, the most frequent, where they differ in case alone."""
    plain = names.astype(str).str.strip()
    chosen: dict[str, str] = {}
    for name in plain.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable").index:
        chosen.setdefault(folded(name), name)
    return plain.map(lambda name: chosen[folded(name)])


def _counts(known: pd.DataFrame) -> Counter[tuple[str, str]]:
    return Counter(zip(known["category"], known["team"], strict=True))


def _routes(counts: Counter[tuple[str, str]]) -> tuple[RouteEvidence, ...]:
    by_category: dict[str, Counter[str]] = {}
    for (category, team), number in counts.items():
        by_category.setdefault(category, Counter())[team] += number
    found = []
    for category, teams in by_category.items():
        team, solved = min(teams.items(), key=lambda entry: (-entry[1], entry[0]))
        found.append(RouteEvidence(category, team, solved, teams.total()))
    return tuple(sorted(found, key=lambda route: (-route.tickets, route.category)))


def _read(known: pd.DataFrame, policy: Policy, busiest: str) -> tuple[dict[str, Gravity], dict[str, tuple[str, int]]]:
    """Read the texts by the shipped signals: what they make of each category, and whose tickets they fire in."""
    part = known.iloc[:: max(1, len(known) // _MOST_READ + (len(known) > _MOST_READ))]
    routed = {name: entry["team"] for name, entry in policy.as_dict()["signals"].items() if "team" in entry}
    owners: dict[str, Counter[str]] = {name: Counter() for name in routed}
    read: dict[str, list[Decision]] = {}
    moment = datetime(1970, 1, 1, tzinfo=UTC)
    for ticket, category, team in zip(tickets_from(part), part["category"], part["team"], strict=True):
        decision = decide(_bare(ticket), NO_PREDICTION, policy, moment)
        read.setdefault(category, []).append(decision)
        for hit in decision.signals:
            if hit.signal in owners:
                owners[hit.signal][team] += 1
    gravity = {category: _gravity(decisions, policy) for category, decisions in read.items()}
    signals = {
        name: (min(teams.items(), key=lambda entry: (-entry[1], entry[0]))[0] if teams else busiest, teams.total())
        for name, teams in owners.items()
    }
    return gravity, signals


def _bare(ticket: Ticket) -> Ticket:
    """Return a ticket of which its text and the number of affected users are known alone."""
    return Ticket(ticket.ticket_id, ticket.subject, ticket.body, affected_users=ticket.affected_users)


def _gravity(decisions: list[Decision], policy: Policy) -> Gravity:
    blocking = {name for name, entry in policy.as_dict()["signals"].items() if entry.get("blocks")}
    values: dict[str, list[float]] = {}
    for decision in decisions:
        for line in decision.scorecard:
            if line.criterion != URGENCY and line.origin in _KNOWN_BY:
                values.setdefault(line.criterion, []).append(line.value)
    blocked = sum(any(hit.signal in blocking for hit in decision.signals) for decision in decisions)
    impact = {name: sum(found) / len(found) for name, found in values.items() if 2 * len(found) >= len(decisions)}
    return Gravity(impact, blocked / len(decisions), len(decisions))


def _hours(moments: pd.Series, zone: ZoneInfo) -> dict[str, tuple[int, int]]:
    """Return the span of each working day that holds all but the earliest and latest 2.5 % of its activity.

    A file that holds days and not times says nothing of hours.
    """
    if not moments.empty and (moments == moments.dt.normalize()).mean() > _DAYS_ALONE:
        return {}
    local = moments.dt.tz_convert(zone)
    minutes = local.dt.hour * 60 + local.dt.minute
    found = {}
    for number, name in enumerate(WEEKDAYS):
        own = np.sort(minutes[local.dt.day_of_week == number].to_numpy())
        if len(own) < _RARE_DAY * len(minutes) or not len(own):
            continue
        first, last = own[int(_EDGE * len(own))], own[min(len(own) - 1, int((1 - _EDGE) * len(own)))]
        span = int(first) // _HALF_HOUR * _HALF_HOUR, min(_DAY, (int(last) // _HALF_HOUR + 1) * _HALF_HOUR)
        found[name] = (0, _DAY) if span[1] - span[0] >= _ROUND_THE_CLOCK else span
    return found


def _pace(known: pd.DataFrame) -> dict[str, Pace]:
    """Return the moments of each priority's tickets, their urgency as labelled standing for it."""
    if not _has(known, "urgency") or not _has(known, "opened_at"):
        return {}
    found = {}
    for priority, level in zip(PRIORITIES, reversed(URGENCY_LEVELS), strict=True):
        own = known[known["urgency"].astype(str).str.casefold() == level]
        if len(own):
            found[priority] = Pace(len(own), _pairs(own, "first_response_at"), _pairs(own, "resolved_at"))
    return found


def _pairs(own: pd.DataFrame, column: str) -> list[tuple[datetime, datetime]]:
    if column not in own:
        return []
    both = own[["opened_at", column]].dropna()
    both = both[both[column] >= both["opened_at"]]
    return [(start.to_pydatetime(), end.to_pydatetime()) for start, end in both.itertuples(index=False)]
