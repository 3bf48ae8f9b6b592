"""Papers that are void, and what was unpaid when a breach was proposed for publication"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_VOID = "since when it says nothing; its number is not used again"
_UNPAID = "what was unpaid when it was proposed; None: proposed before this was kept"
_WEIGHED = "of the head who approved: what changed since the proposal comes to"


def upgrade() -> None:
    """Take the step. The notice of what was dropped before it is not made void by the machine: nobody said so."""
    gently.hold("document", "publication")
    op.add_column("document", sa.Column("void_on", sa.Date(), nullable=True, comment=_VOID))
    op.add_column("document", sa.Column("void_why", sa.LargeBinary(), nullable=True))
    op.add_column("document", sa.Column("void_by", sa.String(length=64), nullable=True))
    op.add_column("publication", sa.Column("unpaid_fen", sa.BigInteger(), nullable=True, comment=_UNPAID))
    op.add_column("publication", sa.Column("weighed", sa.LargeBinary(), nullable=True, comment=_WEIGHED))


def downgrade() -> None:
    """Take the step back. Which papers are void is lost; the log keeps who dropped what."""
    gently.hold("document", "publication")
    for table, names in (("publication", ("weighed", "unpaid_fen")), ("document", ("void_by", "void_why", "void_on"))):
        for name in names:
            op.drop_column(table, name)
