"""What was done on a case: the rows, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from casework.numbering import case_no, document_no
from casework.secrecy import names_of
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    DocumentRow,
    EmployerAliasRow,
    PledgeRow,
    RectificationOrderRow,
    VisitRow,
    WorkerRow,
    new_id,
)
from warehouse.store.linkage import case_of, members
from warehouse.store.proofs import proofs
from warehouse.store.serials import next_serial
from warehouse.store.settings import text
from warehouse.store.together import Humans

INQUIRIES = ("inquiry_notice", "interview_record", "inspection_record")


def next_case_no(session: Session, year: int) -> str:
    """A new 案号, in the form the office writes it."""
    serial = next_serial(session, f"case_no:{year}")
    return case_no(
        form=text(session, "case_no.form"), prefix=text(session, "document.prefix"), year=year, serial=serial
    )


def add_document(
    session: Session,
    *,
    case_id: str,
    kind: str,
    issued_on: date,
    body: Mapping[str, Any],
    by: str,
    at: datetime,
    complaint_id: str | None = None,
    addressee_id: str | None = None,
) -> DocumentRow:
    """A numbered paper of a case, or of one complaint of it; numbers run per year and kind."""
    serial = next_serial(session, f"document:{kind}:{issued_on.year}")
    prefix = text(session, "document.prefix")
    row = DocumentRow(
        id=new_id("doc"),
        case_id=case_id if complaint_id is None else None,
        complaint_id=complaint_id,
        kind=kind,
        year=issued_on.year,
        serial=serial,
        document_no=document_no(
            form=text(session, "document.no.form"),
            prefix=prefix,
            word=text(session, f"document.word.{kind}"),
            year=issued_on.year,
            serial=serial,
        ),
        issued_on=issued_on,
        body=dict(body),
        addressee_id=addressee_id,
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def complainants_of(session: Session, case_id: str) -> list[str]:
    """Names, phones and identity numbers of a case's complainants: what no paper to the employer holds."""
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


@dataclass(frozen=True, slots=True)
class OnRosters:
    """The workers on the rosters of a case's complaints: their names; their telephones and identity numbers."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]


def on_rosters(session: Session, case_id: str) -> OnRosters:
    """Who stands on the rosters of a case's complaints, in every version."""
    row = WorkerRow
    people = select(row.name, row.phone, row.id_no).where(
        row.complaint_id.in_(members(session, case_id)), row.part == "roster"
    )
    rows = session.execute(people).all()
    names = {one for name, _, _ in rows if name for one in names_of(name)}
    numbers = {one for _, *told in rows for value in told if value for one in names_of(value)}
    return OnRosters(tuple(sorted(names)), tuple(sorted(numbers)))


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


def known_name_blinds(session: Session, case_id: str, people: Humans) -> set[str]:
    """The blind indexes of every worker named in the case's complaints or in its ledger."""
    question = select(WorkerRow.name_blind).where(WorkerRow.complaint_id.in_(members(session, case_id)))
    in_ledger = {row.name_blind for human in people.live for _, row in human.rows}
    return {blind for blind in (*session.scalars(question), *in_ledger) if blind}


@dataclass(frozen=True, slots=True)
class Proven:
    """What was paid, as far as it is proven; `workers` are persons named line by line."""

    amount: int
    workers: int


def proven(session: Session, case_id: str) -> Proven:
    """The proven payments of a case and of those merged into it, each proof once."""
    found = proofs(session, case_id)
    return Proven(found.amount, found.people())


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


def papers_in(case_id: str) -> ColumnElement[bool]:
    """The papers that lie in a case: its own, and those of the complaints that are in it now."""
    row = CaseMembershipRow
    inside = select(row.complaint_id).where(row.case_id == case_id, row.valid_to.is_(None))
    return or_(DocumentRow.case_id == case_id, DocumentRow.complaint_id.in_(inside))


def where_it_lies() -> ColumnElement[str | None]:
    """The case in which a paper lies, as an expression on its row."""
    row = CaseMembershipRow
    now = select(row.case_id).where(row.complaint_id == DocumentRow.complaint_id, row.valid_to.is_(None))
    return func.coalesce(DocumentRow.case_id, now.correlate(DocumentRow).scalar_subquery())


def case_of_paper(session: Session, paper: DocumentRow) -> str | None:
    """The case in which a paper lies now."""
    return paper.case_id if paper.complaint_id is None else case_of(session, paper.complaint_id)


def documents_of(session: Session, case_id: str, kinds: tuple[str, ...]) -> list[DocumentRow]:
    """The papers of some kinds of a case as a whole, oldest first."""
    question = select(DocumentRow).where(DocumentRow.case_id == case_id, DocumentRow.kind.in_(kinds))
    return list(session.scalars(question.order_by(DocumentRow.issued_on, DocumentRow.serial)))
