"""A decision made again from its receipt: the same rules, prediction, moment and calendars, whatever tables say today.

With the ticket, everything is found in it anew. Without it, the signals and the cues of its text are taken as
recorded, and all that follows from them is decided anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ticket_triage.domain.prediction import EMPTY_TEXT
from ticket_triage.errors import ReceiptError, nearest
from ticket_triage.policy.calendars import recorded
from ticket_triage.policy.case import Case, in_utc
from ticket_triage.policy.corrections import heard
from ticket_triage.policy.deciding import conclude, decide_logged
from ticket_triage.policy.logged import recorded_log
from ticket_triage.policy.signals import Hit
from ticket_triage.policy.staffing import staff_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.domain.decision import Decision, SignalHit
    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.recorded import Recorded
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.logged import Logged
    from ticket_triage.policy.targets import Target

_SOME_TEXT = "-"


def decide_again(
    receipt: Recorded, prediction: Prediction, policy: Policy, desk: Desk | None, ticket: Ticket | None = None
) -> Decision:
    """Decide a receipt's ticket anew, by the calendars that the receipt recorded.

    Parameters
    ----------
    receipt : Recorded
    prediction : Prediction
    policy : Policy
        The one that decided.
    desk : Desk or None
    ticket : Ticket or None
        None when its text is not at hand.

    Raises
    ------
    ReceiptError
        When the receipt names a signal that the policy does not have, or its log is none.
    DeskError
        When the desk does not fit the policy.
    """
    rules = with_calendars(policy, receipt.calendars)
    record = receipt.content["facts"].get("log")
    log = None if record is None else recorded_log(record, rules, receipt.now)
    if ticket is not None:
        [decision] = decide_logged([ticket], [prediction], rules, [receipt.now], desk, [log])
        return decision
    known, belongs = rules.segments.assign(receipt.ticket)
    [decision] = conclude([_case(known, receipt, prediction, rules, desk, log)], rules, [belongs], [receipt.ticket])
    return decision


def with_calendars(policy: Policy, uses: Sequence[CalendarUse]) -> Policy:
    """Return a policy whose calendars of these names are as recorded."""
    times = {**policy.calendars, **{use.name: recorded(use) for use in uses if use.name in policy.calendars}}
    levels = replace(
        policy.levels,
        standard=_timed(policy.levels.standard, times),
        by_plan={plan: _timed(targets, times) for plan, targets in policy.levels.by_plan.items()},
        calendars=times,
    )
    hours = {team: times[calendar.name] for team, calendar in policy.router.hours.items()}
    return replace(policy, calendars=times, levels=levels, router=replace(policy.router, hours=hours))


def _timed(targets: Mapping[str, tuple[Target, ...]], times: Mapping[str, Calendar]) -> dict[str, tuple[Target, ...]]:
    return {
        priority: tuple(replace(target, calendar=times[target.calendar.name]) for target in entries)
        for priority, entries in targets.items()
    }


def _case(
    ticket: Ticket, receipt: Recorded, prediction: Prediction, policy: Policy, desk: Desk | None, log: Logged | None
) -> Case:
    silence = EMPTY_TEXT if receipt.empty else policy.gate.silence(prediction)
    staff = None if desk is None else staff_of(desk, policy)
    heads = heard(prediction, silence, {} if staff is None else staff.fixed.get(ticket.ticket_id, {}))
    category = policy.categories.read(ticket, heads.get("category"))
    return Case(
        ticket=ticket,
        text="" if receipt.empty else _SOME_TEXT,
        prediction=prediction,
        heads=heads,
        hits={hit.signal: _hit(hit, policy) for hit in receipt.signals},
        cues=receipt.cues,
        category=category,
        opened_at=in_utc(ticket.opened_at) if log is None else log.opened_at,
        now=receipt.now,
        staff=staff,
        answers=policy.answers.read(prediction, silence, category, heads),
        claims=receipt.claims,
        log=log,
    )


def _hit(hit: SignalHit, policy: Policy) -> Hit:
    signal = policy.signals.named.get(hit.signal)
    if signal is None:
        known = nearest(hit.signal, policy.signals.named)
        raise ReceiptError(f"The receipt has signal {hit.signal!r}, which its policy does not define; {known}")
    return Hit(signal, hit.found, ())
