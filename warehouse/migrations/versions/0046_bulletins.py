"""Bulletins of hot spots, and their files as they were issued"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None
_ID, _CODE, _DIGEST = sa.String(length=64), sa.String(length=40), sa.String(length=64)
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "bulletin",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", _CODE, nullable=False, comment="weekly | monthly"),
        sa.Column("period", _CODE, nullable=False, comment="2026-W47 | 2026-11"),
        sa.Column("territory", _CODE, nullable=False, comment="administrative code its places start with"),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("bulletin_no", _CODE, nullable=True, comment="from its issue on; never reused"),
        sa.Column("replaces", _ID, nullable=True, comment="the issued one it restates"),
        sa.Column("reason", sa.LargeBinary(), nullable=True, comment="why it restates that"),
        sa.Column("content", sa.JSON(), nullable=False, comment="counts, codes, ids, names of sites and firms"),
        sa.Column("digest", _DIGEST, nullable=False, comment="sha256 of the content"),
        sa.Column("rising", sa.Integer(), nullable=False, comment="how many lines its lists have"),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        sa.Column("issued_by", _ID, nullable=True),
        sa.Column("issued_at", _AT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with every change; travels through the form"),
        sa.CheckConstraint("state IN ('draft','issued','replaced')", name=op.f("ck_bulletin_state")),
        sa.CheckConstraint("(state = 'draft') = (bulletin_no IS NULL)", name=op.f("ck_bulletin_numbered")),
        sa.ForeignKeyConstraint(["replaces"], ["bulletin.id"], name=op.f("fk_bulletin_replaces_bulletin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("bulletin_no", name=op.f("uq_bulletin_bulletin_no")),
    )
    op.create_index(op.f("ix_bulletin_territory_period"), "bulletin", ["territory", "period"])
    op.create_table(
        "bulletin_file",
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("language", _CODE, nullable=False, comment="zh_CN | en"),
        sa.Column("form", _CODE, nullable=False, comment="docx | pdf"),
        sa.Column("sha256", _DIGEST, nullable=False),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, comment="no personal data: names of sites and firms, counts"
        ),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_file_bulletin_id_bulletin")),
        sa.PrimaryKeyConstraint("bulletin_id", "language", "form", name=op.f("pk_bulletin_file")),
    )


def downgrade() -> None:
    """Take the step back. Issued bulletins are lost; what they counted is not."""
    op.drop_table("bulletin_file")
    op.drop_table("bulletin")
