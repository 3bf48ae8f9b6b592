"""Photographs of visits are kept, sealed, with what they are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False, comment="where it was brought in"),
        sa.Column("visit_id", sa.String(length=64), nullable=True, comment="the visit it was taken on"),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="the file's number in its case, from 1; never reused"
        ),
        sa.Column("origin", sa.String(length=40), nullable=False, comment="by which door it came: visit"),
        sa.Column("media", sa.String(length=40), nullable=False, comment="what is kept, seen from its content"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of what is kept"),
        sa.Column("size_bytes", sa.Integer(), nullable=False, comment="of what is kept"),
        sa.Column("sent_media", sa.String(length=40), nullable=False, comment="what was sent, seen from its content"),
        sa.Column(
            "sent_sha256",
            sa.String(length=64),
            nullable=False,
            comment="of the file as it was sent, which is not kept",
        ),
        sa.Column("width", sa.Integer(), nullable=True, comment="pixels"),
        sa.Column("height", sa.Integer(), nullable=True, comment="pixels"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", moment, nullable=False),
        sa.Column("struck_by", sa.String(length=64), nullable=True),
        sa.Column("struck_at", moment, nullable=True),
        sa.Column("struck_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_attachment_not_empty")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachment_case_id_cases"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="fk_attachment_visit_id_visit"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_attachment_case_id_number")),
    )
    op.create_index("ix_attachment_visit_id", "attachment", ["visit_id"])
    op.create_table(
        "attachment_part",
        sa.Column("attachment_id", sa.String(length=64), nullable=False),
        sa.Column("look", sa.String(length=40), nullable=False, comment="whole | small"),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="crypto.Keyring.seal_part"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_attachment_part_attachment_id_attachment"
        ),
        sa.PrimaryKeyConstraint("attachment_id", "look", "number", name="pk_attachment_part"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("attachment_part")
    op.drop_table("attachment")
