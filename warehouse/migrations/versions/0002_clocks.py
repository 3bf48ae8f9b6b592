"""Suspensions of deadlines, holiday notices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "clock_pause",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("clock_id", sa.String(length=64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False, comment="the first day that does not count"),
        sa.Column("last_on", sa.Date(), nullable=True, comment="the last day that does not count"),
        sa.Column("ground", sa.String(length=40), nullable=False, comment="casework.suspension.GROUNDS"),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_by", sa.String(length=64), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_clock_pause_clock_id_clock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
    )
    op.create_index(op.f("ix_clock_pause_clock_id"), "clock_pause", ["clock_id"], unique=False)
    op.create_index(
        "one_open_pause",
        "clock_pause",
        ["clock_id"],
        unique=True,
        sqlite_where=sa.text("last_on IS NULL"),
        postgresql_where=sa.text("last_on IS NULL"),
    )
    op.create_table(
        "holiday_notice",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, comment="the year the notice is for"),
        sa.Column("source", sa.Text(), nullable=False, comment="number or address of the notice"),
        sa.Column("papers", sa.JSON(), nullable=False, comment="addresses of the notice, as the file names them"),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False, comment="due days that it moved"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday_notice")),
        sa.UniqueConstraint("version", name=op.f("uq_holiday_notice_version")),
    )
    op.add_column(
        "clock_event",
        sa.Column(
            "notice_id",
            sa.String(length=64),
            nullable=True,
            comment="the holiday notice that made it be counted again",
        ),
    )
