"""A history as numbers that can be replayed: when tickets came, were answered and solved, by whom, how urgent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ticket_triage.domain.labels import URGENCY
from ticket_triage.errors import BadOptionError
from ticket_triage.modelling.training import labels_of
from ticket_triage.replay import Hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ticket_triage.intake.reading import Reading
    from ticket_triage.policy.calendars import Calendar

FEWEST_TICKETS = 50
DAY = 1440
_BUSY_SHARE = 0.2
_DAYS_BEYOND = 1100
_MINUTE = pd.Timedelta(minutes=1)
_MICROSECONDS = 60_000_000
_FOREVER = 1e12


@dataclass(frozen=True, eq=False)
class Past:
    """A history in order of opening; arrays of shape (n_tickets,), moments in minutes since ``base``, a Monday.

    ``answered`` and ``solved`` are NaN where it never came; texts are empty where unknown. ``levels`` are the
    urgencies, calmest first; ``ends`` the last moment anything happened.
    """

    frame: pd.DataFrame
    base: pd.Timestamp
    levels: tuple[str, ...]
    opened: NDArray[np.float64]
    answered: NDArray[np.float64]
    solved: NDArray[np.float64]
    urgency: NDArray[np.object_]
    category: NDArray[np.object_]
    team: NDArray[np.object_]
    agent: NDArray[np.object_]
    moves: NDArray[np.int64]
    reopened: NDArray[np.int64]
    ends: float

    def __len__(self) -> int:
        """Return how many tickets there are."""
        return len(self.opened)

    def since(self, first: int) -> Past:
        """Return the tickets from one on; moments stay as they are."""
        cut = {name: getattr(self, name)[first:] for name in _ARRAYS}
        frame = self.frame.iloc[first:]
        return Past(frame=frame, base=self.base, levels=self.levels, ends=self.ends, **cut)


_ARRAYS = ("opened", "answered", "solved", "urgency", "category", "team", "agent", "moves", "reopened")


def past_of(reading: Reading) -> Past:
    """Return a history as it was read, in numbers.

    Raises
    ------
    BadOptionError
        When too few tickets say when they were opened and first answered.
    """
    frame = reading.tickets.copy()
    for name in ("opened_at", *_LATER):
        if name not in frame:
            frame[name] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us, UTC]")
    frame = frame[frame["opened_at"].notna()].sort_values("opened_at", kind="stable").reset_index(drop=True)
    whole = int((frame["first_response_at"].notna() & frame["resolved_at"].notna()).sum()) if len(frame) else 0
    if whole < FEWEST_TICKETS:
        raise BadOptionError(
            f"A replay needs at least {FEWEST_TICKETS} tickets that say when they were opened, first answered and "
            f"solved; {reading.source} has {whole}. Name the columns opened_at, first_response_at and resolved_at "
            "in a mapping."
        )
    first = frame["opened_at"].iloc[0].normalize()
    base = first - pd.Timedelta(days=first.day_of_week)
    urgency = next((head for head in reading.heads if head.name == URGENCY.name), URGENCY)
    opened, answered, solved = (_minutes(frame[name], base) for name in ("opened_at", *_LATER))
    answered = np.where(answered < opened, opened, answered)
    return Past(
        frame=frame,
        base=base,
        levels=urgency.levels or (),
        opened=opened,
        answered=answered,
        solved=np.where(solved < answered, answered, solved),
        urgency=labels_of(frame, urgency),
        category=_texts(frame, "category"),
        team=_texts(frame, "team"),
        agent=_texts(frame, "agent"),
        moves=_counts(frame, "reassignments"),
        reopened=_counts(frame, "reopened"),
        ends=float(np.nanmax(np.concatenate([opened, answered, solved]))),
    )


_LATER = ("first_response_at", "resolved_at")


def usual_hours(past: Past) -> tuple[Hours, str]:
    """Return when the desk worked, read off when it answered and solved tickets, and the same in words.

    A weekday, and an hour of the day (UTC), belong to it when at least a fifth as much was done then as at the busiest.
    """
    done = np.concatenate([past.answered, past.solved])
    done = done[~np.isnan(done)].astype(np.int64)
    by_day = np.bincount(done // DAY % 7, minlength=7)
    days = by_day >= _BUSY_SHARE * by_day.max()
    by_hour = np.bincount(done % DAY // 60, minlength=24)
    hours = by_hour >= _BUSY_SHARE * by_hour.max()
    spans = [
        (day * DAY + first, day * DAY + last)
        for day in range(int(past.ends // DAY) + _DAYS_BEYOND)
        if days[day % 7]
        for first, last in _stretches(hours)
    ]
    names = [name for name, open_then in zip(_DAYS, days, strict=True) if open_then]
    told = ", ".join(f"{first // 60:02}:00-{last // 60:02}:00" for first, last in _stretches(hours))
    return _without_end(spans), f"{' '.join(names)} {told} UTC"


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours_of(calendar: Calendar, past: Past) -> Hours:
    """Return a calendar of the policy as hours of the replay."""
    start = int(past.base.timestamp()) // 60
    days = range(start // DAY, start // DAY + int(past.ends // DAY) + _DAYS_BEYOND)
    return _without_end(
        [
            (first / _MICROSECONDS - start, last / _MICROSECONDS - start)
            for day in days
            for first, last in calendar.day(day)
        ]
    )


def _without_end(spans: Sequence[tuple[float, float]]) -> Hours:
    """Return hours that never run out: three years after the history, work goes on day and night until all is done."""
    last = spans[-1][1] if spans else 0.0
    return Hours([*spans, (last + DAY, _FOREVER)])


def minute_of(moment: datetime | None, past: Past) -> float:
    """Return a moment in minutes since the replay's base, NaN for None."""
    return float("nan") if moment is None else (moment.timestamp() - past.base.timestamp()) / 60


def _minutes(column: pd.Series[pd.Timestamp], base: pd.Timestamp) -> NDArray[np.float64]:
    return np.asarray((column - base) / _MINUTE, dtype=np.float64)


def _texts(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    if name not in frame:
        return np.full(len(frame), "", dtype=object)
    return np.asarray(frame[name].astype(object).where(frame[name].notna(), ""), dtype=object)


def _counts(frame: pd.DataFrame, name: str) -> NDArray[np.int64]:
    if name not in frame:
        return np.zeros(len(frame), dtype=np.int64)
    return np.asarray(frame[name].fillna(0), dtype=np.int64).clip(0, 20)


def _stretches(open_then: Iterable[bool]) -> list[tuple[int, int]]:
    """Return an open hour after another as one stretch of minutes."""
    found: list[tuple[int, int]] = []
    for hour, works in enumerate(open_then):
        if not works:
            continue
        if found and found[-1][1] == hour * 60:
            found[-1] = (found[-1][0], hour * 60 + 60)
        else:
            found.append((hour * 60, hour * 60 + 60))
    return found
