"""A receipt as a short memo that a person can read and believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ticket_triage.domain.moments import moment
from ticket_triage.reports.clocks import clock_lines
from ticket_triage.reports.text import folded, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ticket_triage.domain.clocks import TicketClocks
    from ticket_triage.domain.decision import Asked, Decision, Escalation, ScorecardLine
    from ticket_triage.domain.prediction import HeadPrediction
    from ticket_triage.domain.what_if import WhatIf

Line = tuple[str, int]
"""A line, and how far what does not fit into it is indented."""

_LABEL = 12
_SHARE = 18
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOLD = 0.005


def memo(
    decision: Decision,
    width: int = 100,
    clocks: TicketClocks | None = None,
    what_if: Sequence[WhatIf] | None = None,
) -> str:
    """Write a receipt as plain text, in the order a reader asks: what, why, by when, who, what else.

    Parameters
    ----------
    decision : Decision
    width : int, default=100
        Most characters in a line; longer ones are folded.
    clocks : TicketClocks or None
        The ticket's service clocks, when its events are known.
    what_if : sequence of WhatIf or None
        What would change its priority, when that was asked.

    Returns
    -------
    str
        Lines without a newline at the end.
    """
    return "\n".join(folded(printable(line), width, indent) for line, indent in _lines(decision, clocks, what_if))


def _lines(decision: Decision, clocks: TicketClocks | None, what_if: Sequence[WhatIf] | None) -> Iterator[Line]:
    yield f"Ticket {decision.ticket_id}", 2
    yield decision.reason, 2
    title, _, service = decision.level.partition(": ")
    yield f"{decision.priority} ({title}): {service}", 2
    yield "", 0
    yield from _what_to_do(decision)
    if what_if is not None:
        yield from _what_if(what_if)
    if clocks is not None:
        yield "", 0
        yield "Clocks", 2
        yield from ((f"  {line}", 6) for line in clock_lines(clocks))
    yield "", 0
    yield "Scorecard", 2
    yield from map(_scorecard, decision.scorecard)
    yield f"  {decision.points:6.2f} of 100   total", _SHARE
    for floor in decision.floors:
        yield f"  {floor}", 4
    yield from _outlook(decision)
    yield from _signals(decision)
    yield from _prediction(decision)
    yield "", 0
    yield _provenance(decision), 2


def _what_to_do(decision: Decision) -> Iterator[Line]:
    yield _labelled("Team", f"{decision.route.named}: {decision.route.reason}")
    for option in decision.runners_up:
        yield _labelled("", f"else {option.named}: {option.reason}")
    yield _labelled("Action", f"{decision.action}: {decision.action_reason}")
    yield from _question(decision.question)
    for deadline in decision.deadlines:
        due = "no moment" if deadline.due_at is None else f"by {_when(deadline.due_at)}"
        yield _labelled("Due", f"{deadline.clock.replace('_', ' ')} {due} ({deadline.rule})")
    yield from _escalation(decision)
    yield from _delays(decision)


def _what_if(what_if: Sequence[WhatIf]) -> Iterator[Line]:
    yield "", 0
    yield "What would change it", 2
    for entry in what_if:
        ways = [" and ".join(map(str, way)) for way in entry.changes]
        yield f"  {entry.target} if {ways[0]}" if ways else f"  {entry}", 8
        yield from ((f"     or if {way}", 8) for way in ways[1:])
    if not what_if:
        yield "  Nothing in the ticket: a person fixed its priority.", 4


def _question(asked: Asked | None) -> Iterator[Line]:
    if asked is not None:
        fact = asked.fact.removeprefix("custom.").replace("_", " ")
        why = (
            ""
            if asked.chance is None
            else f" ({fact}: a chance of {asked.chance:.0%} that the answer changes the priority)"
        )
        yield _labelled("", f"ask: {asked.question}{why}")


def _escalation(decision: Decision) -> Iterator[Line]:
    escalation = decision.escalation
    yield _labelled("Escalate", " and ".join(_ways(escalation)) or "no")
    for answer in escalation.answers:
        if answer.answer == "yes":
            yield _labelled("", f"{answer.question.replace('_', ' ')}: yes, {answer.evidence}")
    turn = escalation.next_turn
    if turn is not None:
        yield _labelled("", f"{turn.question.replace('_', ' ')}: not yet, but from {_when(turn.at)} on")


def _delays(decision: Decision) -> Iterator[Line]:
    if decision.delays is None:
        return
    yield _labelled("Delays", "" if decision.delays else "no other ticket")
    for entry in decision.delays:
        yield _labelled("", f"{entry.ticket_id} ({entry.priority}) by {entry.minutes} working minutes")


def _ways(escalation: Escalation) -> Iterator[str]:
    for direction, to in (("functional", escalation.functional), ("hierarchical", escalation.hierarchical)):
        if to is not None:
            yield f"{direction} to {to}"


def _when(at: datetime) -> str:
    """Write a moment as a reader's calendar does, seconds only where there are any."""
    clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return f"{_DAYS[at.weekday()]} {at:%Y-%m-%d} {clock} UTC"


def _labelled(label: str, text: str) -> Line:
    return f"{label:<{_LABEL}}{text}", _LABEL


def _scorecard(line: ScorecardLine) -> Line:
    share = f"  {line.points:6.2f} of {line.weight:g}"
    text = f"{line.criterion.replace('_', ' ')}: {line.level} ({line.origin}; {line.evidence})"
    return f"{share:<{_SHARE}}{text}", _SHARE


def _outlook(decision: Decision) -> Iterator[Line]:
    outlook = decision.outlook
    if outlook.chances is not None:
        likely = ", ".join(f"{name} {chance:.0%}" for name, chance in outlook.chances.items() if chance >= _TOLD)
        likeliest = max(outlook.chances.items(), key=lambda entry: entry[1])[0]
        caution = ", decided higher because missing it would cost more" if decision.priority < likeliest else ""
        yield f"  By the model's probabilities: {likely}{caution}", 4
    cell = outlook.matrix
    if cell is not None:
        beside = "as decided" if cell.agrees else f"while this is {decision.priority}"
        yield f"  ITIL's matrix: impact {cell.impact}, urgency {cell.urgency}, so {cell.priority}, {beside}", 4


def _signals(decision: Decision) -> Iterator[Line]:
    if decision.signals:
        yield "", 0
        yield "Signals", 2
    for hit in decision.signals:
        yield f"  {hit.signal.replace('_', ' ')}: {hit.found}", 4


def _prediction(decision: Decision) -> Iterator[Line]:
    if decision.prediction.heads:
        yield "", 0
        yield "Prediction", 2
    for head in decision.prediction.heads:
        yield f"  {_head(head)}", 4
        answer = decision.answer(head.head)
        if answer is not None and answer.answer != head.answer:
            taken = "not heard" if answer.answer is None else f"acted on as {answer.answer}"
            yield f"    {taken}: {answer.reason}", 6


def _head(head: HeadPrediction) -> str:
    reasons = ", ".join(f"{reason.text} {reason.contribution:+.2f}" for reason in head.reasons)
    word = "" if head.confidence is None else f", {head.confidence} confidence"
    word += "" if head.origin == "model" else f", by the {head.origin}"
    return f"{head.head}: {head.answer} ({head.probability:.2f}{word})" + (f" because of {reasons}" if reasons else "")


def _provenance(decision: Decision) -> str:
    model = decision.prediction.model
    who = f"model {model.name} {model.version}" if model is not None else "no model, rules only"
    policy = decision.policy
    return f"Decided for {moment(decision.now)} by policy {policy.name} {policy.version} ({policy.sha256[:12]}), {who}."
