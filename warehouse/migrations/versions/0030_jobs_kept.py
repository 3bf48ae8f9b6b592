"""How many people a spared employer keeps at work, on its outcome"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. Of outcomes that were recorded before nobody was asked."""
    op.add_column(
        "outcome",
        sa.Column(
            "jobs_kept",
            sa.Integer(),
            nullable=True,
            comment="people the employer keeps at work where it is spared, as the officer found; "
            "None: not asked, not known",
        ),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("outcome", "jobs_kept")
