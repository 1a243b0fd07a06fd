"""Orders of the queue as numbers: of those that wait, the lowest goes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from ticket_triage.domain.decision import PRIORITIES
from ticket_triage.domain.desk import Desk
from ticket_triage.domain.prediction import NO_PREDICTION
from ticket_triage.policy import decide, rank
from ticket_triage.policy.calendars import microseconds
from ticket_triage.policy.waiting import worked_minutes_until
from ticket_triage.service.past import minute_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.service.past import Past

FOLLOWED = "followed"
ORDERS = {
    "followed": "as the desk really went: by when each ticket was in fact answered first",
    "fcfs": "first come, first served",
    "labels": "by the urgency people recorded, the oldest first in each",
    "scorecard": "by the policy without a model: rules alone",
    "model": "by the urgency a model answers that was trained on what came before, the oldest first in each",
    "full": "by the policy with that model's predictions",
    "oracle": "a bound no order on text can reach: the urgency recorded and how much work each will be, shortest first",
}
"""Every order there is, and what it means."""
NEED_MODEL = frozenset({"model", "full"})
_A_LEVEL = 1e9


@dataclass(frozen=True, slots=True)
class Known:
    """What orders go by, all in the past's order; ``predictions`` is None without a model."""

    past: Past
    tickets: Sequence[Ticket]
    policy: Policy
    predictions: Sequence[Prediction] | None


def key_of(order: str, known: Known, work: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what an order sorts waiting tickets by.

    Parameters
    ----------
    order : str
        One of ``ORDERS``.
    known : Known
    work : ndarray of shape (n_tickets,)
        Minutes of work each will be; the oracle alone looks at it.
    """
    past = known.past
    if order == "fcfs":
        return past.opened
    if order == FOLLOWED:
        return np.where(np.isnan(past.answered), _A_LEVEL + past.opened, past.answered)
    if order == "labels":
        return _by_level(past.urgency, past.levels, past.opened)
    if order == "oracle":
        return _by_level(past.urgency, past.levels, work)
    if order == "model":
        answers = [_urgency(prediction) for prediction in known.predictions or ()]
        return _by_level(np.array(answers, dtype=object), past.levels, past.opened)
    predictions = known.predictions if order == "full" else None
    return _by_policy(known, predictions or [NO_PREDICTION] * len(past))


def due_moments(known: Known) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when each ticket's first answer and solution are due by its true urgency; NaN where that is unknown.

    The most urgent level has the targets of the first priority, the next those of the second, and so on.
    """
    past = known.past
    priority = dict(zip(reversed(past.levels), PRIORITIES, strict=False))
    fixed = {
        ticket.ticket_id: {"priority": priority.get(level, PRIORITIES[-1])}
        for ticket, level in zip(known.tickets, past.urgency, strict=True)
        if level
    }
    desk = Desk(locks=fixed)
    due = np.full((2, len(past)), np.nan)
    for place, ticket in enumerate(known.tickets):
        if ticket.ticket_id in fixed:
            decision = decide(ticket, NO_PREDICTION, known.policy, _opened(ticket), desk)
            due[:, place] = [minute_of(deadline.due_at, past) for deadline in decision.deadlines[:2]]
    return due[0], due[1]


def _by_level(answers: NDArray[np.object_], levels: Sequence[str], then: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sort by level, the most urgent first, then by something else; an unknown level counts as the middle one."""
    place = {level: number for number, level in enumerate(reversed(levels))}
    unknown = len(levels) // 2
    return np.array([place.get(answer, unknown) for answer in answers]) * _A_LEVEL + then


def _by_policy(known: Known, predictions: Sequence[Prediction]) -> NDArray[np.float64]:
    """Sort as the policy's queue does: the first priority, then points when opened plus those for waiting.

    Waiting lifts all alike, so what matters is who began to wait earlier. Points for a near deadline are those of the
    moment of opening, and the ceiling below the first priority is left out.
    """
    policy = known.policy
    end = max(_opened(ticket) for ticket in known.tickets) + timedelta(days=1)
    starts = [microseconds(_opened(ticket)) for ticket in known.tickets]
    waited = worked_minutes_until(end, starts, policy.ageing.calendar)
    keys = np.empty(len(starts))
    for place, (ticket, prediction) in enumerate(zip(known.tickets, predictions, strict=True)):
        now = _opened(ticket)
        decision = decide(ticket, prediction, policy, now)
        standing = 100 * rank([(ticket, decision)], policy, now)[0].standing
        lifted = waited[place] * policy.ageing.points_per_hour / 60
        keys[place] = -standing - lifted - (_A_LEVEL if decision.priority == PRIORITIES[0] else 0.0)
    return keys


def _urgency(prediction: Prediction) -> str:
    head = prediction.head("urgency")
    return "" if head is None else head.answer


def _opened(ticket: Ticket) -> datetime:
    if ticket.opened_at is None:
        raise ValueError(f"Ticket {ticket.ticket_id} has no opening time.")  # a past holds dated tickets alone
    return ticket.opened_at
