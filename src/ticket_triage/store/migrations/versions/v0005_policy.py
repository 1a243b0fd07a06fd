"""By which policy it was worked out when to look at a ticket again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; what an earlier program worked out is worked out anew."""
    op.add_column("tickets", sa.Column("policy", sa.String(64)))
