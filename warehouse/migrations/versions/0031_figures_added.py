"""On what ground each complaint was declined, what stands beside a locked month, and days that figures are found by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently
from warehouse.models import EncryptedJson, Moment
from warehouse.models.base import PLAIN_JSON

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_PAPERS = sa.table(
    "document",
    *map(sa.column, ("id", "complaint_id", "kind")),
    sa.column("body", EncryptedJson("document.body")),
    sa.column("done_at", Moment()),
)
_MOVES = sa.table(
    "life_move",
    *map(sa.column, ("complaint_id", "became", "ground", "done_by")),
    sa.column("done_at", Moment()),
)
_BACKFILLED_BY = "system:migration"
_FOUND_BY = (("warning", "raised_at"), ("warning", "settled_at"), ("document", "served_on"))


def upgrade() -> None:
    """Take the step. Needs the key file where anything was declined: the ground stands on the closed notice."""
    gently.hold("life_move", "month", referred=("document", "warning"))
    comment = "of a complaint that is declined: casework.handling.DECLINE_GROUNDS"
    op.add_column("life_move", sa.Column("ground", sa.String(length=40), nullable=True, comment=comment))
    comment = "the cells since January, and of the year before; None: locked before they were counted"
    op.add_column("month", sa.Column("along", PLAIN_JSON, nullable=True, comment=comment))
    for table, column in _FOUND_BY:
        op.create_index(f"ix_{table}_{column}", table, [column])
    _grounds(op.get_bind())


def downgrade() -> None:
    """Take the step back. The grounds stay on the notices."""
    for table, column in _FOUND_BY:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_column("month", "along")
    op.drop_column("life_move", "ground")


def _grounds(link: sa.Connection) -> None:
    """Each notice, the oldest first, says why the complaints it names were declined up to then."""
    own, move = _PAPERS.c, _MOVES.c
    notices = sa.select(own.complaint_id, own.body, own.done_at).where(own.kind == "declining_notice")
    for complaint_id, body, at in link.execute(notices.order_by(own.done_at, own.id)).all():
        told = [complaint_id] if complaint_id else [str(one) for one in body.get("complaint_ids") or ()]
        if not body.get("ground"):
            continue
        then = sa.or_(move.done_at <= at, move.done_by == _BACKFILLED_BY)
        for one in told:
            steps = sa.update(_MOVES).where(move.complaint_id == one, move.became == "declined", move.ground.is_(None))
            link.execute(steps.where(then).values(ground=body["ground"]))
