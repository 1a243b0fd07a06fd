"""A ticket as it is known when it comes in."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from ticket_triage.domain.redaction import redact
from ticket_triage.domain.text import normalise, ticket_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CustomValue = str | float | bool
"""What a desk's own field may hold."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request, with what is known of it at intake; None means unknown.

    Parameters
    ----------
    ticket_id : str
        Unique within the desk.
    subject, body : str
        What the requester wrote, without personal data: it is redacted as the ticket is made.
    opened_at : datetime or None
        When it came in, UTC-aware.
    channel, language, requester, customer_id, segment, plan, persona, product, project : str or None
        Where it came from, who asks, and about what.
    vip, stakeholder_aware, conflict : bool or None
        Whether the requester is a VIP, a stakeholder knows of it, people disagree on how to resolve it.
    annual_value : float or None
        What the customer pays a year, in the desk's currency, at least 0.
    affected_users : int or None
        How many people are hit, at least 0.
    tags, stakeholders, depends_on : tuple of str
        Labels, people who watch, and ids of tickets this one waits for.
    custom : mapping of str to str, float or bool
        The desk's own fields, named without the prefix ``custom.``.

    Examples
    --------
    >>> Ticket("T-1", subject="Checkout is down", channel="email").channel
    'email'
    >>> Ticket("T-2", body="Please answer to jo@example.org").body
    'Please answer to [mail]'
    """

    ticket_id: str
    subject: str = ""
    body: str = ""
    opened_at: datetime | None = None
    channel: str | None = None
    language: str | None = None
    requester: str | None = None
    customer_id: str | None = None
    segment: str | None = None
    plan: str | None = None
    vip: bool | None = None
    persona: str | None = None
    annual_value: float | None = None
    affected_users: int | None = None
    product: str | None = None
    project: str | None = None
    tags: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()
    stakeholder_aware: bool | None = None
    conflict: bool | None = None
    depends_on: tuple[str, ...] = ()
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    _normalised: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def normalised(self) -> str:
        """Subject and body as models and rules read them, made once, when first asked for."""
        text = self._normalised
        if text is None:
            text = normalise(ticket_text(self.subject, self.body))
            object.__setattr__(self, "_normalised", text)
        return text

    def __post_init__(self) -> None:
        """Let nothing that reads tickets ever meet personal data in their text."""
        object.__setattr__(self, "subject", redact(self.subject))
        object.__setattr__(self, "body", redact(self.body))


INTAKE_COLUMNS: tuple[str, ...] = tuple(entry.name for entry in fields(Ticket) if entry.init and entry.name != "custom")
"""Columns known when a ticket comes in, beside any ``custom.*``."""

LATER_COLUMNS: tuple[str, ...] = (
    "first_response_at",
    "resolved_at",
    "status",
    "team",
    "agent",
    "reassignments",
    "reopened",
    "csat",
    "converted",
)
"""Columns known only later; no model may learn from them."""

FACT_COLUMNS: tuple[str, ...] = ("channel", "segment", "plan", "vip", "persona", "product", "project")
"""Intake columns with few values, from which a model may learn beside the text."""

CUSTOM_PREFIX = "custom."
"""What a desk's own column begins with in a table."""
