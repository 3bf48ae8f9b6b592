"""When a case came to its end: worked out of what is on record, and kept on the case by whoever writes that record.

Figures of years ask it of every case: worked out, it is three look-ups for each. So it is kept (`CaseRow.ended_at`),
and nobody needs to think of it: the store's own handle sees which outcome, declining notice or step of a case is
written, and brings the case up to date in the same transaction. What is kept says nothing of its own: `unlike` finds
where it is not what is worked out, and `keep` mends it (decision 46).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, event, func, select, update
from sqlalchemy.orm import Session

from warehouse.many import some_at_a_time
from warehouse.models import CaseRow, DocumentRow, LifeMoveRow, OutcomeRow

_HANDED_ON_FROM = ("to_dispatch", "in_progress")
"""From here a case is closed straight away whose only complaint was redirected or answered."""


def worked_out() -> ColumnElement[Any]:
    """When a case came to its end, by its records: its first outcome, else its decline, else that it was handed on."""
    return func.coalesce(_decided(), declined(), handed_on())


def _decided() -> ColumnElement[Any]:
    """When the first outcome of a case was approved."""
    row = OutcomeRow
    question = select(func.min(row.decided_at)).where(row.case_id == CaseRow.id, row.state == "approved")
    return question.correlate(CaseRow).scalar_subquery()


def declined() -> ColumnElement[Any]:
    """When a case was first declined. A decline that was taken back is no outcome: the case is received again."""
    row, move = DocumentRow, LifeMoveRow
    back = select(move.id).where(
        move.case_id == row.case_id, move.life == "law", move.became == "received", move.at >= row.at
    )
    stands = and_(row.kind == "declining_notice", ~back.correlate(row).exists())
    question = select(func.min(row.at)).where(row.case_id == CaseRow.id, stands)
    return question.correlate(CaseRow).scalar_subquery()


def handed_on() -> ColumnElement[Any]:
    """When a case ended because its only complaint was redirected or answered."""
    row = LifeMoveRow
    step = and_(row.life == "work", row.became == "closed", row.was.in_(_HANDED_ON_FROM))
    question = select(func.min(row.at)).where(row.case_id == CaseRow.id, step)
    return question.correlate(CaseRow).scalar_subquery()


def unlike(session: Session) -> Iterator[str]:
    """The ids of the cases whose end is kept otherwise than it is worked out. There should be none."""
    yield from session.scalars(select(CaseRow.id).where(CaseRow.ended_at.is_distinct_from(worked_out())))


def keep(session: Session, case_ids: Collection[str]) -> int:
    """Bring the ends of these cases up to date with their records. Returns how many were otherwise.

    A case whose end is right already is only looked at, so that it is not held until the transaction ends.
    """
    row, found = CaseRow, worked_out()
    changed = 0
    for some in some_at_a_time(case_ids):
        stale = update(row).where(row.id.in_(some), row.ended_at.is_distinct_from(found))
        told = session.connection().execute(stale.values(ended_at=found))
        changed += told.rowcount
    return changed


def watch(session: Session) -> None:
    """From now on each flush of this session keeps the ends that what it wrote may have moved."""
    event.listen(session, "after_flush", _keep_moved)


def _keep_moved(session: Session, _flush: Any) -> None:
    written = (one for some in (session.new, session.dirty, session.deleted) for one in some)
    moved = {one.case_id for one in written if _may_move(one)}
    if moved:
        keep(session, moved)


def _may_move(written: object) -> bool:
    """Whether a row that is written says something of the end of a case. What it said before was of the same kind."""
    if isinstance(written, DocumentRow):
        return written.kind == "declining_notice" and written.case_id is not None
    if isinstance(written, LifeMoveRow):
        return (written.life, written.became) in (("work", "closed"), ("law", "received"))
    return isinstance(written, OutcomeRow)
