"""One ticket, one decision: every part of the policy in its turn, and the receipt they make together."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.decision import Decision, SignalHit
from ticket_triage.domain.moments import moment
from ticket_triage.errors import BadValueError
from ticket_triage.policy.action import ASK
from ticket_triage.policy.asking import question_for
from ticket_triage.policy.conditions import field_value, number
from ticket_triage.policy.due import due
from ticket_triage.policy.finding import cases_of
from ticket_triage.policy.logged import read_log
from ticket_triage.policy.outlook import outlook
from ticket_triage.policy.staffing import staff_of
from ticket_triage.policy.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ticket_triage.domain.clocks import CalendarUse
    from ticket_triage.domain.decision import Deadline, Escalation, RouteOption
    from ticket_triage.domain.desk import Desk
    from ticket_triage.domain.events import Event
    from ticket_triage.domain.prediction import Prediction
    from ticket_triage.domain.ticket import Ticket
    from ticket_triage.policy.calendars import Calendar
    from ticket_triage.policy.case import Case
    from ticket_triage.policy.compiled import Policy
    from ticket_triage.policy.logged import Logged
    from ticket_triage.policy.scorecard import Score
    from ticket_triage.policy.targets import Target

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
    [decision] = decide_many([ticket], [prediction], policy, [now], desk, [log])
    return decision


def decide_many(
    tickets: Sequence[Ticket],
    predictions: Sequence[Prediction],
    policy: Policy,
    moments: Sequence[datetime],
    desk: Desk | None = None,
    logs: Sequence[Sequence[Event]] | None = None,
) -> list[Decision]:
    """Decide tickets, each as ``decide`` would alone, in order; together they take a fifth less time.

    Parameters
    ----------
    tickets, predictions, moments : sequences of shape (n_tickets,)
    policy : Policy
    desk : Desk or None
    logs : sequence of sequences of Event of shape (n_tickets,), or None
        What happened to each; None where nobody knows of any.

    Raises
    ------
    BadValueError, DeskError
        As ``decide`` does.
    """
    known = [*map(_aware, moments)]
    read = [
        read_log(log, ticket.ticket_id, policy, now, ticket.plan) if log else None
        for ticket, log, now in zip(tickets, logs or repeat(()), known, strict=False)
    ]
    return decide_logged(tickets, predictions, policy, known, desk, read)


def decide_logged(
    tickets: Sequence[Ticket],
    predictions: Sequence[Prediction],
    policy: Policy,
    moments: Sequence[datetime],
    desk: Desk | None,
    logs: Sequence[Logged | None],
) -> list[Decision]:
    """Decide as ``decide_many`` does, by logs that were read already; ``moments`` are in UTC."""
    staff = None if desk is None else staff_of(desk, policy)
    assigned = [policy.segments.assign(ticket) for ticket in tickets]
    cases = cases_of([ticket for ticket, _ in assigned], predictions, policy, moments, staff, logs)
    return conclude(cases, policy, [belongs for _, belongs in assigned], tickets)


def conclude(
    cases: Sequence[Case], policy: Policy, belongs: Sequence[str | None], originals: Sequence[Ticket]
) -> list[Decision]:
    """Return the decisions that follow from what was found in tickets.

    Each step is taken for all of them before the next, so that the processor has its code at hand.

    Parameters
    ----------
    cases : sequence of Case of shape (n_tickets,)
    policy : Policy
    belongs : sequence of str or None
        What put each ticket into its segment.
    originals : sequence of Ticket
        The tickets before that.
    """
    drafts = [*map(_Draft, cases, belongs, originals)]
    for step in _STEPS:
        for draft in drafts:
            step(draft, policy)
    return [draft.decision(policy) for draft in drafts]


class _Draft:
    """One decision in the making; each step fills in what the later ones rest on."""

    __slots__ = (
        "action",
        "belongs",
        "calendars",
        "case",
        "clocks",
        "deadlines",
        "escalation",
        "facts",
        "floors",
        "mode",
        "original",
        "priority",
        "reason",
        "route",
        "runners_up",
        "score",
    )
    score: Score
    priority: str
    floors: tuple[str, ...]
    route: RouteOption
    runners_up: tuple[RouteOption, ...]
    clocks: Sequence[tuple[Target, Deadline]]
    deadlines: tuple[Deadline, ...]
    calendars: tuple[CalendarUse, ...]
    mode: str
    action: tuple[str, str]
    escalation: Escalation
    reason: str
    facts: dict[str, Any]

    def __init__(self, case: Case, belongs: str | None, original: Ticket) -> None:
        self.case, self.belongs, self.original = case, belongs, original

    def rate(self, policy: Policy) -> None:
        """Count the points."""
        self.score = policy.scorecard.score(self.case)

    def judge(self, policy: Policy) -> None:
        """Make a priority of the points."""
        case = self.case
        self.priority, self.floors = policy.ladder.judge(
            self.score, case.hits, case.ticket.plan, case.fixed.get("priority")
        )
        if case.log is not None and case.log.plain(self.priority, self.original):
            self.case = case._replace(log=None)

    def send(self, policy: Policy) -> None:
        """Find the team."""
        self.route, self.runners_up = policy.router.route(self.case, self.case.heads.get("category"))

    def set_clocks(self, policy: Policy) -> None:
        """Find out when what is due."""
        self.clocks, self.calendars = due(self.case, policy, self.priority, _calendars_of_people(self.case, policy))
        self.deadlines = tuple([deadline for _, deadline in self.clocks])

    def act(self, policy: Policy) -> None:
        """Say how far a machine may go alone."""
        rules_only = not any(head.origin == "model" for head in self.case.prediction.heads)
        self.mode = RULES_ONLY if rules_only else FULL
        self.action = policy.gate.decide(self.case, self.priority, rules_only)

    def escalate(self, policy: Policy) -> None:
        """Answer the ten questions."""
        self.escalation = policy.checklist.check(self.case, self.priority, self.route, self.clocks, policy.router)

    def tell(self, policy: Policy) -> None:
        """Put the decision into one sentence."""
        score = self.score
        self.reason = sentence(
            self.priority, score.total, score.lines, self.floors, self.case.hits, policy.titles, self.deadlines
        )

    def note(self, policy: Policy) -> None:
        """Write down what was read beside the text."""
        facts = _facts(self.case, policy)
        self.facts = facts if self.belongs is None else facts | {"segment_because": self.belongs}

    def decision(self, policy: Policy) -> Decision:
        """Return the finished decision."""
        case, staff = self.case, self.case.staff
        action, action_reason = self.action
        return Decision(
            ticket_id=case.ticket.ticket_id,
            priority=self.priority,
            points=self.score.total / 100,
            reason=self.reason,
            action=action,
            action_reason=action_reason,
            route=self.route,
            runners_up=self.runners_up,
            escalation=self.escalation,
            deadlines=self.deadlines,
            calendars=self.calendars,
            scorecard=self.score.lines,
            signals=tuple([SignalHit(name, hit.found) for name, hit in case.hits.items()]),
            floors=self.floors,
            answers=case.answers,
            prediction=case.prediction,
            policy=policy.reference,
            facts=self.facts,
            mode=self.mode,
            now=case.now,
            level=policy.ladder.services[self.priority],
            desk=None if staff is None else staff.desk.brief(case.ticket.ticket_id),
            foresee=partial(outlook, policy, case, self.score, self.priority),
            asks=partial(question_for, self.original, case, policy, self.priority) if action == ASK else None,
            turns=partial(policy.checklist.turnings, case, self.priority, self.clocks, self.route.team),
        )


_STEPS = (
    _Draft.rate,
    _Draft.judge,
    _Draft.send,
    _Draft.set_clocks,
    _Draft.act,
    _Draft.escalate,
    _Draft.tell,
    _Draft.note,
)


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
