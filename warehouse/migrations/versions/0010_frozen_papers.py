"""What a paper said when it was served."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column(
        "document",
        sa.Column(
            "as_served",
            sa.LargeBinary(),
            nullable=True,
            comment="every blank as the party read it; stands from the service on",
        ),
    )
    op.add_column(
        "outcome",
        sa.Column("fines", sa.LargeBinary(), nullable=True, comment="row, step, units and range of each fine imposed"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("outcome", "fines")
    op.drop_column("document", "as_served")
