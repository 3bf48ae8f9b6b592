"""How much came where a part did, and which answer of the page for workers was last taken over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0048"
down_revision = "0046"
branch_labels = None
depends_on = None

_TABLE = "money_question"


def upgrade() -> None:
    """Take the step. Of those who answered before, nobody was asked how much."""
    gently.hold(_TABLE)
    part = "so much came, and not all; None: not said"
    op.add_column(_TABLE, sa.Column("part_fen", sa.BigInteger(), nullable=True, comment=part))
    said = "when the answer was given on the page that was last taken over from there"
    op.add_column(_TABLE, sa.Column("page_said_at", sa.DateTime(timezone=True), nullable=True, comment=said))


def downgrade() -> None:
    """Take the step back."""
    gently.hold(_TABLE)
    op.drop_column(_TABLE, "page_said_at")
    op.drop_column(_TABLE, "part_fen")
