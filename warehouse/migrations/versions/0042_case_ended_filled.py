"""The ends of all cases worked out; indexes that hold all that figures ask of cases, and names to search by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_HELD = ("status", "district_code")
_NEW = (
    ("cases", ("ended_at", *_HELD, "opened_at")),
    ("cases", ("opened_at", *_HELD, "employer_id")),
    ("outcome", ("exit", "decided_at")),
    ("cases", ("employer_name",)),
    ("cases", ("site_name",)),
    ("complaint_version", ("employer_name",)),
    ("complaint_version", ("site_name",)),
    ("complaint_version", ("phone_tail_blind",)),
)
_OLD = "cases", ("opened_at", "status")
_CASES = sa.table("cases", *map(sa.column, ("id", "ended_at")))
_OUTCOMES = sa.table("outcome", *map(sa.column, ("case_id", "state", "decided_at")))
_PAPERS = sa.table("document", *map(sa.column, ("case_id", "kind", "done_at")))
_MOVES = sa.table("life_move", *map(sa.column, ("case_id", "life", "was", "became", "done_at")))


def upgrade() -> None:
    """Take the step. While it fills, the rows of cases that came to an end are held, and nothing else."""
    found = _worked_out()
    op.get_bind().execute(sa.update(_CASES).where(_CASES.c.ended_at.is_distinct_from(found)).values(ended_at=found))
    for table, columns in _NEW:
        gently.create_index(gently.index_name(table, columns), table, columns)
    gently.drop_index(gently.index_name(*_OLD), _OLD[0])


def downgrade() -> None:
    """Take the step back. What was filled stays."""
    gently.create_index(gently.index_name(*_OLD), *_OLD)
    for table, columns in _NEW:
        gently.drop_index(gently.index_name(table, columns), table)


def _worked_out() -> sa.ColumnElement[object]:
    """As `warehouse.ends` did when this step was written: the first outcome, else the decline, else handed on."""
    outcome, paper, move, case_id = _OUTCOMES.c, _PAPERS.c, _MOVES.c, _CASES.c.id
    decided = sa.select(sa.func.min(outcome.decided_at)).where(outcome.case_id == case_id, outcome.state == "approved")
    back = sa.select(move.case_id).where(
        move.case_id == paper.case_id, move.life == "law", move.became == "received", move.done_at >= paper.done_at
    )
    declined = sa.select(sa.func.min(paper.done_at)).where(
        paper.case_id == case_id, paper.kind == "declining_notice", ~back.correlate(_PAPERS).exists()
    )
    handed_on = sa.select(sa.func.min(move.done_at)).where(
        move.case_id == case_id, move.life == "work", move.became == "closed",
        move.was.in_(("to_dispatch", "in_progress")),
    )  # fmt: skip
    ways = (decided, declined, handed_on)
    return sa.func.coalesce(*(one.correlate(_CASES).scalar_subquery() for one in ways))
