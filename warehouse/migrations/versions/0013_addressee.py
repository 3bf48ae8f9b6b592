"""To whom a paper and an order to pay are addressed, where that is not the employer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = {
    "document": "the party of the chain it goes to in the employer's place, as it was named liable to pay",
    "outcome": "the party of the chain that is ordered to pay in the employer's place",
}


def upgrade() -> None:
    """Take the step."""
    for table, comment in _COLUMNS.items():
        op.add_column(table, sa.Column("addressee_id", sa.String(length=64), nullable=True, comment=comment))


def downgrade() -> None:
    """Take the step back."""
    for table in reversed(_COLUMNS):
        op.drop_column(table, "addressee_id")
