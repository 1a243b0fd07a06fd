"""When to look at each ticket again: kept with it, so that no restart forgets when time turns something."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, update

from ticket_triage.domain.decision import PREDICTED, TOO_LONG
from ticket_triage.store.tables import RECEIPTS, TICKETS, stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ticket_triage.domain.decision import Decision, Turning
    from ticket_triage.domain.events import Event

AT_ONCE = ""
"""A moment before all others, whatever the clock says."""


class DueTicket(NamedTuple):
    """A ticket to look at: its version, whether it is open, and the number of its first receipt."""

    ticket_id: str
    version: int
    is_open: bool
    first: int


class Intake(NamedTuple):
    """What a ticket's first receipt told when it came in, and for which moment."""

    now: datetime
    receipt: dict[str, Any]

    def told(self, turning: Turning) -> bool:
        """Whether it told that a turning lay behind it already, so that nothing turned since."""
        if turning.what == PREDICTED:
            answers = self.receipt["escalation"]["answers"]
            return any(entry["question"] == "sla_breach" and entry["answer"] == "yes" for entry in answers)
        if turning.at > self.now:
            return False
        if turning.what == TOO_LONG:
            return turning.rule.startswith(f"{self.receipt['priority']} ")
        return any(entry["rule"] == turning.rule for entry in self.receipt["deadlines"])


def next_look(decision: Decision, at: datetime) -> str | None:
    """Return when to look at a ticket that was decided for the first time, None when time alone turns nothing.

    Parameters
    ----------
    decision : Decision
    at : datetime
        When it is recorded.
    """
    since = min(decision.now, at)
    moments = [turning.at for turning in decision.turnings if turning.at > since]
    return stamp(min(moments)) if moments else None


def look_again(decision: Decision, events: Sequence[Event], at: datetime) -> str | None:
    """Return when to look at a ticket that was there before: what lies behind it may still have to be told."""
    behind = any(turning.at <= at for turning in decision.turnings)
    return AT_ONCE if behind or any(event.at > at for event in events) else next_look(decision, at)


def due_tickets(connection: Connection, now: datetime, most: int) -> list[DueTicket]:
    """Return the tickets whose moment has come, those first that waited longest."""
    columns = (TICKETS.c.ticket_id, TICKETS.c.version, TICKETS.c.open, TICKETS.c.first)
    due = select(*columns).where(TICKETS.c.turn_at <= stamp(now)).order_by(TICKETS.c.turn_at).limit(most)
    return [DueTicket(*row) for row in connection.execute(due)]


def intakes(connection: Connection, tickets: Sequence[DueTicket]) -> dict[str, Intake]:
    """Return what was told of these tickets when they came in."""
    columns = (RECEIPTS.c.ticket_id, RECEIPTS.c.decided_for, RECEIPTS.c.document)
    rows = connection.execute(select(*columns).where(RECEIPTS.c.seq.in_([entry.first for entry in tickets])))
    return {row.ticket_id: Intake(datetime.fromisoformat(row.decided_for), json.loads(row.document)) for row in rows}


def unchanged(connection: Connection, tickets: Sequence[DueTicket]) -> set[str]:
    """Return which of these tickets are still of the version they were read at."""
    names = [entry.ticket_id for entry in tickets]
    rows = connection.execute(select(TICKETS.c.ticket_id, TICKETS.c.version).where(TICKETS.c.ticket_id.in_(names)))
    versions = {row.ticket_id: row.version for row in rows}
    return {entry.ticket_id for entry in tickets if versions.get(entry.ticket_id) == entry.version}


def rest(connection: Connection, ticket_id: str) -> None:
    """Look at a ticket no more until something happens to it."""
    connection.execute(update(TICKETS).where(TICKETS.c.ticket_id == ticket_id).values(turn_at=None, sla=None))


def settle(connection: Connection, decision: Decision, look_at: datetime | None) -> int:
    """Keep when to look at a ticket again, and how its clocks stand; return the number of its last receipt."""
    here = TICKETS.c.ticket_id == decision.ticket_id
    moment = None if look_at is None else stamp(look_at)
    changed = {"turn_at": moment, "sla": decision.sla, "policy": decision.policy.sha256}
    connection.execute(update(TICKETS).where(here).values(changed))
    last: int = connection.execute(select(TICKETS.c.receipt).where(here)).scalar_one()
    return last


def look_by(connection: Connection, policy: str) -> None:
    """Look at once at the open tickets whose moments another policy gave than the one of this hash."""
    other = TICKETS.c.policy.is_(None) | (TICKETS.c.policy != policy)
    connection.execute(update(TICKETS).where(TICKETS.c.open, other).values(turn_at=AT_ONCE))
