"""The priority a ticket would have with some inputs otherwise, judged as it is decided."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.ticket import CUSTOM_PREFIX, Ticket
from ticket_triage.domain.what_if import SIGNAL_PREFIX
from ticket_triage.policy.phrases import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ticket_triage.policy.case import Case
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.inputs import Step
    from ticket_triage.policy.signals import Words

_KNOWN = tuple(entry.name for entry in fields(Ticket) if entry.init and entry.name not in ("subject", "body", "custom"))


class Otherwise:
    """A ticket with some inputs otherwise; its text is read once, and only when a change may touch a signal.

    Parameters
    ----------
    ticket : Ticket
        Before it was given a segment.
    case : Case
        What was found in it.
    policy : Policy
    """

    def __init__(self, ticket: Ticket, case: Case, policy: Policy) -> None:
        self.ticket, self._case, self._policy = ticket, case, policy
        self._known: dict[str, Any] = {name: getattr(ticket, name) for name in _KNOWN}

    @cached_property
    def _words(self) -> Words:
        return self._policy.signals.read(tokens(self.ticket.normalised))

    def priority(self, steps: Iterable[Step] = ()) -> str:
        """Return the priority with these inputs otherwise."""
        policy, known, custom = self._policy, dict(self._known), dict(self.ticket.custom)
        supposed: dict[str, bool] = {}
        touched = False
        for step in steps:
            touched = touched or step.input not in policy.given_alone
            if step.input.startswith(SIGNAL_PREFIX):
                supposed[step.input.removeprefix(SIGNAL_PREFIX)] = step.after is True
            elif step.input.startswith(CUSTOM_PREFIX):
                custom[step.input.removeprefix(CUSTOM_PREFIX)] = step.after
            else:
                known[step.input] = step.after
        ticket, _ = policy.segments.assign(Ticket(**known, custom=custom))
        case = self._case._replace(
            ticket=ticket,
            hits=policy.signals.hits(ticket, self._words, supposed) if touched else self._case.hits,
            category=policy.categories.read(ticket, self._case.heads.get("category")),
        )
        return policy.ladder.judge(policy.scorecard.score(case), case.hits, ticket.plan, case.fixed.get("priority"))[0]
