"""One ticket, one decision: every part of the policy in its turn, and the receipt they make together."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.decision import Decision, SignalHit, moment
from ticket_triage.domain.prediction import EMPTY_TEXT
from ticket_triage.domain.text import ticket_text
from ticket_triage.errors import BadValueError
from ticket_triage.policy.action import ASK
from ticket_triage.policy.asking import question_for
from ticket_triage.policy.case import Case, in_utc
from ticket_triage.policy.conditions import field_value, number
from ticket_triage.policy.corrections import heard
from ticket_triage.policy.due import due
from ticket_triage.policy.logged import read_log
from ticket_triage.policy.outlook import outlook
from ticket_triage.policy.phrases import tokens
from ticket_triage.policy.staffing import staff_of
from ticket_triage.policy.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.events import Event
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.logged import Logged
    from ticket_triage.policy.staffing import Staff

FULL, RULES_ONLY = "full", "rules only"


def decide(
    ticket: Ticket,
    prediction: Prediction,
    policy: Policy,
    now: datetime,
    desk: Desk | None = None,
    log: Sequence[Event] = (),
) -> Decision:
    """Decide what the desk should do with a ticket.

    Parameters
    ----------
    ticket : Ticket
        Any ticket at all; what is unknown or unusable in it counts as unknown. A naive ``opened_at`` is read as UTC.
    prediction : Prediction
        What the text means; ``NO_PREDICTION`` gives a decision by rules only.
    policy : Policy
    now : datetime
        The moment decided for, aware. The clock is never read.
    desk : Desk or None
        Who works, what waits and what people fixed at that moment; None when not known.
    log : sequence of Event, default=()
        What happened to the ticket, in any order; deadlines and escalation then heed pauses, replies and earlier
        priorities.

    Returns
    -------
    Decision
        The same for the same arguments, always.

    Raises
    ------
    BadValueError
        When ``now`` has no time zone, or the log is of another ticket.
    DeskError
        When the desk names a team, calendar or priority that the policy does not have.

    Examples
    --------
    >>> from ticket_triage.domain.prediction import NO_PREDICTION
    >>> from ticket_triage.domain.ticket import Ticket
    >>> from ticket_triage.policy import load_policy
    >>> ticket = Ticket("T-1", subject="Checkout is down for everyone")
    >>> decision = decide(ticket, NO_PREDICTION, load_policy(), datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    >>> decision.priority, decision.mode
    ('P1', 'rules only')
    """
    moment = _aware(now)
    known = read_log(log, ticket.ticket_id, policy, moment, ticket.plan) if log else None
    return decide_logged(ticket, prediction, policy, moment, desk, known)


def decide_logged(
    ticket: Ticket, prediction: Prediction, policy: Policy, now: datetime, desk: Desk | None, log: Logged | None
) -> Decision:
    """Decide as ``decide`` does, by a log that was read already; ``now`` is in UTC."""
    assigned, belongs = policy.segments.assign(ticket)
    case = case_of(assigned, prediction, policy, now, None if desk is None else staff_of(desk, policy), log)
    return conclude(case, policy, belongs, ticket)


def conclude(case: Case, policy: Policy, belongs: str | None, original: Ticket) -> Decision:
    """Return the decision that follows from what was found in a ticket.

    ``belongs`` is what put the ticket into its segment, ``original`` the ticket before that.
    """
    staff, prediction = case.staff, case.prediction
    score = policy.scorecard.score(case)
    priority, floors = policy.ladder.judge(score, case.hits, case.ticket.plan, case.fixed.get("priority"))
    route, runners_up = policy.router.route(case, case.heads.get("category"))
    if case.log is not None and case.log.plain(priority, original):
        case = case._replace(log=None)
    clocks, calendars = due(case, policy, priority, _calendars_of_people(case, policy))
    deadlines = tuple([deadline for _, deadline in clocks])
    rules_only = not any(head.origin == "model" for head in prediction.heads)
    action, action_reason = policy.gate.decide(case, priority, rules_only)
    return Decision(
        ticket_id=case.ticket.ticket_id,
        priority=priority,
        points=score.total / 100,
        reason=sentence(priority, score.total, score.lines, floors, case.hits, policy.titles, deadlines),
        action=action,
        action_reason=action_reason,
        route=route,
        runners_up=runners_up,
        escalation=policy.checklist.check(case, priority, route, clocks, policy.router),
        deadlines=deadlines,
        calendars=calendars,
        scorecard=score.lines,
        signals=tuple(SignalHit(name, hit.found) for name, hit in case.hits.items()),
        floors=floors,
        answers=case.answers,
        prediction=prediction,
        policy=policy.reference,
        facts=_facts(case, policy) if belongs is None else _facts(case, policy) | {"segment_because": belongs},
        mode=RULES_ONLY if rules_only else FULL,
        now=case.now,
        level=policy.ladder.services[priority],
        desk=None if staff is None else staff.desk.brief(case.ticket.ticket_id),
        foresee=partial(outlook, policy, case, score, priority),
        asks=partial(question_for, original, case, policy, priority) if action == ASK else None,
    )


def case_of(
    ticket: Ticket,
    prediction: Prediction,
    policy: Policy,
    now: datetime,
    staff: Staff | None,
    log: Logged | None = None,
) -> Case:
    """Return what is found in a ticket that has its segment."""
    text = ticket_text(ticket.subject, ticket.body)
    hits, hurry = policy.signals.find(ticket, tokens(ticket.normalised))
    silence = EMPTY_TEXT if not text.strip() else policy.gate.silence(prediction)
    heads = heard(prediction, silence, {} if staff is None else staff.fixed.get(ticket.ticket_id, {}))
    category = policy.categories.read(ticket, heads.get("category"))
    return Case(
        ticket=ticket,
        text=text,
        prediction=prediction,
        heads=heads,
        hits=hits,
        cues=policy.scorecard.moods.loudness.cues(text, hurry),
        category=category,
        opened_at=in_utc(ticket.opened_at) if log is None else log.opened_at,
        now=now,
        staff=staff,
        answers=policy.answers.read(prediction, silence, category, heads),
        claims=None if staff is None or ticket.requester is None else staff.desk.claims.get(ticket.requester),
        log=log,
    )


def loudness_of(ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """Return by what a requester calls a ticket urgent; nothing where they do not."""
    _, hurry = policy.signals.find(ticket, tokens(ticket.normalised))
    return policy.scorecard.moods.loudness.cues(ticket_text(ticket.subject, ticket.body), hurry)


def _calendars_of_people(case: Case, policy: Policy) -> Collection[Calendar]:
    """Return the calendars by which teams and agents are at work; few desks have any."""
    if case.staff is None:
        return policy.router.hours.values()
    return (*policy.router.hours.values(), *case.staff.calendars)


def _aware(now: datetime) -> datetime:
    if now.utcoffset() is None:
        raise BadValueError(f"The moment now, {now.isoformat()}, has no time zone; give one such as {now:%H:%M}Z.")
    return now.astimezone(UTC)


def _facts(case: Case, policy: Policy) -> dict[str, Any]:
    """Return what was read beside the text, as plain values; the unknown is left out."""
    facts: dict[str, Any] = {}
    if case.opened_at is not None:
        facts["opened_at"] = moment(case.opened_at)
    for name, value in zip(policy.facts, policy.read_facts(case.ticket), strict=True):
        if value is not None and (plain := _plain(value)) is not None:
            facts[name] = plain
    for name in policy.custom_facts if case.ticket.custom else ():
        value = field_value(case.ticket, name)
        if value is not None and (plain := _plain(value)) is not None:
            facts[name] = plain
    if case.category.name is not None:
        facts["category"] = case.category.name
    tags = [tag for hit in case.hits.values() for tag in hit.signal.tags]
    if tags:
        facts["signal_tags"] = list(dict.fromkeys(tags))
    if case.cues:
        facts["perceived_urgency"] = list(case.cues)
        if case.claims is not None:
            facts["earlier_claims"] = list(case.claims)
    if case.empty:
        facts["empty_text"] = True
    if case.log is not None:
        facts["log"] = case.log.as_dict()
    return facts


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value) or None
    return value if isinstance(value, str | bool) else number(value)
