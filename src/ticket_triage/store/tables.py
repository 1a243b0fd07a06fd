"""The tables, the same on SQLite and PostgreSQL.

``seq`` is one sequence through the whole store: a receipt, an event and a word of feedback have the number of their
entry in the audit, so numbers are never used twice, whatever is erased. Moments are text in UTC with microseconds, so
that they sort as text; whole documents are JSON in text columns.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from datetime import datetime

METADATA = MetaData()

_SEQ = BigInteger().with_variant(Integer(), "sqlite")
_MOMENT = String(27)
_NAME = String(255)
_HASH = String(64)

TICKETS = Table(
    "tickets",
    METADATA,
    Column("ticket_id", _NAME, primary_key=True),
    Column("customer_id", _NAME),
    Column("requester", _NAME),
    Column("opened_at", _MOMENT),
    Column("document", Text, nullable=False),
    Column("open", Boolean, nullable=False, index=True),
    Column("held", Boolean, nullable=False),
    Column("storied", Boolean, nullable=False),
    Column("receipt", _SEQ, nullable=False),
    Column("version", _SEQ, nullable=False),
    Column("first", _SEQ, nullable=False),
    Column("changed_at", _MOMENT, nullable=False),
    Column("audit_key", LargeBinary(16), nullable=False),
    Column("turn_at", _MOMENT),
    Column("sla", String(16)),
    Column("policy", _HASH),
    Index("tickets_customer", "customer_id"),
    Index("tickets_requester", "requester"),
    Index("tickets_turn", "turn_at"),
)
"""What is known of each ticket now. Without its key, nothing in the audit can be traced to it.

``storied`` says that events, or another priority before, bear on how it is decided; ``turn_at`` is when to look at it
again, empty for at once, by the policy of the hash ``policy``; ``sla`` how its clocks stood when last looked at.
"""

RECEIPTS = Table(
    "receipts",
    METADATA,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("ticket_id", _NAME, ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("recorded_at", _MOMENT, nullable=False),
    Column("decided_for", _MOMENT, nullable=False),
    Column("priority", String(2), nullable=False),
    Column("points", Float, nullable=False),
    Column("team", _NAME),
    Column("action", String(16), nullable=False),
    Column("document", Text, nullable=False),
)
"""Every receipt, to the byte as it was answered."""

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("ticket_id", _NAME, ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False),
    Column("event_id", _NAME, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("value", _NAME),
    Column("text", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    UniqueConstraint("ticket_id", "event_id", name="events_once"),
)
"""What happened to a ticket; each event once, however often it is told."""

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("ticket_id", _NAME, ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("field", _NAME),
    Column("value", _NAME),
    Column("actor", _NAME, nullable=False),
    Column("reason", Text, nullable=False),
    Column("receipt", _SEQ, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Index("feedback_actor", "actor"),
)
"""What people said of decisions; nothing a machine does changes a row."""

LABELS = Table(
    "labels",
    METADATA,
    Column("ticket_id", _NAME, ForeignKey("tickets.ticket_id", ondelete="CASCADE"), primary_key=True),
    Column("head", _NAME, primary_key=True),
    Column("label", _NAME, nullable=False),
    Column("source", String(16), nullable=False),
    Column("labelled_at", _MOMENT, nullable=False),
    Column("seq", _SEQ, nullable=False),
)
"""What people say a ticket is, and where each label comes from."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("at", _MOMENT, nullable=False),
    Column("action", String(32), nullable=False),
    Column("ticket", _HASH),
    Column("customer", _HASH),
    Column("requester", _HASH),
    Column("actor", _HASH),
    Column("digest", _HASH),
    Column("previous", _HASH, nullable=False),
    Column("hash", _HASH, nullable=False),
)
"""Who did what and when, in pseudonyms, each entry chained to the one before; nothing is ever taken out."""

PEOPLE = Table(
    "people",
    METADATA,
    Column("person", String(300), primary_key=True),
    Column("key", LargeBinary(16), nullable=False),
)
"""The key of each person's pseudonym; without it, nobody can say whose it was."""

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("key_id", String(32), primary_key=True),
    Column("hash", _HASH, nullable=False, unique=True),
    Column("label", _NAME, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    Column("revoked_at", _MOMENT),
)
"""API keys, hashed; a key itself is shown once and never kept."""

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("key", _HASH, primary_key=True),
    Column("fingerprint", _HASH, nullable=False),
    Column("body", Text, nullable=False),
    Column("tickets", Text, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False, index=True),
)
"""The first answer to each idempotency key."""

HOOKS = Table(
    "hooks",
    METADATA,
    Column("hook_id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", String(128), nullable=False),
    Column("kinds", Text, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
    Column("disabled_at", _MOMENT),
)
"""Where notices go, and the secret each address checks them by: it signs, so it is kept as it is."""

NOTICES = Table(
    "notices",
    METADATA,
    Column("notice_id", String(40), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("ticket_id", _NAME, ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("created_at", _MOMENT, nullable=False),
)
"""What was told of tickets, to the byte; an id made of what caused it has each told once."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("delivery_id", String(40), primary_key=True),
    Column("notice_id", String(40), ForeignKey("notices.notice_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("hook_id", String(32), ForeignKey("hooks.hook_id", ondelete="CASCADE"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", _MOMENT, nullable=False),
    Column("last_at", _MOMENT),
    Column("last_status", Integer),
    Column("last_error", _NAME),
    Index("deliveries_due", "hook_id", "state", "next_at"),
)
"""Each notice on its way to each address: how often it was tried, and what came of it."""

ARRIVALS = Table(
    "arrivals",
    METADATA,
    Column("key", _HASH, primary_key=True),
    Column("source", String(16), nullable=False),
    Column("ticket_id", _NAME, ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False),
    Column("content", _HASH, nullable=False),
    Column("number", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("recorded_at", _MOMENT, nullable=False),
    Index("arrivals_last", "ticket_id", "source", "number"),
)
"""Webhooks that came in, by what each is known by, and the first answer; kept as long as their ticket."""


def stamp(moment: datetime) -> str:
    """Write a moment as the tables hold it.

    Examples
    --------
    >>> from datetime import datetime
    >>> stamp(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    '2026-03-02T09:30:00.000000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
