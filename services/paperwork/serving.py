"""The service of a paper (送达): by whom it reached the party, and by notice where it did in no other way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.blanks import lacking
from casework.calendar import local_day
from casework.clocks import HEARING_REQUEST, NOTICE_SERVICE, SERVE, SERVE_PENALTY, TimeLimit, Unit
from casework.documents import KINDS, POSTED, SERVICE_WAYS
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.record import Json
from services.cases.held import acted
from services.office.working_days import calendar_in_force
from services.paperwork.open_papers import case_with_paper
from services.paperwork.paper_values import values_of
from services.paperwork.served import after_service
from services.paperwork.ways_of_service import may_post
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, DocumentRow
from warehouse.store.clocks import meet_clock, running, start_clock
from warehouse.store.settings import text, whole


def serve_document(
    store: Warehouse,
    *,
    document_id: str,
    served_on: date,
    served_how: str,
    actor: Actor,
    at: datetime,
    served_ref: str = "",
    case_id: str | None = None,
    version: int | None = None,
) -> None:
    """The paper reached the party (送达). `served_ref`: where a posting hangs, and where its photo or video lies.

    A form names the case and the version it was made from, and is refused when that changed since.
    """
    with store.write() as session:
        case, row = case_with_paper(session, document_id, actor=actor, case_id=case_id, version=version)
        if row.served_on is not None:
            raise NotAllowed("This paper is already served.")
        if served_how == POSTED:
            may_post(session, case, row, served_ref)
            row.served_ref = served_ref.strip()
        note_service(session, case, row, served_on, served_how, actor=actor, at=at)
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
        case, row = case_with_paper(session, document_id, actor=actor, case_id=case_id, version=version)
        if row.served_on is not None or row.announced_on is not None or not KINDS[row.kind].served:
            raise NotAllowed("This paper is served or announced already, or goes to nobody.")
        if not row.issued_on <= announced_on <= local_day(at):
            raise BadInput("The day of the notice lies between the day of the paper and today.")
        _freeze(session, row, case)
        row.announced_on, row.announced_why = announced_on, {"tried": tried, "reason": reason.strip()}
        limit = replace(NOTICE_SERVICE, length=max(whole(session, "clock.notice_service.days"), 1))
        calendar = calendar_in_force(session)
        start_clock(
            session,
            limit,
            started_on=announced_on,
            calendar=calendar,
            by=actor.id,
            at=at,
            case_id=row.case_id,
            complaint_id=row.complaint_id,
        )
        details: dict[str, Json] = {"document": row.id, "tried": tried}
        acted(session, case, "announce_service", actor=actor, at=at, details=details)


def _notice_over(
    session: Session, row: DocumentRow, served_on: date, owner: dict[str, Any], *, by: str, at: datetime
) -> None:
    """The notice of this paper has ended; that of another runs on."""
    for clock in running(session, kind=NOTICE_SERVICE.kind, **owner):
        if clock.started_on == row.announced_on:
            meet_clock(session, clock, met_on=served_on, by=by, at=at)
            break


def _announced(session: Session, row: DocumentRow, at: datetime) -> date:
    """The day on which an announced paper counts as served."""
    question = select(ClockRow).where(
        ClockRow.case_id == row.case_id if row.complaint_id is None else ClockRow.complaint_id == row.complaint_id,
        ClockRow.kind == NOTICE_SERVICE.kind,
        ClockRow.started_on == row.announced_on,
    )
    term = session.scalars(question.order_by(ClockRow.id).limit(1)).first() if row.announced_on else None
    if term is None:
        raise NotAllowed("Service by notice is announced first, with the way that was tried before.")
    if term.provisional or local_day(at) <= term.due_on:
        raise NotAllowed(f"The notice runs until {term.due_on}; only then does the paper count as served.")
    return term.due_on


def service_limit(session: Session, kind: str) -> TimeLimit:
    if kind == "penalty_decision":
        return SERVE_PENALTY
    return replace(SERVE, unit=cast(Unit, text(session, "clock.serve.unit")))


def _freeze(session: Session, row: DocumentRow, case: CaseRow) -> None:
    """What the party reads stands, whatever the records say later. A paper that is not complete is not served."""
    values = values_of(session, row, case)
    empty = lacking(row.kind, values)
    if empty:
        raise NotAllowed(f"Not served while these blanks are empty: {', '.join(blank.label for blank in empty)}.")
    row.as_served = values


def note_service(
    session: Session,
    case: CaseRow,
    row: DocumentRow,
    served_on: date,
    served_how: str | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """A paper reached the party, within an act."""
    if served_how == POSTED and not row.served_ref:
        raise BadInput("A posting is recorded for a paper that is issued, with its photo or video.")
    if served_how not in SERVICE_WAYS:
        raise BadInput(f"A paper is served in one of these ways: {', '.join(SERVICE_WAYS)}.")
    if not row.issued_on <= served_on <= local_day(at):
        raise BadInput("The day of service lies between the day of the paper and today.")
    if served_how == "by_notice" and served_on != (counts := _announced(session, row, at)):
        raise BadInput(f"Announced, this paper counts as served on {counts}.")
    told = [row.complaint_id] if row.complaint_id is not None else []
    owner: dict[str, Any] = {"case_id": row.case_id, "complaint_ids": told}
    if row.announced_on is None:
        _freeze(session, row, case)
    else:
        _notice_over(session, row, served_on, owner, by=actor.id, at=at)
    row.served_on, row.served_how = served_on, served_how
    if row.kind == "prior_notice":
        calendar = calendar_in_force(session)
        start_clock(
            session, HEARING_REQUEST, started_on=served_on, calendar=calendar, by=actor.id, at=at, case_id=row.case_id
        )
    limit = service_limit(session, row.kind)
    for clock in running(session, kind="serve", **owner):
        if clock.started_on == row.issued_on and clock.source == limit.source:
            meet_clock(session, clock, met_on=served_on, by=actor.id, at=at)
            break
