"""When a queue was emptied is kept, and what the office timed by hand; a locked month keeps its stopwatch"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "queue_emptied",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False, comment="dispatch | judge | merge"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_emptied"),
    )
    op.create_index("ix_queue_emptied_done_at", "queue_emptied", ["done_at"])
    op.create_table(
        "time_baseline",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=40), nullable=False, comment="the places it was measured for"),
        sa.Column(
            "measure", sa.String(length=40), nullable=False, comment="warehouse.statistics.definitions.BASELINES"
        ),
        sa.Column("seconds", sa.JSON(), nullable=False, comment="each complaint that was timed"),
        sa.Column("timed_on", sa.Date(), nullable=False, comment="the last day it was timed on"),
        sa.Column("timed_by", sa.String(length=40), nullable=False, comment="the role of who timed it, never a name"),
        sa.Column("how", sa.LargeBinary(), nullable=False, comment="how it was timed, and where that lies"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", moment, nullable=False),
        sa.Column("dropped_by", sa.String(length=64), nullable=True),
        sa.Column("dropped_at", moment, nullable=True),
        sa.CheckConstraint(
            "measure IN ('minutes_per_complaint','hours_to_dispatch')", name=op.f("ck_time_baseline_measure")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_time_baseline"),
    )
    op.create_index("ix_time_baseline_territory", "time_baseline", ["territory"])
    op.add_column(
        "month",
        sa.Column(
            "times",
            sa.JSON(),
            nullable=True,
            comment="the stopwatch as it stood then; None: locked before it was counted",
        ),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("month", "times")
    op.drop_table("time_baseline")
    op.drop_table("queue_emptied")
