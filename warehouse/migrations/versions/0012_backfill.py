"""What was filed, declined, concluded and pledged before these had steps and obligations of their own"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from warehouse.models import Encrypted, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BY = "system:migration"
_RULE_VERSION = "2026-11"
_AT_ONCE = 500

_CASES = sa.table("cases", *map(sa.column, ("id", "case_no", "status", "legal_status")))
_MEMBERS = sa.table("case_membership", *map(sa.column, ("complaint_id", "case_id", "valid_to")))
_PAPERS = sa.table("document", *map(sa.column, ("case_id", "complaint_id", "kind")))
_CLOCKS = sa.table("clock", *map(sa.column, ("complaint_id", "kind", "state")))
_MOVES = sa.table(
    "life_move",
    *map(sa.column, ("id", "life", "complaint_id", "step_no", "was", "became")),
    sa.column("newest", sa.Boolean()),
    *map(sa.column, ("rule_version", "done_by")),
    sa.column("done_at", Moment()),
)
_PLEDGES = sa.table(
    "pledge",
    sa.column("id"),
    sa.column("obligations", Encrypted("pledge.obligations")),
    sa.column("due_on", sa.Date()),
    sa.column("kept", sa.Boolean()),
)
_DUTIES = sa.table(
    "pledge_duty",
    sa.column("id"),
    sa.column("pledge_id"),
    sa.column("seq"),
    sa.column("says", Encrypted("pledge_duty.says")),
    sa.column("due_on", sa.Date()),
    sa.column("kept", sa.Boolean()),
)


def upgrade() -> None:
    """Take the step. Needs the key file where pledges are kept: their text goes from one closed column to another."""
    link = op.get_bind()
    _steps(link)
    _obligations(link)


def downgrade() -> None:
    """Take the step back: nothing to undo, for what was filled in is as true in the older form."""


def _steps(link: sa.Connection) -> None:
    """One step for each complaint that its case had judged already. One that waits to be accepted has taken none."""
    ended = _CASES.c.status.in_(("concluded", "closed"))
    notice = sa.exists().where(
        _PAPERS.c.case_id == _CASES.c.id, _PAPERS.c.complaint_id.is_(None), _PAPERS.c.kind == "declining_notice"
    )
    filed = _CASES.c.case_no.is_not(None)
    became = sa.case(
        (sa.or_(_CASES.c.legal_status == "declined", ~filed & ended & notice), "declined"),
        (filed, "accepted"),
        else_="judged",
    )
    waits = sa.exists().where(
        _CLOCKS.c.complaint_id == _MEMBERS.c.complaint_id,
        _CLOCKS.c.kind == "accept",
        _CLOCKS.c.state.in_(("running", "paused")),
    )
    question = (
        sa.select(_MEMBERS.c.complaint_id, became)
        .join_from(_MEMBERS, _CASES, _MEMBERS.c.case_id == _CASES.c.id)
        .where(_MEMBERS.c.valid_to.is_(None), _CASES.c.status != "merged", sa.or_(filed, ended), ended | ~waits)
        .where(~sa.exists().where(_MOVES.c.complaint_id == _MEMBERS.c.complaint_id))
        .order_by(_MEMBERS.c.complaint_id)
    )
    now = datetime.now(UTC)
    rows = [
        {
            "id": f"mov_{secrets.token_hex(15)}",
            "life": "complaint",
            "complaint_id": complaint,
            "step_no": 1,
            "was": "received",
            "became": stands,
            "newest": True,
            "rule_version": _RULE_VERSION,
            "done_by": BY,
            "done_at": now,
        }
        for complaint, stands in link.execute(question).all()
    ]
    for start in range(0, len(rows), _AT_ONCE):
        link.execute(sa.insert(_MOVES), rows[start : start + _AT_ONCE])


def _obligations(link: sa.Connection) -> None:
    """A pledge of before is one obligation, with the answer that was found then."""
    bare = ~sa.exists().where(_DUTIES.c.pledge_id == _PLEDGES.c.id)
    for pledge, says, due_on, kept in link.execute(sa.select(_PLEDGES).where(bare).order_by(_PLEDGES.c.id)).all():
        row = {"pledge_id": pledge, "seq": 1, "says": says, "due_on": due_on, "kept": kept}
        link.execute(sa.insert(_DUTIES), {"id": f"dty_{secrets.token_hex(15)}", **row})
