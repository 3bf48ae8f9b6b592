"""The ledger: who is owed what, what was promised in instalments, who is liable to pay"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "ledger_worker",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="the worker's number in this ledger, from 1; never reused"
        ),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("name_blind", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.String(length=64), nullable=True),
        sa.Column("id_no", sa.LargeBinary(), nullable=True),
        sa.Column("id_no_blind", sa.String(length=64), nullable=True),
        sa.Column(
            "secret",
            sa.Boolean(),
            nullable=False,
            comment="named only by those who told in confidence: shown without a name",
        ),
        sa.Column("remarks", sa.JSON(), nullable=False, comment="codes of what is odd but not wrong"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_by", sa.String(length=64), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ledger_worker_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_worker")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_ledger_worker_case_id_number")),
    )
    op.create_index(
        op.f("ix_ledger_worker_case_id_name_blind"), "ledger_worker", ["case_id", "name_blind"], unique=False
    )
    op.create_table(
        "liable_party",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False, comment="casework.liability.ROLES"),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="a crew boss is a person"),
        sa.Column("uscc", sa.String(length=40), nullable=True),
        sa.Column("told_by", sa.String(length=40), nullable=False, comment="casework.liability.TOLD_BY"),
        sa.Column("told_where", sa.LargeBinary(), nullable=True),
        sa.Column("irregular", sa.String(length=40), nullable=True, comment="casework.liability.IRREGULAR"),
        sa.Column("owes", sa.Boolean(), nullable=False, comment="hired the workers and did not pay them"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("liable_ground", sa.String(length=40), nullable=True, comment="casework.liability.GROUNDS"),
        sa.Column("liable_by", sa.String(length=64), nullable=True),
        sa.Column("liable_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_liable_party_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liable_party")),
    )
    op.create_index(op.f("ix_liable_party_case_id"), "liable_party", ["case_id"], unique=False)
    op.create_table(
        "payment_plan",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False, comment="payments from this day on keep it"),
        sa.Column("agreed_with", sa.LargeBinary(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payment_plan_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plan")),
    )
    op.create_index(op.f("ix_payment_plan_case_id"), "payment_plan", ["case_id"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "alarmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the officers were told that it is broken",
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_instalment_plan_id_payment_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("plan_id", "due_on", name=op.f("uq_instalment_plan_id_due_on")),
    )
    op.create_index(op.f("ix_instalment_due_on"), "instalment", ["due_on"], unique=False)
    op.create_table(
        "ledger_line",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="the line's number with this worker, from 1"),
        sa.Column("period_from", sa.String(length=7), nullable=False, comment="YYYY-MM; empty: not said"),
        sa.Column("period_to", sa.String(length=7), nullable=False, comment="YYYY-MM; empty: not said"),
        sa.Column("said", sa.JSON(), nullable=False, comment="fen by source: a complaint's id, or roster"),
        sa.Column("claimed_fen", sa.BigInteger(), nullable=True),
        sa.Column("verified_fen", sa.BigInteger(), nullable=True),
        sa.Column("verified_by", sa.String(length=64), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verified_fen >= 0", name=op.f("ck_ledger_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["ledger_worker.id"], name=op.f("fk_ledger_line_worker_id_ledger_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
        sa.UniqueConstraint(
            "worker_id", "period_from", "period_to", name=op.f("uq_ledger_line_worker_id_period_from_period_to")
        ),
        sa.UniqueConstraint("worker_id", "seq", name=op.f("uq_ledger_line_worker_id_seq")),
    )
    op.create_table(
        "payment_match",
        sa.Column("payment_line_id", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_line_id"], ["payment_line.id"], name=op.f("fk_payment_match_payment_line_id_payment_line")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["ledger_worker.id"], name=op.f("fk_payment_match_worker_id_ledger_worker")
        ),
        sa.PrimaryKeyConstraint("payment_line_id", name=op.f("pk_payment_match")),
    )
    op.create_index(op.f("ix_payment_match_worker_id"), "payment_match", ["worker_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_payment_match_worker_id"), table_name="payment_match")
    op.drop_table("payment_match")
    op.drop_table("ledger_line")
    op.drop_index(op.f("ix_instalment_due_on"), table_name="instalment")
    op.drop_table("instalment")
    op.drop_index(op.f("ix_payment_plan_case_id"), table_name="payment_plan")
    op.drop_table("payment_plan")
    op.drop_index(op.f("ix_liable_party_case_id"), table_name="liable_party")
    op.drop_table("liable_party")
    op.drop_index(op.f("ix_ledger_worker_case_id_name_blind"), table_name="ledger_worker")
    op.drop_table("ledger_worker")
