"""Drafts of forms that came too late; requests that an officer be recused"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False, comment="name of the act, as its route is called"),
        sa.Column(
            "about",
            sa.String(length=64),
            nullable=False,
            comment="the complaint, paper or outcome the form is for; empty: the case",
        ),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "case_version", sa.Integer(), nullable=False, comment="the version of the case the form was opened on"
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_draft_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "account_id", "case_id", "act", "about", name=op.f("uq_draft_account_id_case_id_act_about")
        ),
    )
    op.create_index(op.f("ix_draft_case_id"), "draft", ["case_id"], unique=False)
    op.create_index(op.f("ix_draft_done_at"), "draft", ["done_at"], unique=False)
    op.create_table(
        "recusal_request",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False, comment="who is to be recused"),
        sa.Column("asked_by", sa.String(length=40), nullable=False, comment="officer | party"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.LargeBinary(), nullable=True),
        sa.Column("recusal_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('asked','granted','refused')", name=op.f("ck_recusal_request_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recusal_request_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recusal_request_case_id_cases")),
        sa.ForeignKeyConstraint(["recusal_id"], ["recusal.id"], name=op.f("fk_recusal_request_recusal_id_recusal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal_request")),
    )
    op.create_index(op.f("ix_recusal_request_case_id"), "recusal_request", ["case_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_recusal_request_case_id"), table_name="recusal_request")
    op.drop_table("recusal_request")
    op.drop_index(op.f("ix_draft_done_at"), table_name="draft")
    op.drop_index(op.f("ix_draft_case_id"), table_name="draft")
    op.drop_table("draft")
