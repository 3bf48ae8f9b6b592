"""Papers: numbered, served, and the orders to correct among them. No paper to the employer names a complainant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from casework.blanks import check_sum, typed
from casework.calendar import local_day
from casework.clocks import RECTIFY
from casework.documents import KINDS
from casework.enforcement import DEMAND_PAPER
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import PAPER, Exit
from casework.lifecycle import DECIDED, WORKED
from casework.money import fen_of
from casework.people import Actor
from casework.sanctions import STEP_PAPERS
from services.cases.held import acted, cared_case, held_case
from services.office.working_days import calendar_in_force, day_for_paper
from services.paperwork.addressing import MAY_NAME, addressed, transferred
from services.paperwork.paper_secrecy import keep_secret
from services.paperwork.serving import note_service, service_limit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow, RectificationOrderRow, new_id
from warehouse.store.clocks import meet_clock, running, start_clock, start_fixed_clock
from warehouse.store.handling import add_document
from warehouse.store.settings import whole
from warehouse.store.sparing import last_transfer

TRANSFER_PAPER = PAPER[Exit.TRANSFERRED_TO_POLICE]
DECIDED_ON = frozenset({*PAPER.values(), "closing_report"}) - {"rectification_order", TRANSFER_PAPER}
"""Papers of a decision (QD §31; APL §57): no officer numbers one alone."""


@dataclass(frozen=True, slots=True)
class Issued:
    """One paper that was issued. `order_id` for an order to correct."""

    document_id: str
    document_no: str
    order_id: str | None = None


def issue_document(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    kind: str,
    issued_on: date,
    body: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    served_on: date | None = None,
    served_how: str | None = None,
    addressee: str | None = None,
) -> Issued:
    """Issue a numbered paper; `body` holds its blanks as filled. Runs the clock of service until it is served.

    `addressee`: the party named liable to pay, where a prior notice goes to it and not to the employer.
    """
    _is_issued_as_such(kind)
    if addressee and kind not in MAY_NAME:
        raise BadInput("Only an order to pay and its prior notice go to another party than the employer.")
    with store.write() as session:
        known = cared_case if kind == TRANSFER_PAPER else held_case
        case = known(session, case_id, version, actor=actor)
        if kind == TRANSFER_PAPER:
            transfer = last_transfer(session, case.id)
            if transfer is None or transfer.state in ("reported", "refused"):
                raise NotAllowed("A transfer letter is numbered after a head has approved the transfer.")
        party = transferred(session, case) if kind == TRANSFER_PAPER else addressed(session, case, addressee)
        row = add_paper(session, case, kind, issued_on, body, actor=actor, at=at, addressee_id=party)
        if served_on is not None:
            note_service(session, case, row, served_on, served_how, actor=actor, at=at)
        acted(session, case, "issue_document", actor=actor, at=at, details={"document": row.id, "kind": kind})
        return Issued(row.id, row.document_no)


def _is_issued_as_such(kind: str) -> None:
    """Raises `BadInput` for a paper that comes with an act of its own."""
    if kind == "rectification_order":
        raise BadInput("An order to correct names its demand and its day; issue it as an order.")
    if kind == DEMAND_PAPER:
        raise BadInput("A demand to perform comes after the decision, by an act of its own.")
    if kind == "declining_notice":
        raise BadInput("A notice of declining comes with the declining itself.")
    if kind == "supplement_notice":
        raise BadInput("A notice of supplement comes with the asking itself.")
    if kind == "other_way_notice":
        raise BadInput("A notice of another way comes with the redirecting itself.")
    if kind in STEP_PAPERS:
        raise BadInput("A paper of a listing or of a transfer comes with its step.")
    if kind == "service_proof":
        raise BadInput("A proof of service names the paper that is served; issue it for that paper.")
    if kind in DECIDED_ON:
        raise BadInput("This paper comes with the decision of a head; it is numbered when that is made.")


def order_correction(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    demand: str,
    law: str,
    issued_on: date,
    actor: Actor,
    at: datetime,
    due_on: date | None = None,
    workers: int | None = None,
    amount: Decimal | None = None,
    addressee: str | None = None,
) -> Issued:
    """Order the employer to correct by a day (限期改正), or the party named liable, its `addressee`, to pay.

    Without a day, the office's usual term is counted.
    """
    if not demand.strip() or not law.strip():
        raise BadInput("An order names what to correct and by which article.")
    if workers is not None and workers < 1:
        raise BadInput("An order concerns at least one worker.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        due = due_on or _usual_due(session, issued_on)
        if due <= issued_on:
            raise BadInput("The day to correct by is after the day of the order.")
        body = {"demand": demand.strip(), "law": law.strip(), "due_on": due.isoformat()}
        party = addressed(session, case, addressee)
        row = add_paper(session, case, "rectification_order", issued_on, body, actor=actor, at=at, addressee_id=party)
        order = RectificationOrderRow(
            id=new_id("ord"),
            case_id=case.id,
            document_id=row.id,
            workers=workers,
            amount_fen=fen_of(amount),
            law=law.strip(),
            demand=demand.strip(),
            due_on=due,
        )
        session.add(order)
        start_fixed_clock(
            session,
            "rectify",
            started_on=issued_on,
            due_on=due,
            source=row.document_no,
            by=actor.id,
            at=at,
            case_id=case.id,
        )
        acted(session, case, "order_correction", actor=actor, at=at, details={"order": order.id, "document": row.id})
        return Issued(row.id, row.document_no, order.id)


def _usual_due(session: Session, issued_on: date) -> date:
    days = whole(session, "clock.rectify.days")
    return day_for_paper(session, started_on=issued_on, length=days, unit=RECTIFY.unit)


def record_correction(
    store: Warehouse, *, case_id: str, version: int, order_id: str, corrected_on: date, actor: Actor, at: datetime
) -> None:
    """An order was obeyed on a day. The order outlives the decision, and so does what it asks for."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=WORKED | DECIDED)
        order = session.get(RectificationOrderRow, order_id)
        if order is None or order.case_id != case.id:
            raise NotFound("There is no such order on this case.")
        if order.corrected_on is not None:
            raise NotAllowed("This correction is already recorded.")
        issued_on = session.get_one(DocumentRow, order.document_id).issued_on
        if not issued_on <= corrected_on <= local_day(at):
            raise BadInput("The day of the correction lies between the order and today.")
        order.corrected_on, order.corrected_by = corrected_on, actor.id
        for clock in running(session, kind="rectify", case_id=case.id):
            if clock.due_on == order.due_on and clock.started_on == issued_on:
                meet_clock(session, clock, met_on=corrected_on, by=actor.id, at=at)
                break
        acted(session, case, "record_correction", actor=actor, at=at, details={"order": order.id})


def add_paper(
    session: Session,
    case: CaseRow,
    kind: str,
    issued_on: date,
    body: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    complaint_id: str | None = None,
    addressee_id: str | None = None,
) -> DocumentRow:
    """Number a paper within an act that needs one, of the case or of one of its complaints.

    Raises `BadInput` and `NotAllowed`.
    """
    if kind not in KINDS:
        raise BadInput("There is no such kind of paper.")
    if KINDS[kind].filed_only and case.case_no is None:
        raise NotAllowed("This paper exists on a filed case only; file the case first.")
    if issued_on > local_day(at):
        raise BadInput("A paper is not issued in the future.")
    if issued_on < local_day(case.opened_at):
        raise BadInput("A paper is not issued before the first complaint of its case came in.")
    for blank in typed(kind):
        check_sum(blank, body.get(blank.key))
    if kind != "interview_record" or body.get("side"):
        # An interview is written down as it was said; whose it is decides, on its page, who may read it.
        keep_secret(session, case, kind, body)
    row = add_document(
        session,
        case_id=case.id,
        complaint_id=complaint_id,
        kind=kind,
        issued_on=issued_on,
        body=body,
        by=actor.id,
        at=at,
        addressee_id=addressee_id,
    )
    if KINDS[kind].served:
        calendar = calendar_in_force(session)
        limit = service_limit(session, kind)
        start_clock(
            session,
            limit,
            started_on=issued_on,
            calendar=calendar,
            by=actor.id,
            at=at,
            case_id=row.case_id,
            complaint_id=complaint_id,
        )
    return row
