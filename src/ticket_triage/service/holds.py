"""What people locked and took back, heeded by every decision that follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.desk import Desk
from ticket_triage.store.recording import Taking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ticket_triage.domain.decision import Decision
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.service.assess import Assessor
    from ticket_triage.store.feedback import Holds
    from ticket_triage.store.histories import History


def taking(assessor: Assessor, ticket: Ticket, prediction: Prediction, decision: Decision, receipt: bytes) -> Taking:
    """Return a decided ticket that shall be kept; what people said or told of it has it decided again."""

    def again(holds: Holds | None, history: History | None) -> tuple[Decision, bytes]:
        known = with_holds(assessor, {} if holds is None else {ticket.ticket_id: holds})
        made = known.conclude(ticket, prediction, decision.now, () if history is None else history.log(ticket))
        return made, made.as_json().encode()

    return Taking(ticket, decision, receipt, again)


def with_holds(assessor: Assessor, held: Mapping[str, Holds]) -> Assessor:
    """Return an assessor whose desk knows what people locked and took back, by ticket, beside what it knew.

    A lock on what the policy no longer has is passed over.
    """
    if not held:
        return assessor
    desk = assessor.desk or Desk()
    known = {"priority": PRIORITIES, "team": assessor.policy.router.escalates_to}
    locks, reverts = dict(desk.locks), dict(desk.reverts)
    for name, holds in held.items():
        fixed = {field: value for field, value in holds.locks.items() if field not in known or value in known[field]}
        locks[name] = {**locks.get(name, {}), **fixed}
        reverts[name] = (*reverts.get(name, ()), *holds.reverts)
    return replace(assessor, desk=replace(desk, locks=locks, reverts=reverts))
