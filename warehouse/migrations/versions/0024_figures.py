"""Figures by sector; and indexes by the day a thing happened, so that a month costs what happened in it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NEW = (
    ("cases", ("opened_at", "status")),
    ("cases", ("status", "id")),
    ("cases", ("group_incident",)),
    ("clock", ("met_on", "due_on")),
    ("clock", ("started_on", "kind")),
    ("clock_event", ("done_at", "kind")),
    ("assignment", ("dispatched_at",)),
    ("assignment", ("ended_at",)),
    ("visit", ("visited_at",)),
    ("referral", ("referred_on",)),
    ("crime_transfer", ("handed_at",)),
    ("joint_listing", ("decided_on",)),
    ("document", ("issued_on",)),
    ("document", ("done_at", "kind")),
    ("payment", ("paid_on",)),
    ("outcome", ("case_id", "state", "decided_at")),
    ("outcome", ("decided_at",)),
    ("satisfaction", ("asked_at",)),
    ("life_move", ("done_at", "became")),
)
_GONE = (("outcome", ("case_id", "state")),)
"""A longer index of the same first columns stands in their place."""


def upgrade() -> None:
    """Take the step. What was locked before says nothing of sectors."""
    says = "empty: not counted yet when it was locked"
    sector = sa.Column("sector", sa.String(length=40), server_default="", nullable=False, comment=says)
    with op.batch_alter_table("month_item") as items:
        items.add_column(sector)
    for table, columns in _NEW:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    for table, columns in _GONE:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table_name=table)


def downgrade() -> None:
    """Take the step back."""
    for table, columns in _GONE:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    for table, columns in _NEW:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table_name=table)
    with op.batch_alter_table("month_item") as items:
        items.drop_column("sector")
