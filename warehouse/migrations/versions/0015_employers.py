"""Employers merged and parted by people, credit codes read off the register, and who watches whom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    for column in _columns():
        op.add_column("employer", column)
    op.create_index(op.f("ix_employer_merged_into"), "employer", ["merged_into"], unique=False)
    op.create_table(
        "employer_event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False, comment="from 1, in the order they were decided"),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="merge | split_alias | verify_code"),
        sa.Column("employer_id", sa.String(length=64), nullable=False),
        sa.Column(
            "other_id", sa.String(length=64), nullable=True, comment="the employer merged in, or the one split off"
        ),
        sa.Column("state_before", sa.JSON(), nullable=False, comment="what the inverse needs"),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('merge','split_alias','verify_code')", name=op.f("ck_employer_event_kind")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_employer_event_employer_id_employer")),
        sa.ForeignKeyConstraint(["other_id"], ["employer.id"], name=op.f("fk_employer_event_other_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_event")),
        sa.UniqueConstraint("step_no", name=op.f("uq_employer_event_step_no")),
    )
    op.create_index(op.f("ix_employer_event_employer_id"), "employer_event", ["employer_id"], unique=False)
    op.create_table(
        "employer_watch",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("employer_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_employer_watch_account_id_account")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_employer_watch_employer_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_watch")),
    )
    op.create_index(op.f("ix_employer_watch_employer_id"), "employer_watch", ["employer_id"], unique=False)
    op.create_index(op.f("ix_employer_watch_account_id"), "employer_watch", ["account_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("employer_watch")
    op.drop_table("employer_event")
    op.drop_index(op.f("ix_employer_merged_into"), table_name="employer")
    for column in reversed(_columns()):
        op.drop_column("employer", column.name)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column(
            "code_checked_on", sa.Date(), nullable=True, comment="when an officer read the code off the register"
        ),
        sa.Column("code_checked_by", sa.String(length=64), nullable=True),
        sa.Column(
            "merged_into",
            sa.String(length=64),
            nullable=True,
            comment="the employer that stays; never one merged away itself",
        ),
        sa.Column("split_from", sa.String(length=64), nullable=True, comment="whose spelling a person took out"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            server_default="1",
            comment="grows with every change; travels through the form",
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
    ]
