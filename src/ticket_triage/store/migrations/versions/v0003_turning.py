"""When to look at each ticket again, and how its clocks stand."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add three columns; every open ticket is looked at once, and what people corrected holds from now on."""
    op.add_column("tickets", sa.Column("storied", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("tickets", sa.Column("turn_at", sa.String(27)))
    op.add_column("tickets", sa.Column("sla", sa.String(16)))
    op.create_index("tickets_turn", "tickets", ["turn_at"])
    tickets = sa.table("tickets", *map(sa.column, ("ticket_id", "open", "held", "turn_at")))
    feedback = sa.table("feedback", *map(sa.column, ("ticket_id", "kind")))
    op.execute(tickets.update().where(tickets.c.open.is_(sa.true())).values(turn_at=""))
    corrected = sa.select(feedback.c.ticket_id).where(feedback.c.kind == "correct")
    op.execute(tickets.update().where(tickets.c.ticket_id.in_(corrected)).values(held=sa.true()))
