"""Transfer to the police (移送公安, TRF §5-12): reported by two, decided by a head, handed over within a day, answered.

A fine replaces no transfer. Every step has its clock; TRF names no unit for its days, so the unit is a setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import (
    HAND_MATERIALS,
    POLICE_DECIDE,
    RECONSIDER,
    TRANSFER_DECIDE,
    TRANSFER_HAND_OVER,
)
from casework.crime import criminal_figure, order_unpaid
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.record import Json
from casework.sanctions import PACKET, lacking_in
from services.cases.given_back import take_back
from services.cases.held import acted, cared_case, head_case, officers_of, took_part
from services.cases.published import transfer_fell, transfer_stands
from services.cases.two_officers import two_officers
from services.office.step_clocks import start_step
from services.paperwork.addressing import addressed, ordered_to_pay, transferred
from services.paperwork.papers import Issued, add_paper
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, CrimeTransferRow, new_id
from warehouse.queries.officers import names_of
from warehouse.store.clocks import meet_clocks, running, start_fixed_clock
from warehouse.store.handling import documents_of
from warehouse.store.notices import write_notices
from warehouse.store.orders import orders_to_pay
from warehouse.store.outcomes import Waived, facts_of
from warehouse.store.sparing import last_transfer, refused_for_good

__all__ = [
    "ask_reconsideration",
    "decide_transfer",
    "hand_materials",
    "hand_over",
    "record_police",
    "report_crime",
    "take_back",
]


def _in(session: Session, case: CaseRow, *states: str) -> CrimeTransferRow:
    row = last_transfer(session, case.id)
    if row is None or row.state not in states:
        raise NotAllowed("The transfer of this case is not at this step.")
    return row


def report_crime(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    officer_ids: Sequence[str],
    report: str,
    reported_on: date,
    actor: Actor,
    at: datetime,
    addressee: str | None = None,
) -> str:
    """Two officers report a suspected crime in writing: the figure is reached and an order ran out unpaid (CRIM).

    The three days of the head start, and the form that he decides on is numbered. `addressee`: the party named liable,
    where that was ordered to pay and not the employer. Returns the transfer's id.
    """
    if not report.strip():
        raise BadInput("A report of a suspected crime says what happened.")
    if reported_on > local_day(at):
        raise BadInput("A report is recorded after it was made.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        last = last_transfer(session, case.id)
        today = local_day(at)
        over = last is None or last.state == "refused" or refused_for_good(session, last, today=today)
        if not over:
            raise NotAllowed("A transfer of this case is already under way.")
        facts = facts_of(session, case, today=today, waived=Waived())
        for met, fact in (criminal_figure(facts), order_unpaid(facts)):
            if not met:
                raise NotAllowed(fact)
        party = addressed(session, case, addressee)
        ordered_to_pay(session, [one for one in orders_to_pay(session, case) if one.due_on < today], party)
        row = CrimeTransferRow(
            id=new_id("trf"),
            case_id=case.id,
            state="reported",
            officer_ids=two_officers(session, case, officer_ids, on=reported_on),
            reported_on=reported_on,
            report=report.strip(),
            by=actor.id,
            at=at,
        )
        session.add(row)
        session.flush()
        names = names_of(session, row.officer_ids)
        body = {"transfer": row.id, "officers": "、".join(names[one] for one in row.officer_ids if one in names)}
        paper = add_paper(session, case, "transfer_form", local_day(at), body, actor=actor, at=at, addressee_id=party)
        start_step(session, case.id, TRANSFER_DECIDE, reported_on, by=actor.id, at=at)
        acted(session, case, "report_crime", actor=actor, at=at, details={"transfer": row.id, "document": paper.id})
        return row.id


def decide_transfer(
    store: Warehouse, *, case_id: str, version: int, approve: bool, reason: str, actor: Actor, at: datetime
) -> None:
    """The head decides in three days; a refusal is recorded with its reason. Approved, 24 hours run to hand it over."""
    if not reason.strip():
        raise BadInput("The decision on a transfer is recorded with its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, today = _in(session, case, "reported"), local_day(at)
        if actor.id in {*row.officer_ids, row.by} | took_part(session, case.id):
            raise NotAllowed("Nobody decides on a transfer of their own.")
        row.state = "approved" if approve else "refused"
        row.decided_by, row.decided_at, row.reason = actor.id, at, reason.strip()
        meet_clocks(session, "transfer_decide", met_on=today, by=actor.id, at=at, case_id=case.id)
        if approve:
            ends = at + timedelta(days=TRANSFER_HAND_OVER.length)
            start_fixed_clock(
                session,
                TRANSFER_HAND_OVER.kind,
                started_on=today,
                due_on=local_day(ends),
                due_at=ends,
                source=TRANSFER_HAND_OVER.source,
                by=actor.id,
                at=at,
                case_id=case.id,
            )
        told = sorted(officers_of(session, case.id))
        write_notices(session, told, kind=f"transfer_{row.state}", case_id=case.id, due_at=at)
        acted(session, case, "decide_transfer", actor=actor, at=at, details={"transfer": row.id, "state": row.state})


def hand_over(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    police: str,
    packet: Mapping[str, str],
    handed_at: datetime,
    actor: Actor,
    at: datetime,
) -> None:
    """The packet of five goes to the police of the same level (TRF §6): where each lies, or why there is none.

    The transfer letter itself must be issued. The three days of the police start.
    """
    if lacking := lacking_in(packet):
        raise BadInput(f"The packet lacks: {', '.join(name.replace('_', ' ') for name in lacking)}.")
    if not police.strip():
        raise BadInput("Name the police office it goes to.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "approved")
        decided = row.decided_at and row.decided_at.replace(second=0, microsecond=0)  # A form gives minutes.
        if row.decided_at is None or decided is None or not decided <= handed_at <= at:
            raise BadInput("It is handed over between the decision and now.")
        if not any(paper.at >= row.decided_at for paper in documents_of(session, case.id, ("transfer_letter",))):
            raise NotAllowed("The transfer letter is not issued yet.")
        row.state, row.handed_at, row.police = "handed_over", handed_at, police.strip()
        row.packet = {name: packet[name].strip() for name in PACKET}
        transfer_stands(session, case, by=actor.id, at=at)
        day = local_day(handed_at)
        meet_clocks(session, "transfer_hand_over", met_on=day, met_at=handed_at, by=actor.id, at=at, case_id=case.id)
        start_step(session, case.id, POLICE_DECIDE, day, by=actor.id, at=at)
        acted(session, case, "hand_over", actor=actor, at=at, details={"transfer": row.id, "papers": len(PACKET)})


def record_police(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    filed: bool,
    answered_on: date,
    answer: str,
    actor: Actor,
    at: datetime,
) -> None:
    """The police have filed the case, or not. Then three days run: to hand over the materials, or to ask again."""
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "handed_over", "reconsider")
        since = row.reconsider_asked_on or (local_day(row.handed_at) if row.handed_at else answered_on)
        if not since <= answered_on <= local_day(at):
            raise BadInput("The police answer after the handing over, and not in the future.")
        row.state = "police_filed" if filed else "police_refused"
        row.police_answered_on, row.police_answer = answered_on, answer.strip()
        meet_clocks(session, "police_decide", met_on=answered_on, by=actor.id, at=at, case_id=case.id)
        if filed:
            start_step(session, case.id, HAND_MATERIALS, answered_on, by=actor.id, at=at)
        elif row.reconsider_asked_on is None:
            start_step(session, case.id, RECONSIDER, answered_on, by=actor.id, at=at)
        if not filed:
            transfer_fell(session, case, answered_on, by=actor.id, at=at)
        details: dict[str, Json] = {"transfer": row.id, "filed": filed}
        acted(session, case, "record_police", actor=actor, at=at, details=details)


def ask_reconsideration(
    store: Warehouse, *, case_id: str, version: int, asked_on: date, actor: Actor, at: datetime
) -> Issued:
    """We ask the police to reconsider in writing, once and within three days of their refusal (TRF §9)."""
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "police_refused")
        clocks = running(session, kind="reconsider", case_id=case.id)
        if row.reconsider_asked_on is not None or not clocks:
            raise NotAllowed("The police are asked to reconsider once.")
        if row.police_answered_on is None or not row.police_answered_on <= asked_on <= local_day(at):
            raise BadInput("Reconsideration is asked for after the refusal, and not in the future.")
        if asked_on > clocks[0].due_on:
            raise NotAllowed(f"The term to ask for reconsideration ended on {clocks[0].due_on}.")
        row.state, row.reconsider_asked_on = "reconsider", asked_on
        transfer_stands(session, case, by=actor.id, at=at)
        meet_clocks(session, "reconsider", met_on=asked_on, by=actor.id, at=at, case_id=case.id)
        start_step(session, case.id, POLICE_DECIDE, asked_on, by=actor.id, at=at)
        body, party = {"transfer": row.id}, transferred(session, case)
        paper = add_paper(
            session, case, "reconsideration_letter", asked_on, body, actor=actor, at=at, addressee_id=party
        )
        details: dict[str, Json] = {"transfer": row.id, "document": paper.id}
        acted(session, case, "ask_reconsideration", actor=actor, at=at, details=details)
        return Issued(paper.id, paper.document_no)


def hand_materials(
    store: Warehouse, *, case_id: str, version: int, handed_on: date, actor: Actor, at: datetime
) -> None:
    """All materials of the case went to the police that filed it (TRF §12)."""
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = _in(session, case, "police_filed")
        if row.materials_on is not None:
            raise NotAllowed("The materials are already handed over.")
        if row.police_answered_on is None or not row.police_answered_on <= handed_on <= local_day(at):
            raise BadInput("The materials go after the filing of the police, and not in the future.")
        row.materials_on = handed_on
        meet_clocks(session, "hand_materials", met_on=handed_on, by=actor.id, at=at, case_id=case.id)
        acted(session, case, "hand_materials", actor=actor, at=at, details={"transfer": row.id})
