"""Papers: numbered, served, and the orders to correct among them. No paper to the employer names a complainant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.blanks import lacking
from casework.calendar import local_day
from casework.clocks import HEARING_REQUEST, NOTICE_SERVICE, RECTIFY, SERVE, SERVE_PENALTY, TimeLimit, Unit
from casework.documents import KINDS, SERVICE_WAYS
from casework.enforcement import DEMAND_PAPER
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import PAPER, Exit
from casework.lifecycle import WorkStatus
from casework.money import fen_of
from casework.people import Actor
from casework.record import Json
from services.held import acted, held_case
from services.paper_secrecy import keep_secret
from services.paper_values import values_of
from services.served import after_service
from services.working_days import calendar_in_force, day_for_paper
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, DocumentRow, RectificationOrderRow, new_id
from warehouse.store.clocks import meet_clock, meet_clocks, running, start_clock, start_fixed_clock
from warehouse.store.handling import add_document
from warehouse.store.settings import text, whole
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
) -> Issued:
    """Issue a numbered paper; `body` holds its blanks as filled. Runs the clock of service until it is served."""
    if kind == "rectification_order":
        raise BadInput("An order to correct names its demand and its day; issue it as an order.")
    if kind == DEMAND_PAPER:
        raise BadInput("A demand to perform comes after the decision, by an act of its own.")
    if kind == "declining_notice":
        raise BadInput("A notice of declining comes with the declining itself.")
    if kind == "service_proof":
        raise BadInput("A proof of service names the paper that is served; issue it for that paper.")
    if kind in DECIDED_ON:
        raise BadInput("This paper comes with the decision of a head; it is numbered when that is made.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        if kind == TRANSFER_PAPER:
            transfer = last_transfer(session, case.id)
            if transfer is None or transfer.state in ("reported", "refused"):
                raise NotAllowed("A transfer letter is numbered after a head has approved the transfer.")
        row = add_paper(session, case, kind, issued_on, body, actor=actor, at=at)
        if served_on is not None:
            note_service(session, row, served_on, served_how, actor=actor, at=at)
        acted(session, case, "issue_document", actor=actor, at=at, details={"document": row.id, "kind": kind})
        return Issued(row.id, row.document_no)


def serve_document(
    store: Warehouse, *, document_id: str, served_on: date, served_how: str, actor: Actor, at: datetime
) -> None:
    """The paper reached the party (送达)."""
    with store.write() as session:
        row = session.get(DocumentRow, document_id)
        if row is None or row.case_id is None:
            raise NotFound("There is no such paper.")
        case = held_case(session, row.case_id, _now(session, row.case_id), actor=actor, when=_SERVED_WHILE)
        if row.served_on is not None:
            raise NotAllowed("This paper is already served.")
        note_service(session, row, served_on, served_how, actor=actor, at=at)
        after_service(session, case, row, by=actor.id, at=at)
        acted(session, case, "serve_document", actor=actor, at=at, details={"document": row.id})


def announce_service(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    document_id: str,
    announced_on: date,
    tried: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """A paper that reached the party by no other way is announced (公告送达, QD §32-33; CPL §95).

    It counts as served when the term of the notice has ended, and what it says stands from the announcement on.
    """
    if tried not in SERVICE_WAYS or tried == "by_notice":
        raise BadInput("Name the way of service that was tried before.")
    if not reason.strip():
        raise BadInput("Say why the paper reached the party in no other way.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=_SERVED_WHILE)
        row = session.get(DocumentRow, document_id)
        if row is None or row.case_id != case.id:
            raise NotFound("There is no such paper on this case.")
        if row.served_on is not None or row.announced_on is not None or not KINDS[row.kind].served:
            raise NotAllowed("This paper is served or announced already, or goes to nobody.")
        if not row.issued_on <= announced_on <= local_day(at):
            raise BadInput("The day of the notice lies between the day of the paper and today.")
        _freeze(session, row)
        row.announced_on, row.announced_why = announced_on, {"tried": tried, "reason": reason.strip()}
        limit = replace(NOTICE_SERVICE, length=max(whole(session, "clock.notice_service.days"), 1))
        calendar = calendar_in_force(session)
        start_clock(session, limit, started_on=announced_on, calendar=calendar, by=actor.id, at=at, case_id=case.id)
        details: dict[str, Json] = {"document": row.id, "tried": tried}
        acted(session, case, "announce_service", actor=actor, at=at, details=details)


def _announced(session: Session, row: DocumentRow, at: datetime) -> date:
    """The day on which an announced paper counts as served."""
    question = select(ClockRow).where(
        ClockRow.case_id == row.case_id,
        ClockRow.kind == NOTICE_SERVICE.kind,
        ClockRow.started_on == row.announced_on,
    )
    term = session.scalars(question.order_by(ClockRow.id).limit(1)).first() if row.announced_on else None
    if term is None:
        raise NotAllowed("Service by notice is announced first, with the way that was tried before.")
    if term.provisional or local_day(at) <= term.due_on:
        raise NotAllowed(f"The notice runs until {term.due_on}; only then does the paper count as served.")
    return term.due_on


_SERVED_WHILE = frozenset({WorkStatus.IN_PROGRESS, WorkStatus.CONCLUDED})


def _now(session: Session, case_id: str) -> int:
    return session.get_one(CaseRow, case_id).version


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
) -> Issued:
    """Order the employer to correct by a day (限期改正). Without a day, the office's usual term is counted."""
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
        row = add_paper(session, case, "rectification_order", issued_on, body, actor=actor, at=at)
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
    """An order was obeyed on a day."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
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
    session: Session, case: CaseRow, kind: str, issued_on: date, body: Mapping[str, Any], *, actor: Actor, at: datetime
) -> DocumentRow:
    """Number a paper within an act that needs one. Raises `BadInput` and `NotAllowed`."""
    if kind not in KINDS:
        raise BadInput("There is no such kind of paper.")
    if KINDS[kind].filed_only and case.case_no is None:
        raise NotAllowed("This paper exists on a filed case only; file the case first.")
    if issued_on > local_day(at):
        raise BadInput("A paper is not issued in the future.")
    if issued_on < local_day(case.opened_at):
        raise BadInput("A paper is not issued before the first complaint of its case came in.")
    if kind != "interview_record" or body.get("side"):
        # An interview is written down as it was said; whose it is decides, on its page, who may read it.
        keep_secret(session, case, kind, body)
    row = add_document(session, case_id=case.id, kind=kind, issued_on=issued_on, body=body, by=actor.id, at=at)
    if KINDS[kind].served:
        calendar = calendar_in_force(session)
        limit = _service_limit(session, kind)
        start_clock(session, limit, started_on=issued_on, calendar=calendar, by=actor.id, at=at, case_id=case.id)
    return row


def _service_limit(session: Session, kind: str) -> TimeLimit:
    if kind == "penalty_decision":
        return SERVE_PENALTY
    return replace(SERVE, unit=cast(Unit, text(session, "clock.serve.unit")))


def _freeze(session: Session, row: DocumentRow) -> None:
    """What the party reads stands, whatever the records say later. A paper that is not complete is not served."""
    values = values_of(session, row, session.get_one(CaseRow, row.case_id))
    empty = lacking(row.kind, values)
    if empty:
        raise NotAllowed(f"Not served while these blanks are empty: {', '.join(blank.label for blank in empty)}.")
    row.as_served = values


def note_service(
    session: Session, row: DocumentRow, served_on: date, served_how: str | None, *, actor: Actor, at: datetime
) -> None:
    """A paper reached the party, within an act."""
    if served_how not in SERVICE_WAYS:
        raise BadInput(f"A paper is served in one of these ways: {', '.join(SERVICE_WAYS)}.")
    if not row.issued_on <= served_on <= local_day(at):
        raise BadInput("The day of service lies between the day of the paper and today.")
    if served_how == "by_notice" and served_on != (counts := _announced(session, row, at)):
        raise BadInput(f"Announced, this paper counts as served on {counts}.")
    if row.announced_on is None:
        _freeze(session, row)
    else:
        meet_clocks(session, NOTICE_SERVICE.kind, met_on=served_on, by=actor.id, at=at, case_id=row.case_id)
    row.served_on, row.served_how = served_on, served_how
    if row.kind == "prior_notice":
        calendar = calendar_in_force(session)
        start_clock(
            session, HEARING_REQUEST, started_on=served_on, calendar=calendar, by=actor.id, at=at, case_id=row.case_id
        )
    limit = _service_limit(session, row.kind)
    for clock in running(session, kind="serve", case_id=row.case_id):
        if clock.started_on == row.issued_on and clock.source == limit.source:
            meet_clock(session, clock, met_on=served_on, by=actor.id, at=at)
            break
