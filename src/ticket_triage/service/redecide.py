"""Decide open tickets again when time alone has turned something, and tell of each turn once.

Each ticket keeps the moment of its next look. A look decides it by the model and the policy in use, its log and what
people fixed. What turned since it came in is told, each turn for good: once, however often the service is restarted,
however many processes look, and whichever way the clock jumps. Only a look that finds a turn keeps a receipt.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from ticket_triage.domain.moments import moment
from ticket_triage.errors import StoreError
from ticket_triage.service.notices import TURNED, Notice, notify
from ticket_triage.service.stored import decide_all
from ticket_triage.store.notices import untold
from ticket_triage.store.reading import stored_tickets
from ticket_triage.store.recording import Taking, record
from ticket_triage.store.turning import due_tickets, intakes, look_by, rest, settle, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ticket_triage.domain.decision import Decision, Turning
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor
    from ticket_triage.store.reading import Stored
    from ticket_triage.store.store import Connection, Store
    from ticket_triage.store.turning import DueTicket, Intake

LOOK_EVERY_S = 0.5
"""Seconds between two looks when nothing is due."""

MOST_AT_ONCE = 8
"""Most tickets of one look: requests wait for the writer no longer than for these."""

REST = 2.0
"""How many times as long as a look took is rested before the next, so that requests have most of the processor."""

_STOP_WITHIN_S = 5.0

_log = logging.getLogger("ticket_triage.turning")


class Looked(NamedTuple):
    """What came of a look: how many tickets, and what was told of them."""

    tickets: int
    told: tuple[Turning, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A ticket as a look found it: what has turned and was never told, and when to look again."""

    due: DueTicket
    ticket: Ticket
    decision: Decision
    turned: tuple[Turning, ...]
    next_at: datetime | None


def look(store: Store, assessor: Assessor, now: datetime, most: int = MOST_AT_ONCE) -> Looked:
    """Look at tickets whose moment has come; decide those again of which something turned, and tell of it.

    Parameters
    ----------
    store : Store
    assessor : Assessor
    now : datetime
        UTC-aware.
    most : int
        Most tickets to look at.

    Raises
    ------
    StoreError
        When the store cannot be read or written; then nothing of this look is kept, and the next does the same.
    """
    with store.reading() as connection:
        due = due_tickets(connection, now, most)
        if not due:
            return Looked(0, ())
        stored = {
            entry.ticket.ticket_id: entry for entry in stored_tickets(connection, [each.ticket_id for each in due])
        }
        seen = _seen(connection, [entry for entry in due if entry.is_open], stored, assessor, now)
    turned = [stored[entry.ticket.ticket_id] for entry in seen if entry.turned]
    again = {ticket.ticket_id: decision for ticket, _, decision in decide_all(turned, assessor, now)}
    told = store.submit(partial(_keep, due=due, seen=seen, again=again, now=now)).result()
    return Looked(len(due), told)


def _seen(
    connection: Connection, due: Sequence[DueTicket], stored: Mapping[str, Stored], assessor: Assessor, now: datetime
) -> list[_Seen]:
    """Decide tickets, without the words that counted: most looks find nothing to keep."""
    decided = [
        (ticket, decision)
        for ticket, _, decision in decide_all([stored[entry.ticket_id] for entry in due], assessor, now, reasons=False)
    ]
    told = intakes(connection, due)
    behind = [_behind(decision, told[decision.ticket_id]) for _, decision in decided]
    new = frozenset(untold(connection, [name for turnings in behind for name in turnings]))
    return [
        _Seen(
            entry,
            ticket,
            decision,
            tuple(turning for name, turning in turnings.items() if name in new),
            _next_at(decision, stored[entry.ticket_id]),
        )
        for entry, (ticket, decision), turnings in zip(due, decided, behind, strict=True)
    ]


def _behind(decision: Decision, intake: Intake) -> dict[str, Turning]:
    """Return what lies behind a ticket and was not told when it came in, in the order it turned, by notice."""
    turnings = sorted((each for each in decision.turnings if each.at <= decision.now), key=lambda each: each.at)
    return {_notice(decision, each).notice_id: each for each in turnings if not intake.told(each)}


def _next_at(decision: Decision, stored: Stored) -> datetime | None:
    """Return when something turns next, or when an event counts that was told ahead of its time."""
    moments = [turning.at for turning in decision.turnings]
    moments += [event.at for event in stored.history.events]
    return min((at for at in moments if at > decision.now), default=None)


def _keep(
    connection: Connection,
    due: Sequence[DueTicket],
    seen: Sequence[_Seen],
    again: Mapping[str, Decision],
    now: datetime,
) -> tuple[Turning, ...]:
    """Keep what a look found, but for tickets to which something happened meanwhile: those are still due."""
    same = unchanged(connection, due)
    for entry in due:
        if entry.ticket_id in same and not entry.is_open:
            rest(connection, entry.ticket_id)
    fresh = [found for found in seen if found.due.ticket_id in same]
    turned = [found for found in fresh if found.turned]
    if turned:
        record(connection, [_taking(found.ticket, again[found.ticket.ticket_id]) for found in turned], now)
    receipts = [settle(connection, found.decision, found.next_at) for found in fresh]
    notices = [
        _notice(again[found.ticket.ticket_id], turning, receipt)
        for found, receipt in zip(fresh, receipts, strict=True)
        for turning in found.turned
    ]
    notify(connection, notices, now)
    return tuple(turning for found in turned for turning in found.turned)


def _taking(ticket: Ticket, decision: Decision) -> Taking:
    made = decision, decision.as_json().encode()
    return Taking(ticket, *made, again=lambda _holds, _history: made)


def _notice(decision: Decision, turning: Turning, receipt: int | None = None) -> Notice:
    told: dict[str, Any] = {
        "turned": turning.what,
        "clock": turning.clock,
        "rule": turning.rule,
        "at": moment(turning.at),
        "receipt": receipt,
        "priority": decision.priority,
        "team": decision.route.team,
        "escalate": decision.escalation.escalate,
        "to": decision.escalation.to,
    }
    return Notice(TURNED, decision.ticket_id, told, turning.cause)


class Redecider:
    """Looks at a store's tickets in the background.

    Parameters
    ----------
    store : Store
    assessor : callable
        Returns what decides by now.
    clock : callable
        Returns the present moment, UTC-aware; it may jump.
    tell : callable
        Told what turned, after it was kept.
    """

    def __init__(
        self,
        store: Store,
        assessor: Callable[[], Assessor],
        clock: Callable[[], datetime],
        tell: Callable[[Sequence[Turning]], None] = lambda _: None,
    ) -> None:
        self._store, self._assessor, self._clock, self._tell = store, assessor, clock, tell
        self._stopping = threading.Event()
        self._policy: str | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look in the background until the context ends."""
        thread = threading.Thread(target=self._watch, name="turning", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join(_STOP_WITHIN_S)

    def _watch(self) -> None:
        """Wait by the clock that never jumps, and look by the one that may."""
        wait_s = LOOK_EVERY_S
        while not self._stopping.wait(wait_s):
            began = monotonic()
            try:
                looked = self._look()
            except StoreError as error:
                _log.warning("Open tickets are looked at later: %s", error)
                wait_s = LOOK_EVERY_S
            except Exception:  # noqa: BLE001 - logged; the next look must come whatever becomes of this one
                _log.exception("Open tickets could not be looked at.")
                wait_s = LOOK_EVERY_S
            else:
                self._tell(looked.told)
                wait_s = REST * (monotonic() - began) if looked.tickets == MOST_AT_ONCE else LOOK_EVERY_S

    def _look(self) -> Looked:
        """Look once; another policy than before gives every ticket other moments."""
        assessor = self._assessor()
        policy = assessor.policy_reference.sha256
        if policy != self._policy:
            self._store.submit(partial(look_by, policy=policy)).result()
            self._policy = policy
        return look(self._store, assessor, self._clock())
