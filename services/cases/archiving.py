"""The archive (归档): one case, one volume, when everybody was answered and called back and its report is complete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.blanks import lacking
from casework.calendar import local_day, months_after
from casework.errors import NotAllowed, NotFound
from casework.lifecycle import ComplaintStatus, LegalStatus
from casework.numbering import case_no
from casework.people import Actor, Role
from services.cases.held import acted
from services.paperwork.paper_values import values_of
from services.replying.settling import called_back_if_all_were, close_if_settled
from services.replying.stuck_answers import told_in_archive
from warehouse.engine import Warehouse
from warehouse.models import CaseArchiveRow, CaseRow, ComplaintRow, DocumentRow, new_id
from warehouse.queries.sight import works_on
from warehouse.store.callbacks import final_answers_owed
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.handling import documents_of, papers_in
from warehouse.store.linkage import members
from warehouse.store.lives import follow, standings, step_in_law
from warehouse.store.serials import next_serial
from warehouse.store.settings import text, whole

_BINDERS = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})


def archive_case(
    store: Warehouse, *, case_id: str, version: int, actor: Actor, at: datetime, note: str | None = None
) -> str:
    """Put a closed case away, with a number of its own and the day until which it is kept. Returns the number."""
    with store.write() as session:
        case = case_for_change(session, case_id)
        if not works_on(session, actor, case, _BINDERS, on=local_day(at)):
            raise NotFound("There is no such case, or it is not with you.")
        live_case(session, case_id, version=version)
        waiting = called_back_if_all_were(session, case, by=actor.id, at=at)
        if case.legal_status == LegalStatus.CLOSED:
            raise NotAllowed(f"{waiting} complainants are still to be called back.")
        if case.legal_status == LegalStatus.CALLED_BACK:
            _everybody_told(session, case, note=(note or "").strip(), by=actor.id, at=at)
            _report_complete(session, case)
        case.legal_status = step_in_law(session, case, LegalStatus.ARCHIVED, by=actor.id, at=at, reason=note)
        today = local_day(at)
        serial = next_serial(session, f"archive:{today.year}")
        papers = session.scalar(select(func.count()).select_from(DocumentRow).where(papers_in(case.id)))
        row = CaseArchiveRow(
            id=new_id("arc"),
            case_id=case.id,
            archive_no=case_no(
                form=text(session, "archive.form"),
                prefix=text(session, "document.prefix"),
                year=today.year,
                serial=serial,
            ),
            archived_on=today,
            kept_until=months_after(today, 12 * whole(session, "archive.years")),
            papers=papers or 0,
            note=(note or "").strip() or None,
            by=actor.id,
            at=at,
        )
        session.add(row)
        acted(session, case, "archive_case", actor=actor, at=at, details={"archive": row.id})
        return row.archive_no


def _everybody_told(session: Session, case: CaseRow, *, note: str, by: str, at: datetime) -> None:
    """Every final answer arrived and every complaint is over (724 §10; JN §24). Raises `NotAllowed` with their numbers.

    What its channel refuses for good was told in another way, which the note of the archive says.
    """
    inside = members(session, case.id)
    number = {one: session.get_one(ComplaintRow, one).complaint_no for one in inside}
    unsent, refused = final_answers_owed(session, inside)
    if unsent:
        raise NotAllowed(f"Final answers are not sent yet: {_listed(number, unsent)}.")
    if refused and not note:
        raise NotAllowed(f"A channel refused these answers; note how they were told: {_listed(number, refused)}.")
    told_in_archive(session, sorted(refused), note=note, by=by, at=at)
    for one in inside:
        if one in refused:
            follow(session, one, ComplaintStatus.CLOSED, by=by, at=at)
        elif standings(session, [one])[one] is not ComplaintStatus.CLOSED:
            close_if_settled(session, one, by=by, at=at)
    standing = standings(session, inside)
    left = {one for one in inside if standing[one] is not ComplaintStatus.CLOSED}
    if left:
        raise NotAllowed(f"These complaints are not over yet: {_listed(number, left)}.")


def _listed(number: dict[str, str], some: set[str]) -> str:
    return ", ".join(sorted(number[one] for one in some))


def _report_complete(session: Session, case: CaseRow) -> None:
    """The closing report of the volume says what it must. Raises `NotAllowed` with the blanks that are empty."""
    for report in documents_of(session, case.id, ("closing_report",))[-1:]:
        empty = lacking(report.kind, values_of(session, report, case))
        if empty:
            names = ", ".join(blank.label for blank in empty)
            raise NotAllowed(f"Not archived while these blanks of the closing report are empty: {names}.")
