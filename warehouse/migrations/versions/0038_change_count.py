"""A count of the transactions that change what a month may count"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. The one row of the table is made by the first transaction that counts itself."""
    op.create_table(
        "change_count",
        sa.Column("id", sa.String(length=40), nullable=False, comment="counted: there is one row"),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_count")),
    )


def downgrade() -> None:
    """Take the step back. Nothing is lost."""
    op.drop_table("change_count")
