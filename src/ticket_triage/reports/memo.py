"""A receipt as a short memo that a person can read and believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.decision import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ticket_triage.domain.decision import Decision, ScorecardLine
    from ticket_triage.domain.prediction import HeadPrediction


def memo(decision: Decision) -> str:
    """Write a receipt as plain text, in the order a reader asks: what, why, by when, who, what else.

    Parameters
    ----------
    decision : Decision

    Returns
    -------
    str
        Lines without a newline at the end.
    """
    return "\n".join(_lines(decision))


def _lines(decision: Decision) -> Iterator[str]:
    yield f"Ticket {decision.ticket_id}: {decision.priority}, {decision.points:.2f} of 100 points"
    yield decision.reason
    yield ""
    yield f"Team        {decision.route.team}: {decision.route.reason}"
    for option in decision.runners_up:
        yield f"            else {option.team}: {option.reason}"
    yield f"Action      {decision.action}: {decision.action_reason}"
    for deadline in decision.deadlines:
        due = "no moment" if deadline.due_at is None else moment(deadline.due_at)
        yield f"Due         {deadline.clock.replace('_', ' ')} {due} ({deadline.rule})"
    yield from _escalation(decision)
    yield ""
    yield "Scorecard"
    yield from map(_scorecard, decision.scorecard)
    yield f"  {decision.points:6.2f}          total"
    for floor in decision.floors:
        yield f"  {floor}"
    yield from _signals(decision)
    yield from _prediction(decision)
    yield ""
    yield _provenance(decision)


def _escalation(decision: Decision) -> Iterator[str]:
    escalation = decision.escalation
    if escalation.escalate:
        yield f"Escalate    {escalation.direction} to {escalation.to}"
    for answer in escalation.answers:
        if answer.answer == "yes":
            yield f"            {answer.question}: yes, {answer.evidence}"


def _scorecard(line: ScorecardLine) -> str:
    share = f"{line.points:6.2f} of {line.weight:g}"
    return f"  {share:<15} {line.criterion.replace('_', ' ')}: {line.level} ({line.origin}; {line.evidence})"


def _signals(decision: Decision) -> Iterator[str]:
    if decision.signals:
        yield ""
        yield "Signals"
    for hit in decision.signals:
        yield f"  {hit.signal.replace('_', ' ')}: {hit.found}"


def _prediction(decision: Decision) -> Iterator[str]:
    if decision.prediction.heads:
        yield ""
        yield "Prediction"
    yield from map(_head, decision.prediction.heads)


def _head(head: HeadPrediction) -> str:
    reasons = ", ".join(f"{reason.text} {reason.contribution:+.2f}" for reason in head.reasons)
    return f"  {head.head}: {head.answer} ({head.probability:.2f})" + (f" because of {reasons}" if reasons else "")


def _provenance(decision: Decision) -> str:
    model = decision.prediction.model
    who = f"model {model.name} {model.version}" if model is not None else "no model, rules only"
    policy = decision.policy
    return f"Decided for {moment(decision.now)} by policy {policy.name} {policy.version} ({policy.sha256[:12]}), {who}."
