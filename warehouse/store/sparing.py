"""What a sparing rests on, as it is on record: educations, reviews, red flags, duties, follow-up visits."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warehouse.models import (
    CaseRow,
    ClockRow,
    CrimeTransferRow,
    EducationRow,
    FollowUpRow,
    JointListingRow,
    LegalReviewRow,
    PledgeDutyRow,
    PledgeRow,
    RedFlagRow,
    RevocationRow,
    WarningRow,
)
from warehouse.store.offences import Who

OPEN_WARNING = ("open", "confirmed")


def last_education(session: Session, case_id: str) -> EducationRow | None:
    """The newest education on record."""
    question = select(EducationRow).where(EducationRow.case_id == case_id)
    return session.scalars(question.order_by(EducationRow.educated_on.desc(), EducationRow.id).limit(1)).first()


def review_of(session: Session, outcome_id: str) -> LegalReviewRow | None:
    """The newest legal review of an outcome."""
    question = select(LegalReviewRow).where(LegalReviewRow.outcome_id == outcome_id)
    return session.scalars(question.order_by(LegalReviewRow.at.desc(), LegalReviewRow.id).limit(1)).first()


def red_flags(session: Session, case_id: str) -> list[RedFlagRow]:
    """The red flags of a case that nobody lifted."""
    question = select(RedFlagRow).where(RedFlagRow.case_id == case_id, RedFlagRow.lifted_at.is_(None))
    return list(session.scalars(question.order_by(RedFlagRow.seen_on, RedFlagRow.id)))


def listed(session: Session, employer_ids: set[str], *, today: date) -> bool:
    """Whether one of these stands on our joint-sanction list today."""
    row = JointListingRow
    until = or_(row.listed_until.is_(None), row.listed_until >= today)
    question = select(row.id).where(row.employer_id.in_(employer_ids), row.state == "listed", until)
    return session.scalar(question.limit(1)) is not None


def duties_of(session: Session, case_id: str) -> list[PledgeDutyRow]:
    """The obligations of a case's pledges, by their day."""
    question = select(PledgeDutyRow).join(PledgeRow, PledgeRow.id == PledgeDutyRow.pledge_id)
    return list(
        session.scalars(question.where(PledgeRow.case_id == case_id).order_by(PledgeDutyRow.due_on, PledgeDutyRow.id))
    )


def promise_broken(session: Session, case_id: str) -> bool:
    """Whether an obligation of a pledge on the case was found broken."""
    return any(duty.kept is False for duty in duties_of(session, case_id))


def follow_up_of(session: Session, outcome_id: str) -> FollowUpRow | None:
    """The follow-up visit that an outcome's approval scheduled."""
    return session.scalars(select(FollowUpRow).where(FollowUpRow.outcome_id == outcome_id)).one_or_none()


def relapsed_of(session: Session, who: Who, *, but: str) -> tuple[str, ...]:
    """The numbers of spared cases of an employer after which it offended again, of others than one case."""
    question = (
        select(func.coalesce(CaseRow.case_no, CaseRow.matter_no))
        .join(FollowUpRow, FollowUpRow.case_id == CaseRow.id)
        .where(CaseRow.employer_id.in_(who.employer_ids), FollowUpRow.relapsed_on.is_not(None), CaseRow.id != but)
    )
    return tuple(session.scalars(question.order_by(FollowUpRow.relapsed_on)))


def open_follow_up(session: Session, case_id: str) -> FollowUpRow | None:
    """The follow-up visit of a case that is still to be made."""
    question = select(FollowUpRow).where(FollowUpRow.case_id == case_id, FollowUpRow.done_on.is_(None))
    return session.scalars(question.order_by(FollowUpRow.id).limit(1)).first()


def open_revocation(session: Session, case_id: str) -> RevocationRow | None:
    """A proposal to revoke that waits for a head."""
    question = select(RevocationRow).where(RevocationRow.case_id == case_id, RevocationRow.state == "proposed")
    return session.scalars(question.order_by(RevocationRow.at).limit(1)).first()


def level_of(session: Session, employer_id: str) -> str | None:
    """The highest level of an employer's open warnings."""
    question = select(WarningRow.level).where(WarningRow.employer_id == employer_id, WarningRow.state.in_(OPEN_WARNING))
    found = set(session.scalars(question))
    return next((level for level in ("red", "orange", "yellow") if level in found), None)


def last_listing(session: Session, case_id: str) -> JointListingRow | None:
    """The newest way onto the joint-sanction list that a case took."""
    question = select(JointListingRow).where(JointListingRow.case_id == case_id)
    return session.scalars(question.order_by(JointListingRow.at.desc(), JointListingRow.id).limit(1)).first()


def last_transfer(session: Session, case_id: str) -> CrimeTransferRow | None:
    """The newest transfer of a case to the police."""
    question = select(CrimeTransferRow).where(CrimeTransferRow.case_id == case_id)
    return session.scalars(question.order_by(CrimeTransferRow.at.desc(), CrimeTransferRow.id).limit(1)).first()


def refused_for_good(session: Session, transfer: CrimeTransferRow, *, today: date) -> bool:
    """Whether the police have refused a transfer and nothing is left to ask: they were asked to reconsider, or the days
    to ask are over. A day that is a guess is not over."""
    if transfer.state != "police_refused":
        return False
    if transfer.reconsider_asked_on is not None:
        return True
    row = ClockRow
    question = select(row).where(
        row.case_id == transfer.case_id, row.kind == "reconsider", row.started_on == transfer.police_answered_on
    )
    clocks = session.scalars(question).all()
    return bool(clocks) and all(not one.provisional and one.due_on < today for one in clocks)
