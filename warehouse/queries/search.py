"""Search over cases: by number, employer, site, receipt number, or the last four digits of a phone. Names of persons
are not searched as text: they are encrypted, and a keyed index finds only the whole name. Who told in confidence is
found by nobody who may not know them.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, union_all
from sqlalchemy.orm import Session

from casework.people import Actor
from casework.receipt_number import typed
from warehouse.blinds import name_blind, phone_blind, phone_tail_blind
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    ReceiptNumberRow,
    WorkerRow,
)
from warehouse.queries.deadlines import Horizon
from warehouse.queries.queue import QueueCase, queue_rows
from warehouse.queries.sight import seen_of_all, teller_known_to
from warehouse.store.receipt_numbers import OWN_PAGE

_TAIL = re.compile(r"\d{4}\Z")
_PHONE = re.compile(r"1[3-9]\d{9}\Z")


def found(session: Session, actor: Actor, text: str, horizon: Horizon, *, limit: int = 50) -> list[QueueCase]:
    """The cases this person may see that the text points at."""
    wanted = text.strip()
    if not wanted:
        return []
    rows = session.scalars(
        select(CaseRow)
        .where(seen_of_all(actor), CaseRow.status != "merged", or_(*_ways(wanted, actor)))
        .order_by(CaseRow.opened_at.desc())
        .limit(limit)
    ).all()
    return queue_rows(session, rows, horizon)


def _ways(text: str, actor: Actor) -> list[ColumnElement[bool]]:
    like = f"%{text.replace(chr(92), '').replace('%', '').replace('_', '')}%"
    said = ComplaintVersionRow
    complaints = select(said.complaint_id).where(said.newest.is_(True), _said(text, like, teller_known_to(actor)))
    complaints_by_no = select(ComplaintRow.id).where(ComplaintRow.complaint_no == text)
    workers = (
        select(WorkerRow.complaint_id)
        .join(said, (said.complaint_id == WorkerRow.complaint_id) & (said.version == WorkerRow.version))
        .where(_named(text), teller_known_to(actor))
    )
    pointed_at = union_all(complaints, complaints_by_no, workers, *_by_receipt(text))
    members = select(CaseMembershipRow.case_id).where(
        CaseMembershipRow.valid_to.is_(None), CaseMembershipRow.complaint_id.in_(pointed_at)
    )
    aliases = select(EmployerAliasRow.employer_id).where(EmployerAliasRow.name.like(like))
    return [
        CaseRow.matter_no == text.upper(),
        CaseRow.case_no == text,
        CaseRow.employer_name.like(like),
        CaseRow.site_name.like(like),
        CaseRow.employer_id.in_(aliases),
        CaseRow.id.in_(members),
    ]


def _by_receipt(text: str) -> list[Select[tuple[str]]]:
    """The complaint whose worker reads a receipt number out on the telephone."""
    receipt, row = typed(text), ComplaintRow
    if receipt is None:
        return []
    given = select(ReceiptNumberRow.complaint_id).where(ReceiptNumberRow.receipt == receipt)
    return [given, select(row.id).where(row.channel == OWN_PAGE, row.source_key == receipt)]


def _said(text: str, like: str, known: ColumnElement[bool]) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [
        ComplaintVersionRow.employer_name.like(like),
        ComplaintVersionRow.site_name.like(like),
    ]
    if _TAIL.match(text):
        ways.append(and_(known, ComplaintVersionRow.phone_tail_blind == phone_tail_blind(text)))
    if _PHONE.match(text):
        ways.append(and_(known, ComplaintVersionRow.phone_blind == phone_blind(text)))
    return or_(*ways)


def _named(text: str) -> ColumnElement[bool]:
    blind = name_blind(text)
    return WorkerRow.name_blind == blind if blind and len(text) <= 20 else false()
