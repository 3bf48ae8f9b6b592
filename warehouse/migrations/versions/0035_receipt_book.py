"""The return-receipt book: the day's balance of a channel, what a channel shows instead, who was told in another way"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TOLD = "when somebody told the person in another way, for the channel would not take it"
_SHOWN = "the text the channel shows, where it is not the one that was sent"
_COUNTS = (
    ("carried_over", None),
    ("received", None),
    ("opened_again", None),
    ("answered", "the final answer was read back and equal"),
    ("declined", None),
    ("redirected", None),
    ("told", "told in another way by a person"),
    ("not_owed", "over, and no answer was wanted or can be given"),
    ("discarded", "set aside for good in quarantine"),
    ("unproven", "over without the proof that an answer arrived: to be explained"),
    ("still_open", "counted by itself at the end of the day, never by subtraction"),
    ("remainder", "what does not add up; 0 unless a fact is missing or back-dated"),
)


def upgrade() -> None:
    """Take the step. Days before it have no balance; the first one counted begins with what is open then."""
    gently.hold("reply", "receipt", referred=("channel",))
    op.add_column("reply", sa.Column("told_at", _MOMENT, nullable=True, comment=_TOLD))
    op.add_column("reply", sa.Column("told_by", sa.String(length=64), nullable=True))
    op.add_column("reply", sa.Column("told_way", sa.String(length=40), nullable=True, comment="casework.receipts.Way"))
    op.add_column("reply", sa.Column("told_note", sa.LargeBinary(), nullable=True))
    op.add_column("receipt", sa.Column("shown", sa.LargeBinary(), nullable=True, comment=_SHOWN))
    op.create_table(
        "receipt_day",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("day_of", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False, comment=comment) for name, comment in _COUNTS),
        sa.Column("counted_at", _MOMENT, nullable=False),
        sa.Column("explained_by", sa.String(length=64), nullable=True),
        sa.Column("explained_at", _MOMENT, nullable=True),
        sa.Column("explanation", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_receipt_day_channel_channel")),
        sa.PrimaryKeyConstraint("channel", "day_of", name=op.f("pk_receipt_day")),
    )
    op.create_index("ix_receipt_day_day_of", "receipt_day", ["day_of"])


def downgrade() -> None:
    """Take the step back. The balances are lost; they can be counted again from the facts."""
    op.drop_index("ix_receipt_day_day_of", table_name="receipt_day")
    op.drop_table("receipt_day")
    op.drop_column("receipt", "shown")
    for name in ("told_note", "told_way", "told_by", "told_at"):
        op.drop_column("reply", name)
