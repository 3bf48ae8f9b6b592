"""Who is to be called back (待回访): complainants of cases that ended, who gave a phone and did not answer yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.identifiers import mask_name, mask_phone
from casework.lifecycle import LegalStatus, WorkStatus
from casework.people import Actor, Role
from casework.secrecy import in_confidence
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    OutcomeRow,
    SatisfactionRow,
)
from warehouse.queries.sight import OFFICERS, in_territory
from warehouse.queries.tellers import Tellers
from warehouse.store.callbacks import calls, most_tries
from warehouse.store.there import there

SHOWN = 200
COUNTED = 99
"""So many who are to be called are counted beside the menu's entry; its page lists them."""
_UNASKED = [one for one in LegalStatus if one not in (LegalStatus.CALLED_BACK, LegalStatus.ARCHIVED)]
"""Named rather than left out, so that an index leads past the cases of years that are over."""
_CALLERS = frozenset({Role.DESK_OFFICER, Role.HEAD})


@dataclass(frozen=True, slots=True)
class ToCall:
    """One complainant to be called, masked. `tries` were not answered."""

    complaint_id: str
    complaint_no: str
    channel: str
    matter_no: str
    employer_name: str | None
    status: str
    outcome: str | None
    complainant: str | None
    phone: str | None
    secret: bool
    amount_claimed_fen: int | None
    concluded_at: datetime | None
    tries: int


@dataclass(frozen=True, slots=True)
class Called:
    """One call-back that was made. The opinion is masked."""

    complaint_no: str
    asked_at: datetime
    answered: bool
    trueness: bool | None
    money_received: bool | None
    solved: bool | None
    satisfied: bool | None
    opinion: str | None


def to_call(session: Session, actor: Actor, *, complaint_id: str | None = None) -> list[ToCall]:
    """Whom this person has to call, those who wait longest first; or the one complainant, if they are among them."""
    question = _question(actor, most_tries(session))
    if complaint_id is not None:
        question = question.where(ComplaintRow.id == complaint_id)
    found = []
    for row in session.execute(question.limit(SHOWN)):
        secret = in_confidence(row.confidential, row.kind)
        found.append(
            ToCall(
                complaint_id=row.id,
                complaint_no=row.complaint_no,
                channel=row.channel,
                matter_no=row.matter_no,
                employer_name=row.employer_name,
                status=row.status,
                outcome=row.exit_,
                complainant=None if secret else mask_name(row.complainant_name),
                phone=None if secret else mask_phone(row.complainant_phone),
                secret=secret,
                amount_claimed_fen=row.amount_claimed_fen,
                concluded_at=row.ended,
                tries=int(row.tries),
            )
        )
    return found


def counting_calls(actor: Actor, *, most: int) -> Select[tuple[int]]:
    """The question how many complainants this person has to call; `COUNTED` + 1 of them are that or more.

    `most` is how often the office tries each. Every page asks it: of thousands who wait the exact number helps nobody.
    """
    question = _question(actor, most).with_only_columns(ComplaintRow.id).order_by(None)
    return select(func.count()).select_from(question.limit(COUNTED + 1).subquery())


@lru_cache(maxsize=OFFICERS)
def _question(actor: Actor, most: int) -> Select[Any]:
    said, rule = ComplaintVersionRow, calls(most)
    outcome = select(OutcomeRow.exit).where(OutcomeRow.case_id == CaseRow.id, OutcomeRow.state == "approved")
    newest = outcome.order_by(OutcomeRow.decided_at.desc()).limit(1).correlate(CaseRow).scalar_subquery()
    return (
        select(
            *(ComplaintRow.id, ComplaintRow.complaint_no, ComplaintRow.channel),
            *(said.confidential, said.kind, said.complainant_name, said.complainant_phone, said.amount_claimed_fen),
            *(CaseRow.matter_no, CaseRow.employer_name, CaseRow.status),
            *(rule.ended.label("ended"), rule.tries.label("tries"), newest.label("exit_")),
        )
        .join(said, (said.complaint_id == ComplaintRow.id) & said.newest)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
        .where(
            CaseMembershipRow.valid_to.is_(None),
            CaseRow.status.in_((WorkStatus.CONCLUDED, WorkStatus.CLOSED)),
            CaseRow.legal_status.in_(_UNASKED),
            in_territory(actor, CaseRow.district_code, _CALLERS),
            *rule.to_make,
        )
        .order_by(rule.since, ComplaintRow.complaint_no)
    )


def called(session: Session, case: CaseRow) -> list[Called]:
    """The call-backs of the complaints now in a case, newest first."""
    if SatisfactionRow not in there(session, [case.id]):
        return []
    question = (
        select(SatisfactionRow, ComplaintRow.complaint_no)
        .join(ComplaintRow, ComplaintRow.id == SatisfactionRow.complaint_id)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
        .where(CaseMembershipRow.case_id == case.id, CaseMembershipRow.valid_to.is_(None))
        .order_by(SatisfactionRow.asked_at.desc(), ComplaintRow.complaint_no)
    )
    found = session.execute(question).tuples().all()
    told_by = Tellers(session, {row.complaint_id for row, _ in found}, complaints=True)
    return [
        Called(
            complaint_no=number,
            asked_at=row.asked_at,
            answered=row.answered,
            trueness=row.trueness,
            money_received=row.money_received,
            solved=row.solved,
            satisfied=row.satisfied,
            opinion=told_by.hide(row.opinion, row.complaint_id),
        )
        for row, number in found
    ]
