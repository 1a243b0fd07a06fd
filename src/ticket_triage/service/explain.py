"""One ticket's receipt, from any source of tickets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ticket_triage.domain.markup import paragraphs
from ticket_triage.domain.shown import Cells, Shown
from ticket_triage.domain.ticket import Ticket
from ticket_triage.errors import BadOptionError
from ticket_triage.intake.mapping import load_mapping
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy import delayed_by
from ticket_triage.service.assess import build_assessor
from ticket_triage.service.models import DEFAULT_MODELS, DEFAULT_NAME
from ticket_triage.service.queue import queue_of
from ticket_triage.service.sla import ticket_clocks

if TYPE_CHECKING:
    from ticket_triage.domain.clocks import TicketClocks
    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.what_if import WhatIf
    from ticket_triage.policy import Policy
    from ticket_triage.service.train import MappingSource, Source

_SEARCHED = 2_000


@dataclass(frozen=True, slots=True, repr=False)
class Explained(Shown):
    """One ticket's receipt.

    Parameters
    ----------
    decision : Decision
    missing : str or None
        Why rules alone decided; None when a model predicted.
    clocks : TicketClocks or None
        Its service clocks, when a log of events was given.
    what_if : tuple of WhatIf or None
        What would move its priority, when that was asked.
    """

    decision: Decision
    missing: str | None
    clocks: TicketClocks | None = None
    what_if: tuple[WhatIf, ...] | None = None

    def told(self) -> list[str]:
        """Return what was decided, what would move it, and why rules alone decided."""
        missing = [] if self.missing is None else [f"warning: {self.missing}"]
        return [*str(self.decision).splitlines(), *(str(entry) for entry in self.what_if or ()), *missing]

    def cells(self) -> Cells:
        """Return one row for each service clock."""
        return ((), ()) if self.clocks is None else self.clocks.cells()

    def _repr_html_(self) -> str:
        clocks = "" if self.clocks is None else self.clocks._repr_html_()
        return self.decision._repr_html_() + paragraphs(self.told()[len(str(self.decision).splitlines()) :]) + clocks


def explain(
    tickets: Source | None,
    *,
    now: datetime,
    text: str | None = None,
    ticket_id: str | None = None,
    mapping: MappingSource = None,
    models: str | Path = DEFAULT_MODELS,
    name: str = DEFAULT_NAME,
    policy: str | Path | None = None,
    events: Source | None = None,
    desk: str | Path | None = None,
    delays: bool = False,
    what_if: bool = False,
) -> Explained:
    """Decide one ticket of a file, or one that is a text alone.

    Parameters
    ----------
    tickets : str, Path, DataFrame or None
        None when ``text`` is given.
    now : datetime
        The moment to decide for, UTC-aware.
    text : str or None
        What a ticket says, when it stands in no file.
    ticket_id : str or None
        Which ticket; may be left out when there is only one.
    mapping, models, name, policy, desk
        As for :func:`ticket_triage.service.predict.predict`.
    events : str, Path, DataFrame or None
        A log with the ticket's events, for its service clocks; the mapping is for it too when it has [fold].
    delays : bool, default=False
        Also say which other tickets of the file it delays, and by how long.
    what_if : bool, default=False
        Also say what would move its priority one level up and down.

    Returns
    -------
    Explained

    Raises
    ------
    BadOptionError
        When there is no such ticket, or several and none was named.
    InputError, PolicyError
        When tickets or policy cannot be read. A model that cannot be used raises nothing: ``missing`` says why.
    """
    ticket = pick_ticket(tickets, text=text, ticket_id=ticket_id, mapping=mapping)
    assessor = build_assessor(
        Path(models), name, None if policy is None else Path(policy), None if desk is None else Path(desk)
    )
    decision = assessor.decide(ticket, now)
    clocks = None if events is None else _clocks(events, ticket, decision.priority, assessor.policy, now, mapping)
    if delays:
        others = [ticket] if tickets is None else tickets_from(read_tickets(tickets, mapping, labelled=False).tickets)
        ranking = queue_of(others, assessor, now).ranking
        decision = replace(decision, delays=delayed_by(ticket.ticket_id, ranking, assessor.policy, assessor.desk))
    supposed = assessor.what_would_change(ticket, decision) if what_if else None
    return Explained(decision, assessor.missing, clocks, supposed)


def _clocks(
    events: Source, ticket: Ticket, priority: str, policy: Policy, now: datetime, mapping: MappingSource
) -> TicketClocks:
    """Return a ticket's clocks; what its log does not say is as decided and as the ticket has it."""
    folding = mapping if load_mapping(mapping).fold is not None else None
    return ticket_clocks(
        events, ticket.ticket_id, now=now, policy=policy, mapping=folding, priority=priority, plan=ticket.plan
    )


def pick_ticket(
    tickets: Source | None, *, text: str | None = None, ticket_id: str | None = None, mapping: MappingSource = None
) -> Ticket:
    """Return one ticket of a file, or one that consists of a text.

    Raises
    ------
    BadOptionError
        When there is no such ticket, several and none was named, or both or neither of file and text are given.
    InputError
        When the file cannot be read.
    """
    if text is not None and tickets is None:
        return Ticket("text", body=text)
    if text is not None or tickets is None:
        raise BadOptionError("Give either a file of tickets or --text with what a ticket says.")
    return _picked(tickets_from(read_tickets(tickets, mapping, labelled=False).tickets), ticket_id)


def _picked(tickets: list[Ticket], ticket_id: str | None) -> Ticket:
    if ticket_id is None and len(tickets) == 1:
        return tickets[0]
    if ticket_id is None:
        raise BadOptionError(f"There are {len(tickets):,} tickets; name one of them with --ticket.")
    for ticket in tickets:
        if ticket.ticket_id == ticket_id:
            return ticket
    raise BadOptionError(f"There is no ticket {ticket_id!r} among {len(tickets):,}; {_some(ticket_id, tickets)}")


def _some(ticket_id: str, tickets: list[Ticket]) -> str:
    """Say which id was probably meant, or what ids look like."""
    close = get_close_matches(ticket_id, [ticket.ticket_id for ticket in tickets[:_SEARCHED]], n=1)
    return f"did you mean {close[0]!r}?" if close else f"the first is {tickets[0].ticket_id!r}."
