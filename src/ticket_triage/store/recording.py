"""Receipts into the store: all that were decided together, with as few statements as for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ticket_triage.store import audit, people
from ticket_triage.store.feedback import Holds, holds_of
from ticket_triage.store.histories import History, histories_of
from ticket_triage.store.hooks import wanting
from ticket_triage.store.notices import DECIDED, Notice, enqueue
from ticket_triage.store.tables import RECEIPTS, TICKETS, stamp
from ticket_triage.store.tickets import ticket_document
from ticket_triage.store.turning import look_again, next_look

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.ticket import Ticket

Made = tuple["Decision", bytes]
"""A decision and its receipt's bytes."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A ticket that was decided and shall be kept.

    Parameters
    ----------
    ticket : Ticket
    decision : Decision
    receipt : bytes
        As it will be answered.
    again : callable
        Decides it once more, with what people have locked or taken back on it, and with what happened to it.
    """

    ticket: Ticket
    decision: Decision
    receipt: bytes
    again: Callable[[Holds | None, History | None], Made]


def record(connection: Connection, takings: Sequence[Taking], at: datetime) -> list[bytes]:
    """Keep tickets with their receipts; return each receipt as it was kept, in order.

    A ticket on which a person locked or reverted something, or to which something happened, is decided again with
    that, in the same transaction, so that no prediction can undo it.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    takings : sequence of Taking
    at : datetime
        When it is recorded, aware.
    """
    known = _known(connection, {taking.ticket.ticket_id for taking in takings})
    held = holds_of(connection, [name for name, row in known.items() if row.held])
    histories = _histories(connection, takings, known)
    made = [_made(taking, held, histories) for taking in takings]
    keys = {name: row.audit_key for name, row in known.items()}
    for taking in takings:
        keys.setdefault(taking.ticket.ticket_id, people.new_key())
    seqs = audit.append(connection, _acts(connection, takings, made, keys), stamp(at))
    _keep_tickets(connection, list(zip(seqs, takings, made, strict=True)), keys, known, histories, at)
    connection.execute(insert(RECEIPTS), [_receipt_row(*kept, at) for kept in zip(seqs, takings, made, strict=True)])
    if wanting(connection, DECIDED):
        enqueue(connection, [_notice(*kept) for kept in zip(seqs, takings, made, strict=True)], at)
    return [receipt for _, receipt in made]


def _notice(seq: int, taking: Taking, made: Made) -> Notice:
    decision, _ = made
    told = {
        "receipt": seq,
        "decided_for": stamp(decision.now),
        "priority": decision.priority,
        "points": decision.points,
        "team": decision.route.team,
        "agent": decision.route.agent,
        "action": decision.action,
    }
    return Notice(DECIDED, taking.ticket.ticket_id, told, str(seq))


def _known(connection: Connection, names: set[str]) -> dict[str, Any]:
    flags = (TICKETS.c.held, TICKETS.c.storied, TICKETS.c.turn_at, TICKETS.c.policy)
    columns = (TICKETS.c.ticket_id, TICKETS.c.audit_key, TICKETS.c.document, *flags, RECEIPTS.c.priority)
    joined = select(*columns).join_from(TICKETS, RECEIPTS, TICKETS.c.receipt == RECEIPTS.c.seq)
    rows = connection.execute(joined.where(TICKETS.c.ticket_id.in_(sorted(names))))
    return {row.ticket_id: row for row in rows}


def _histories(connection: Connection, takings: Sequence[Taking], known: Mapping[str, Any]) -> dict[str, History]:
    """Return the histories that may tell something; most tickets have none, however often they come in."""
    names = {
        taking.ticket.ticket_id
        for taking in takings
        if (row := known.get(taking.ticket.ticket_id)) is not None
        and (row.storied or row.held or taking.ticket.opened_at is None or row.priority != taking.decision.priority)
    }
    return histories_of(connection, sorted(names)) if names else {}


def _made(taking: Taking, held: Mapping[str, Holds], histories: Mapping[str, History]) -> Made:
    name = taking.ticket.ticket_id
    holds, history = held.get(name), histories.get(name)
    if holds is None and (history is None or not history.tells(taking.decision.priority, taking.ticket)):
        return taking.decision, taking.receipt
    return taking.again(holds, history)


def _acts(
    connection: Connection, takings: Sequence[Taking], made: Sequence[Made], keys: Mapping[str, bytes]
) -> list[audit.Act]:
    asked = {(people.REQUESTER, taking.ticket.requester) for taking in takings if taking.ticket.requester}
    customers = {(people.CUSTOMER, taking.ticket.customer_id) for taking in takings if taking.ticket.customer_id}
    called = people.pseudonyms(connection, asked | customers)
    return [
        audit.Act(
            audit.DECIDED,
            ticket=audit.pseudonym(keys[taking.ticket.ticket_id], taking.ticket.ticket_id),
            customer=called.get((people.CUSTOMER, taking.ticket.customer_id or "")),
            requester=called.get((people.REQUESTER, taking.ticket.requester or "")),
            digest=audit.pseudonym(keys[taking.ticket.ticket_id], receipt.decode()),
        )
        for taking, (_, receipt) in zip(takings, made, strict=True)
    ]


def _keep_tickets(
    connection: Connection,
    kept: Sequence[tuple[int, Taking, Made]],
    keys: Mapping[str, bytes],
    known: Mapping[str, Any],
    histories: Mapping[str, History],
    at: datetime,
) -> None:
    """Keep each ticket once, as it came in last."""
    last = {taking.ticket.ticket_id: (seq, taking.ticket, decision) for seq, taking, (decision, _) in kept}
    rows = [_ticket_row(seq, ticket, decision, at) for seq, ticket, decision in last.values()]
    new = [row for row in rows if row["ticket_id"] not in known]
    if new:
        connection.execute(insert(TICKETS), [row | _first(row, keys, last[row["ticket_id"]][2], at) for row in new])
    for row in rows:
        name = row["ticket_id"]
        if name in known:
            again = row | _again(known[name], row, last[name][2], histories.get(name), at)
            connection.execute(update(TICKETS).where(TICKETS.c.ticket_id == name), again)


def _ticket_row(seq: int, ticket: Ticket, decision: Decision, at: datetime) -> dict[str, Any]:
    return {
        "ticket_id": ticket.ticket_id,
        "customer_id": ticket.customer_id,
        "requester": ticket.requester,
        "opened_at": None if ticket.opened_at is None else stamp(ticket.opened_at),
        "document": ticket_document(ticket),
        "receipt": seq,
        "version": seq,
        "changed_at": stamp(at),
        "sla": decision.sla,
        "policy": decision.policy.sha256,
    }


def _first(row: Mapping[str, Any], keys: Mapping[str, bytes], decision: Decision, at: datetime) -> dict[str, Any]:
    """Return what a new ticket has beside what every one has."""
    known = {"open": True, "held": False, "storied": False, "first": row["version"]}
    return known | {"audit_key": keys[row["ticket_id"]], "turn_at": next_look(decision, at)}


def _again(
    known: Any, row: Mapping[str, Any], decision: Decision, history: History | None, at: datetime
) -> dict[str, Any]:
    """Return what changes of a ticket that was there; the same ticket of the same priority turns when it did."""
    other = decision.priority != known.priority
    if not other and (row["document"], row["policy"]) == (known.document, known.policy):
        return {"storied": known.storied, "turn_at": known.turn_at}
    events = [] if history is None else history.events
    return {"storied": known.storied or other, "turn_at": look_again(decision, events, at)}


def _receipt_row(seq: int, taking: Taking, made: Made, at: datetime) -> dict[str, Any]:
    decision, receipt = made
    return {
        "seq": seq,
        "ticket_id": taking.ticket.ticket_id,
        "recorded_at": stamp(at),
        "decided_for": stamp(decision.now),
        "priority": decision.priority,
        "points": decision.points,
        "team": decision.route.team,
        "action": decision.action,
        "document": receipt.decode(),
    }
