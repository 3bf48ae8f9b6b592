"""Lives as pages show them: where each complaint of a case stands, and every step with by, at, why and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from casework.lifecycle import APART, ComplaintStatus
from warehouse.models import CaseArchiveRow, CaseRow, ComplaintRow, EnforcementRow, LifeMoveRow, PartyActRow
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers
from warehouse.store.linkage import members
from warehouse.store.lives import declined_of, standings
from warehouse.store.there import there

_SINGLE = frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.SUPPLEMENTED, ComplaintStatus.JUDGED})


@dataclass(frozen=True, slots=True)
class Standing:
    """One complaint of a case and where it stands."""

    id: str
    complaint_no: str
    status: str
    declined: bool = False

    @property
    def may_be_asked(self) -> bool:
        """Whether missing particulars may be asked for."""
        return self.status in (ComplaintStatus.RECEIVED, ComplaintStatus.JUDGED)

    @property
    def is_awaited(self) -> bool:
        """Whether its supplement is waited for."""
        return self.status == ComplaintStatus.SUPPLEMENTING

    @property
    def may_end(self) -> bool:
        """Whether it may be answered, redirected or declined by itself."""
        return self.status in _SINGLE or self.is_awaited

    @property
    def apart(self) -> bool:
        """Whether it ended by itself."""
        return self.status in APART


@dataclass(frozen=True, slots=True)
class Moved:
    """One step. `complaint_no` is None for a step of the case. The reason is masked."""

    life: str
    complaint_no: str | None
    was: str
    became: str
    by: str
    at: datetime
    rule_version: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Enforced:
    """One thing done to have the decision carried out."""

    kind: str
    done_on: date
    court: str | None
    note: str | None
    by: str


@dataclass(frozen=True, slots=True)
class PartyActed:
    """One thing the party did; its words are masked of who complained. `amount_fen`: the sum as changed at its end."""

    kind: str
    code: str | None
    done_on: date
    said: str | None
    answer: str | None
    by: str
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Lives:
    """What the page of a case shows of its lives."""

    complaints: tuple[Standing, ...]
    enforced: tuple[Enforced, ...]
    archive_no: str | None
    kept_until: date | None
    party: tuple[PartyActed, ...] = ()


_NUMBERS = (
    select(ComplaintRow.id, ComplaintRow.complaint_no)
    .where(ComplaintRow.id.in_(bindparam("ids", expanding=True)))
    .order_by(ComplaintRow.complaint_no)
)


def lives_of(session: Session, case: CaseRow) -> Lives:
    """Where the complaints of a case stand, and what followed its decision."""
    inside = members(session, case.id)
    now, declined = standings(session, inside), set(declined_of(session, case.id))
    complaints = tuple(
        Standing(one, number, str(now[one]), one in declined)
        for one, number in session.execute(_NUMBERS, {"ids": inside})
    )
    here = there(session, [case.id])
    enforced = _enforced(session, case) if EnforcementRow in here else ()
    archive = _archive(session, case) if CaseArchiveRow in here else None
    number, kept = (archive.archive_no, archive.kept_until) if archive else (None, None)
    return Lives(complaints, enforced, number, kept, _party(session, case) if PartyActRow in here else ())


def _enforced(session: Session, case: CaseRow) -> tuple[Enforced, ...]:
    question = select(EnforcementRow).where(EnforcementRow.case_id == case.id)
    rows = session.scalars(question.order_by(EnforcementRow.done_on, EnforcementRow.at)).all()
    names = names_of(session, (row.by for row in rows))
    return tuple(Enforced(row.kind, row.done_on, row.court, row.note, names.get(row.by, row.by)) for row in rows)


def _archive(session: Session, case: CaseRow) -> CaseArchiveRow | None:
    newest = select(CaseArchiveRow).where(CaseArchiveRow.case_id == case.id).order_by(CaseArchiveRow.at.desc())
    return session.scalars(newest.limit(1)).first()


def _party(session: Session, case: CaseRow) -> tuple[PartyActed, ...]:
    question = select(PartyActRow).where(PartyActRow.case_id == case.id)
    rows = session.scalars(question.order_by(PartyActRow.done_on, PartyActRow.at)).all()
    names, told_by = names_of(session, (row.by for row in rows)), Tellers(session, [case.id])
    return tuple(
        PartyActed(
            row.kind,
            row.code,
            row.done_on,
            told_by.hide(row.said, case.id),
            told_by.hide(row.answer, case.id),
            names.get(row.by, row.by),
            row.amount_fen,
        )
        for row in rows
    )


def steps_of(session: Session, case: CaseRow) -> list[Moved]:
    """Every step of a case and of the complaints now in it, newest first."""
    row, inside = LifeMoveRow, members(session, case.id)
    question = (
        select(row, ComplaintRow.complaint_no)
        .outerjoin(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .where(or_(row.case_id == case.id, row.complaint_id.in_(inside)))
        .order_by(row.at.desc(), row.life, ComplaintRow.complaint_no, row.step_no.desc())
    )
    found = session.execute(question).tuples().all()
    names, told_by = names_of(session, (one.by for one, _ in found)), Tellers(session, [case.id])
    return [
        Moved(
            life=one.life,
            complaint_no=number,
            was=one.was,
            became=one.became,
            by=names.get(one.by, one.by),
            at=one.at,
            rule_version=one.rule_version,
            reason=told_by.hide(one.reason, case.id),
        )
        for one, number in found
    ]
