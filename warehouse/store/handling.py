"""What was done on a case: the rows, and what they add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.documents import KINDS
from casework.numbering import case_no, document_no
from casework.secrecy import names_of
from warehouse.models import (
    CaseRow,
    ComplaintVersionRow,
    DocumentRow,
    EmployerAliasRow,
    PaymentLineRow,
    PaymentMatchRow,
    PaymentRow,
    PledgeRow,
    RectificationOrderRow,
    VisitRow,
    WorkerRow,
    is_proven,
    new_id,
)
from warehouse.store.ledger import workers_of
from warehouse.store.linkage import members
from warehouse.store.serials import next_serial
from warehouse.store.settings import text

INQUIRIES = ("inquiry_notice", "interview_record", "inspection_record")


def next_case_no(session: Session, year: int) -> str:
    """A new 案号, in the form the office writes it."""
    serial = next_serial(session, f"case_no:{year}")
    return case_no(
        form=text(session, "case_no.form"), prefix=text(session, "document.prefix"), year=year, serial=serial
    )


def add_document(
    session: Session, *, case_id: str, kind: str, issued_on: date, body: Mapping[str, Any], by: str, at: datetime
) -> DocumentRow:
    """A numbered paper; numbers run per year and kind."""
    serial = next_serial(session, f"document:{kind}:{issued_on.year}")
    prefix = text(session, "document.prefix")
    row = DocumentRow(
        id=new_id("doc"),
        case_id=case_id,
        kind=kind,
        year=issued_on.year,
        serial=serial,
        document_no=document_no(prefix=prefix, word=KINDS[kind].word, year=issued_on.year, serial=serial),
        issued_on=issued_on,
        body=dict(body),
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def complainants_of(session: Session, case_id: str) -> list[str]:
    """Names, phones and identity numbers of a case's complainants and rosters: what no paper to the employer holds."""
    ids = members(session, case_id)
    said = select(
        ComplaintVersionRow.complainant_name,
        ComplaintVersionRow.complainant_phone,
        ComplaintVersionRow.complainant_id_no,
    ).where(ComplaintVersionRow.complaint_id.in_(ids))
    people = select(WorkerRow.name, WorkerRow.phone, WorkerRow.id_no).where(
        WorkerRow.complaint_id.in_(ids), WorkerRow.part == "complainant"
    )
    found = {value for row in (*session.execute(said), *session.execute(people)) for value in row if value}
    return sorted({one for value in found for one in names_of(value)})


def told_of(session: Session, case_id: str) -> list[str]:
    """What the complaints of a case say in their own words, in every version."""
    said = select(ComplaintVersionRow.title, ComplaintVersionRow.narrative)
    rows = session.execute(said.where(ComplaintVersionRow.complaint_id.in_(members(session, case_id))))
    return [value for row in rows for value in row if value]


def public_names(session: Session, case: CaseRow) -> list[str]:
    """What the employer and the place of a case are called, by whomever: no secret of those who complained."""
    said = select(ComplaintVersionRow.employer_name, ComplaintVersionRow.site_name, ComplaintVersionRow.site_address)
    rows = session.execute(said.where(ComplaintVersionRow.complaint_id.in_(members(session, case.id))))
    aliases = session.scalars(select(EmployerAliasRow.name).where(EmployerAliasRow.employer_id == case.employer_id))
    found = {case.employer_name, case.site_name, *aliases, *(value for row in rows for value in row)}
    return sorted(value for value in found if value)


def known_name_blinds(session: Session, case_id: str) -> set[str]:
    """The blind indexes of every worker named in the case's complaints or in its ledger."""
    question = select(WorkerRow.name_blind).where(WorkerRow.complaint_id.in_(members(session, case_id)))
    in_ledger = {row.name_blind for row in workers_of(session, case_id)}
    return {blind for blind in (*session.scalars(question), *in_ledger) if blind}


@dataclass(frozen=True, slots=True)
class Proven:
    """What was paid, as far as it is proven; `workers` are persons named line by line."""

    amount: int
    workers: int


def proven(session: Session, case_id: str) -> Proven:
    """The proven payments of a case. The same name in two payments is one worker; twice in one payment is two.

    Namesakes whom the ledger tells apart are as many as were paid, in however many payments.
    """
    total = session.scalar(
        select(func.coalesce(func.sum(PaymentRow.amount_fen), 0)).where(PaymentRow.case_id == case_id, is_proven())
    )
    lines = (
        select(PaymentLineRow.payment_id, PaymentLineRow.name_blind, PaymentLineRow.id, PaymentMatchRow.worker_id)
        .join(PaymentRow, PaymentRow.id == PaymentLineRow.payment_id)
        .outerjoin(PaymentMatchRow, PaymentMatchRow.payment_line_id == PaymentLineRow.id)
        .where(PaymentRow.case_id == case_id, is_proven())
    )
    by_payment: dict[str, Counter[str]] = defaultdict(Counter)
    bearers: dict[str, set[str]] = defaultdict(set)
    for payment_id, blind, line_id, worker_id in session.execute(lines):
        by_payment[payment_id][blind or worker_id or line_id] += 1
        if worker_id:
            bearers[blind or worker_id].add(worker_id)
    most: Counter[str] = Counter({name: len(workers) for name, workers in bearers.items()})
    for heads in by_payment.values():
        most |= heads
    return Proven(int(total or 0), most.total())


def orders_of(session: Session, case_id: str) -> list[RectificationOrderRow]:
    """The orders of a case, in the order of their deadlines."""
    question = select(RectificationOrderRow).where(RectificationOrderRow.case_id == case_id)
    return list(session.scalars(question.order_by(RectificationOrderRow.due_on, RectificationOrderRow.id)))


def last_pledge(session: Session, case_id: str) -> PledgeRow | None:
    """The pledge letter signed last."""
    question = select(PledgeRow).where(PledgeRow.case_id == case_id)
    return session.scalars(question.order_by(PledgeRow.signed_on.desc(), PledgeRow.id).limit(1)).first()


def visits_of(session: Session, case_id: str) -> int:
    """How many visits a case has."""
    return session.scalar(select(func.count()).select_from(VisitRow).where(VisitRow.case_id == case_id)) or 0


def documents_of(session: Session, case_id: str, kinds: tuple[str, ...]) -> list[DocumentRow]:
    """The papers of some kinds of a case, oldest first."""
    question = select(DocumentRow).where(DocumentRow.case_id == case_id, DocumentRow.kind.in_(kinds))
    return list(session.scalars(question.order_by(DocumentRow.issued_on, DocumentRow.serial)))
