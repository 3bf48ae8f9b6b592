"""When the act of an idempotency key was written: with the act itself"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column(
        "act_key",
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True, comment="with the act itself; none before"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("act_key", "written_at")
