"""Papers: numbered, served, and the orders to correct among them. No paper to the employer names a complainant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import RECTIFY, SERVE, SERVE_PENALTY, TimeLimit, Unit
from casework.documents import KINDS, POSTED, SERVICE_WAYS
from casework.enforcement import DEMAND_PAPER
from casework.errors import BadInput, NotAllowed, NotFound
from casework.leniency import PAPER, Exit
from casework.lifecycle import LegalStatus, WorkStatus
from casework.money import fen_of
from casework.people import Actor
from casework.sanctions import STEP_PAPERS
from services.held import acted, cared_case, held_case, told_case
from services.paper_secrecy import keep_secret
from services.served import after_service
from services.ways_of_service import may_post, notice_ran_out
from services.working_days import calendar_in_force, day_for_paper
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow, RectificationOrderRow, new_id
from warehouse.store.clocks import meet_clock, running, start_clock, start_fixed_clock
from warehouse.store.handling import add_document, case_of_paper
from warehouse.store.settings import text, whole


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
    if kind == "supplement_notice":
        raise BadInput("A notice of supplement comes with the asking itself.")
    if kind in STEP_PAPERS:
        raise BadInput("A paper of a listing or of a transfer comes with its step.")
    if kind == "service_proof":
        raise BadInput("A proof of service names the paper that is served; issue it for that paper.")
    with store.write() as session:
        known = cared_case if kind == PAPER[Exit.TRANSFERRED_TO_POLICE] else held_case
        case = known(session, case_id, version, actor=actor)
        row = add_paper(session, case, kind, issued_on, body, actor=actor, at=at)
        if served_on is not None:
            note_service(session, row, served_on, served_how, actor=actor, at=at)
        acted(session, case, "issue_document", actor=actor, at=at, details={"document": row.id, "kind": kind})
        return Issued(row.id, row.document_no)


def serve_document(
    store: Warehouse,
    *,
    document_id: str,
    served_on: date,
    served_how: str,
    actor: Actor,
    at: datetime,
    served_ref: str = "",
) -> None:
    """The paper reached the party (送达). `served_ref`: where a posting hangs, and where its photo or video lies."""
    with store.write() as session:
        case, row = case_with_paper(session, document_id, actor=actor)
        if row.served_on is not None:
            raise NotAllowed("This paper is already served.")
        if served_how == POSTED:
            may_post(session, case, row, served_ref)
            row.served_ref = served_ref.strip()
        note_service(session, row, served_on, served_how, actor=actor, at=at)
        after_service(session, case, row, by=actor.id, at=at)
        acted(session, case, "serve_document", actor=actor, at=at, details={"document": row.id})


PAPERS_WHILE = frozenset({WorkStatus.IN_PROGRESS, WorkStatus.CONCLUDED})
"""When the papers of a case as a whole are filled in and served."""
_OBEYED_WHILE = frozenset({WorkStatus.IN_PROGRESS, WorkStatus.CONCLUDED})


def open_to_work(paper: DocumentRow, case: CaseRow) -> bool:
    """Whether a paper can be filled in and served as its case stands.

    A complaint's always; those of a listing or a transfer after the file is closed too, for these ways go on; what
    stays in the file until that is archived.
    """
    if paper.complaint_id is not None or case.status in PAPERS_WHILE:
        return True
    stays = not KINDS[paper.kind].served and case.legal_status != LegalStatus.ARCHIVED
    return case.status == WorkStatus.CLOSED and (stays or paper.kind in STEP_PAPERS)


def case_with_paper(
    session: Session, document_id: str, *, actor: Actor, case_id: str | None = None, version: int | None = None
) -> tuple[CaseRow, DocumentRow]:
    """A paper and its case, both locked, for those who may fill it in and serve it.

    A paper of the whole case is for those who hold it; one of a single complaint for the desk as well, which may have
    written it before anybody held the case. Raises `NotFound`, `NotAllowed` and `Conflict`.
    """
    paper = session.get(DocumentRow, document_id)
    home = case_of_paper(session, paper) if paper is not None else None
    if paper is None or home is None or case_id not in (None, home):
        raise NotFound("There is no such paper on this case.")
    seen = session.get_one(CaseRow, home).version if version is None else version
    if paper.complaint_id is not None:
        case = told_case(session, home, seen, actor=actor)
    else:
        case = cared_case(session, home, seen, actor=actor)
    session.refresh(paper, with_for_update=True)
    if not open_to_work(paper, case):
        raise NotAllowed("The file is closed; what this paper says stands.")
    return case, paper


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
    """An order was obeyed on a day. The order outlives the decision, and so does what it asks for."""
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor, when=_OBEYED_WHILE)
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
    )
    if KINDS[kind].served:
        start_clock(
            session,
            _service_limit(session, kind),
            started_on=issued_on,
            calendar=calendar_in_force(session),
            by=actor.id,
            at=at,
            case_id=row.case_id,
            complaint_id=complaint_id,
        )
    return row


def _service_limit(session: Session, kind: str) -> TimeLimit:
    if kind == "penalty_decision":
        return SERVE_PENALTY
    return replace(SERVE, unit=cast(Unit, text(session, "clock.serve.unit")))


def note_service(
    session: Session, row: DocumentRow, served_on: date, served_how: str | None, *, actor: Actor, at: datetime
) -> None:
    """A paper reached the party, within an act."""
    if served_how == POSTED and not row.served_ref:
        raise BadInput("A posting is recorded for a paper that is issued, with its photo or video.")
    if served_how not in SERVICE_WAYS:
        raise BadInput(f"A paper is served in one of these ways: {', '.join(SERVICE_WAYS)}.")
    if not row.issued_on <= served_on <= local_day(at):
        raise BadInput("The day of service lies between the day of the paper and today.")
    if served_how == "by_notice":
        notice_ran_out(session, row, served_on)
    row.served_on, row.served_how = served_on, served_how
    limit = _service_limit(session, row.kind)
    told = [row.complaint_id] if row.complaint_id is not None else []
    for clock in running(session, kind="serve", case_id=row.case_id, complaint_ids=told):
        if clock.started_on == row.issued_on and clock.source == limit.source:
            meet_clock(session, clock, met_on=served_on, by=actor.id, at=at)
            break
