"""What the party itself does: it states its defence, waives it, asks for a hearing, or goes against the decision."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import HEARING_NOTICE, due_day
from casework.errors import BadInput, NotAllowed
from casework.party import DEFENCES, Party
from casework.people import Actor
from services.held import acted, held_case
from services.working_days import calendar_in_force
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, PartyActRow, new_id
from warehouse.store.clocks import meet_clocks
from warehouse.store.party import defences_of, hearing_term, prior_notice_of


def record_defence(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    kind: str,
    done_on: date,
    said: str,
    actor: Actor,
    at: datetime,
    examined: str = "",
    notified_on: date | None = None,
) -> str:
    """What the party said to the prior notice (APL §44-45, §63-64; 423 §19). Returns the record's id.

    A statement and a hearing are recorded with what was examined again; a hearing with the day the party was told of
    it, seven working days before. A hearing is asked for within five working days of the notice.
    """
    if kind not in DEFENCES:
        raise BadInput(f"To a prior notice the party does one of: {', '.join(DEFENCES)}.")
    if not said.strip():
        raise BadInput("Write down what the party said, or how it waived.")
    if kind in (Party.STATED, Party.HEARD) and not examined.strip():
        raise BadInput("What the party states is examined again; write down with which result.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        notice = prior_notice_of(session, case.id)
        if notice is None or notice.served_on is None:
            raise NotAllowed("No prior notice was served.")
        if not notice.served_on <= done_on <= local_day(at):
            raise BadInput("The day lies between the service of the prior notice and today.")
        done = defences_of(session, notice)
        if kind == Party.HEARING_ASKED:
            _in_time(session, case, notice.served_on, done_on)
        if kind == Party.HEARD:
            _told_before(session, notified_on, done_on, asked=Party.HEARING_ASKED in done)
        if kind in (Party.WAIVED, Party.HEARING_ASKED):
            meet_clocks(session, "hearing_request", met_on=done_on, by=actor.id, at=at, case_id=case.id)
        row = PartyActRow(
            id=new_id("pty"),
            case_id=case.id,
            document_id=notice.id,
            kind=kind,
            done_on=done_on,
            said=said.strip(),
            answer=examined.strip() or None,
            notified_on=notified_on,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "record_defence", actor=actor, at=at, details={"defence": row.id, "kind": kind})
        return row.id


def _in_time(session: Session, case: CaseRow, served_on: date, asked_on: date) -> None:
    term = hearing_term(session, case.id, served_on)
    if term is not None and not term.provisional and asked_on > term.due_on:
        raise NotAllowed(f"A hearing could be asked for until {term.due_on}.")


def _told_before(session: Session, notified_on: date | None, heard_on: date, *, asked: bool) -> None:
    if not asked:
        raise NotAllowed("The party has not asked for a hearing.")
    if notified_on is None:
        raise BadInput("Name the day on which the party was told of the hearing.")
    earliest = due_day(notified_on, HEARING_NOTICE.length, HEARING_NOTICE.unit, calendar_in_force(session))
    if heard_on < earliest.due_on:
        raise NotAllowed(f"Told on {notified_on}, the party is heard on {earliest.due_on} at the earliest.")
