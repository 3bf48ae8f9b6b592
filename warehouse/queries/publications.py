"""The publication of grave breaches over the cases a person may see: what may be published, what goes on, what stands.

A county publishes once a quarter (R29 §8): the quarter is that of the service of the decision, of the transfer, or of
the publication.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from casework.calendar import local_midnight
from casework.people import Actor
from casework.publication import PUBLISHED_DECISIONS, UNDER_WAY, Breach, Line, Quarter, conditions, suggested, unmet
from warehouse.models import CaseRow, ClockRow, CrimeTransferRow, DocumentRow, EmployerRow, PublicationRow
from warehouse.queries.sight import seen_by
from warehouse.queries.tellers import Tellers
from warehouse.store.handling import where_it_lies
from warehouse.store.publication_grounds import grounds_of

PER_PAGE = 20
MOST = 200
"""Most publications of one list; a county has a few in a quarter."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One case whose breach is decided on and not published. `breach`: the class that the records show; None: a person
    has to weigh. `lacking`: the conditions that are not met, in the law's order."""

    matter_no: str
    employer: str | None
    employer_id: str | None
    nature: str
    decided_on: date | None
    police: bool
    breach: Breach | None
    lacking: tuple[Line, ...]
    before: str | None


@dataclass(frozen=True, slots=True)
class Published:
    """One publication as it stands. `due_on`: until when the next step is owed, where a deadline runs."""

    matter_no: str
    employer: str
    employer_id: str
    breach: str
    state: str
    published_on: date | None
    place: str | None
    notice_id: str | None
    notice_no: str | None
    objection_waits: bool
    corrected_on: date | None
    withdrawn_on: date | None
    withdrawn_why: str | None
    due_on: date | None


def _decided_in(quarter: Quarter) -> ColumnElement[bool]:
    """Cases with a decision served, or a packet handed to the police, in a quarter."""
    paper, transfer = DocumentRow, CrimeTransferRow
    served = select(where_it_lies()).where(
        paper.served_on.between(quarter.first, quarter.last), paper.kind.in_(PUBLISHED_DECISIONS)
    )
    start, end = local_midnight(quarter.first), local_midnight(quarter.after.first)
    handed = select(transfer.case_id).where(transfer.handed_at >= start, transfer.handed_at < end)
    return CaseRow.id.in_(union_all(served, handed))


def _to_weigh(actor: Actor, quarter: Quarter) -> tuple[ColumnElement[bool], ...]:
    going = select(PublicationRow.id).where(PublicationRow.case_id == CaseRow.id, PublicationRow.state.in_(UNDER_WAY))
    return _decided_in(quarter), CaseRow.status != "merged", ~going.exists(), seen_by(actor)


def count_candidates(session: Session, actor: Actor, quarter: Quarter) -> int:
    """How many cases of a quarter are decided on and not published."""
    return session.scalar(select(func.count()).select_from(CaseRow).where(*_to_weigh(actor, quarter))) or 0


def candidates(session: Session, actor: Actor, quarter: Quarter, *, skip: int, today: date) -> list[Candidate]:
    """One page of these cases, by number, each with its conditions as the records stand today."""
    question = select(CaseRow).where(*_to_weigh(actor, quarter)).order_by(CaseRow.matter_no)
    return [_candidate(session, case, today) for case in session.scalars(question.offset(skip).limit(PER_PAGE))]


def _candidate(session: Session, case: CaseRow, today: date) -> Candidate:
    grounds = grounds_of(session, case, today=today)
    shown = suggested(grounds)
    lines = unmet(conditions(shown or Breach.OTHER, grounds))
    last = select(PublicationRow.state).where(PublicationRow.case_id == case.id)
    return Candidate(
        matter_no=case.matter_no,
        employer=case.employer_name,
        employer_id=case.employer_id,
        nature=case.nature,
        decided_on=grounds.served_on,
        police=grounds.transferred,
        breach=shown,
        lacking=tuple(line for line in lines if line.key != "grave"),
        before=session.scalar(last.order_by(PublicationRow.at.desc(), PublicationRow.id).limit(1)),
    )


def under_way(session: Session, actor: Actor) -> list[Published]:
    """Proposed and approved, or published with an objection that waits or a correction that is owed; oldest first."""
    row = PublicationRow
    return _lines(session, _question(actor).where(_goes_on()).order_by(row.at, row.id))


def count_under_way(session: Session, actor: Actor) -> int:
    """How many these are, however long their list."""
    return _counted(session, actor, _goes_on())


def _goes_on() -> ColumnElement[bool]:
    row = PublicationRow
    owed = select(ClockRow.case_id).where(
        ClockRow.kind.in_(("publication_answer", "publication_correct", "withdraw_published")),
        ClockRow.state == "running",
    )
    return row.state.in_(("proposed", "approved")) | ((row.state == "published") & row.case_id.in_(owed))


def published_in(session: Session, actor: Actor, quarter: Quarter) -> list[Published]:
    """What was published in a quarter, those withdrawn since among it, by day."""
    row = PublicationRow
    within = row.published_on.between(quarter.first, quarter.last)
    return _lines(session, _question(actor).where(within).order_by(row.published_on, row.id))


def count_published_in(session: Session, actor: Actor, quarter: Quarter) -> int:
    """How many of these stand published; what was withdrawn does not count."""
    row = PublicationRow
    within = row.published_on.between(quarter.first, quarter.last)
    return _counted(session, actor, within, row.state == "published")


def _counted(session: Session, actor: Actor, *asked: ColumnElement[bool]) -> int:
    row = PublicationRow
    question = select(func.count()).select_from(row).join(CaseRow, CaseRow.id == row.case_id)
    return session.scalar(question.where(seen_by(actor), *asked)) or 0


def _question(actor: Actor) -> Select[Any]:
    row, clock = PublicationRow, ClockRow
    kinds = ("publish", "publication_answer", "publication_correct", "withdraw_published")
    due = select(func.min(clock.due_on)).where(
        clock.case_id == row.case_id, clock.kind.in_(kinds), clock.state == "running"
    )
    return (
        select(row, CaseRow.matter_no, EmployerRow.name, DocumentRow.document_no, due.scalar_subquery())
        .join(CaseRow, CaseRow.id == row.case_id)
        .join(EmployerRow, EmployerRow.id == row.employer_id)
        .outerjoin(DocumentRow, DocumentRow.id == row.notice_id)
        .where(seen_by(actor))
    )


def _lines(session: Session, question: Select[Any]) -> list[Published]:
    rows = session.execute(question.limit(MOST)).all()
    tellers = Tellers(session, {row.case_id for row, *_ in rows})
    return [
        Published(
            matter_no=matter_no,
            employer=name,
            employer_id=row.employer_id,
            breach=row.breach,
            state=row.state,
            published_on=row.published_on,
            place=tellers.hide(row.place, row.case_id),
            notice_id=row.notice_id,
            notice_no=number,
            objection_waits=row.objected_on is not None and row.answered_on is None,
            corrected_on=row.corrected_on,
            withdrawn_on=row.withdrawn_on,
            withdrawn_why=row.withdrawn_why,
            due_on=due_on,
        )
        for row, matter_no, name, number, due_on in rows
    ]
