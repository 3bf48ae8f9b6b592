"""Where a review or a court changed a decision, the sum as changed is kept, and of which outcome it is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. Of ends that were recorded before, the sum and the outcome are not on record."""
    op.add_column(
        "party_act",
        sa.Column("outcome_id", sa.String(length=64), nullable=True, comment="the outcome that a remedy went against"),
    )
    op.add_column(
        "party_act",
        sa.Column(
            "amount_fen",
            sa.BigInteger(),
            nullable=True,
            comment="as a review or a court changed it: what is to be paid in all, or the fine",
        ),
    )
    op.create_index("ix_party_act_outcome_id", "party_act", ["outcome_id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_party_act_outcome_id", table_name="party_act")
    op.drop_column("party_act", "amount_fen")
    op.drop_column("party_act", "outcome_id")
