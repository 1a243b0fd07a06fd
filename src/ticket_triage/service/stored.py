"""Tickets that are kept, decided and read with what happened to them: pauses, replies and earlier priorities count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ticket_triage.errors import TicketNotFoundError
from ticket_triage.policy.logged import fitting
from ticket_triage.policy.sla import read_clocks
from ticket_triage.service.holds import with_holds
from ticket_triage.service.queue import queue_decided
from ticket_triage.store.reading import stored_tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.domain.clocks import TicketClocks
    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy import Policy
    from ticket_triage.service.assess import Assessor
    from ticket_triage.service.queue import Queue
    from ticket_triage.store.histories import History
    from ticket_triage.store.reading import Stored
    from ticket_triage.store.store import Connection

    Decided = tuple[Ticket, Prediction, Decision]


def decide_stored(connection: Connection, ticket_id: str, assessor: Assessor, now: datetime) -> Decision:
    """Return what is decided of a kept ticket at the moment ``now``, with its log and what people held on it.

    Nothing is written.

    Raises
    ------
    TicketNotFoundError
    """
    found = stored_tickets(connection, [ticket_id])
    if not found:
        raise TicketNotFoundError("The store has no ticket of this id; send it to /v1/predict first.")
    [(_, _, decision)] = decide_all(found, assessor, now)
    return decision


def decide_all(stored: Sequence[Stored], assessor: Assessor, now: datetime, *, reasons: bool = True) -> list[Decided]:
    """Return kept tickets with their predictions and decisions at the moment ``now``, in order.

    Parameters
    ----------
    stored : sequence of Stored
        See :func:`ticket_triage.store.reading.stored_tickets`.
    assessor : Assessor
    now : datetime
        UTC-aware.
    reasons : bool, default=True
        Whether predictions say which words counted.
    """
    held = _holding(assessor, stored)
    predictions = assessor.predict([entry.ticket for entry in stored], reasons=reasons)
    return [
        (entry.ticket, prediction, _decided(entry, prediction, held, now))
        for entry, prediction in zip(stored, predictions, strict=True)
    ]


def open_queue(connection: Connection, assessor: Assessor, now: datetime) -> Queue:
    """Return the open tickets in the order they should be served; waiting counts from when one was first recorded."""
    stored = stored_tickets(connection)
    held = _holding(assessor, stored)
    predictions = assessor.predict([entry.ticket for entry in stored], reasons=False)
    decided = [
        (_since(entry), _decided(entry, prediction, held, now))
        for entry, prediction in zip(stored, predictions, strict=True)
    ]
    return queue_decided(decided, held, now)


def clocks_of(ticket: Ticket, history: History, policy: Policy, now: datetime) -> TicketClocks:
    """Return the service clocks of a kept ticket; a priority or calendar that the policy lacks counts for nothing.

    Raises
    ------
    BadValueError
        All that happened lies after ``now``.
    """
    log, notes = fitting(history.log(ticket), policy)
    clocks = read_clocks(log, policy, now, plan=ticket.plan)
    return replace(clocks, notes=(*notes, *clocks.notes))


def _holding(assessor: Assessor, stored: Sequence[Stored]) -> Assessor:
    return with_holds(assessor, {entry.ticket.ticket_id: entry.holds for entry in stored if entry.holds is not None})


def _since(entry: Stored) -> Ticket:
    ticket = entry.ticket
    return ticket if ticket.opened_at is not None else replace(ticket, opened_at=entry.history.first_at)


def _decided(entry: Stored, prediction: Prediction, assessor: Assessor, now: datetime) -> Decision:
    """Decide by the log where it tells more than a decision knows without it; no priority hangs on it."""
    decision = assessor.conclude(entry.ticket, prediction, now)
    if not entry.history.tells(decision.priority, entry.ticket):
        return decision
    return assessor.conclude(entry.ticket, prediction, now, entry.history.log(entry.ticket))
