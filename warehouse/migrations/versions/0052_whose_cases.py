"""Whose case it is and who was given it since is answered by indexes alone"""

from __future__ import annotations

from warehouse.migrations import gently

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_NEW = (
    ("case_id", "dispatched_at", "state"),
    ("lead_id", "state", "case_id", "dispatched_at"),
    ("assisting_id", "state", "case_id", "dispatched_at"),
)
_OLD = (("case_id",), ("lead_id", "state"), ("assisting_id", "state"))


def upgrade() -> None:
    """Take the step."""
    _replace(_OLD, _NEW)


def downgrade() -> None:
    """Take the step back."""
    _replace(_NEW, _OLD)


def _replace(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    for columns in new:
        gently.create_index(gently.index_name("assignment", columns), "assignment", columns)
    for columns in old:
        gently.drop_index(gently.index_name("assignment", columns), "assignment")
