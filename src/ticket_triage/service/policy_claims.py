"""Who called what urgent in the past, and how often it was not: a desk's record of claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.labels import URGENCY_LEVELS
from ticket_triage.errors import MappingError
from ticket_triage.intake.reading import read_tickets
from ticket_triage.intake.rows import tickets_from
from ticket_triage.policy import loudness_of

if TYPE_CHECKING:
    from ticket_triage.policy import Policy
    from ticket_triage.service.train import MappingSource, Source

_GRAVE = frozenset(URGENCY_LEVELS[-2:])


def claims_of(history: Source, policy: Policy, *, mapping: MappingSource = None) -> dict[str, tuple[int, int]]:
    """Return, by requester, how many tickets they called urgent and how many of these people labelled otherwise.

    Called urgent is a ticket in whose text the policy finds perceived urgency; evidenced is one labelled ``high`` or
    ``critical``. Who called nothing urgent is left out.

    Raises
    ------
    InputError
        When the history cannot be read, or names no requester or no urgency.
    """
    reading = read_tickets(history, mapping)
    table = reading.tickets
    for column in ("requester", "urgency"):
        if column not in table or not table[column].notna().any():
            raise MappingError(
                f"{reading.source} names no {column} for any ticket, so nobody's word can be held against it; "
                "name its column with --mapping."
            )
    known = table[table["requester"].notna() & table["urgency"].notna()]
    found: dict[str, tuple[int, int]] = {}
    for ticket, label in zip(tickets_from(known), known["urgency"], strict=True):
        if ticket.requester is not None and loudness_of(ticket, policy):
            called, unfounded = found.get(ticket.requester, (0, 0))
            found[ticket.requester] = called + 1, unfounded + (str(label) not in _GRAVE)
    return dict(sorted(found.items()))
