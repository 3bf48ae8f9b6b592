"""An index of the deadlines that were met late: figures of a past month ask which were overdue then"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.migrations import gently

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_NAME = "ix_clock_met_late"


def upgrade() -> None:
    """Take the step."""
    gently.create_index(_NAME, "clock", ("met_on", "due_on"), where=sa.text("met_on > due_on"))


def downgrade() -> None:
    """Take the step back."""
    gently.drop_index(_NAME, "clock")
