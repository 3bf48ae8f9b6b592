"""The holiday notices that were loaded, and the deadlines that each of them moved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.many import some_at_a_time
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ClockEventRow,
    ClockRow,
    ComplaintRow,
    HolidayNoticeRow,
)
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


@dataclass(frozen=True, slots=True)
class Moving:
    """One deadline that a notice would move. `seen`: this person may know of the case; else its number stays out."""

    matter_no: str
    complaint_no: str | None
    kind: str
    before: date
    after: date
    officers: tuple[str, ...]
    seen: bool


def moving_days(session: Session, actor: Actor, after: Mapping[str, date]) -> list[Moving]:
    """Deadlines that would move to these days, by clock, with the officers who have the cases now."""
    inside = and_(CaseMembershipRow.complaint_id == ClockRow.complaint_id, CaseMembershipRow.valid_to.is_(None))
    out = and_(AssignmentRow.case_id == CaseRow.id, AssignmentRow.state.in_(("sent", "signed")))
    question = (
        select(ClockRow, CaseRow, ComplaintRow.complaint_no, AssignmentRow.lead_id, AssignmentRow.assisting_id)
        .outerjoin(CaseMembershipRow, inside)
        .outerjoin(ComplaintRow, ComplaintRow.id == ClockRow.complaint_id)
        .join(CaseRow, CaseRow.id == func.coalesce(ClockRow.case_id, CaseMembershipRow.case_id))
        .outerjoin(AssignmentRow, out)
    )
    rows = [row for ids in some_at_a_time(after) for row in session.execute(question.where(ClockRow.id.in_(ids)))]
    names = names_of(session, {one for *_, lead, second in rows for one in (lead, second)})
    cases = {case.id for _, case, *_ in rows}
    seen = {
        one
        for ids in some_at_a_time(cases)
        for one in session.scalars(select(CaseRow.id).where(CaseRow.id.in_(ids), seen_by(actor)))
    }
    found = [
        Moving(
            matter_no=case.matter_no,
            complaint_no=number,
            kind=clock.kind,
            before=clock.due_on,
            after=after[clock.id],
            officers=tuple(names.get(one, one) for one in (lead, second) if one),
            seen=case.id in seen,
        )
        for clock, case, number, lead, second in rows
    ]
    return sorted(found, key=lambda one: (one.after, one.matter_no, one.kind, one.complaint_no or ""))


@dataclass(frozen=True, slots=True)
class MovedOf:
    """One deadline of a case that was counted again to another day, and by what: a notice's source, or a calendar."""

    kind: str
    before: date
    after: date
    why: str


def moves_told(session: Session, case_ids: Collection[str]) -> dict[tuple[str, datetime], list[MovedOf]]:
    """By case and moment, the deadlines that moved then: what a notice of that moment tells of."""
    if not case_ids:
        return {}
    inside = and_(CaseMembershipRow.complaint_id == ClockRow.complaint_id, CaseMembershipRow.valid_to.is_(None))
    whose = func.coalesce(ClockRow.case_id, CaseMembershipRow.case_id)
    question = (
        select(whose, ClockRow.kind, ClockEventRow, HolidayNoticeRow.source)
        .join(ClockRow, ClockRow.id == ClockEventRow.clock_id)
        .outerjoin(CaseMembershipRow, inside)
        .outerjoin(HolidayNoticeRow, HolidayNoticeRow.id == ClockEventRow.notice_id)
        .where(
            ClockEventRow.kind == "recomputed",
            ClockEventRow.due_before != ClockEventRow.due_after,
            whose.in_(case_ids),
        )
        .order_by(ClockEventRow.due_after, ClockRow.kind, ClockRow.id)
    )
    found: dict[tuple[str, datetime], list[MovedOf]] = {}
    for case_id, kind, event, source in session.execute(question):
        move = MovedOf(kind, event.due_before, event.due_after, source or event.reason or "")
        found.setdefault((case_id, event.at), []).append(move)
    return found
