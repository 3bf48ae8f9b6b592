"""One warning's page beside its line: what people did with it, who may look after it, to which cases it may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casework.calendar import local_day
from casework.lifecycle import OPEN as OPEN_CASES
from casework.people import Actor, Role
from warehouse.models import AbsenceRow, AccountRow, CaseRow, RoleGrantRow, WarningActRow, WarningRow
from warehouse.queries.sight import seen_by
from warehouse.queries.tellers import tellers_of
from warehouse.store.leading import leading_here
from warehouse.store.one_employer import kin_of
from warehouse.store.there import there

_LOOKS_AFTER = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD, Role.BUREAU_HEAD})


@dataclass(frozen=True, slots=True)
class Done:
    """One act of a person on a warning. The case's number only where the reader may see it."""

    kind: str
    by_id: str
    by: str
    at: datetime
    reason: str | None
    day: date | None
    officer: str | None
    matter_no: str | None

    @property
    def on(self) -> date:
        """The day it was done where the office is."""
        return local_day(self.at)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who may look after a warning."""

    id: str
    name: str
    away: bool
    inspector: bool


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case of the employer that the warning may be taken to."""

    id: str
    matter_no: str
    status: str
    site_name: str | None


def acts_on(session: Session, actor: Actor, warning_id: str) -> list[Done]:
    """What people did with one warning, newest first."""
    act, officer = WarningActRow, aliased(AccountRow)
    number = select(CaseRow.matter_no).where(CaseRow.id == act.case_id, seen_by(actor)).scalar_subquery()
    question = (
        select(act, AccountRow.name.label("name"), officer.name.label("officer"), number.label("matter_no"))
        .outerjoin(AccountRow, AccountRow.id == act.by)
        .outerjoin(officer, officer.id == act.officer_id)
        .where(act.warning_id == warning_id)
        .order_by(act.step_no.desc())
    )
    told_by = tellers_of(session, session.scalar(select(WarningRow.employer_id).where(WarningRow.id == warning_id)))
    return [
        Done(
            kind=one.WarningActRow.kind,
            by_id=one.WarningActRow.by,
            by=one.name or one.WarningActRow.by,
            at=one.WarningActRow.at,
            reason=told_by.hide_any(one.WarningActRow.reason),
            day=one.WarningActRow.day,
            officer=one.officer,
            matter_no=one.matter_no,
        )
        for one in session.execute(question)
    ]


def who_may_look_after(session: Session, row: WarningRow, *, today: date) -> list[Keeper]:
    """The officers whose place a warning lies in, by name; of a warning on a channel also who keeps the machine."""
    roles = _LOOKS_AFTER | ({Role.SYSTEM_ADMIN} if row.channel is not None else set())
    away = select(AbsenceRow.account_id).where(
        AbsenceRow.from_on <= today, AbsenceRow.to_on >= today, AbsenceRow.ended_at.is_(None)
    )
    question = (
        select(AccountRow.id, AccountRow.name, RoleGrantRow.role, RoleGrantRow.territory, AccountRow.id.in_(away))
        .join(RoleGrantRow, RoleGrantRow.account_id == AccountRow.id)
        .where(
            AccountRow.disabled_at.is_(None),
            RoleGrantRow.ended_at.is_(None),
            RoleGrantRow.role.in_([role.value for role in roles]),
        )
        .order_by(AccountRow.name, AccountRow.id)
    )
    found: dict[str, Keeper] = {}
    for account_id, name, role, territory, is_away in session.execute(question):
        if (row.district_code or territory).startswith(territory):
            inspects = role == Role.INSPECTOR or (account_id in found and found[account_id].inspector)
            found[account_id] = Keeper(account_id, name, bool(is_away), inspects)
    return list(found.values())


def open_cases_of(session: Session, actor: Actor, employer_id: str | None) -> list[OpenCase]:
    """The open cases of an employer, and of those one with it, that this person may see; the newest first."""
    if employer_id is None:
        return []
    row = CaseRow
    question = select(row.id, row.matter_no, row.status, row.site_name).where(
        row.employer_id.in_(kin_of(employer_id)), row.status.in_(OPEN_CASES), seen_by(actor)
    )
    rows = session.execute(question.order_by(row.opened_at.desc(), row.id).limit(50))
    return [OpenCase(*one) for one in rows.tuples()]


def warnings_taken_to(session: Session, case_id: str) -> dict[str, str]:
    """By warning that was attached to a case, or to one merged into it, the rule that raised it."""
    act, kin = WarningActRow, leading_here(session, case_id)
    if act not in there(session, kin):
        return {}
    question = (
        select(WarningRow.id, WarningRow.rule)
        .join(act, act.warning_id == WarningRow.id)
        .where(act.case_id.in_(kin), act.kind == "to_case")
    )
    return dict(session.execute(question).tuples().all())
