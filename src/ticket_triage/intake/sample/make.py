"""The sample history put together: stories told, linked, labelled and worked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from ticket_triage.domain.labels import DEFAULT_HEADS
from ticket_triage.intake.sample.desk import minute_of, staff
from ticket_triage.intake.sample.dice import Dice
from ticket_triage.intake.sample.jobs import job_of
from ticket_triage.intake.sample.labels import MACHINE, draw_label
from ticket_triage.intake.sample.outcome import outcome
from ticket_triage.intake.sample.people import Person, people
from ticket_triage.intake.sample.queueing import worked_off
from ticket_triage.intake.sample.rhythm import (
    HISTORY_END,
    OUTAGES,
    Outage,
    ordinary_moments,
    outage_moments,
)
from ticket_triage.intake.sample.story import Story, ordinary_story, outage_story
from ticket_triage.intake.sample.table import as_history
from ticket_triage.intake.sample.telling import Row, Teller, check_options, draw_writers

if TYPE_CHECKING:
    import pandas as pd

_FIRST_ID = 100_001
_DEPENDS = 0.12
_DEPENDS_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that made a person write at a moment; it holds the truth, which is not shipped."""

    opened_at: datetime
    person: Person
    story: Story


def sample_history(n_tickets: int = 6400, seed: int = 0) -> pd.DataFrame:
    """Invent a year of an imaginary software company's tickets, with labels and what came of them.

    Parameters
    ----------
    n_tickets : int, default=6400
        How many, from 1 to 300,000.
    seed : int, default=0
        At least 0; the same seed gives the same tickets, everywhere.

    Returns
    -------
    DataFrame of shape (n_tickets, 41)
        In order of ``opened_at``; columns as in ``data/README.md``. Times are UTC-aware, several values in one cell
        are joined by ``;``, empty cells are missing.

    Raises
    ------
    BadOptionError
        When a number is out of its range.

    Examples
    --------
    >>> history = sample_history(50, seed=7)
    >>> len(history), history["ticket_id"].is_unique, history["opened_at"].is_monotonic_increasing
    (50, True, True)
    """
    check_options(n_tickets, 1, seed)
    events = sample_events(n_tickets, seed)
    teller = Teller(seed, "history", _FIRST_ID)
    rows = [teller.tell(event.opened_at, event.person, event.story) for event in events]
    _link(rows, Dice(seed, "links"))
    _work_off(rows, events, Dice(seed, "desk"))
    _label(rows, events, Dice(seed, "labels"))
    return as_history(rows)


def sample_events(n_tickets: int, seed: int) -> list[Event]:
    """Invent what truly happened: the events behind the history of the same size and seed, row by row."""
    when, who, what = (Dice(seed, part) for part in ("when", "who", "what"))
    crowd = people(seed)
    bursts = [event for outage in OUTAGES for event in _burst(outage, crowd, n_tickets, when)]
    writers = draw_writers(crowd, n_tickets - len(bursts), who)
    moments = ordinary_moments(len(writers), when)
    quiet = [Event(at, writer, ordinary_story(writer, what)) for at, writer in zip(moments, writers, strict=True)]
    return sorted([*quiet, *bursts], key=lambda event: event.opened_at)


def _burst(outage: Outage, crowd: list[Person], n_tickets: int, dice: Dice) -> list[Event]:
    count = round(n_tickets * outage.share)
    hit = dice.some(crowd, count)
    moments = outage_moments(outage, len(hit), dice)
    return [Event(at, one, outage_story(outage, one, dice)) for at, one in zip(moments, hit, strict=True)]


def _link(rows: list[Row], dice: Dice) -> None:
    """Let some tickets wait for an earlier one of the same customer."""
    last: dict[object, Row] = {}
    for row in rows:
        earlier = last.get(row["customer_id"])
        if earlier is not None and _age(row, earlier) < _DEPENDS_WITHIN and dice.chance(_DEPENDS):
            row["depends_on"] = earlier["ticket_id"]
        last[row["customer_id"]] = row


def _age(row: Row, earlier: Row) -> timedelta:
    return _moment(row, "opened_at") - _moment(earlier, "opened_at")


def _moment(row: Row, column: str) -> datetime:
    return cast("datetime", row[column])


def _work_off(rows: list[Row], events: list[Event], dice: Dice) -> None:
    jobs = [job_of(event.story, event.person, event.opened_at, len(events), dice) for event in events]
    courses = worked_off(jobs, staff(len(events)), minute_of(HISTORY_END))
    for row, event, job, course in zip(rows, events, jobs, courses, strict=True):
        row.update(outcome(event.story, job, course, dice))


def _label(rows: list[Row], events: list[Event], dice: Dice) -> None:
    """Record each head's label with its source and moment; a correction comes days after the others."""
    for row, event in zip(rows, events, strict=True):
        labelled_at = min(event.opened_at + timedelta(minutes=dice.whole(4, 90)), HISTORY_END - timedelta(minutes=1))
        for head in DEFAULT_HEADS:
            drawn = draw_label(head.name, getattr(event.story, head.name), dice)
            label, source = drawn or (None, None)
            row[head.name] = label
            row[f"{head.name}_source"] = source
            row[f"{head.name}_labelled_at"] = None if source is None else _labelled_at(row, labelled_at, source, dice)


def _labelled_at(row: Row, first_look: datetime, source: str, dice: Dice) -> datetime:
    if source == MACHINE:
        return _moment(row, "opened_at").replace(microsecond=0)
    if source == "corrected":
        later = first_look + timedelta(hours=dice.whole(3, 90))
        return min(later, HISTORY_END - timedelta(minutes=1)).replace(second=0)
    return first_look.replace(second=0)
