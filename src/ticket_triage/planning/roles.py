"""Who really handles what: the map of work as a history shows it, where it differs from the wanted one, and roles.

A role is a queue of the map. Its statement has fixed slots (job, three things in focus, three means, daily tasks), all
filled from the tickets it had last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ticket_triage.planning.outcomes import has, local, needed, response_hours

if TYPE_CHECKING:
    import pandas as pd

    from ticket_triage.planning.outcomes import Clock

_FOCUS = 3
_NOT_WORTH = 0.05
_ELSEWHERE = 0.1
_MOST_PARTS = 12
_WORKDAYS = 5


class Wanted(NamedTuple):
    """A queue as the map wants it: its title, skills and tasks by part."""

    queue: str
    title: str
    skills: tuple[str, ...]
    tasks: Mapping[str, tuple[str, ...]]


class Branch(NamedTuple):
    """A part of a map as it is drawn: what it says, and what hangs on it."""

    title: str
    parts: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role statement, filled from what the role really handled.

    Parameters
    ----------
    role : str
        The queue.
    tickets : int
    job : str
    focus, means : tuple of str
        Three each, fewer where the history holds fewer.
    daily : tuple of str
    """

    role: str
    tickets: int
    job: str
    focus: tuple[str, ...]
    means: tuple[str, ...]
    daily: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def as_it_is(frame: pd.DataFrame, name: str) -> Branch:
    """Return the map of work a history shows: team, category, product, each with its tickets.

    Raises
    ------
    BadOptionError
        When the history does not say which team had a ticket.
    """
    needed(frame, "team")
    columns = [column for column in ("team", "category", "product") if has(frame, column)]
    return Branch(f"{name}, as it is: {len(frame):,} tickets", tuple(_branches(frame, columns)))


def _branches(rows: pd.DataFrame, columns: Sequence[str]) -> Iterator[Branch]:
    if not columns:
        return
    counts = rows[columns[0]].value_counts()
    shown = [value for value in counts.index if counts[value] >= _NOT_WORTH * len(rows)][:_MOST_PARTS]
    for value in shown:
        part = rows[rows[columns[0]] == value]
        yield Branch(f"{value}: {_counted(len(part), len(rows))}", tuple(_branches(part, columns[1:])))
    rest = int(counts.drop(shown).sum())
    if rest:
        others = len(counts) - len(shown)
        yield Branch(f"{others} other{'s' if others > 1 else ''}: {_counted(rest, len(rows))}")


def _counted(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.0f} %)"


def differences(frame: pd.DataFrame, wanted: Sequence[Wanted]) -> list[str]:
    """Return where what is handled differs from the map, in sentences."""
    found = []
    homes = {skill.casefold(): one.queue for one in wanted for skill in one.skills}
    queues = {one.queue for one in wanted}
    for team, count in frame["team"].value_counts().items():
        if str(team) not in queues:
            found.append(f"Team {team!r} handled {count:,} tickets, but no area of the map hangs on it.")
    if has(frame, "category"):
        found += _astray(frame, homes)
    seen = set(frame["team"].dropna())
    found += [f"Area {one.title!r}: queue {one.queue!r} had not one ticket." for one in wanted if one.queue not in seen]
    return found


def _astray(frame: pd.DataFrame, homes: Mapping[str, str]) -> Iterator[str]:
    for category, rows in frame.groupby("category"):
        home = homes.get(str(category).casefold())
        teams = rows["team"].value_counts()
        if home is None:
            yield f"Category {category!r} ({len(rows):,} tickets, most with {teams.index[0]!r}) stands not on the map."
            continue
        for team, count in teams.items():
            if team != home and count >= _ELSEWHERE * len(rows):
                share = 100 * count / len(rows)
                yield f"{share:.0f} % of {category!r} ended with {team!r}; the map wants it with {home!r}."


def role_statement(frame: pd.DataFrame, one: Wanted, promise: str, clock: Clock) -> Role:
    """Return the statement of one role.

    Parameters
    ----------
    frame : DataFrame of shape (n_tickets, n_columns)
        The whole history.
    one : Wanted
    promise : str
        The sentence all roles share.
    clock : Clock
    """
    rows = frame[frame["team"] == one.queue]
    people = rows["agent"].dropna().nunique() if has(rows, "agent") else 0
    by = f" by {people} people" if people > 1 else ""
    job = f"{one.title}: {len(rows):,} tickets{by}. {promise}"
    return Role(
        one.queue,
        len(rows),
        job,
        tuple(_focus(rows, one)),
        tuple(_means(rows, one)),
        tuple(_daily(rows, frame, one, clock)) if len(rows) else (),
    )


def _focus(rows: pd.DataFrame, one: Wanted) -> Iterator[str]:
    if not has(rows, "category"):
        yield from list(one.tasks)[:_FOCUS]
        return
    for category, count in rows["category"].value_counts().head(_FOCUS).items():
        yield f"{str(category).replace('_', ' ')}: {count:,} tickets, {100 * count / len(rows):.0f} % of its own"


def _means(rows: pd.DataFrame, one: Wanted) -> Iterator[str]:
    for column, said in (("channel", "It answers by"), ("language", "It answers in")):
        if has(rows, column):
            shares = rows[column].value_counts(normalize=True).head(_FOCUS)
            named = ", ".join(
                f"{str(value).replace('_', ' ')} ({100 * share:.0f} %)" for value, share in shares.items()
            )
            yield f"{said} {named}."
    skills = ", ".join(skill.replace("_", " ") for skill in one.skills)
    yield f"Its skills on the map: {skills or 'none named'}."


def _daily(rows: pd.DataFrame, frame: pd.DataFrame, one: Wanted, clock: Clock) -> Iterator[str]:
    opened = frame["opened_at"].dropna() if has(frame, "opened_at") else None
    if opened is not None and len(opened):
        days = max(1.0, (opened.max() - opened.min()).total_seconds() / 86400 * _WORKDAYS / 7)
        hour = int(local(rows["opened_at"].dropna(), clock).dt.hour.mode().iloc[0])
        yield f"Takes {len(rows) / days:.1f} new tickets a working day, most around {hour:02d} h ({clock.zone})."
        if has(rows, "first_response_at"):
            hours = response_hours(rows, clock)
            yield f"Answers half of them within {np.nanmedian(hours):.1f} hours ({clock.name.partition(',')[0]})."
    if has(rows, "reassignments"):
        moved = float((rows["reassignments"].fillna(0) > 0).mean())
        yield f"Takes over tickets that moved between teams: {100 * moved:.0f} % of its own."
    if has(rows, "reopened"):
        back = float((rows["reopened"].fillna(0) > 0).mean())
        yield f"Takes up again what came back: {100 * back:.0f} %."
    for part, tasks in one.tasks.items():
        if tasks:
            yield f"{part}: {', '.join(tasks)}."
