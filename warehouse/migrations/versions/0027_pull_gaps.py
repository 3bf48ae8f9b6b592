"""A month is locked with the certificates of its pulls, the gaps a head accepted, and the names of its officers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "pull_gap",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in Shanghai"),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_pull_gap_channel_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull_gap")),
        sa.UniqueConstraint("channel", "day", name=op.f("uq_pull_gap_channel_day")),
    )
    op.create_table(
        "month_pull",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("month_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in Shanghai"),
        sa.Column("state", sa.String(length=40), nullable=False, comment="certified | accepted | paused | unused"),
        sa.Column("certified_at", moment, nullable=True, comment="when the pull that certifies it began"),
        sa.Column("pulls", sa.Integer(), nullable=False, comment="begun on the day"),
        sa.Column("seen", sa.Integer(), nullable=False, comment="records at the source"),
        sa.Column("landed", sa.Integer(), nullable=False, comment="new, or changed"),
        sa.Column("refused", sa.Integer(), nullable=False, comment="set aside with a reason"),
        sa.Column("gap_id", sa.String(length=64), nullable=True, comment="why it was accepted"),
        sa.ForeignKeyConstraint(["gap_id"], ["pull_gap.id"], name=op.f("fk_month_pull_gap_id_pull_gap")),
        sa.ForeignKeyConstraint(["month_id"], ["month.id"], name=op.f("fk_month_pull_month_id_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_pull")),
        sa.UniqueConstraint("month_id", "channel", "day", name=op.f("uq_month_pull_month_id_channel_day")),
    )
    op.add_column(
        "month",
        sa.Column(
            "names",
            sa.LargeBinary(),
            nullable=True,
            comment="the officers of its rows by account, as they were called then",
        ),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("month", "names")
    op.drop_table("month_pull")
    op.drop_table("pull_gap")
