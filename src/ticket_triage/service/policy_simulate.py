"""What another policy would make of the same tickets: who moves, what teams would carry, what comes of deadlines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.moments import moment
from ticket_triage.domain.shown import Tabled
from ticket_triage.policy import decide, load_policy
from ticket_triage.service.assess import Assessor, build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME

if TYPE_CHECKING:
    import pandas as pd

    from ticket_triage.domain.decision import Decision, PolicyReference
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy import Policy
    from ticket_triage.service.train import MappingSource, Source

_CHUNK = 1024
_COLUMNS = ("ticket_id", "priority_from", "priority_to", "points_from", "points_to", "team_from", "team_to", "reason")
_ENDS = {"first_response": "first_response_at", "resolution": "resolved_at"}

Outcome = dict[str, datetime]
"""When a ticket's clocks stopped, by clock; what is not known is left out."""


class Move(NamedTuple):
    """A ticket that another policy decides otherwise; each pair is before and after.

    ``due`` has the pairs of moments by clock, of those clocks that change; ``reason`` is the new decision's.
    """

    ticket_id: str
    priority: tuple[str, str]
    points: tuple[float, float]
    team: tuple[str | None, str | None]
    due: dict[str, tuple[datetime | None, datetime | None]]
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        due = {clock: [None if at is None else moment(at) for at in pair] for clock, pair in self.due.items()}
        plain: dict[str, Any] = self._asdict()
        return plain | {name: list(getattr(self, name)) for name in ("priority", "points", "team")} | {"due": due}


@dataclass(slots=True)
class Side:
    """What one of the two policies makes of all the tickets."""

    priorities: Counter[str] = field(default_factory=Counter)
    tickets: Counter[str] = field(default_factory=Counter)
    minutes: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)

    def add(self, ticket: Ticket, decision: Decision, policy: Policy, outcome: Outcome) -> None:
        """Count a decided ticket."""
        team = decision.route.team or "nobody"
        self.priorities[decision.priority] += 1
        self.tickets[team] += 1
        self.minutes[team] += policy.router.needed_by(ticket, decision).minutes
        for clock, at in outcome.items():
            deadline = decision.deadline(clock)
            self.met[clock] += deadline is not None and deadline.due_at is not None and at <= deadline.due_at

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, teams by name."""
        return {
            "priorities": {name: self.priorities[name] for name in PRIORITIES},
            "teams": {
                team: {"tickets": self.tickets[team], "minutes": self.minutes[team]} for team in sorted(self.tickets)
            },
            "met": dict(sorted(self.met.items())),
        }


@dataclass(slots=True, repr=False)
class Simulated(Tabled):
    """Two policies on the same tickets, with the same predictions.

    Parameters
    ----------
    before, after : PolicyReference
    old, new : Side
    tickets : int
    moves : list of Move
        In the tickets' order; empty when every ticket is decided alike.
    sooner, later : Counter of str
        Tickets whose deadline comes sooner or later, by clock.
    judged : Counter of str
        Tickets of which it is known when the clock stopped; a side's ``met`` is out of these. It says what would have
        been met had work gone as it did, for nobody knows how it would have gone.
    missing : str or None
        Why rules alone decided; None with a model.
    """

    before: PolicyReference
    after: PolicyReference
    old: Side = field(default_factory=Side)
    new: Side = field(default_factory=Side)
    tickets: int = 0
    moves: list[Move] = field(default_factory=list)
    sooner: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    missing: str | None = None

    def told(self) -> list[str]:
        """Return how many tickets are decided otherwise."""
        title = f"{self.before.name} {self.before.version} against {self.after.name} {self.after.version}"
        if not self.moves:
            return [f"{title}: all {self.tickets:,} tickets are decided alike."]
        return [f"{title}: {len(self.moves):,} of {self.tickets:,} tickets are decided otherwise."]

    def table(self) -> pd.DataFrame:
        """Return who moves, one row for each ticket that is decided otherwise."""
        import pandas as pd

        rows = [(move.ticket_id, *move.priority, *move.points, *move.team, move.reason) for move in self.moves]
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, the same through the command line and HTTP."""
        clocks = sorted({*self.sooner, *self.later, *self.judged})
        return {
            "from": _named(self.before) | self.old.as_dict(),
            "to": _named(self.after) | self.new.as_dict(),
            "tickets": self.tickets,
            "moves": [move.as_dict() for move in self.moves],
            "deadlines": {
                clock: {"sooner": self.sooner[clock], "later": self.later[clock], "judged": self.judged[clock]}
                for clock in clocks
            },
        }

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def simulate_policy(
    tickets: Source,
    *,
    before: str | Path | None,
    after: str | Path | None,
    now: datetime,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    desk: str | Path | None = None,
    progress: Callable[[str, float], None] = lambda _what, _share: None,
) -> Simulated:
    """Decide a file of tickets by two policies and say what differs.

    Parameters
    ----------
    tickets : str, Path or DataFrame
        With ``first_response_at`` and ``resolved_at``, also how many deadlines each policy would have seen met.
    before, after : str, Path or None
        Two policy files; None takes the shipped one.
    now : datetime
        The moment to decide for, UTC-aware.
    mapping, models, name, desk, progress
        As for :func:`ticket_triage.service.predict.predict`.

    Returns
    -------
    Simulated

    Raises
    ------
    InputError, PolicyError
        When tickets, a policy or the desk cannot be used; DeskError also when the desk does not fit one of the two.
    """
    from ticket_triage.intake.reading import read_tickets
    from ticket_triage.intake.rows import tickets_from

    assessor = build_assessor(Path(models), name, _path(before), _path(desk))
    other = load_policy(after)
    table = read_tickets(tickets, mapping, labelled=False).tickets
    found = Simulated(assessor.policy_reference, other.reference, missing=assessor.missing)
    for start in range(0, len(table), _CHUNK):
        progress("Deciding tickets twice", start / len(table))
        part = table.iloc[start : start + _CHUNK]
        compare(found, tickets_from(part), assessor, other, now, _outcomes(part))
    progress("Done", 1.0)
    return found


def compare(
    found: Simulated,
    tickets: Sequence[Ticket],
    assessor: Assessor,
    other: Policy,
    now: datetime,
    outcomes: Sequence[Outcome] = (),
) -> None:
    """Decide tickets by the assessor's policy and by another, and add what differs to ``found``."""
    predictions = assessor.predict(tickets, reasons=False)
    known = outcomes or [{}] * len(tickets)
    for ticket, prediction, outcome in zip(tickets, predictions, known, strict=True):
        old = assessor.conclude(ticket, prediction, now)
        new = decide(ticket, prediction, other, now, assessor.desk)
        found.tickets += 1
        found.judged.update(outcome.keys())
        found.old.add(ticket, old, assessor.policy, outcome)
        found.new.add(ticket, new, other, outcome)
        move = _move(old, new)
        if move is not None:
            found.moves.append(move)
            _count(move, found)


def _move(old: Decision, new: Decision) -> Move | None:
    """Return what differs for one ticket, None when nothing that anybody would notice does."""
    teams = old.route.team, new.route.team
    due = {}
    for clock in dict.fromkeys(entry.clock for entry in (*old.deadlines, *new.deadlines)):
        pair = _due(old, clock), _due(new, clock)
        if pair[0] != pair[1]:
            due[clock] = pair
    priorities, points = (old.priority, new.priority), (old.points, new.points)
    if priorities[0] == priorities[1] and teams[0] == teams[1] and points[0] == points[1] and not due:
        return None
    return Move(old.ticket_id, priorities, points, teams, due, new.reason)


def _due(decision: Decision, clock: str) -> datetime | None:
    deadline = decision.deadline(clock)
    return None if deadline is None else deadline.due_at


def _count(move: Move, found: Simulated) -> None:
    for clock, (before, after) in move.due.items():
        if before is not None and after is not None:
            (found.sooner if after < before else found.later)[clock] += 1


def _outcomes(part: pd.DataFrame) -> list[Outcome]:
    """Return when each ticket's clocks stopped, as far as the file says."""
    found: list[Outcome] = [{} for _ in range(len(part))]
    for clock, column in _ENDS.items():
        if column in part.columns:
            for outcome, at in zip(found, part[column], strict=True):
                if at == at and at is not None:  # not NaT, which is unlike itself
                    outcome[clock] = at.to_pydatetime()
    return found


def _named(reference: PolicyReference) -> dict[str, Any]:
    return {"policy": {"name": reference.name, "version": reference.version, "sha256": reference.sha256}}


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)
