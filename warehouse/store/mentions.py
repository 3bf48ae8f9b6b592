"""Who is mentioned where: the people of a case's complaints and of rosters, in one form, before they are one ledger."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import normalize

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from casework.complaint import Kind
from casework.identifiers import plain, plain_phone
from casework.ledger import Span, span_of
from casework.money import fen_of
from casework.rosters import RosterRow, id_no_remark
from casework.same_worker import Keys
from warehouse.blinds import id_no_blind, name_blind, phone_blind
from warehouse.models import CaseMembershipRow, ComplaintRow, ComplaintVersionRow, WorkerRow
from warehouse.store.ledger_rows import WorkerSeen

ROSTER = "roster"
"""The source of what a pasted or uploaded roster says; other sources are the ids of complaints."""
_MASKED = re.compile(r"[*＊×某]")


@dataclass(frozen=True, slots=True)
class Mention:
    """One worker as one source names them, with what is owed for which months. Sums in fen."""

    source: str
    keys: Keys
    name: str | None
    phone: str | None
    id_no: str | None
    span: Span
    claimed: int | None
    verified: int | None = None
    secret: bool = False
    remarks: tuple[str, ...] = ()
    number: int = 0


def keys_of(name: str | None, phone: str | None, id_no: str | None, claim: str | None = None) -> Keys:
    """What a worker is known by, as blind indexes: equal for equal values, so that a kept row needs no opening.

    What is masked says nothing: two may share the stars.
    """
    return Keys(
        name_blind(re.sub(r"\s", "", name)) if name else None,
        None if phone is None or _MASKED.search(phone) else phone_blind(plain_phone(phone)),
        None if id_no is None or _MASKED.search(id_no) else id_no_blind(plain(id_no)),
        claim,
    )


def keys_kept(row: WorkerSeen) -> Keys:
    """What a worker of a ledger is known by, as it was written."""
    return Keys(row.name_blind, row.phone_blind, row.id_no_blind)


def keys_told(session: Session, case_id: str) -> list[Keys]:
    """What the people are known by whom `told_in` gives, without opening a name."""
    said = ComplaintVersionRow
    question = (
        select(
            WorkerRow.name_blind,
            WorkerRow.phone_blind,
            WorkerRow.id_no_blind,
            case((WorkerRow.part == "complainant", CaseMembershipRow.claim_id)),
        )
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == WorkerRow.complaint_id)
        .join(said, (said.complaint_id == WorkerRow.complaint_id) & (said.version == WorkerRow.version))
        .where(CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None), said.newest)
        .where(or_(WorkerRow.part != "complainant", said.kind != Kind.INFORMANT_REPORT))
        .order_by(WorkerRow.complaint_id, WorkerRow.part, WorkerRow.id)
    )
    return [Keys(*row) for row in session.execute(question)]


def told_in(session: Session, case_id: str) -> list[Mention]:
    """The workers whom the newest versions of a case's complaints name, oldest complaint first.

    Who reports on others (举报) is not owed a wage; the people on such a report's list are.
    """
    said = ComplaintVersionRow
    question = (
        select(WorkerRow, said, CaseMembershipRow.claim_id)
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == WorkerRow.complaint_id)
        .join(said, (said.complaint_id == WorkerRow.complaint_id) & (said.version == WorkerRow.version))
        .join(ComplaintRow, ComplaintRow.id == WorkerRow.complaint_id)
        .where(CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None), said.newest)
        .order_by(ComplaintRow.received_at, ComplaintRow.id, WorkerRow.part, WorkerRow.id)
    )
    found = []
    for worker, version, claim_id in session.execute(question):
        teller = worker.part == "complainant"
        if teller and version.kind == Kind.INFORMANT_REPORT:
            continue
        remark = id_no_remark(worker.id_no) if worker.id_no and not _MASKED.search(worker.id_no) else None
        found.append(
            Mention(
                source=worker.complaint_id,
                keys=keys_of(worker.name, worker.phone, worker.id_no, claim_id if teller else None),
                name=re.sub(r"\s", "", normalize("NFKC", worker.name)) if worker.name else None,
                phone=worker.phone,
                id_no=worker.id_no,
                span=span_of(version.arrears_from, version.arrears_to),
                claimed=worker.amount_claimed_fen,
                secret=version.confidential,
                remarks=(remark,) if remark else (),
            )
        )
    return found


def on_roster(rows: Sequence[RosterRow], usual: Span) -> list[Mention]:
    """The workers of a roster; a line that names no months is of the usual ones."""
    return [
        Mention(
            source=ROSTER,
            keys=keys_of(row.name, row.phone, row.id_no),
            name=row.name,
            phone=row.phone,
            id_no=row.id_no,
            span=row.span if row.span.first else usual,
            claimed=fen_of(row.claimed),
            verified=fen_of(row.verified),
            remarks=row.remarks,
            number=row.number,
        )
        for row in rows
    ]
