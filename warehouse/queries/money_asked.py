"""The page 到账确认: who was asked whether the money came, of cases whose file is not closed, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.identifiers import mask_name, mask_phone
from casework.lifecycle import ENDED, WorkStatus
from casework.money_came import Came, Said, stands, summed
from casework.people import Actor, Role
from casework.secrecy import in_confidence
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, ComplaintVersionRow, MoneyQuestionRow
from warehouse.queries.sight import in_territory

SHOWN = 200
OPEN_FILES = frozenset({WorkStatus.CONCLUDED})
_ASKERS = frozenset({Role.DESK_OFFICER, Role.HEAD})


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One worker who was asked, masked."""

    complaint_id: str
    complaint_no: str
    channel: str
    matter_no: str
    employer_name: str | None
    complainant: str | None
    phone: str | None
    secret: bool
    asked_at: datetime
    silent_after: date
    stands: Came
    answered_at: datetime | None
    answered_by: str | None
    part_fen: int | None


def asked_about(session: Session, actor: Actor, *, today: date, complaint_id: str | None = None) -> list[AskedLine]:
    """Those asked of cases that are concluded and not closed, in this person's places; those still to answer first.

    The one complaint is found after the closing too: an answer counts whenever it comes.
    """
    row, said = MoneyQuestionRow, ComplaintVersionRow
    question = _question(actor, OPEN_FILES if complaint_id is None else ENDED).order_by(
        row.came.is_not(None), row.silent_after, ComplaintRow.complaint_no
    )
    if complaint_id is not None:
        question = question.where(row.complaint_id == complaint_id)
    question = question.add_columns(ComplaintRow, said, CaseRow)
    found: list[AskedLine] = []
    for asked, complaint, told, case in session.execute(question.limit(SHOWN)):
        secret = in_confidence(told.confidential, told.kind)
        found.append(
            AskedLine(
                complaint_id=complaint.id,
                complaint_no=complaint.complaint_no,
                channel=complaint.channel,
                matter_no=case.matter_no,
                employer_name=case.employer_name,
                complainant=None if secret else mask_name(told.complainant_name),
                phone=None if secret else mask_phone(told.complainant_phone),
                secret=secret,
                asked_at=asked.asked_at,
                silent_after=asked.silent_after,
                stands=stands(asked.came, asked.silent_after, today),
                answered_at=asked.answered_at,
                answered_by=asked.answered_by,
                part_fen=asked.part_fen,
            )
        )
    return found


def _question(actor: Actor, statuses: frozenset[WorkStatus]) -> Select[tuple[MoneyQuestionRow]]:
    """The newest question to each teller of a case in one of these states."""
    row, said, member = MoneyQuestionRow, ComplaintVersionRow, CaseMembershipRow
    newest = select(func.max(row.concluded_at)).where(row.complaint_id == ComplaintRow.id).correlate(ComplaintRow)
    return (
        select(row)
        .join(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .join(member, (member.complaint_id == ComplaintRow.id) & member.valid_to.is_(None))
        .join(CaseRow, (CaseRow.id == member.case_id) & (CaseRow.id == row.case_id))
        .where(
            CaseRow.status.in_(statuses),
            row.concluded_at == newest.scalar_subquery(),
            in_territory(actor, CaseRow.district_code, _ASKERS),
        )
    )


def said_by_workers(session: Session, case_id: str, *, today: date) -> Said:
    """What the workers of a case said when they were last asked, counted; also after its file was closed."""
    row = MoneyQuestionRow
    last = select(func.max(row.concluded_at)).where(row.case_id == case_id).scalar_subquery()
    rows = session.scalars(select(row).where(row.case_id == case_id, row.concluded_at == last))
    return summed(stands(one.came, one.silent_after, today) for one in rows)
