"""The rota (值班与回避) as its page shows it: who is away, who may not touch what, and who could be named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.people import Actor, Role
from warehouse.models import AbsenceRow, AccountRow, AssignmentRow, CaseRow, EmployerRow, RecusalRow, RoleGrantRow
from warehouse.queries.hiding import hide
from warehouse.queries.officers import names_of, open_cases
from warehouse.queries.sight import seen_by_id
from warehouse.queries.tellers import Tellers

_ACTING = (Role.INSPECTOR.value, Role.HEAD.value, Role.BUREAU_HEAD.value)


@dataclass(frozen=True, slots=True)
class Away:
    """One absence that is not over. `open_cases` are those the officer leads meanwhile."""

    id: str
    account_id: str
    name: str
    from_on: date
    to_on: date
    now: bool
    open_cases: int


@dataclass(frozen=True, slots=True)
class Barred:
    """One recusal that is not over. `holds`: the officer still has the case, so it must be given to others."""

    id: str
    account_id: str
    name: str
    matter_no: str | None
    employer_name: str | None
    asked_by: str | None
    decided_by: str
    from_on: date
    to_on: date | None
    reason: str | None
    holds: bool


def officers_of(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Inspectors and heads who work where this person does: id and name, by name."""
    rows = session.execute(
        select(AccountRow.id, AccountRow.name, RoleGrantRow.territory)
        .join(RoleGrantRow, RoleGrantRow.account_id == AccountRow.id)
        .where(RoleGrantRow.role.in_(_ACTING), RoleGrantRow.ended_at.is_(None), AccountRow.disabled_at.is_(None))
    )
    found = {one: name for one, name, place in rows if actor.covers(place)}
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


def absences(session: Session, actor: Actor, *, today: date) -> list[Away]:
    """Absences of today and to come, of the officers who work where this person does."""
    names = dict(officers_of(session, actor))
    load = open_cases(session)
    rows = session.scalars(
        select(AbsenceRow)
        .where(AbsenceRow.to_on >= today, AbsenceRow.ended_at.is_(None), AbsenceRow.account_id.in_(names))
        .order_by(AbsenceRow.from_on, AbsenceRow.id)
    )
    return [
        Away(
            id=row.id,
            account_id=row.account_id,
            name=names[row.account_id],
            from_on=row.from_on,
            to_on=row.to_on,
            now=row.from_on <= today,
            open_cases=load.get(row.account_id, 0),
        )
        for row in rows
    ]


def recusals(session: Session, actor: Actor, *, today: date) -> list[Barred]:
    """Recusals that are not over, of cases and employers this person may know of. Only a head reads the reason."""
    rows = session.scalars(
        select(RecusalRow)
        .where(or_(RecusalRow.to_on.is_(None), RecusalRow.to_on >= today), RecusalRow.ended_at.is_(None))
        .order_by(RecusalRow.from_on, RecusalRow.id)
    ).all()
    names = names_of(session, [row.account_id for row in rows] + [row.decided_by for row in rows])
    found = (_barred(session, row, actor, names) for row in rows)
    return [one for one in found if one is not None]


def _barred(session: Session, row: RecusalRow, actor: Actor, names: dict[str, str]) -> Barred | None:
    case = session.get(CaseRow, row.case_id) if row.case_id else None
    employer = session.get(EmployerRow, row.employer_id) if row.employer_id else None
    if case is not None and not seen_by_id(session, actor, case.id):
        return None
    if employer is not None and not actor.covers(employer.district_code):
        return None
    head = actor.may(Role.HEAD, case.district_code if case else employer.district_code if employer else None)
    return Barred(
        id=row.id,
        account_id=row.account_id,
        name=names.get(row.account_id, row.account_id),
        matter_no=case.matter_no if case else None,
        employer_name=case.employer_name if case else employer.name if employer else None,
        asked_by=row.asked_by,
        decided_by=names.get(row.decided_by, row.decided_by),
        from_on=row.from_on,
        to_on=row.to_on,
        reason=_reason(session, row) if head else None,
        holds=_holds(session, row),
    )


def _reason(session: Session, row: RecusalRow) -> str | None:
    if row.case_id is None:
        return hide(row.reason)
    return Tellers(session, [row.case_id]).hide(row.reason, row.case_id)


def _holds(session: Session, row: RecusalRow) -> bool:
    about = CaseRow.id == row.case_id if row.case_id else CaseRow.employer_id == row.employer_id
    held = or_(AssignmentRow.lead_id == row.account_id, AssignmentRow.assisting_id == row.account_id)
    question = select(AssignmentRow.id).join(CaseRow, CaseRow.id == AssignmentRow.case_id)
    return session.scalar(question.where(AssignmentRow.state.in_(("sent", "signed")), held, about).limit(1)) is not None
