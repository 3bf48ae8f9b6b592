"""Lives: the steps of complaints and cases, enforcement, archive, and what a call-back asks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "life_move",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("life", sa.String(length=40), nullable=False, comment="casework.lifecycle.Life"),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("complaint_id", sa.String(length=64), nullable=True),
        sa.Column("step_no", sa.Integer(), nullable=False, comment="from 1, in the order of this life"),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column(
            "newest",
            sa.Boolean(),
            nullable=False,
            comment="the step that says where it is; the only column that ever changes",
        ),
        sa.Column("rule_version", sa.String(length=40), nullable=False, comment="of the table of steps"),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("life IN ('complaint','work','law')", name=op.f("ck_life_move_life")),
        sa.CheckConstraint("(case_id IS NULL) <> (complaint_id IS NULL)", name=op.f("ck_life_move_one_subject")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_life_move_case_id_cases")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_life_move_complaint_id_complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_move")),
        sa.UniqueConstraint("case_id", "life", "step_no", name=op.f("uq_life_move_case_id_life_step_no")),
        sa.UniqueConstraint("complaint_id", "step_no", name=op.f("uq_life_move_complaint_id_step_no")),
    )
    op.create_table(
        "enforcement",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=True, comment="the demand (催告书)"),
        sa.Column("court", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('performed','demanded','applied')", name=op.f("ck_enforcement_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_enforcement_case_id_cases")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_enforcement_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enforcement")),
    )
    op.create_index(op.f("ix_enforcement_case_id"), "enforcement", ["case_id"], unique=False)
    op.create_table(
        "case_archive",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("archive_no", sa.String(length=40), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False, comment="setting archive.years, from the day of archiving"),
        sa.Column("papers", sa.Integer(), nullable=False, comment="how many papers the volume holds"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_archive_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_archive")),
        sa.UniqueConstraint("archive_no", name=op.f("uq_case_archive_archive_no")),
    )
    op.create_index(op.f("ix_case_archive_case_id"), "case_archive", ["case_id"], unique=False)
    op.add_column(
        "satisfaction",
        sa.Column("trueness", sa.Boolean(), nullable=True, comment="is what we told the channel true, they say"),
    )
    op.add_column(
        "satisfaction",
        sa.Column("money_received", sa.Boolean(), nullable=True, comment="None: not asked, or no answer"),
    )
    op.add_column("satisfaction", sa.Column("opinion", sa.LargeBinary(), nullable=True, comment="in their words"))


def downgrade() -> None:
    """Take the step back."""
    for column in ("opinion", "money_received", "trueness"):
        op.drop_column("satisfaction", column)
    for table in ("case_archive", "enforcement"):
        op.drop_index(op.f(f"ix_{table}_case_id"), table_name=table)
        op.drop_table(table)
    op.drop_table("life_move")
