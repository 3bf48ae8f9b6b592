"""Asking the employer: the notice of inquiry with its fifteen lines, and the records of interviews and of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI, local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.inquiry import SIGNATURES, WARNING, Wanted, checklist
from casework.people import Actor
from casework.record import Json
from services.cases.held import acted, held_case
from services.cases.two_officers import at_least_two, check_officers
from services.office.working_days import calendar_in_force
from services.paperwork.papers import Issued, add_paper
from warehouse.engine import Warehouse
from warehouse.models import DocumentRow, InquiryAnswerRow, new_id
from warehouse.store.settings import text as setting_text


def issue_inquiry(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    issued_on: date,
    appear_at: datetime,
    actor: Actor,
    at: datetime,
    items: Sequence[Wanted] = (),
    place: str | None = None,
    contact: str | None = None,
    text: str | None = None,
) -> Issued:
    """Call the employer in and ask for papers (调查询问通知书, 423 §15). Numbers the notice and starts its service.

    Its body: `appear_on`, `appear_time`, `place`, `contact`, `text`, `warning`, and `items`, all fifteen lines with
    `no`, `name`, `asked` and `side` (建/总/分). Place and contact fall back on the office's settings.
    """
    lines = checklist(items)
    appear = appear_at.astimezone(SHANGHAI)
    if appear.date() <= issued_on or appear_at <= at:
        raise BadInput("The party is called in for a day after the notice.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        _check_open(session, appear.date())
        where = (place or "").strip() or setting_text(session, "inquiry.place")
        whom = (contact or "").strip() or setting_text(session, "inquiry.contact")
        if not where or not whom:
            raise BadInput("A notice of inquiry names the place to come to and whom to ask.")
        body = {
            "appear_on": appear.date().isoformat(),
            "appear_time": f"{appear:%H:%M}",
            "place": where,
            "contact": whom,
            "text": (text or "").strip(),
            "warning": WARNING,
            "items": lines,
        }
        row = add_paper(session, case, "inquiry_notice", issued_on, body, actor=actor, at=at)
        asked = sum(line["asked"] for line in lines)
        acted(session, case, "issue_inquiry", actor=actor, at=at, details={"document": row.id, "items": asked})
        return Issued(row.id, row.document_no)


def _check_open(session: Session, day: date) -> None:
    calendar = calendar_in_force(session)
    if calendar.knows(day) and not calendar.works(day):
        raise BadInput("The office is closed on that day; call the party in for a working day.")


def record_inquiry_answer(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    document_id: str,
    answered_on: date,
    came: bool,
    actor: Actor,
    at: datetime,
    handed_in: Sequence[int] = (),
    note: str | None = None,
) -> tuple[int, ...]:
    """What came of a notice of inquiry on one day. Returns the lines asked for that are still missing.

    May be said several times of one notice. What stays missing is proven against the employer (724 §50).
    """
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        paper = session.get(DocumentRow, document_id)
        if paper is None or paper.case_id != case.id or paper.kind != "inquiry_notice":
            raise NotFound("There is no such notice of inquiry on this case.")
        if not paper.issued_on <= answered_on <= local_day(at):
            raise BadInput("The day of the answer lies between the notice and today.")
        asked = {line["no"] for line in paper.body.get("items", ()) if line["asked"]}
        if not set(handed_in) <= asked:
            raise BadInput("Only what the notice asked for is handed in on it.")
        row = InquiryAnswerRow(
            id=new_id("iqa"),
            case_id=case.id,
            document_id=paper.id,
            answered_on=answered_on,
            came=came,
            handed_in=sorted(set(handed_in)),
            note=(note or "").strip() or None,
            by=actor.id,
            at=at,
        )
        session.add(row)
        session.flush()
        earlier = session.scalars(select(InquiryAnswerRow.handed_in).where(InquiryAnswerRow.document_id == paper.id))
        missing = tuple(sorted(asked.difference(*earlier)))
        details: dict[str, Json] = {"document": paper.id, "handed_in": len(row.handed_in), "missing": len(missing)}
        acted(session, case, "record_inquiry_answer", actor=actor, at=at, details=details)
        return missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One record as it was taken (笔录): when and where, by whom, with whom, what was said or seen, and how signed."""

    started_at: datetime
    ended_at: datetime
    place: str
    officer_ids: Sequence[str]
    person: str
    post: str | None = None
    text: str
    signature: str
    unsigned_why: str | None = None
    ids_shown: bool = False


def record_interview(
    store: Warehouse, *, case_id: str, version: int, sheet: Sheet, actor: Actor, at: datetime
) -> Issued:
    """The record of an interview (询问笔录): two officers who showed their cards, signed or why not (QD §28)."""
    return _keep(store, "interview_record", case_id, version, sheet, actor=actor, at=at)


def record_inspection(
    store: Warehouse, *, case_id: str, version: int, sheet: Sheet, actor: Actor, at: datetime
) -> Issued:
    """The record of what was seen on a site (现场检查笔录, QD §28; SD §14)."""
    return _keep(store, "inspection_record", case_id, version, sheet, actor=actor, at=at)


def _keep(
    store: Warehouse, kind: str, case_id: str, version: int, sheet: Sheet, *, actor: Actor, at: datetime
) -> Issued:
    officers = at_least_two(sheet.officer_ids, too_few="A record is taken by at least two officers.")
    _check_sheet(sheet, at=at)
    day = local_day(sheet.started_at)
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        names = check_officers(session, case, officers, on=day)
        body = {
            "started_at": _stamp(sheet.started_at),
            "ended_at": _stamp(sheet.ended_at),
            "place": sheet.place.strip(),
            "officers": "、".join(names),
            "officer_ids": officers,
            "person": sheet.person.strip(),
            "post": (sheet.post or "").strip(),
            "text": sheet.text.strip(),
            "signature": sheet.signature,
            "unsigned_why": (sheet.unsigned_why or "").strip(),
        }
        row = add_paper(session, case, kind, day, body, actor=actor, at=at)
        acted(session, case, f"record_{kind.partition('_')[0]}", actor=actor, at=at, details={"document": row.id})
        return Issued(row.id, row.document_no)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _check_sheet(sheet: Sheet, *, at: datetime) -> None:
    if not sheet.started_at < sheet.ended_at <= at:
        raise BadInput("A record ends after it began, and is kept after it ended.")
    if not sheet.place.strip() or not sheet.person.strip() or not sheet.text.strip():
        raise BadInput("A record says where, with whom and what.")
    if sheet.signature not in SIGNATURES:
        raise BadInput("A record is signed, or says that it was refused or that nobody was there to sign.")
    if sheet.signature != "signed" and not (sheet.unsigned_why or "").strip():
        raise BadInput("A record that is not signed says why.")
    if not sheet.ids_shown:
        raise NotAllowed("The officers show their cards before they ask or look.")
