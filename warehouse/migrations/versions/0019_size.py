"""Indexes that a page needs where years of cases are kept: none of them walks over what is done"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NEW = (
    ("cases", ("status", "legal_status")),
    ("cases", ("status", "changed_at", "district_code")),
    ("clock", ("state", "due_on")),
    ("clock", ("case_id", "state")),
    ("clock", ("complaint_id", "state")),
    ("assignment", ("case_id",)),
    ("assignment", ("assisting_id", "state")),
    ("judgement", ("verdict", "by_person", "newest")),
    ("outcome", ("state",)),
    ("outcome", ("case_id", "state")),
    ("complaint", ("filed_at",)),
    ("dispatch_batch", ("done_by", "done_at")),
)
_GONE = (
    ("cases", "status"),
    ("clock", "due_on"),
    ("clock", "case_id"),
    ("clock", "complaint_id"),
    ("outcome", "case_id"),
)
"""A longer index of the same first column stands in their place."""


def upgrade() -> None:
    """Take the step."""
    for table, columns in _NEW:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    for table, column in _GONE:
        op.drop_index(f"ix_{table}_{column}", table_name=table)


def downgrade() -> None:
    """Take the step back."""
    for table, column in _GONE:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table, columns in _NEW:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table_name=table)
