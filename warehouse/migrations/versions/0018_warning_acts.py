"""What people do with warnings: settled, set aside until a day, given on, taken to a case or a visit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KINDS = "'confirmed','false_alarm','corrected','undo','snooze','wake','give','to_case','to_visit'"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "warning_act",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("warning_id", sa.String(length=64), nullable=False),
        sa.Column(
            "step_no", sa.Integer(), nullable=False, comment="the version of the warning that the act was done on"
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state_before", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True, comment="snooze: the day it comes back; to_visit: the day"),
        sa.Column("officer_id", sa.String(length=64), nullable=True, comment="who gets it, or visits"),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("undoes", sa.String(length=64), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_warning_act_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_warning_act_case_id_cases")),
        sa.ForeignKeyConstraint(["officer_id"], ["account.id"], name=op.f("fk_warning_act_officer_id_account")),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name=op.f("fk_warning_act_warning_id_warning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_act")),
        sa.UniqueConstraint("warning_id", "step_no", name=op.f("uq_warning_act_warning_id_step_no")),
    )
    op.create_index(op.f("ix_warning_act_case_id"), "warning_act", ["case_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("warning_act")
