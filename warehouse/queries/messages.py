"""The page of messages: what was written, to whom and by which way, and what became of it. Never what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from casework.calendar import local_midnight
from casework.people import Actor, Role
from warehouse.models import (
    AccountRow,
    ComplaintRow,
    ComplaintVersionRow,
    MessageRow,
    OfficerAddressRow,
    PreventionNoticeRow,
    WarningRow,
)
from warehouse.queries.sight import in_territory
from warehouse.queries.warning_sight import warnings_of

SHOWN = 50
OVERDUE = timedelta(hours=24)
"""How long a message may wait before that is loud. It is the limit of answers too."""
GROUPS = ("all", "with_a_person", "waiting", "sent")
_STATES = {
    "with_a_person": ("failed",),
    "waiting": ("pending", "delivered"),
    "sent": ("sent", "confirmed"),
}
_OFFICE = frozenset({Role.DESK_OFFICER, Role.HEAD})


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message. `complaint_no` is that of a worker, for those who may see it; `officer` the name of an officer;
    `notice_no` the prevention notice that an employer was sent."""

    id: str
    occasion: str
    way: str
    officer: str | None
    complaint_no: str | None
    notice_no: str | None
    written_at: datetime
    state: str
    attempts: int
    late_days: int
    error_code: str | None
    delivered_at: datetime | None
    confirmed_at: datetime | None
    next_attempt_at: datetime
    wording_version: int


@dataclass(frozen=True, slots=True)
class MessageBook:
    """One page of messages, the newest first; how many there are, and how many are stuck."""

    lines: tuple[MessageLine, ...]
    found: int
    page: int
    pages: int
    stuck: int


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Messages to officers, and those to workers of this person's places. Who keeps the machine sees that they are."""
    if Role.SYSTEM_ADMIN in actor.roles:
        return MessageRow.id.is_not(None)
    said = ComplaintVersionRow
    here = select(said.complaint_id).where(
        said.complaint_id == MessageRow.complaint_id,
        said.newest,
        in_territory(actor, said.district_code, _OFFICE),
    )
    notice = select(PreventionNoticeRow.id).join(WarningRow, WarningRow.id == PreventionNoticeRow.warning_id)
    sent = notice.where(PreventionNoticeRow.id == MessageRow.prevention_id, warnings_of(actor)).exists()
    return or_(MessageRow.address_id.is_not(None), here.exists(), sent)


def _stuck(late_since: datetime) -> ColumnElement[bool]:
    """Refused for good, or unsent for so long that somebody should know."""
    row = MessageRow
    return or_(row.state == "failed", and_(row.state == "pending", row.since < late_since))


def counting_stuck(actor: Actor, late_since: datetime) -> Select[tuple[int]]:
    """The question how many messages do not arrive, of those this person may see."""
    return select(func.count()).select_from(MessageRow).where(_stuck(late_since), _seen(actor))


def may_see(session: Session, row: MessageRow, actor: Actor) -> bool:
    """Whether this message is among those this person may see."""
    return session.scalar(select(MessageRow.id).where(MessageRow.id == row.id, _seen(actor))) is not None


def messages(
    session: Session, actor: Actor, *, at: datetime, group: str = "all", day: date | None = None, page: int = 1
) -> MessageBook:
    """One page of the messages this person may see."""
    row = MessageRow
    wanted = [_seen(actor)]
    if group in _STATES:
        wanted.append(row.state.in_(_STATES[group]))
    if day is not None:
        begins = local_midnight(day)
        wanted.append(and_(row.written_at >= begins, row.written_at < begins + timedelta(days=1)))
    found = session.scalar(select(func.count()).select_from(row).where(*wanted)) or 0
    pages = max(1, -(-found // SHOWN))
    page = min(max(page, 1), pages)
    question = (
        select(row, AccountRow.name, ComplaintRow.complaint_no, PreventionNoticeRow.notice_no)
        .outerjoin(PreventionNoticeRow, PreventionNoticeRow.id == row.prevention_id)
        .outerjoin(OfficerAddressRow, OfficerAddressRow.id == row.address_id)
        .outerjoin(AccountRow, AccountRow.id == OfficerAddressRow.account_id)
        .outerjoin(ComplaintRow, ComplaintRow.id == row.complaint_id)
        .where(*wanted)
        .order_by(row.written_at.desc(), row.id)
        .limit(SHOWN)
        .offset((page - 1) * SHOWN)
    )
    numbers = bool(_OFFICE & actor.roles)
    lines = [
        _line(one, name, number if numbers else None, notice) for one, name, number, notice in session.execute(question)
    ]
    stuck = session.scalar(counting_stuck(actor, at - OVERDUE)) or 0
    return MessageBook(tuple(lines), found, page, pages, stuck)


def _line(row: MessageRow, officer: str | None, complaint_no: str | None, notice_no: str | None) -> MessageLine:
    return MessageLine(
        id=row.id,
        occasion=row.occasion,
        way=row.way,
        officer=officer,
        complaint_no=complaint_no,
        notice_no=notice_no,
        written_at=row.written_at,
        state=row.state,
        attempts=row.attempts,
        late_days=row.late_days,
        error_code=row.error_code,
        delivered_at=row.delivered_at,
        confirmed_at=row.confirmed_at,
        next_attempt_at=row.next_attempt_at,
        wording_version=row.wording_version,
    )
