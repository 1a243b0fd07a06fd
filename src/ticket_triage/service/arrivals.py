"""What a helpdesk tells of a ticket becomes a ticket, its events and a receipt, in one transaction and once."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from ticket_triage.domain import events as kinds
from ticket_triage.domain.events import Event
from ticket_triage.domain.redaction import redact
from ticket_triage.domain.ticket import INTAKE_COLUMNS
from ticket_triage.errors import TicketChangedError, TicketNotFoundError
from ticket_triage.policy.statuses import plain
from ticket_triage.service.record import Answer
from ticket_triage.service.tickets import tell_event
from ticket_triage.store.arrivals import Seen, first_answer, keep_arrival
from ticket_triage.store.histories import History, events_of
from ticket_triage.store.reading import receipt_of, ticket_row
from ticket_triage.store.recording import record
from ticket_triage.store.tickets import ticket_of, ticket_values

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy import Policy
    from ticket_triage.store.recording import Taking
    from ticket_triage.store.store import Connection, Store

__all__ = ["Happened", "Known", "Seen", "look_up", "merged", "take_in"]


class Known(NamedTuple):
    """What was known when a message came: its first answer, and the ticket as the store has it; None without one."""

    answer: str | None
    ticket: Ticket | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Happened:
    """What a message says happened to a ticket.

    Parameters
    ----------
    events : sequence of Event
    status : str or None
        The state the ticket is in by now.
    at : datetime
        Since when at the latest, aware.
    over : bool or None
        Whether work is over in that state, where the source says so.
    author : str or None
        Who wrote the message among the events; when that is the ticket's requester, a customer did.
    """

    events: Sequence[Event]
    status: str | None
    at: datetime
    over: bool | None = None
    author: str | None = None


def look_up(store: Store, seen: Seen, ticket_id: str) -> Known:
    """Return what is known of a message and its ticket."""
    with store.reading() as connection:
        answer = first_answer(connection, seen, ticket_id)
        try:
            row = ticket_row(connection, ticket_id)
        except TicketNotFoundError:
            return Known(answer, None, None)
    return Known(answer, ticket_of(ticket_values(row.document)), row.document)


def merged(known: Ticket | None, told: Ticket) -> Ticket:
    """Return a ticket as it is told now; what is not said of it stays as it was known.

    Examples
    --------
    >>> from ticket_triage.domain.ticket import Ticket
    >>> merged(Ticket("T-1", "Help", "No mail.", vip=True), Ticket("T-1", "Help!")).body
    'No mail.'
    """
    if known is None:
        return told
    said = {name: value for name in INTAKE_COLUMNS if (value := getattr(told, name)) not in (None, "", ())}
    return replace(known, **said, custom={**known.custom, **told.custom})


def take_in(
    connection: Connection, seen: Seen, known: Known, taking: Taking, happened: Happened, policy: Policy, now: datetime
) -> Answer:
    """Keep what a message tells, and return the answer to it, or the first one if it came before.

    A ticket whose work is over by then is not decided again.

    Parameters
    ----------
    connection : Connection
        Of a transaction that nobody else writes beside.
    seen : Seen
    known : Known
        What was looked up before the ticket was decided.
    taking : Taking
    happened : Happened
    policy : Policy
    now : datetime

    Raises
    ------
    TicketChangedError
        Somebody else told something of the ticket itself since it was looked up; look again.
    BadValueError
        The ticket has too many events.
    """
    ticket_id = taking.ticket.ticket_id
    first = first_answer(connection, seen, ticket_id)
    if first is not None:
        return Answer(first, replayed=True)
    _must_be_as(connection, known, ticket_id)
    if known.ticket is None:
        told = _take_new(connection, seen.source, taking, happened, policy, now)
    else:
        told = _take_known(connection, seen.source, known.ticket, taking, happened, policy, now)
    answer = _answer(connection, ticket_id, told)
    keep_arrival(connection, seen, ticket_id, answer, now)
    return Answer(answer, replayed=False)


def _must_be_as(connection: Connection, known: Known, ticket_id: str) -> None:
    """Refuse to put a ticket in the place of one that says something else than when it was looked up."""
    try:
        found = ticket_row(connection, ticket_id).document
    except TicketNotFoundError:
        found = None
    if found != known.document:
        raise TicketChangedError("The ticket came in by another way at the same moment; send again.")


def _take_new(
    connection: Connection, source: str, taking: Taking, happened: Happened, policy: Policy, now: datetime
) -> int:
    """Record a new ticket as decided with what has happened to it already; return how much that is."""
    changes = _changes(happened.events, taking.ticket.ticket_id, happened, source, policy, is_open=True)
    events = [replace(event, text=redact(event.text)) for event in (*happened.events, *changes)]
    if events:
        decision, receipt = taking.again(None, History(now, events=events))
        taking = replace(taking, decision=decision, receipt=receipt)
    record(connection, [taking], now)
    return _tell(connection, events, policy, now)


def _take_known(
    connection: Connection,
    source: str,
    ticket: Ticket,
    taking: Taking,
    happened: Happened,
    policy: Policy,
    now: datetime,
) -> int:
    """Keep what happened to a known ticket, then what is decided of it with that; return how much was new."""
    name = ticket.ticket_id
    told = _tell(connection, [_by_whom(event, ticket, happened) for event in happened.events], policy, now)
    log, is_open = events_of(connection, [name]).get(name, []), ticket_row(connection, name).open
    told += _tell(connection, _changes(log, name, happened, source, policy, is_open=is_open), policy, now)
    if ticket_row(connection, name).open:
        record(connection, [taking], now)
    return told


def _tell(connection: Connection, events: Sequence[Event], policy: Policy, now: datetime) -> int:
    """Keep what happened; return how much of it was new."""
    return sum(not tell_event(connection, event, policy, now)["duplicate"] for event in events)


def _by_whom(event: Event, ticket: Ticket, happened: Happened) -> Event:
    """Return a message as a customer's when the ticket's requester wrote it."""
    if event.kind != kinds.PUBLIC_REPLY or happened.author is None or happened.author != ticket.requester:
        return event
    return replace(event, kind=kinds.CUSTOMER_MESSAGE)


def _changes(
    log: Sequence[Event], ticket_id: str, happened: Happened, source: str, policy: Policy, *, is_open: bool
) -> list[Event]:
    """Return the events that bring a ticket into the state it is said to be in; none when it is there."""
    if happened.status is None:
        return []
    before = [event for event in log if event.kind == kinds.STATUS_CHANGED and event.at <= happened.at]
    last = max(before, key=lambda event: event.order).value if before else None
    found = []
    if plain(happened.status) != plain(last or ""):
        found.append(_event(ticket_id, happened, kinds.STATUS_CHANGED, source, happened.status))
    if policy.statuses.done(happened.status) is None and happened.over is is_open:
        found.append(_event(ticket_id, happened, kinds.RESOLVED if happened.over else kinds.REOPENED, source))
    return found


def _event(ticket_id: str, happened: Happened, kind: str, source: str, value: str | None = None) -> Event:
    event_id = f"{source} {kind} {happened.at.isoformat()} {value or ''}".strip()[:255]
    return Event(ticket_id, happened.at, kind, value, event_id=event_id)


def _answer(connection: Connection, ticket_id: str, told: int) -> str:
    row = ticket_row(connection, ticket_id)
    receipt = json.loads(receipt_of(connection, row.receipt))
    said = {
        "ticket_id": ticket_id,
        "version": row.version,
        "open": row.open,
        "new_events": told,
        "priority": receipt["priority"],
        "team": receipt["route"]["team"],
        "action": receipt["action"],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
