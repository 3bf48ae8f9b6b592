"""Every run of the intake and the linker is kept; since when a channel is paused; what landed lately is found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    moment = sa.DateTime(timezone=True)
    op.add_column("channel", sa.Column("paused_at", moment, nullable=True))
    op.create_index("ix_landed_landed_at_channel", "landed", ["landed_at", "channel"])
    op.create_table(
        "run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False, comment="collect | import | link"),
        sa.Column("subject", sa.String(length=40), nullable=True, comment="the channel; none for the linker"),
        sa.Column("started_by", sa.String(length=40), nullable=False, comment="schedule | command | button"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ms", sa.Integer(), nullable=True, comment="how long it took; none while it runs"),
        sa.Column("state", sa.String(length=40), nullable=False, comment="running | complete | empty_alarm | failed"),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("newly", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("merged", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_words", sa.Text(), nullable=True, comment="free of personal data"),
        sa.Column("pull_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["pull_id"], ["pull_certificate.id"], name="fk_run_pull_id_pull_certificate"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_started_at", "run", ["started_at"])
    op.create_index("ix_run_job_subject_state", "run", ["job", "subject", "state"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("run")
    op.drop_index("ix_landed_landed_at_channel", table_name="landed")
    op.drop_column("channel", "paused_at")
