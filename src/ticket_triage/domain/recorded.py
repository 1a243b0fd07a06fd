"""What a receipt recorded, read back from its plain values: the way back from ``Decision.as_dict``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ticket_triage.domain.clocks import calendar_use
from ticket_triage.domain.decision import RECEIPT_SCHEMA, PolicyReference, SignalHit
from ticket_triage.domain.desk import Desk
from ticket_triage.domain.precision import Precision
from ticket_triage.domain.prediction import HeadPrediction, ModelReference, Prediction, Reason
from ticket_triage.domain.ticket import CUSTOM_PREFIX, INTAKE_COLUMNS, Ticket
from ticket_triage.errors import ReceiptError

if TYPE_CHECKING:
    from ticket_triage.domain.clocks import CalendarUse

_TEXTS = ("segment", "plan", "persona", "product", "project", "channel", "language")


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """A receipt read back.

    Parameters
    ----------
    content : dict
        All of it, as plain values.
    ticket : Ticket
        As far as the facts tell: everything a decision read, but no text.
    prediction : Prediction
    policy : PolicyReference
    desk : Desk or None
        In brief: nobody at work, nothing in the queue.
    calendars : tuple of CalendarUse
    signals : tuple of SignalHit
    cues : tuple of str
        By what the requester called it urgent.
    claims : tuple of (int, int) or None
        How often the requester had called something urgent, and how often wrongly.
    empty : bool
        Whether there was no text.
    now : datetime
    """

    content: dict[str, Any]
    ticket: Ticket
    prediction: Prediction
    policy: PolicyReference
    desk: Desk | None
    calendars: tuple[CalendarUse, ...]
    signals: tuple[SignalHit, ...]
    cues: tuple[str, ...]
    claims: tuple[int, int] | None
    empty: bool
    now: datetime

    @property
    def ticket_id(self) -> str:
        """The ticket's id."""
        return self.ticket.ticket_id


def recorded_of(content: dict[str, Any], place: str) -> Recorded:
    """Return a receipt from its plain values; ``place`` is what a message calls it.

    Raises
    ------
    ReceiptError
        When an entry is missing or of another kind.
    """
    if content.get("schema") != RECEIPT_SCHEMA:
        raise ReceiptError(
            f"{place} is no receipt of schema {RECEIPT_SCHEMA}; take one from 'triage explain --json', "
            "'triage predict --receipts' or HTTP."
        )
    try:
        return _recorded(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReceiptError(
            f"{place} is no whole receipt ({type(error).__name__}: {error}); take it again as it was written."
        ) from error


def _recorded(content: dict[str, Any]) -> Recorded:
    facts = content["facts"]
    missing = [
        key
        for key in ("delays", "question", "team", "route", "runners_up", "escalate", "escalation")
        if key not in content
    ]
    if missing:
        raise KeyError(missing[0])
    return Recorded(
        content=content,
        ticket=_ticket(content["ticket_id"], facts),
        prediction=prediction_of(content["prediction"]),
        policy=PolicyReference(*(_text(content["policy"][key]) for key in ("name", "version", "sha256"))),
        desk=_desk(content["ticket_id"], content["desk"]),
        calendars=tuple(map(calendar_use, content["calendars"])),
        signals=tuple(SignalHit(_text(entry["signal"]), _text(entry["found"])) for entry in content["signals"]),
        cues=tuple(map(_text, facts.get("perceived_urgency", ()))),
        claims=_claims(facts.get("earlier_claims")),
        empty=facts.get("empty_text") is True,
        now=datetime.fromisoformat(content["now"]),
    )


def _claims(pair: list[int] | None) -> tuple[int, int] | None:
    if pair is None:
        return None
    called, unfounded = pair
    return int(called), int(unfounded)


def _ticket(ticket_id: str, facts: dict[str, Any]) -> Ticket:
    """Return the ticket of these facts; a segment that a rule found is left out, so that the rule is asked anew."""
    known: dict[str, Any] = {
        name: tuple(map(_text, value)) if isinstance(value, list) else value
        for name, value in facts.items()
        if name in INTAKE_COLUMNS and not (name == "segment" and "segment_because" in facts)
    }
    for name in _TEXTS:
        if name in known:
            _text(known[name])
    if "opened_at" in known:
        known["opened_at"] = datetime.fromisoformat(known["opened_at"])
    custom = {
        name.removeprefix(CUSTOM_PREFIX): value for name, value in facts.items() if name.startswith(CUSTOM_PREFIX)
    }
    return Ticket(_text(ticket_id), custom=custom, **known)


def prediction_of(record: dict[str, Any]) -> Prediction:
    """Return a prediction from its plain values in a receipt."""
    model = record["model"]
    return Prediction(
        heads=tuple(map(_head, record["heads"])),
        model=None if model is None else ModelReference(*(_text(model[key]) for key in ("name", "version", "sha256"))),
        unknown_share=_figure(record["unknown_share"]),
        abstention=record["abstention"],
    )


def _head(record: dict[str, Any]) -> HeadPrediction:
    proven, p_values = record["precision"], record["p_values"] or {}
    if record["answer"] not in record["probabilities"] or (p_values and set(p_values) != set(record["probabilities"])):
        raise ValueError(f"head {record['head']} has no such class")
    return HeadPrediction(
        head=_text(record["head"]),
        answer=record["answer"],
        classes=tuple(record["probabilities"]),
        probabilities=tuple(map(_figure, record["probabilities"].values())),
        reasons=tuple(Reason(_text(entry["text"]), _figure(entry["contribution"])) for entry in record["reasons"]),
        origin=_text(record["origin"]),
        p_values=tuple(map(_figure, p_values.values())),
        confidence=record["confidence"],
        precision=None
        if proven is None
        else Precision(*(_figure(proven[key]) for key in ("bound", "cases", "errors"))),
    )


def _desk(ticket_id: str, brief: dict[str, Any] | None) -> Desk | None:
    if brief is None:
        return None
    _text(brief["sha256"]), _figure(brief["agents"]), _figure(brief["open_tickets"])
    return Desk(
        closed_teams=frozenset(map(_text, brief["closed_teams"])),
        locks={ticket_id: {name: _text(value) for name, value in brief["locks"].items()}} if brief["locks"] else {},
        reverts={ticket_id: tuple(map(_text, brief["reverts"]))},
        bounces={ticket_id: tuple(map(_text, brief["bounces"]))},
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _figure(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value
