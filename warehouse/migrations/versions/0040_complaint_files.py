"""Files that complaints brought, and the numbers that workers ask with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ID = sa.String(length=64)
_CODE = sa.String(length=40)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the step. Both are new; what came before has neither until it is asked for."""
    gently.hold(referred=("complaint", "landed"))
    op.create_table(
        "complaint_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("complaint_id", _ID, nullable=False),
        sa.Column(
            "landed_id", _ID, nullable=True, comment="the record that brought it; None: no record of a channel did"
        ),
        sa.Column(
            "number", sa.Integer(), nullable=False, comment="the file's number in its complaint, from 1; never reused"
        ),
        sa.Column("ref", sa.LargeBinary(), nullable=False, comment="how its channel calls it"),
        sa.Column(
            "ref_digest",
            sa.String(length=64),
            nullable=False,
            comment="keyed; the same file in a later version is not new",
        ),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason_code", _CODE, nullable=True, comment="why it was refused, or is still wanted"),
        sa.Column("media", _CODE, nullable=True, comment="what is kept, seen from its content"),
        sa.Column("sha256", sa.String(length=64), nullable=True, comment="of what is kept"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True, comment="of what is kept"),
        sa.Column("sent_media", _CODE, nullable=True, comment="what came, seen from its content"),
        sa.Column("sent_sha256", sa.String(length=64), nullable=True, comment="of the file as it came"),
        sa.Column("width", sa.Integer(), nullable=True, comment="pixels"),
        sa.Column("height", sa.Integer(), nullable=True, comment="pixels"),
        sa.Column("wanted_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('wanted','kept','refused','gone')", name=op.f("ck_complaint_file_state")),
        sa.CheckConstraint(
            "state <> 'kept' OR (sha256 IS NOT NULL AND size_bytes > 0)", name=op.f("ck_complaint_file_kept_whole")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_file_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_complaint_file_landed_id_landed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_file")),
        sa.UniqueConstraint("complaint_id", "number", name=op.f("uq_complaint_file_complaint_id_number")),
        sa.UniqueConstraint("complaint_id", "ref_digest", name=op.f("uq_complaint_file_complaint_id_ref_digest")),
    )
    op.create_index(op.f("ix_complaint_file_state_wanted_at"), "complaint_file", ["state", "wanted_at"])
    op.create_index(op.f("ix_complaint_file_landed_id"), "complaint_file", ["landed_id"])
    op.create_table(
        "complaint_file_part",
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("look", _CODE, nullable=False, comment="whole | small"),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="crypto.Keyring.seal_part"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["complaint_file.id"], name=op.f("fk_complaint_file_part_file_id_complaint_file")
        ),
        sa.PrimaryKeyConstraint("file_id", "look", "number", name=op.f("pk_complaint_file_part")),
    )
    op.create_table(
        "receipt_number",
        sa.Column("complaint_id", _ID, nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False, comment="casework.receipt_number"),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("told_digest", sa.String(length=64), nullable=True, comment="keyed, of the progress as last told"),
        sa.Column("told_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_receipt_number_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_receipt_number")),
        sa.UniqueConstraint("receipt", name=op.f("uq_receipt_number_receipt")),
    )


def downgrade() -> None:
    """Take the step back. What was brought is lost with its tables; the sources may have it still."""
    op.drop_table("receipt_number")
    op.drop_table("complaint_file_part")
    op.drop_index(op.f("ix_complaint_file_landed_id"), table_name="complaint_file")
    op.drop_index(op.f("ix_complaint_file_state_wanted_at"), table_name="complaint_file")
    op.drop_table("complaint_file")
