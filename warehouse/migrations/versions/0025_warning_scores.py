"""The last back-test of the rules of early warning, and which of them fell silent or spoke again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_ID = sa.String(length=64)
_CODE = sa.String(length=40)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "back_test",
        sa.Column("id", _ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False, comment="the first day looked at"),
        sa.Column("last_on", sa.Date(), nullable=False, comment="the last day looked at"),
        sa.Column("step_days", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False, comment="how many days were looked at"),
        sa.Column(
            "alarms",
            sa.JSON(),
            nullable=False,
            comment="rule, level, employer (its id, else as the feed names it), place, first and last day",
        ),
        sa.Column("done_by", _ID, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_back_test"),
    )
    op.create_table(
        "rule_muting",
        sa.Column("id", _ID, nullable=False),
        sa.Column("rule", _CODE, nullable=False),
        sa.Column("level", _CODE, nullable=False, comment="yellow | orange | red"),
        sa.Column("rule_version", _CODE, nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False, comment="from 1, of this rule at this level"),
        sa.Column("mute", sa.Boolean(), nullable=False, comment="whether it raises nothing from now on"),
        sa.Column("why", _CODE, nullable=False, comment="floor | recovered | law | person"),
        sa.Column(
            "right_count",
            sa.Integer(),
            nullable=True,
            comment="judged warnings, or alarms in the dark, that were right",
        ),
        sa.Column("wrong_count", sa.Integer(), nullable=True),
        sa.Column("floor_percent", sa.Integer(), nullable=True, comment="the floor it was held against"),
        sa.Column("reason", sa.LargeBinary(), nullable=True, comment="of a person"),
        sa.Column("done_by", _ID, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=False),
        sa.CheckConstraint("why IN ('floor','recovered','law','person')", name=op.f("ck_rule_muting_why")),
        sa.PrimaryKeyConstraint("id", name="pk_rule_muting"),
        sa.UniqueConstraint("rule", "level", "step_no", name="uq_rule_muting_rule_level_step_no"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("rule_muting")
    op.drop_table("back_test")
