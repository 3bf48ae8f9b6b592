"""What happened to a case, newest first: its rows in the audit log, and what was recorded, issued, promised, paid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from casework.documents import KINDS
from casework.publication import PUBLISHED_DECISIONS
from warehouse.models import (
    AttachmentRow,
    AuditRow,
    CrimeTransferRow,
    DocumentRow,
    FollowUpRow,
    JointListingRow,
    LedgerWorkerRow,
    LegalReviewRow,
    LinkageEventRow,
    OutcomeRow,
    PaymentRow,
    PledgeDutyRow,
    PledgeRow,
    PublicationRow,
    RectificationOrderRow,
    RecusalRequestRow,
    RedFlagRow,
    ReferralRow,
    RevocationRow,
    SupervisionRow,
    VisitRow,
)
from warehouse.queries.endings import endings
from warehouse.queries.officers import names_of
from warehouse.queries.outcomes import Ending, outcomes
from warehouse.queries.photos import VisitPhotos, photos_of
from warehouse.queries.tellers import Tellers
from warehouse.store.handling import papers_in
from warehouse.store.leading import leading_here
from warehouse.store.lives import joined_unaccepted
from warehouse.store.published import publications_of
from warehouse.store.sparing import red_flags
from warehouse.store.there import there

_Row = TypeVar("_Row", RectificationOrderRow, VisitRow, PledgeRow, PaymentRow, ReferralRow)
_Step = TypeVar("_Step", JointListingRow, CrimeTransferRow, PublicationRow, RevocationRow)
QUIET = ("reveal", "refused")
_ENDS = {"recall": "assignment", "send_back": "assignment", "reassign": "was"}
"""The acts that end an assignment, and where the log names it."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One act on the case. `by` is a name, or the schedule's own id; `reason` is why an assignment ended, masked."""

    at: datetime
    act: str
    by: str
    details: Mapping[str, Any]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """One numbered paper, of the case or of one complaint."""

    id: str
    kind: str
    document_no: str
    issued_on: date
    served_on: date | None
    complaint_id: str | None = None
    served_ref: str | None = None
    void_on: date | None = None
    void_why: str | None = None

    @property
    def to_serve(self) -> bool:
        """Whether it still has to reach the party; what stays in the file, or is void, does not."""
        return self.served_on is None and self.void_on is None and KINDS[self.kind].served


@dataclass(frozen=True, slots=True)
class Order:
    """One order to correct by a day."""

    id: str
    document_no: str
    amount_fen: int | None
    workers: int | None
    due_on: date
    corrected_on: date | None
    demand: str | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """Everything handled on the case, for its page."""

    visits: tuple[VisitRow, ...]
    papers: tuple[Paper, ...]
    orders: tuple[Order, ...]
    pledges: tuple[PledgeRow, ...]
    payments: tuple[PaymentRow, ...]
    referrals: tuple[ReferralRow, ...]
    outcomes: tuple[Ending, ...]
    supervisions: tuple[SupervisionRow, ...] = ()
    listing: JointListingRow | None = None
    transfer: CrimeTransferRow | None = None
    publications: tuple[PublicationRow, ...] = ()
    decision: Mapping[str, str] = field(default_factory=dict)
    revocation: RevocationRow | None = None
    duties_open: bool = False
    follow_up_open: bool = False
    reviewed: bool = False
    recusal_asked: bool = False
    joined: bool = False
    red_flag: bool = False
    in_ledger: bool = False
    photos: Mapping[str, VisitPhotos] = field(default_factory=dict)

    @property
    def publication(self) -> PublicationRow | None:
        """The newest publication of the case, whatever became of it."""
        return next(iter(self.publications), None)

    @property
    def standing(self) -> Ending | None:
        """The outcome that stands: the newest that was approved and not revoked."""
        return next((one for one in self.outcomes if one.state == "approved" and not one.revoked), None)

    @property
    def count(self) -> int:
        """How many entries there are."""
        return sum(
            len(part)
            for part in (self.visits, self.papers, self.pledges, self.payments, self.referrals, self.supervisions)
        )


def history(session: Session, case_id: str, *, limit: int = 60) -> list[Happened]:
    """The acts on the case. What people looked at is kept in the log, not on the case."""
    rows = session.scalars(_acts(limit), {"case_id": case_id}).all()
    names = names_of(session, (row.by for row in rows))
    asked = any(row.act in _ENDS for row in rows)
    reasons = {one.assignment_id: one.reason for one in endings(session, [case_id])} if asked else {}
    return [
        Happened(row.at, row.act, names.get(row.by, row.by), row.details or {}, reasons.get(_ended_by(row)))
        for row in rows
    ]


@cache
def _acts(limit: int) -> Select[tuple[AuditRow]]:
    row, event = AuditRow, LinkageEventRow
    own: BindParameter[str] = bindparam("case_id")
    events = select(event.id).where(or_(event.into_case_id == own, event.from_case_id == own))
    about = or_(row.subject == own, row.subject.in_(events)), row.success.is_(True), row.act.not_in(QUIET)
    return select(row).where(*about).order_by(row.seq.desc()).limit(limit)


def _ended_by(row: AuditRow) -> str:
    """The assignment that an act ended, if it ended one."""
    return str((row.details or {}).get(_ENDS.get(row.act, ""), ""))


def handling(session: Session, case_id: str) -> Handling:
    """What was recorded, issued, promised, paid, handed on and decided, oldest first.

    Visits, payments and referrals of the cases merged into this one are among them.
    """
    kin = leading_here(session, case_id)
    here = there(session, kin)
    papers: Sequence[DocumentRow] = ()
    if DocumentRow in here:
        own_papers = select(DocumentRow).where(papers_in(case_id))
        papers = session.scalars(own_papers.order_by(DocumentRow.issued_on, DocumentRow.id)).all()
    numbers = {paper.id: paper.document_no for paper in papers}

    def every(row: type[_Row], own: Collection[str], order: Callable[[], Any]) -> tuple[_Row, ...]:
        if row not in here:
            return ()
        return tuple(session.scalars(select(row).where(row.case_id.in_(own)).order_by(order())))

    orders = every(RectificationOrderRow, [case_id], lambda: RectificationOrderRow.due_on)
    pledged = PledgeRow in here
    return Handling(
        visits=every(VisitRow, kin, lambda: VisitRow.visited_at),
        papers=tuple(
            Paper(
                row.id,
                row.kind,
                row.document_no,
                row.issued_on,
                row.served_on,
                row.complaint_id,
                _hidden(session, row, row.served_ref),
                row.void_on,
                _hidden(session, row, row.void_why),
            )
            for row in papers
        ),
        orders=tuple(
            Order(
                row.id,
                numbers.get(row.document_id, ""),
                row.amount_fen,
                row.workers,
                row.due_on,
                row.corrected_on,
                row.demand,
            )
            for row in orders
        ),
        pledges=every(PledgeRow, [case_id], lambda: PledgeRow.at),
        payments=every(PaymentRow, kin, lambda: PaymentRow.paid_on),
        referrals=every(ReferralRow, kin, lambda: ReferralRow.at),
        outcomes=outcomes(session, case_id) if OutcomeRow in here else (),
        supervisions=supervisions(session, case_id),
        listing=_last(session, JointListingRow, case_id) if JointListingRow in here else None,
        transfer=_last(session, CrimeTransferRow, case_id) if CrimeTransferRow in here else None,
        publications=tuple(publications_of(session, case_id)) if PublicationRow in here else (),
        decision=_decision(papers),
        revocation=_last(session, RevocationRow, case_id) if RevocationRow in here else None,
        duties_open=pledged and _any(session, _unchecked(case_id)),
        follow_up_open=FollowUpRow in here and _any(session, _not_followed(case_id)),
        reviewed=OutcomeRow in here and _any(session, _review_passed(case_id)),
        recusal_asked=RecusalRequestRow in here and _any(session, _undecided(case_id)),
        joined=joined_unaccepted(session, case_id),
        red_flag=RedFlagRow in here and bool(red_flags(session, case_id)),
        in_ledger=LedgerWorkerRow in here and _any(session, _of_ledger(case_id, kin)),
        photos=photos_of(session, kin) if AttachmentRow in here else {},
    )


def _decision(papers: Sequence[DocumentRow]) -> Mapping[str, str]:
    """What is written on the last served decision to pay or to punish, by blank."""
    served = [row for row in papers if row.kind in PUBLISHED_DECISIONS and row.served_on is not None]
    return {key: value for key, value in served[-1].body.items() if isinstance(value, str)} if served else {}


def _hidden(session: Session, paper: DocumentRow, words: str | None) -> str | None:
    """What was written down of a paper, masked: where it was posted and its photo lies, why it is void."""
    if words is None or paper.case_id is None:
        return None
    return Tellers(session, [paper.case_id]).hide(words, paper.case_id)


def supervisions(session: Session, case_id: str) -> tuple[SupervisionRow, ...]:
    """The supervisions of the case and of those merged into it: a superior's day is not lost by a merge."""
    kin = leading_here(session, case_id)
    if SupervisionRow not in there(session, kin):
        return ()
    question = select(SupervisionRow).where(SupervisionRow.case_id.in_(kin))
    return tuple(session.scalars(question.order_by(SupervisionRow.due_on, SupervisionRow.id)))


def _unchecked(case_id: str) -> Select[tuple[str]]:
    question = select(PledgeDutyRow.id).join(PledgeRow, PledgeRow.id == PledgeDutyRow.pledge_id)
    return question.where(PledgeRow.case_id == case_id, PledgeDutyRow.kept.is_(None))


def _not_followed(case_id: str) -> Select[tuple[str]]:
    return select(FollowUpRow.id).where(FollowUpRow.case_id == case_id, FollowUpRow.done_on.is_(None))


def _of_ledger(case_id: str, kin: Collection[str]) -> Select[tuple[str]]:
    """The workers of the ledger who count, of the case and of those merged into it."""
    row = LedgerWorkerRow
    return select(row.id).where(row.case_id.in_({case_id, *kin}), row.struck_at.is_(None))


def _undecided(case_id: str) -> Select[tuple[str]]:
    return select(RecusalRequestRow.id).where(RecusalRequestRow.case_id == case_id, RecusalRequestRow.state == "asked")


def _review_passed(case_id: str) -> Select[tuple[str]]:
    waits = select(OutcomeRow.id).where(OutcomeRow.case_id == case_id, OutcomeRow.state == "submitted")
    return select(LegalReviewRow.id).where(LegalReviewRow.outcome_id.in_(waits), LegalReviewRow.passed.is_(True))


def _any(session: Session, question: Select[tuple[str]]) -> bool:
    return session.scalar(question.limit(1)) is not None


def _last(session: Session, model: type[_Step], case_id: str) -> _Step | None:
    question = select(model).where(model.case_id == case_id).order_by(model.at.desc(), model.id).limit(1)
    return session.scalars(question).first()
