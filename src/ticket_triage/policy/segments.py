"""Which segment a customer belongs to, by the policy's rules, where the ticket does not say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ticket_triage.policy.conditions import condition

if TYPE_CHECKING:
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.conditions import Condition
    from ticket_triage.policy.schema import PolicyFile


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """The segments that have a rule, in the policy's order; the first that holds counts."""

    rules: tuple[tuple[str, Condition], ...]

    def assign(self, ticket: Ticket) -> tuple[Ticket, str | None]:
        """Return the ticket with its segment, and what put it there; None when it was known or no rule holds."""
        if ticket.segment is None:
            for name, rule in self.rules:
                evidence = rule.evidence(ticket)
                if evidence is not None:
                    return replace(ticket, segment=name), evidence
        return ticket, None


def segment_rules(file: PolicyFile) -> SegmentRules:
    """Return the policy's segment rules ready to be read."""
    rules = ((name, condition(entry.when)) for name, entry in file.segments.items())
    return SegmentRules(tuple((name, rule) for name, rule in rules if rule is not None))
