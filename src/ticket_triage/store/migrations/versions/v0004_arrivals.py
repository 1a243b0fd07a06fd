"""Webhooks that came in, so that none is taken twice."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_HASH, _NAME = sa.String(64), sa.String(255)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "arrivals",
        sa.Column("key", _HASH, primary_key=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("ticket_id", _NAME, sa.ForeignKey("tickets.ticket_id", ondelete="CASCADE"), nullable=False),
        sa.Column("content", _HASH, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
    )
    op.create_index("arrivals_last", "arrivals", ["ticket_id", "source", "number"])
