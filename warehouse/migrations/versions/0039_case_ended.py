"""When each case came to its end, kept on the case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_SAYS = "worked out of its records: warehouse.ends"


def upgrade() -> None:
    """Take the step. The next one fills it: what is filled here would keep everybody from the cases meanwhile."""
    gently.hold("cases")
    op.add_column("cases", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment=_SAYS))


def downgrade() -> None:
    """Take the step back. Nothing is lost: it is worked out of the records again."""
    gently.hold("cases")
    op.drop_column("cases", "ended_at")
