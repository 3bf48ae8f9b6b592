"""Certificates have a baseline; days of channels are held against their sources; canaries are traced"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. Of pulls that ended before, no baseline was kept."""
    gently.hold("pull_certificate", referred=("channel", "landed"))
    moment = sa.DateTime(timezone=True)
    op.add_column(
        "pull_certificate",
        sa.Column(
            "canaries",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="of what landed, our own canaries: nobody's complaints",
        ),
    )
    op.add_column(
        "pull_certificate",
        sa.Column(
            "expected",
            sa.Integer(),
            nullable=True,
            comment="what such a weekday brings, the median of those before; None: too few are known",
        ),
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False, comment="the same for all days asked for at once"),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in Shanghai, of the record's last change"),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("at_source", sa.Integer(), nullable=False, comment="what the source shows"),
        sa.Column("landed", sa.Integer(), nullable=False, comment="what was landed before it was asked"),
        sa.Column("hidden", sa.Integer(), nullable=False, comment="at the source and never landed; landed now"),
        sa.Column("changed", sa.Integer(), nullable=False, comment="landed with another content; landed now"),
        sa.Column("gone", sa.Integer(), nullable=False, comment="landed, and no longer shown by the source"),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("landed_hash", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False, comment="equal | found | gone"),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_reconciliation_channel_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sa.UniqueConstraint("run_id", "channel", "day", name=op.f("uq_reconciliation_run_id_channel_day")),
    )
    op.create_index(op.f("ix_reconciliation_channel_asked_at"), "reconciliation", ["channel", "asked_at"])
    op.create_table(
        "canary",
        sa.Column("id", sa.String(length=64), nullable=False, comment="stands in its mark"),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="in Shanghai"),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("placed_at", moment, nullable=False),
        sa.Column("landed_id", sa.String(length=64), nullable=True),
        sa.Column("landed_at", moment, nullable=True),
        sa.Column("filed_at", moment, nullable=True),
        sa.Column("linked_at", moment, nullable=True),
        sa.Column("queued_at", moment, nullable=True, comment="when it would have stood in the queue"),
        sa.Column("error_code", sa.String(length=40), nullable=True, comment="why it could not be placed"),
        sa.CheckConstraint("state IN ('unplaced','placed','landed','filed','queued')", name=op.f("ck_canary_state")),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_canary_channel_channel")),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_canary_landed_id_landed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary")),
    )
    op.create_index(op.f("ix_canary_channel_placed_at"), "canary", ["channel", "placed_at"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("canary")
    op.drop_table("reconciliation")
    op.drop_column("pull_certificate", "expected")
    op.drop_column("pull_certificate", "canaries")
