"""The holiday notices that were loaded, and the deadlines that each of them moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseMembershipRow, CaseRow, ClockEventRow, ClockRow, ComplaintRow, HolidayNoticeRow
from warehouse.queries.officers import names_of
from warehouse.queries.sight import seen_by


@dataclass(frozen=True, slots=True)
class NoticeLoaded:
    """One notice as it was loaded: how many days it names, how many due days it moved."""

    id: str
    version: str
    year: int
    source: str
    papers: tuple[str, ...]
    days: int
    moved: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MovedDay:
    """One deadline that a notice moved, from which day to which. `complaint_no` for one of a complaint."""

    matter_no: str
    complaint_no: str | None
    kind: str
    state: str
    before: date
    after: date


def notices_loaded(session: Session) -> list[NoticeLoaded]:
    """Every notice that was loaded, the newest first."""
    rows = session.scalars(select(HolidayNoticeRow).order_by(HolidayNoticeRow.at.desc(), HolidayNoticeRow.id)).all()
    names = names_of(session, [row.by for row in rows])
    return [
        NoticeLoaded(
            id=row.id,
            version=row.version,
            year=row.year,
            source=row.source,
            papers=tuple(row.papers),
            days=row.days,
            moved=row.moved,
            by=names.get(row.by, row.by),
            at=row.at,
        )
        for row in rows
    ]


def moved_days(session: Session, actor: Actor, notice_id: str) -> list[MovedDay]:
    """The deadlines that a notice moved, of the cases this person may know of, by the new day."""
    inside = and_(CaseMembershipRow.complaint_id == ClockRow.complaint_id, CaseMembershipRow.valid_to.is_(None))
    question = (
        select(CaseRow.matter_no, ComplaintRow.complaint_no, ClockRow.kind, ClockRow.state, ClockEventRow)
        .join(ClockRow, ClockRow.id == ClockEventRow.clock_id)
        .outerjoin(CaseMembershipRow, inside)
        .outerjoin(ComplaintRow, ComplaintRow.id == ClockRow.complaint_id)
        .join(CaseRow, CaseRow.id == func.coalesce(ClockRow.case_id, CaseMembershipRow.case_id))
        .where(
            ClockEventRow.notice_id == notice_id,
            ClockEventRow.due_before != ClockEventRow.due_after,
            seen_by(actor),
        )
        .order_by(ClockEventRow.due_after, CaseRow.matter_no, ClockRow.kind, ClockRow.id)
    )
    return [
        MovedDay(matter_no, complaint_no, kind, state, event.due_before, event.due_after)
        for matter_no, complaint_no, kind, state, event in session.execute(question)
    ]
