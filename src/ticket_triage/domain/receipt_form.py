"""The parts of a decision as plain values, in the fixed order of keys that a receipt has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ticket_triage.domain.moments import moment

if TYPE_CHECKING:
    from ticket_triage.domain.decision import (
        Deadline,
        Escalation,
        HeadAnswer,
        Outlook,
        RouteOption,
        ScorecardLine,
    )
    from ticket_triage.domain.precision import Precision
    from ticket_triage.domain.prediction import Prediction


def outlook_form(outlook: Outlook) -> dict[str, Any]:
    """Return an outlook as plain values."""
    cell = outlook.matrix
    return {
        "chances": outlook.chances,
        "confidence": outlook.confidence,
        "matrix": None if cell is None else cell._asdict(),
    }


def route_form(option: RouteOption) -> dict[str, Any]:
    """Return a route as plain values."""
    return {"team": option.team, "agent": option.agent, "skills": list(option.skills), "reason": option.reason}


def escalation_form(escalation: Escalation) -> dict[str, Any]:
    """Return an escalation as plain values."""
    return {
        "direction": escalation.direction,
        "to": escalation.to,
        "functional": escalation.functional,
        "hierarchical": escalation.hierarchical,
        "next_turn": None
        if escalation.next_turn is None
        else {"question": escalation.next_turn.question, "at": moment(escalation.next_turn.at)},
        "answers": [
            {"question": entry.question, "answer": entry.answer, "evidence": entry.evidence}
            for entry in escalation.answers
        ],
    }


def deadline_form(deadline: Deadline) -> dict[str, Any]:
    """Return a deadline as plain values."""
    return {
        "clock": deadline.clock,
        "rule": deadline.rule,
        "target_minutes": deadline.target_minutes,
        "due_at": None if deadline.due_at is None else moment(deadline.due_at),
    }


def line_form(line: ScorecardLine) -> dict[str, Any]:
    """Return a line of the scorecard as plain values."""
    return {
        "criterion": line.criterion,
        "level": line.level,
        "value": line.value,
        "origin": line.origin,
        "weight": line.weight,
        "points": line.points,
        "evidence": line.evidence,
    }


def answer_form(answer: HeadAnswer) -> dict[str, Any]:
    """Return what the desk takes from a head as plain values."""
    return {
        "head": answer.head,
        "answer": answer.answer,
        "probability": answer.probability,
        "confidence": answer.confidence,
        "set": None if answer.set is None else list(answer.set),
        "automatic": answer.automatic,
        "reason": answer.reason,
    }


def precision_form(precision: Precision | None) -> dict[str, Any] | None:
    """Return what held-out cases prove as plain values."""
    if precision is None:
        return None
    return {"bound": precision.bound, "cases": precision.cases, "errors": precision.errors}


def prediction_form(prediction: Prediction) -> dict[str, Any]:
    """Return a prediction as plain values."""
    model = prediction.model
    return {
        "model": None if model is None else {"name": model.name, "version": model.version, "sha256": model.sha256},
        "unknown_share": prediction.unknown_share,
        "abstention": prediction.abstention,
        "heads": [
            {
                "head": entry.head,
                "answer": entry.answer,
                "probabilities": dict(zip(entry.classes, entry.probabilities, strict=True)),
                "p_values": dict(zip(entry.classes, entry.p_values, strict=True)) if entry.p_values else None,
                "confidence": entry.confidence,
                "precision": precision_form(entry.precision),
                "origin": entry.origin,
                "reasons": [{"text": why.text, "contribution": why.contribution} for why in entry.reasons],
            }
            for entry in prediction.heads
        ],
    }
