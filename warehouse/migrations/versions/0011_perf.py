"""Instalments that the watch need not look at again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column(
        "instalment",
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was found paid after its day: the watch looks at it no more, until cases are merged",
        ),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("instalment", "settled_at")
