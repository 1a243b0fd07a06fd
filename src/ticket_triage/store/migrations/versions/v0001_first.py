"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SEQ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT, _NAME, _HASH = sa.String(27), sa.String(255), sa.String(64)


def _ticket_id(*, primary_key: bool = False) -> sa.Column[str]:
    ticket = sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE")
    return sa.Column("ticket_id", _NAME, ticket, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "tickets",
        sa.Column("ticket_id", _NAME, primary_key=True),
        sa.Column("customer_id", _NAME),
        sa.Column("requester", _NAME),
        sa.Column("opened_at", _MOMENT),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("receipt", _SEQ, nullable=False),
        sa.Column("version", _SEQ, nullable=False),
        sa.Column("first", _SEQ, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("audit_key", sa.LargeBinary(16), nullable=False),
    )
    op.create_index("ix_tickets_open", "tickets", ["open"])
    op.create_index("tickets_customer", "tickets", ["customer_id"])
    op.create_index("tickets_requester", "tickets", ["requester"])
    op.create_table(
        "receipts",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        _ticket_id(),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("decided_for", _MOMENT, nullable=False),
        sa.Column("priority", sa.String(2), nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("team", _NAME),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("ix_receipts_ticket_id", "receipts", ["ticket_id"])
    op.create_table(
        "events",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        _ticket_id(),
        sa.Column("event_id", _NAME, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", _NAME),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("ticket_id", "event_id", name="events_once"),
    )
    op.create_table(
        "feedback",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        _ticket_id(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("field", _NAME),
        sa.Column("value", _NAME),
        sa.Column("actor", _NAME, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("receipt", _SEQ, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_feedback_ticket_id", "feedback", ["ticket_id"])
    op.create_index("feedback_actor", "feedback", ["actor"])
    op.create_table(
        "labels",
        _ticket_id(primary_key=True),
        sa.Column("head", _NAME, primary_key=True),
        sa.Column("label", _NAME, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("labelled_at", _MOMENT, nullable=False),
        sa.Column("seq", _SEQ, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("ticket", _HASH),
        sa.Column("customer", _HASH),
        sa.Column("requester", _HASH),
        sa.Column("actor", _HASH),
        sa.Column("digest", _HASH),
        sa.Column("previous", _HASH, nullable=False),
        sa.Column("hash", _HASH, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("person", sa.String(300), primary_key=True),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column("hash", _HASH, nullable=False, unique=True),
        sa.Column("label", _NAME, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", _HASH, primary_key=True),
        sa.Column("fingerprint", _HASH, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("tickets", sa.Text, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_idempotency_recorded_at", "idempotency", ["recorded_at"])
