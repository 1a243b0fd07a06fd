"""Notices of tickets, where they go, and each on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT, _NAME = sa.String(27), sa.String(255)


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "hooks",
        sa.Column("hook_id", sa.String(32), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.String(128), nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("ticket_id", _NAME, sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index("ix_notices_ticket_id", "notices", ["ticket_id"])
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String(40), primary_key=True),
        sa.Column("notice_id", sa.String(40), sa.ForeignKey("notices.notice_id", ondelete="CASCADE"), nullable=False),
        sa.Column("hook_id", sa.String(32), sa.ForeignKey("hooks.hook_id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT),
        sa.Column("last_status", sa.Integer),
        sa.Column("last_error", _NAME),
    )
    op.create_index("ix_deliveries_notice_id", "deliveries", ["notice_id"])
    op.create_index("deliveries_due", "deliveries", ["hook_id", "state", "next_at"])
