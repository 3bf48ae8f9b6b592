"""Employers that people made one, and those they took apart: what was merged stays a row of its own, and leads on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from casework.errors import Conflict, NotFound
from warehouse.models import EmployerEventRow, EmployerRow, EmployerWatchRow, new_id

_OWN, _OTHER = aliased(EmployerRow), aliased(EmployerRow)


def root() -> ColumnElement[str]:
    """The employer that stays, as a column of `EmployerRow`."""
    return func.coalesce(EmployerRow.merged_into, EmployerRow.id)


_ROOTS = select(EmployerRow.id, root()).where(EmployerRow.id.in_(bindparam("ids", expanding=True)))


def kin_of(column: InstrumentedAttribute[str | None] | BindParameter[str] | str) -> Select[tuple[str]]:
    """The employers that are one with an employer: itself, the one that stays, and those merged into it."""
    stays = select(func.coalesce(_OWN.merged_into, _OWN.id)).where(_OWN.id == column).scalar_subquery()
    return select(_OTHER.id).where(or_(_OTHER.id == stays, _OTHER.merged_into == stays))


def family_of(session: Session, employer_id: str) -> set[str]:
    """As `kin_of`, by id."""
    return set(session.scalars(kin_of(employer_id)))


def roots_of(session: Session, employer_ids: Iterable[str]) -> dict[str, str]:
    """The employer that stays, of each of these."""
    return dict(session.execute(_ROOTS, {"ids": list(set(employer_ids))}).tuples().all())


def employer_for_change(session: Session, employer_id: str, *, version: int | None) -> EmployerRow:
    """An employer, locked until the end of the transaction; `Conflict` when it is not as it was seen.

    Its id never changes, so the lock leaves whoever only points at it alone: a case that is merged meanwhile may come
    to name this employer, and another one that waits for it, and neither waits for the other in a ring (decision 42).
    """
    question = select(EmployerRow).where(EmployerRow.id == employer_id).with_for_update(key_share=True)
    row = session.scalars(question.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such employer, or it is not yours to see.")
    if version is not None and row.version != version:
        at = row.changed_at.isoformat(timespec="minutes") if row.changed_at else None
        raise Conflict("Somebody else changed this employer meanwhile.", by=row.changed_by, at=at)
    return row


def change_employer(row: EmployerRow, values: dict[str, Any], *, by: str, at: datetime) -> None:
    """Set columns; the version grows."""
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at, row.changed_by = at, by


def note_event(
    session: Session,
    kind: str,
    employer: EmployerRow,
    other: EmployerRow | None,
    *,
    before: dict[str, Any],
    reason: str | None,
    by: str,
    at: datetime,
) -> EmployerEventRow:
    """Keep what a person decided, with what its inverse needs. The caller holds the name `employers`."""
    last = session.scalar(select(func.max(EmployerEventRow.step_no))) or 0
    row = EmployerEventRow(
        id=new_id("eev"),
        step_no=last + 1,
        kind=kind,
        employer_id=employer.id,
        other_id=other.id if other else None,
        before=before,
        reason=reason,
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def later_event(session: Session, event: EmployerEventRow) -> EmployerEventRow | None:
    """A later merge or parting of the same employers that stands: it rests on this one."""
    touched = {event.employer_id, event.other_id, *event.before.get("moved", ())}
    question = select(EmployerEventRow).where(
        EmployerEventRow.kind != "verify_code",
        EmployerEventRow.undone_at.is_(None),
        EmployerEventRow.step_no > event.step_no,
    )
    for later in session.scalars(question.order_by(EmployerEventRow.step_no)):
        if touched & {later.employer_id, later.other_id, *later.before.get("moved", ())}:
            return later
    return None


def watchers_of(session: Session, employer_id: str) -> dict[str, datetime]:
    """Who watches an employer or one of its kin, and since when."""
    question = select(EmployerWatchRow.account_id, func.min(EmployerWatchRow.since)).where(
        EmployerWatchRow.employer_id.in_(kin_of(employer_id)), EmployerWatchRow.ended_at.is_(None)
    )
    return dict(session.execute(question.group_by(EmployerWatchRow.account_id)).tuples().all())
