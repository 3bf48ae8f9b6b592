"""Terms of hours, a posting with its photo, a listing by a handling decision"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column(
        "clock",
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True, comment="a term of hours: the moment it ends"),
    )
    op.add_column(
        "clock",
        sa.Column(
            "met_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="of a term of hours: the moment the duty was done",
        ),
    )
    op.add_column(
        "document",
        sa.Column(
            "served_ref",
            sa.LargeBinary(),
            nullable=True,
            comment="of a posting: where the photo or video lies (SPC13 §4)",
        ),
    )
    with op.batch_alter_table("joint_listing") as table:
        table.alter_column("order_id", existing_type=sa.String(length=64), nullable=True)
        table.add_column(
            sa.Column(
                "decision_id",
                sa.String(length=64),
                nullable=True,
                comment="the handling decision that ran out unpaid, where no order did",
            )
        )
        table.create_foreign_key(op.f("fk_joint_listing_decision_id_document"), "document", ["decision_id"], ["id"])
        table.add_column(
            sa.Column(
                "rural_basis",
                sa.LargeBinary(),
                nullable=True,
                comment="why the workers are rural migrants, where the case does not say so",
            )
        )


def downgrade() -> None:
    """Take the step back. Listings by a handling decision have no order to fall back to."""
    with op.batch_alter_table("joint_listing") as table:
        table.drop_column("rural_basis")
        table.drop_constraint(op.f("fk_joint_listing_decision_id_document"), type_="foreignkey")
        table.drop_column("decision_id")
        table.alter_column("order_id", existing_type=sa.String(length=64), nullable=False)
    op.drop_column("document", "served_ref")
    op.drop_column("clock", "met_at")
    op.drop_column("clock", "due_at")
