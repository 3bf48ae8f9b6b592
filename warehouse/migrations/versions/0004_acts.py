"""Supervision, chases and approvals; absences and recusals that end early"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("clock_id", sa.String(length=64), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False, comment="extend_investigation"),
        sa.Column("approver", sa.LargeBinary(), nullable=False, comment="name and post of who approved"),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_approval_case_id_cases")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_approval_clock_id_clock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_case_id"), "approval", ["case_id"], unique=False)
    op.create_table(
        "chase",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("assignment_id", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_chase_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_chase_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
    )
    op.create_index(op.f("ix_chase_case_id"), "chase", ["case_id"], unique=False)
    op.create_table(
        "inquiry_answer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("handed_in", sa.JSON(), nullable=False, comment="numbers of the lines (casework.inquiry)"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inquiry_answer_case_id_cases")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_inquiry_answer_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_answer")),
    )
    op.create_index(op.f("ix_inquiry_answer_case_id"), "inquiry_answer", ["case_id"], unique=False)
    op.create_table(
        "supervision",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("superior", sa.LargeBinary(), nullable=False, comment="who supervises, as typed"),
        sa.Column("demand", sa.LargeBinary(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("clock_id", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_supervision_case_id_cases")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_supervision_clock_id_clock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index(op.f("ix_supervision_case_id"), "supervision", ["case_id"], unique=False)
    for table in ("absence", "recusal"):
        comment = "back before its last day, or taken back" if table == "absence" else None
        op.add_column(table, sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment=comment))
        op.add_column(table, sa.Column("ended_by", sa.String(length=64), nullable=True))
    op.add_column(
        "recusal",
        sa.Column(
            "asked_by",
            sa.String(length=40),
            nullable=True,
            comment="officer | party | office: who asked for it (QD §29)",
        ),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("recusal", "asked_by")
    for table in ("recusal", "absence"):
        op.drop_column(table, "ended_by")
        op.drop_column(table, "ended_at")
    for table in ("supervision", "inquiry_answer", "chase", "approval"):
        op.drop_index(op.f(f"ix_{table}_case_id"), table_name=table)
        op.drop_table(table)
