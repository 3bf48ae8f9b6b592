"""The publication of grave breaches, from its proposal to its withdrawal"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_STATES = "state IN ('proposed','approved','dropped','published','withdrawn')"
_ID = sa.String(length=64)
_CODE = sa.String(length=40)


def upgrade() -> None:
    """Take the step. What was published before is on record nowhere; it is not made up."""
    gently.hold(referred=("cases", "document", "employer"))
    op.create_table(
        "publication",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("employer_id", _ID, nullable=False),
        sa.Column(
            "decision_id", _ID, nullable=True, comment="the served decision on the breach; None: it went to the police"
        ),
        sa.Column("breach", _CODE, nullable=False, comment="casework.publication.Breach (R29 §5)"),
        sa.Column(
            "basis",
            sa.LargeBinary(),
            nullable=True,
            comment="on what it rests that it is grave, where the records do not show it",
        ),
        sa.Column(
            "code",
            sa.LargeBinary(),
            nullable=True,
            comment="registration number, where no credit code is on record",
        ),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("address", "legal_rep", "facts", "handled")),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True, comment="when a head approved or dropped it"),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True, comment="of the head who decided"),
        sa.Column("notice_id", _ID, nullable=True, comment="the paper that is published"),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True, comment="website, newspaper, television"),
        sa.Column("objected_on", sa.Date(), nullable=True, comment="the last objection of the employer"),
        sa.Column("objection", sa.LargeBinary(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", _CODE, nullable=True, comment="casework.publication.ANSWERS"),
        sa.Column("corrected_on", sa.Date(), nullable=True, comment="the last correction"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_why", _CODE, nullable=True, comment="casework.publication.WITHDRAWALS"),
        sa.Column("done_by", _ID, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_STATES, name=op.f("ck_publication_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_publication_case_id_cases")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_publication_employer_id_employer")),
        sa.ForeignKeyConstraint(["decision_id"], ["document.id"], name=op.f("fk_publication_decision_id_document")),
        sa.ForeignKeyConstraint(["notice_id"], ["document.id"], name=op.f("fk_publication_notice_id_document")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_case_id"), "publication", ["case_id"])
    op.create_index(op.f("ix_publication_employer_id"), "publication", ["employer_id"])
    op.create_index(op.f("ix_publication_published_on"), "publication", ["published_on"])


def downgrade() -> None:
    """Take the step back. The publications are lost; their papers and the log stay."""
    op.drop_table("publication")
