"""The shapes of what is said and asked of webhooks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, RootModel

from ticket_triage.api.schemas import PriorityOut, Shape
from ticket_triage.api.tickets import Name

HOOK_EXAMPLE: dict[str, Any] = {"url": "https://desk.example.org/triage", "kinds": ["ticket.turned"]}

WEBHOOK_EXAMPLE: dict[str, Any] = {
    "type": "ticket.updated",
    "timestamp": "2026-03-02T09:30:00Z",
    "data": {
        "ticket": {"ticket_id": "T-1042", "subject": "Checkout is down for everyone"},
        "events": [{"kind": "public_reply", "at": "2026-03-02T09:29:00Z", "text": "We are on it."}],
        "status": "open",
    },
}

Kind = Literal["ticket.decided", "ticket.turned"]


class HookIn(BaseModel):
    """An address that notices shall be posted to, and the kinds it wants: every one when there is none."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra={"examples": [HOOK_EXAMPLE]})

    url: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="Of a public server, with https.")
    kinds: Annotated[list[Kind], Field(max_length=10)] = Field(default=[], description="Kinds of notices.")


class HookOut(Shape):
    """An address that notices go to; ``disabled_at`` is when it said that it is gone."""

    hook_id: str
    url: str
    kinds: list[Kind]
    created_at: AwareDatetime
    disabled_at: AwareDatetime | None


class HooksOut(Shape):
    """Every hook, oldest first, without its secret."""

    hooks: list[HookOut]


class HookMade(Shape):
    """A new hook, and the secret its notices are signed with; nobody can show that again."""

    hook_id: str
    secret: str


class HookGone(Shape):
    """The hook that gets nothing any more."""

    hook_id: str


class DeadDelivery(Shape):
    """A delivery that was given up, and why."""

    delivery_id: str
    hook_id: str
    notice_id: str
    kind: str
    ticket_id: str
    attempts: int
    last_at: AwareDatetime | None
    last_status: int | None
    last_error: str | None


class DeadOut(Shape):
    """Deliveries that were given up, the last one first; at most 1,000."""

    dead: list[DeadDelivery]


class RetryIn(BaseModel):
    """The dead delivery to try anew; every one when it is left out."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    delivery_id: Name | None = None


class TriedAnew(Shape):
    """How many deliveries are tried anew."""

    tried_anew: int


class WebhookIn(RootModel[dict[str, JsonValue]]):
    """What a helpdesk posts, as its own documentation says; of ``generic`` the ticket and what happened to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEBHOOK_EXAMPLE]})


class WebhookOut(Shape):
    """What became of it: the ticket's version and state, how much was new, and what is decided."""

    ticket_id: str
    version: int
    open: bool
    new_events: int
    priority: PriorityOut
    team: str | None
    action: str


class DecidedOut(Shape):
    """What is decided of a ticket, and the number of its receipt."""

    ticket_id: str
    receipt: int
    decided_for: AwareDatetime
    priority: PriorityOut
    points: float
    team: str | None
    agent: str | None
    action: str


class TurnedOut(Shape):
    """What time alone turned of an open ticket, and what is decided of it from then on."""

    ticket_id: str
    turned: str
    clock: str | None
    rule: str
    at: AwareDatetime
    receipt: int
    priority: PriorityOut
    team: str | None
    escalate: bool
    to: str | None


class DecidedNotice(Shape):
    """A ticket was decided."""

    type: Literal["ticket.decided"]
    timestamp: AwareDatetime
    data: DecidedOut


class TurnedNotice(Shape):
    """Time turned something of an open ticket: a warning, a predicted breach, a breach, or open for too long."""

    type: Literal["ticket.turned"]
    timestamp: AwareDatetime
    data: TurnedOut


NOTICES: dict[str, type[BaseModel]] = {"ticket.decided": DecidedNotice, "ticket.turned": TurnedNotice}
"""What is posted to hooks, by kind."""

HOOK_SHAPES: dict[type[BaseModel], Literal["validation", "serialization"]] = {
    DecidedNotice: "serialization",
    TurnedNotice: "serialization",
    WebhookIn: "validation",
    WebhookOut: "serialization",
    HookIn: "validation",
    RetryIn: "validation",
    HooksOut: "serialization",
    HookMade: "serialization",
    HookGone: "serialization",
    DeadOut: "serialization",
    TriedAnew: "serialization",
}
"""The shapes the document names, and the side each is seen from."""
