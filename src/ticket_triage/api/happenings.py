"""What may be told of a ticket over HTTP: events and feedback, checked as strictly as tickets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ticket_triage.api.tickets import Id, Moment, Name, encodable_text, whole
from ticket_triage.domain.events import KINDS, Event

if TYPE_CHECKING:
    from ticket_triage.service.feedback import Word

MAX_SEQUENCE = 10**12

EVENT_EXAMPLE: dict[str, Any] = {"kind": "public_reply", "at": "2026-03-02T09:40:00Z", "text": "We are on it."}
FEEDBACK_EXAMPLE: dict[str, Any] = {
    "kind": "lock",
    "field": "team",
    "value": "payments",
    "actor": "Ada",
    "reason": "They caused it.",
}

Text = Annotated[str, Field(max_length=100_000), BeforeValidator(encodable_text)]
Reason = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$"), BeforeValidator(encodable_text)]
Sequence = Annotated[int, Field(ge=0, le=MAX_SEQUENCE), BeforeValidator(whole)]


class EventIn(BaseModel):
    """One thing that happened to a ticket; what is told twice with one ``event_id`` happened once."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra={"examples": [EVENT_EXAMPLE]})

    kind: Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]
    at: Moment = Field(None, description="When; the present when left out.")
    value: Name | None = Field(None, description="The new status, priority, plan, calendar or team.")
    text: Text | None = Field(None, description="What a message says; personal data in it is redacted.")
    sequence: Sequence | None = Field(None, description="Orders events of one moment.")
    event_id: Name | None = Field(None, description="The source's own id; made from the content when left out.")

    def to_domain(self, ticket_id: str, now: datetime) -> Event:
        """Return the event in the words of the domain.

        Raises
        ------
        BadValueError
            The kind is unknown, or a change does not say to what.
        """
        return Event(
            ticket_id,
            self.at or now,
            self.kind,
            (self.value or "").strip() or None,
            self.text or "",
            self.sequence or 0,
            (self.event_id or "").strip(),
        )


class FeedbackIn(BaseModel):
    """What a person says of a ticket's last receipt.

    ``accept`` confirms what was predicted (of one head, or of all) · ``correct`` says what is right of a head,
    priority, team or agent · ``revert`` takes the ticket back from a team or agent · ``lock`` fixes priority, team or
    agent, and ``unlock`` frees it. A value that is left out is the receipt's.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, json_schema_extra={"examples": [FEEDBACK_EXAMPLE]}
    )

    kind: Annotated[str, Field(json_schema_extra={"enum": ["accept", "correct", "revert", "lock", "unlock"]})]
    field: Name | None = Field(None, description="A head such as urgency, or priority, team or agent.")
    value: Name | None = None
    actor: Id = Field(description="Who says it.")
    reason: Reason = Field(description="Why.")

    def to_domain(self) -> Word:
        """Return the word in the words of the service.

        Raises
        ------
        BadValueError
            The kind is unknown.
        """
        from ticket_triage.service.feedback import word_of  # loads SQLAlchemy

        value = (self.value or "").strip() or None
        return word_of(self.kind, (self.field or "").strip() or None, value, self.actor.strip(), self.reason)
