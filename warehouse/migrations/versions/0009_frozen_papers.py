"""Papers as they were served, fines by their rows, and what the party did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.add_column(
        "document",
        sa.Column(
            "as_served",
            sa.LargeBinary(),
            nullable=True,
            comment="every blank as the party read it; stands from the service on",
        ),
    )
    op.add_column(
        "document",
        sa.Column(
            "announced_on",
            sa.Date(),
            nullable=True,
            comment="service by notice: counts as served when its term ended",
        ),
    )
    op.add_column(
        "document",
        sa.Column(
            "announced_why",
            sa.LargeBinary(),
            nullable=True,
            comment="the way that was tried before, and why it failed",
        ),
    )
    op.add_column(
        "outcome",
        sa.Column("fines", sa.LargeBinary(), nullable=True, comment="row, step, units and range of each fine imposed"),
    )
    op.add_column(
        "outcome",
        sa.Column(
            "notice_id", sa.String(length=64), nullable=True, comment="the prior notice it followed; used up by it"
        ),
    )
    op.add_column(
        "outcome",
        sa.Column(
            "amount_additional_fen",
            sa.BigInteger(),
            nullable=True,
            comment="加付赔偿金, ordered on top of the wages, to the workers",
        ),
    )
    op.create_table(
        "party_act",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=64), nullable=True, comment="the paper it answers"),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="casework.party.Party"),
        sa.Column("code", sa.String(length=40), nullable=True, comment="which remedy was taken, or how it ended"),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column(
            "answer", sa.LargeBinary(), nullable=True, comment="what was examined again, or how the remedy ended"
        ),
        sa.Column("notified_on", sa.Date(), nullable=True, comment="when it was told of its hearing"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('stated','waived','hearing_asked','heard','remedy_taken','remedy_ended')",
            name=op.f("ck_party_act_kind"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_party_act_case_id_cases")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_party_act_document_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_act")),
    )
    op.create_index(op.f("ix_party_act_case_id"), "party_act", ["case_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_party_act_case_id"), table_name="party_act")
    op.drop_table("party_act")
    op.drop_column("outcome", "amount_additional_fen")
    op.drop_column("outcome", "notice_id")
    op.drop_column("outcome", "fines")
    op.drop_column("document", "announced_why")
    op.drop_column("document", "announced_on")
    op.drop_column("document", "as_served")
