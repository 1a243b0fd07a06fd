"""A ticket as it comes in over HTTP: every field of :class:`~ticket_triage.domain.ticket.Ticket`, checked strictly.

Nothing is coerced: a number is no text, ``1`` is not true. ``null``, and a name that is empty, mean unknown. What is
taken becomes the ticket that :func:`~ticket_triage.intake.rows.ticket_from` makes of the same record: names are
trimmed, and the desk's own fields read as a file's are.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
)

from ticket_triage.api.faults import bad_value, fault, faults_of
from ticket_triage.domain.ticket import CustomValue, Ticket
from ticket_triage.intake.plain import encodable, plain_text, read_custom, split_list

MAX_NAME_CHARS = 255
MAX_ENTRIES = 100
MAX_CUSTOM_CHARS = 10_000
YEARS = range(1970, 2200)
"""The years in which every moment lies."""

MOMENT: dict[str, Any] = {"type": "string", "format": "date-time", "pattern": r"^(19[7-9]|20\d|21\d)\d-"}
"""A moment as the OpenAPI document describes it."""

_ISO = re.compile(
    r"\d{4}(-\d\d-\d\d|\d{4})[T ]\d\d(:\d\d(:\d\d(\.\d+)?)?|\d\d(\d\d(\.\d+)?)?)?(Z|[+-]\d\d(:?\d\d)?)",
    re.ASCII | re.IGNORECASE,
)
"""The forms of ISO 8601 that every way in reads alike; weeks, decimal commas and offsets with seconds are not."""

_PLAIN = r"^[^\x00-\x1f\x7f]*$"
_NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
_ID_SCHEMA = {"type": "string", "minLength": 1, "maxLength": MAX_NAME_CHARS, "pattern": _NOT_BLANK}

_MOMENT_SCHEMA = {
    "anyOf": [MOMENT, {"type": "null"}],
    "description": "When it came in: ISO 8601 with an offset or Z, from 1970 to 2199.",
}
_CUSTOM_SCHEMA = {
    "anyOf": [
        {"type": "string", "maxLength": MAX_CUSTOM_CHARS},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "null"},
    ]
}


def moment_of(value: object) -> datetime:
    """Return the moment an ISO 8601 text names, in UTC.

    Raises
    ------
    ValueError
        When it is no such text, lacks an offset, or lies outside ``YEARS``.

    Examples
    --------
    >>> moment_of("2026-03-01T10:30:00+01:00")
    datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc)
    >>> moment_of("2026-03-01T10:30:00")
    Traceback (most recent call last):
    ValueError: must be a moment in ISO 8601 with an offset or Z, such as 2026-03-01T09:30:00Z
    """
    try:
        moment = datetime.fromisoformat(value.upper()) if isinstance(value, str) and _ISO.fullmatch(value) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("must be a moment in ISO 8601 with an offset or Z, such as 2026-03-01T09:30:00Z")
    if moment.year not in YEARS:
        raise ValueError("must lie between the years 1970 and 2199")
    return moment.astimezone(UTC)


def _moment_or_none(value: object) -> datetime | None:
    return None if value is None else moment_of(value)


def encodable_text(value: object) -> object:
    """Put U+FFFD where a text holds half a surrogate pair, as the readers of files do."""
    return encodable(value) if isinstance(value, str) else value


def _custom_value(value: object) -> CustomValue | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and math.isfinite(value):
        return value
    if isinstance(value, str) and len(value) <= MAX_CUSTOM_CHARS and value == encodable_text(value):
        return value
    raise ValueError(f"must be text of at most {MAX_CUSTOM_CHARS} characters, a finite number, true, false or null")


def whole(value: object) -> object:
    """Take 3.0 for 3, as JSON does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _trimmed(name: str | None) -> str | None:
    return (name or "").strip() or None


def _text(value: str | None) -> str:
    """Keep a text to the letter, unless it is blank."""
    return value if value and value.strip() else ""


def _entries(values: list[str] | None) -> tuple[str, ...]:
    return split_list(plain_text(values))


def _few(value: object) -> object:
    """Refuse a flood of fields before any of them is looked at."""
    if isinstance(value, dict) and len(value) > MAX_ENTRIES:
        raise ValueError(f"must have at most {MAX_ENTRIES} entries")
    return value


Name = Annotated[str, Field(max_length=MAX_NAME_CHARS, pattern=_PLAIN)]
Key = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS, pattern=_PLAIN)]
Id = Annotated[Key, AfterValidator(_not_blank), WithJsonSchema(_ID_SCHEMA)]
Subject = Annotated[str, Field(max_length=10_000), BeforeValidator(encodable_text)]
Body = Annotated[str, Field(max_length=1_000_000), BeforeValidator(encodable_text)]
Count = Annotated[int, Field(ge=0, le=10_000_000_000), BeforeValidator(whole)]
Ids = Annotated[list[Id], Field(max_length=MAX_ENTRIES, fail_fast=True)]
Moment = Annotated[datetime | None, PlainValidator(_moment_or_none), WithJsonSchema(_MOMENT_SCHEMA)]
Custom = Annotated[CustomValue | None, PlainValidator(_custom_value), WithJsonSchema(_CUSTOM_SCHEMA)]
Customs = Annotated[
    dict[Key, Custom],
    Field(max_length=MAX_ENTRIES, json_schema_extra={"additionalProperties": False}),
    BeforeValidator(_few),
]

EXAMPLE: dict[str, Any] = {
    "ticket_id": "T-1042",
    "subject": "Checkout is down for everyone",
    "body": "Since this morning no customer can pay: the payment page answers with error 502.",
    "opened_at": "2026-03-02T09:14:00Z",
    "channel": "email",
    "segment": "enterprise",
    "affected_users": 1200,
    "tags": ["payments"],
    "custom": {"region": "emea"},
}


class TicketIn(BaseModel):
    """One ticket with what is known of it; a field that is left out or null is unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    ticket_id: Id = Field(description="Unique within the desk.")
    subject: Subject | None = None
    body: Body | None = None
    opened_at: Moment = None
    channel: Name | None = None
    language: Name | None = None
    requester: Name | None = None
    customer_id: Name | None = None
    segment: Name | None = None
    plan: Name | None = None
    vip: bool | None = None
    persona: Name | None = None
    annual_value: Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)] | None = Field(
        None, description="What the customer pays a year, in the desk's currency."
    )
    affected_users: Count | None = Field(None, description="How many people are hit.")
    product: Name | None = None
    project: Name | None = None
    tags: Ids | None = None
    stakeholders: Ids | None = Field(None, description="People who watch.")
    stakeholder_aware: bool | None = None
    conflict: bool | None = Field(None, description="Whether people disagree on how to resolve it.")
    depends_on: Ids | None = Field(None, description="Ids of tickets this one waits for.")
    custom: Customs | None = Field(None, description="The desk's own fields.")

    def to_domain(self) -> Ticket:
        """Return the ticket in the words of the domain."""
        own = ((name, read_custom(value)) for name, value in (self.custom or {}).items())
        return Ticket(
            ticket_id=self.ticket_id.strip(),
            subject=_text(self.subject),
            body=_text(self.body),
            opened_at=self.opened_at,
            channel=_trimmed(self.channel),
            language=_trimmed(self.language),
            requester=_trimmed(self.requester),
            customer_id=_trimmed(self.customer_id),
            segment=_trimmed(self.segment),
            plan=_trimmed(self.plan),
            vip=self.vip,
            persona=_trimmed(self.persona),
            annual_value=None if self.annual_value is None else abs(self.annual_value),  # -0.0 is 0.0
            affected_users=self.affected_users,
            product=_trimmed(self.product),
            project=_trimmed(self.project),
            tags=_entries(self.tags),
            stakeholders=_entries(self.stakeholders),
            stakeholder_aware=self.stakeholder_aware,
            conflict=self.conflict,
            depends_on=_entries(self.depends_on),
            custom={name: value for name, value in own if value is not None},
        )


def read_ticket(value: object, root: tuple[str | int, ...] = ()) -> Ticket:
    """Return the ticket that a JSON value stands for.

    Parameters
    ----------
    value : object
        As :func:`~ticket_triage.api.strict_json.read_json` reads it.
    root : tuple of str or int, default=()
        Where in the body the value stands.

    Raises
    ------
    Refusal
        422, naming each field that cannot be used.

    Examples
    --------
    >>> read_ticket({"ticket_id": "T-1", "subject": "Help"}).subject
    'Help'
    """
    try:
        return TicketIn.model_validate(_few(value)).to_domain()
    except ValidationError as error:
        details = error.errors(include_url=False)
    except ValueError as error:
        raise bad_value([fault("body", root, str(error))]) from None
    raise bad_value(faults_of(details, TicketIn.model_fields, root))
