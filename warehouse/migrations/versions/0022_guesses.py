"""When the last guess at the door was made: the count of wrong passwords ends when none was made for a whole pause"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. Where nothing is known of the last guess, the first one counts."""
    op.add_column("login_attempt", sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("login_attempt", "last_at")
