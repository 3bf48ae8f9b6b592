"""One paper and what its blanks are filled from: the case, its outcome, the order, the pledge, the paper served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.documents import KINDS
from casework.errors import NotFound
from casework.leniency import PAPER, Exit
from casework.people import Actor
from warehouse.models import (
    CaseRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    CrimeTransferRow,
    DocumentRow,
    EmployerRow,
    JointListingRow,
    LiablePartyRow,
    OutcomeRow,
    PledgeRow,
    RectificationOrderRow,
)
from warehouse.queries.case import holding
from warehouse.queries.officers import names_of
from warehouse.queries.sight import seen_by
from warehouse.store.handling import documents_of, last_pledge, proven, where_it_lies
from warehouse.store.linkage import members
from warehouse.store.orders import pay_day
from warehouse.store.outcomes import waiting_outcome


@dataclass(frozen=True, slots=True)
class OrderRanOut:
    """The order that a listing rests on."""

    document_no: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """The records a paper of a case is filled from. Money in fen; None is "not said" or "there is none".

    `employer` and `uscc` are those of whom the paper is addressed to: a party liable to pay may stand in that place.
    """

    employer: str | None
    uscc: str | None
    officers: tuple[str, ...]
    complaint_nos: tuple[str, ...]
    channels: tuple[str, ...]
    amount_paid: int
    outcome: OutcomeRow | None
    decision: DocumentRow | None
    order: RectificationOrderRow | None
    pledge: PledgeRow | None
    served: DocumentRow | None
    nature: str = ""
    wanted_until: date | None = None
    listing: JointListingRow | None = None
    listing_order: OrderRanOut | None = None
    transfer: CrimeTransferRow | None = None


def paper_seen(session: Session, actor: Actor, *, matter_no: str, document_id: str) -> tuple[DocumentRow, CaseRow]:
    """A paper of a case, for someone who may know of the case. Raises `NotFound` alike for missing and forbidden."""
    found = session.execute(
        select(DocumentRow, CaseRow)
        .join(CaseRow, CaseRow.id == where_it_lies())
        .where(DocumentRow.id == document_id, CaseRow.matter_no == matter_no, seen_by(actor))
    ).one_or_none()
    if found is None or found.DocumentRow.kind not in KINDS:
        raise NotFound("There is no such paper, or it is not yours to see.")
    return found.DocumentRow, found.CaseRow


def paper_facts(session: Session, paper: DocumentRow, case: CaseRow) -> PaperFacts:
    """What the records say now."""
    employer = session.get(EmployerRow, case.employer_id) if case.employer_id else None
    served = _served(session, paper)
    told = session.execute(
        select(ComplaintRow.complaint_no, ComplaintRow.channel)
        .where(ComplaintRow.id.in_(_told(session, served or paper, case)))
        .order_by(ComplaintRow.complaint_no)
    ).all()
    said, party = _said(session, paper), _party(session, served or paper)
    outcome = waiting_outcome(session, case.id, "approved")
    return PaperFacts(
        employer=party.name
        if party
        else case.employer_name or (employer.name if employer else said.employer_name if said else None),
        uscc=party.uscc if party else employer.uscc if employer else None,
        officers=_officers(session, case),
        complaint_nos=tuple(row.complaint_no for row in told),
        channels=tuple(dict.fromkeys(row.channel for row in told)),
        amount_paid=proven(session, case.id).amount,
        outcome=outcome,
        decision=_decision(session, case, outcome),
        order=session.scalars(
            select(RectificationOrderRow).where(RectificationOrderRow.document_id == paper.id)
        ).one_or_none(),
        pledge=last_pledge(session, case.id),
        served=served,
        nature=said.nature if said else case.nature,
        wanted_until=_wanted_until(session, paper),
        listing=session.get(JointListingRow, paper.body["listing"]) if "listing" in paper.body else None,
        listing_order=_ran_out(session, paper),
        transfer=session.get(CrimeTransferRow, paper.body["transfer"]) if "transfer" in paper.body else None,
    )


def _party(session: Session, paper: DocumentRow) -> LiablePartyRow | None:
    """The party of the chain that a paper goes to in the employer's place."""
    return session.get(LiablePartyRow, paper.addressee_id) if paper.addressee_id else None


def _ran_out(session: Session, paper: DocumentRow) -> OrderRanOut | None:
    """An order to correct, or the handling decision that took its place."""
    listing = session.get(JointListingRow, paper.body["listing"]) if "listing" in paper.body else None
    if listing is None:
        return None
    if listing.order_id is not None:
        order = session.get_one(RectificationOrderRow, listing.order_id)
        return OrderRanOut(session.get_one(DocumentRow, order.document_id).document_no, order.due_on)
    decision = session.get_one(DocumentRow, listing.decision_id)
    until = pay_day(decision)
    return OrderRanOut(decision.document_no, until) if until is not None else None


def _told(session: Session, paper: DocumentRow, case: CaseRow) -> list[str]:
    """The complaints that a paper speaks of: its own, those it was addressed to, or all of the case."""
    if paper.complaint_id is not None:
        return [paper.complaint_id]
    body: dict[str, Any] = paper.body
    return list(body.get("complaint_ids") or members(session, case.id))


def _said(session: Session, paper: DocumentRow) -> ComplaintVersionRow | None:
    """What the complaint says that a paper is of."""
    row = ComplaintVersionRow
    return session.scalars(select(row).where(row.complaint_id == paper.complaint_id, row.newest)).one_or_none()


def _wanted_until(session: Session, paper: DocumentRow) -> date | None:
    """The last day of a supplement whose year was not published when it was asked for, as soon as that is known."""
    row = ClockRow
    asked = select(row.due_on).where(
        row.complaint_id == paper.complaint_id,
        row.kind == "supplement",
        row.started_on == paper.issued_on,
        row.provisional.is_(False),
    )
    return session.scalar(asked.order_by(row.due_on.desc()).limit(1)) if paper.kind == "supplement_notice" else None


def _officers(session: Session, case: CaseRow) -> tuple[str, ...]:
    held = holding(session, case)
    if held is None:
        return ()
    ids = (held.lead_id, held.assisting_id)
    names = names_of(session, ids)
    return tuple(names[one] for one in ids if one in names)


def _decision(session: Session, case: CaseRow, outcome: OutcomeRow | None) -> DocumentRow | None:
    if outcome is None:
        return None
    papers = documents_of(session, case.id, (PAPER[Exit(outcome.exit)],))
    return papers[-1] if papers and papers[-1].kind != "closing_report" else None


def _served(session: Session, paper: DocumentRow) -> DocumentRow | None:
    """The paper whose service a proof of service proves."""
    body: dict[str, Any] = paper.body
    return session.get(DocumentRow, body.get("of")) if paper.kind == "service_proof" and body.get("of") else None
