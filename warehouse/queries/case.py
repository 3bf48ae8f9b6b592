"""One case (案件): its complaints and why they are one, its money, who has it. Personal fields are masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from casework.homes import without_homes
from casework.identifiers import mask_name, mask_phone
from casework.paths import Link, strongest_ways
from casework.people import Actor
from warehouse.models import (
    AssignmentRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    EmployerRow,
    ReplyRow,
)
from warehouse.queries.evidence import PairView, links_of, pairs_among
from warehouse.queries.sight import seen_by
from warehouse.queries.tellers import Tellers
from warehouse.store.proofs import proofs
from warehouse.store.to_pay import changed_wages


@dataclass(frozen=True, slots=True)
class Member:
    """One complaint in the case, masked. `pair` is its best link to another member; None for the main one.

    `way` is the strongest path that leads to it from the main one.
    """

    id: str
    complaint_no: str
    channel: str
    received_at: datetime
    main: bool
    employer_name: str | None
    employer_uscc: str | None
    site_name: str | None
    told: str
    kind: str
    secret: bool
    complainant: str | None
    phone: str | None
    has_id_no: bool
    worker_count: int | None
    amount_claimed_fen: int | None
    arrears_from: str | None
    arrears_to: str | None
    versions: int
    joined_at: datetime
    joined_why: str
    joined_by: str
    pair: PairView | None
    reply: str | None
    way: tuple[Link, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def brief(self) -> str:
        """What was told, for a line of a list: whoever decides on it reads where somebody lives on the case's page."""
        return without_homes(self.told)


@dataclass(frozen=True, slots=True)
class Money:
    """Claimed, verified, paid: three numbers, in fen. None is "not said" or "not yet".

    `changed_fen` is what is to be paid in all by an order that a review or a court changed; None where none did.
    """

    claimed_fen: int | None
    verified_fen: int | None
    paid_fen: int
    paid_workers: int
    changed_fen: int | None = None

    @property
    def due_fen(self) -> int | None:
        """What payments are held against."""
        return self.verified_fen if self.changed_fen is None else self.changed_fen


@dataclass(frozen=True, slots=True)
class Employer:
    """The employer of the case with the other spellings it was named by."""

    id: str
    name: str
    uscc: str | None
    aliases: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has the case, since when, and whether it was signed for."""

    id: str
    lead_id: str
    assisting_id: str
    state: str
    dispatched_at: datetime
    signed_at: datetime | None


_CASE: BindParameter[str] = bindparam("case_id")
_MEMBERS = (
    select(ComplaintRow, ComplaintVersionRow, CaseMembershipRow)
    .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
    .join(
        ComplaintVersionRow,
        (ComplaintVersionRow.complaint_id == ComplaintRow.id) & ComplaintVersionRow.newest.is_(True),
    )
    .where(CaseMembershipRow.case_id == _CASE, CaseMembershipRow.valid_to.is_(None))
    .order_by(ComplaintRow.received_at, ComplaintRow.id)
)
_REPLIES = (
    select(ReplyRow.complaint_id, ReplyRow.state)
    .where(ReplyRow.complaint_id.in_(bindparam("ids", expanding=True)))
    .order_by(ReplyRow.seq)
)
_ALIASES = (
    select(EmployerAliasRow.name)
    .where(EmployerAliasRow.employer_id == bindparam("employer_id"))
    .order_by(EmployerAliasRow.name)
)
_CASES_OF = select(func.count()).where(CaseRow.employer_id == bindparam("employer_id"), CaseRow.status != "merged")
_HOLDING = (
    select(AssignmentRow)
    .where(AssignmentRow.case_id == _CASE, AssignmentRow.state.in_(("sent", "signed", "ended")))
    .order_by(AssignmentRow.dispatched_at.desc())
    .limit(1)
)


def members(session: Session, case: CaseRow) -> list[Member]:
    """The complaints of the case as a page shows them, the main one first."""
    rows = session.execute(_MEMBERS, {"case_id": case.id}).all()
    ids = [row.ComplaintRow.id for row in rows]
    pairs = pairs_among(session, ids)
    replies = _replies(session, ids)
    ways = strongest_ways(links_of(pairs), case.main_complaint_id)
    told_by = Tellers(session, ids, complaints=True)
    found = [
        member(
            row.ComplaintRow,
            row.ComplaintVersionRow,
            row.CaseMembershipRow,
            told_by,
            main=row.ComplaintRow.id == case.main_complaint_id,
            pair=_best(pairs, row.ComplaintRow.id, case.main_complaint_id),
            reply=replies.get(row.ComplaintRow.id),
            way=ways.get(row.ComplaintRow.id, ()),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.main)


def member(
    complaint: ComplaintRow,
    said: ComplaintVersionRow,
    membership: CaseMembershipRow | None,
    told_by: Tellers,
    *,
    main: bool,
    pair: PairView | None,
    reply: str | None,
    way: tuple[Link, ...] = (),
) -> Member:
    """One complaint, masked: what was told in confidence keeps even the masked name back."""
    secret = said.confidential or said.kind == "informant_report"
    told = f"{said.title}\n{said.narrative}" if said.title else said.narrative
    return Member(
        id=complaint.id,
        complaint_no=complaint.complaint_no,
        channel=complaint.channel,
        received_at=complaint.received_at,
        main=main,
        employer_name=said.employer_name,
        employer_uscc=said.employer_uscc,
        site_name=said.site_name,
        told=told_by.hide(told, said.complaint_id, story=True) or "",
        kind=said.kind,
        secret=secret,
        complainant=None if secret else mask_name(said.complainant_name),
        phone=None if secret else mask_phone(said.complainant_phone),
        has_id_no=said.complainant_id_no is not None,
        worker_count=said.worker_count,
        amount_claimed_fen=said.amount_claimed_fen,
        arrears_from=said.arrears_from,
        arrears_to=said.arrears_to,
        versions=said.version,
        joined_at=membership.valid_from if membership else complaint.filed_at,
        joined_why=membership.why if membership else "new",
        joined_by=membership.by if membership else "",
        pair=pair,
        reply=reply,
        way=way,
        remarks=tuple(said.remarks),
    )


def _best(pairs: dict[frozenset[str], PairView], one: str, main: str) -> PairView | None:
    if one == main:
        return None
    mine = [view for pair, view in pairs.items() if one in pair]
    return max(mine, key=lambda view: (view.verdict == "same", view.score or 0.0), default=None)


def _replies(session: Session, ids: Sequence[str]) -> dict[str, str]:
    return {row.complaint_id: row.state for row in session.execute(_REPLIES, {"ids": list(ids)})}


def money(session: Session, case: CaseRow) -> Money:
    """The three numbers of the case. Paid is what is proven."""
    proven = proofs(session, case.id)
    people = sum(one.people for one in proven.payments)
    changed = changed_wages(session, case)
    return Money(case.amount_claimed_fen, case.amount_verified_fen, proven.amount, people, changed)


def employer(session: Session, case: CaseRow) -> Employer | None:
    """The employer of the case, when it is known."""
    row = session.get(EmployerRow, case.employer_id) if case.employer_id else None
    if row is None:
        return None
    aliases = session.scalars(_ALIASES, {"employer_id": row.id})
    cases = session.scalar(_CASES_OF, {"employer_id": row.id})
    return Employer(
        row.id, row.name, row.uscc, tuple(name for name in aliases if name != row.name)[:8], int(cases or 0)
    )


def holding(session: Session, case: CaseRow) -> Holding | None:
    """Who has the case now, or had it when it ended."""
    row = session.scalars(_HOLDING, {"case_id": case.id}).one_or_none()
    if row is None:
        return None
    return Holding(row.id, row.lead_id, row.assisting_id, row.state, row.dispatched_at, row.signed_at)


def matter_of(session: Session, actor: Actor, complaint_id: str) -> str | None:
    """The number of the case a complaint is in, if it is in one this person may know of."""
    question = (
        select(CaseRow.matter_no)
        .join(CaseMembershipRow, CaseMembershipRow.case_id == CaseRow.id)
        .where(CaseMembershipRow.complaint_id == complaint_id, CaseMembershipRow.valid_to.is_(None), seen_by(actor))
    )
    return session.scalar(question)
