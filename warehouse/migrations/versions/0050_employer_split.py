"""An index of the employers that were taken out of another: every batch of complaints asks for those by name"""

from __future__ import annotations

import sqlalchemy as sa

from warehouse.migrations import gently

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None

_NAME = "ix_employer_split_from"


def upgrade() -> None:
    """Take the step."""
    gently.create_index(_NAME, "employer", ("split_from",), where=sa.text("split_from IS NOT NULL"))


def downgrade() -> None:
    """Take the step back."""
    gently.drop_index(_NAME, "employer")
