"""The service clocks of every ticket in a log of events, and how many were kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ticket_triage.domain.clocks import CLOCKS, MISSED, PAUSED, RUNNING, ClockReading, TicketClocks
from ticket_triage.domain.moments import moment
from ticket_triage.domain.shown import Tabled
from ticket_triage.errors import BadOptionError, BadValueError
from ticket_triage.intake.events import read_events
from ticket_triage.intake.table import RowProblem
from ticket_triage.policy import load_policy
from ticket_triage.policy.pace import Attainment, attainment, pace
from ticket_triage.policy.sla import read_clocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ticket_triage.domain.decision import PolicyReference
    from ticket_triage.domain.events import Event
    from ticket_triage.policy import Policy
    from ticket_triage.service.train import MappingSource, Source

_NEVER = datetime.max.replace(tzinfo=UTC)
_SEARCHED = 2_000


@dataclass(frozen=True, slots=True, repr=False)
class SlaReport(Tabled):
    """Every ticket's clocks at one moment.

    Parameters
    ----------
    tickets : tuple of TicketClocks
    attainment : tuple of Attainment
        Per clock: met / (met + missed).
    now : datetime
    policy : PolicyReference
    not_yet : int
        Tickets without any event by then, left out.
    notes : tuple of str
        What the policy does not know of the log, with how many tickets it touches or leaves out.
    problems : tuple of RowProblem
    problem_count : int
    source : str
    """

    tickets: tuple[TicketClocks, ...]
    attainment: tuple[Attainment, ...]
    now: datetime
    policy: PolicyReference
    not_yet: int
    notes: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    problem_count: int
    source: str

    def readings(self) -> Iterator[tuple[str, ClockReading]]:
        """Yield every run of every clock with its ticket's id."""
        for ticket in self.tickets:
            for reading in ticket.readings:
                yield ticket.ticket_id, reading

    def due(self) -> list[tuple[str, ClockReading]]:
        """Return the clocks that can still be kept, the one due first in front, paused ones last."""
        entries = [(name, reading) for name, reading in self.readings() if reading.state in (RUNNING, PAUSED)]
        return sorted(entries, key=lambda entry: (entry[1].due_at or _NEVER, entry[0], entry[1].clock))

    @property
    def late(self) -> int:
        """How many clocks are missed and still run."""
        return sum(reading.open and reading.state == MISSED for _, reading in self.readings())

    def told(self) -> list[str]:
        """Return how many clocks were kept, how many are late, and what the policy does not know of the log."""
        kept = [
            f"{entry.clock.replace('_', ' ')}: {entry.share:.1%} of {entry.met + entry.missed:,} kept."
            for entry in self.attainment
            if entry.share is not None
        ]
        late = [f"{self.late:,} clocks are missed already and still run."] if self.late else []
        return [f"{self.source}: {len(self.tickets):,} tickets at {moment(self.now)}.", *kept, *late, *self.notes]

    def table(self) -> pd.DataFrame:
        """Return one row per run of a clock, ready for a file; durations in minutes."""
        rows = [{"ticket_id": name, **reading.as_dict()} for name, reading in self.readings()]
        for row in rows:
            row["changes"] = len(row["changes"])
        return pd.DataFrame(rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, in a fixed order of keys."""
        return {
            "source": self.source,
            "now": moment(self.now),
            "policy": {"name": self.policy.name, "version": self.policy.version, "sha256": self.policy.sha256},
            "attainment": [_attainment(entry) for entry in self.attainment],
            "late": self.late,
            "not_yet": self.not_yet,
            "notes": list(self.notes),
            "problems": [str(problem) for problem in self.problems],
            "tickets": [ticket.as_dict() for ticket in self.tickets],
        }


def read_sla(
    events: Source,
    *,
    now: datetime,
    mapping: MappingSource = None,
    policy: str | Path | None = None,
    ticket_id: str | None = None,
) -> SlaReport:
    """Read the service clocks of the tickets in a log of events.

    Parameters
    ----------
    events : str, Path or DataFrame
        See :func:`ticket_triage.intake.events.read_events`.
    now : datetime
        UTC-aware; later events are left out.
    mapping, policy
        As for :func:`ticket_triage.service.predict.predict`.
    ticket_id : str or None
        One ticket alone; chances of a breach still come from all.

    Returns
    -------
    SlaReport

    Raises
    ------
    BadOptionError
        There is no such ticket, or nothing has happened by ``now``.
    InputError, PolicyError
        When events or policy cannot be read.
    """
    reading = read_events(events, mapping)
    rules = load_policy(None if policy is None else Path(policy))
    begun = {name: log for name, log in reading.logs.items() if any(event.at <= now for event in log)}
    if ticket_id is not None and ticket_id not in reading.logs:
        raise BadOptionError(f"There is no ticket {ticket_id!r} among {len(reading.logs):,}; {_some(ticket_id, begun)}")
    if not begun or (ticket_id is not None and ticket_id not in begun):
        raise BadOptionError(f"{reading.source} holds no event by {moment(now)}; give a later moment as --now.")
    read, refused = _clocks(begun, rules, now, ticket_id)
    tickets = _with_chances(read)
    notes = Counter(note for ticket in tickets for note in ticket.notes)
    runs = [entry for ticket in tickets for entry in ticket.readings]
    return SlaReport(
        tickets=tuple(ticket for ticket in tickets if ticket_id in (None, ticket.ticket_id)),
        attainment=tuple(attainment(clock, runs) for clock in CLOCKS),
        now=now,
        policy=rules.reference,
        not_yet=len(reading.logs) - len(begun),
        notes=(*refused, *(f"{note} ({count:,} tickets)" for note, count in notes.most_common())),
        problems=reading.problems,
        problem_count=reading.problem_count,
        source=reading.source,
    )


def ticket_clocks(
    events: Source,
    ticket_id: str,
    *,
    now: datetime,
    policy: Policy,
    mapping: MappingSource = None,
    priority: str | None = None,
    plan: str | None = None,
) -> TicketClocks:
    """Return one ticket's clocks; ``priority`` and ``plan`` hold where its log names none.

    Raises
    ------
    BadOptionError
        The log has no such ticket.
    """
    reading = read_events(events, mapping)
    if ticket_id not in reading.logs:
        raise BadOptionError(f"{reading.source} has no events of ticket {ticket_id!r}; leave --events out.")
    return read_clocks(reading.logs[ticket_id], policy, now, priority=priority, plan=plan)


def _clocks(
    logs: Mapping[str, list[Event]], rules: Policy, now: datetime, wanted: str | None
) -> tuple[list[TicketClocks], tuple[str, ...]]:
    """Return the clocks of every ticket that has any, and why others have none; the one wanted must."""
    read, refused = [], []
    for name, log in logs.items():
        try:
            read.append(read_clocks(log, rules, now))
        except BadValueError as error:
            if name == wanted:
                raise
            refused.append(f"{name}: {error}")
    if not read:
        raise BadValueError(f"No ticket's clocks can be read; the first, {refused[0]}")
    told = (f"{len(refused):,} tickets are left out; the first, {refused[0]}",) if refused else ()
    return read, told


def _some(ticket_id: str, logs: Mapping[str, list[Event]]) -> str:
    """Say which id was probably meant, or what ids look like."""
    names = list(logs)[:_SEARCHED]
    close = get_close_matches(ticket_id, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the first is {names[0]!r}." if names else "it holds none."


def _with_chances(tickets: list[TicketClocks]) -> list[TicketClocks]:
    """Add to what still runs how probably it will be missed, from how long all others took."""
    desk = pace(reading for ticket in tickets for reading in ticket.readings)
    return [
        replace(ticket, readings=tuple(desk.with_probability(reading) for reading in ticket.readings))
        for ticket in tickets
    ]


def _attainment(entry: Attainment) -> dict[str, Any]:
    return {
        "clock": entry.clock,
        "met": entry.met,
        "missed": entry.missed,
        "in_time": entry.in_time,
        "no_target": entry.no_target,
        "share": None if entry.share is None else round(entry.share, 6),
    }
