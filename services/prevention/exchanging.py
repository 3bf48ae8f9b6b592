"""Notices and the page that employers answer on: links put there and taken away, answers and their files taken in.

Every run may come twice, late, or be killed: what lies in the inbox is compared with what ought to, and an answer is
taken in once, under its own id. Files are fetched part by part and made harmless as those of complaints are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import due_day
from casework.errors import BadInput, ChannelUnavailable, NotFound, Unreadable
from casework.people import Actor
from casework.prevention import Capacity
from connectors.base import Connector
from connectors.inbox_notices import AnswerSent, NoticeBox
from services.arriving.attaching import TRIES, code_of, understood
from services.office.working_days import calendar_in_force
from services.prevention.links import box_of, settle_links
from services.prevention.sending import log, shut
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, PreventionAnswerRow, PreventionFileRow, PreventionNoticeRow, WarningRow, new_id
from warehouse.store.complaint_files import GONE, KEPT, REFUSED, WANTED, keep_file
from warehouse.store.notices import write_notices
from warehouse.store.receipt_numbers import OWN_PAGE
from warehouse.store.settings import whole
from warehouse.store.warning_acts import OPEN, note_act

OVERLAP = timedelta(hours=1)
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
AT_ONCE = 60
"""So many files in one run: the others come with the next."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one run did: links opened and closed, answers taken in, days that passed without, files kept and refused."""

    opened: int = 0
    closed: int = 0
    answers: int = 0
    late: int = 0
    kept: int = 0
    refused: int = 0


def exchange_notices(
    store: Warehouse, connector_of: Callable[[str], Connector], *, actor: Actor, clock: Callable[[], datetime]
) -> Exchanged:
    """Bring page and office together. Without a page for workers only the days are looked at, and that is no error."""
    box = box_of(connector_of)
    opened = closed = answers = kept = refused = 0
    if box is not None:
        try:
            answers = _take_in(store, box, actor=actor, clock=clock)
            opened, closed = settle_links(store, box, clock=clock)
            kept, refused = _fetch_files(store, box, clock=clock)
        except ChannelUnavailable:
            pass  # the next run goes on from here
    done = Exchanged(opened, closed, answers, _note_late(store, actor=actor, at=clock()), kept, refused)
    if done != Exchanged():
        with store.write() as session:
            details = {"opened": opened, "closed": closed, "answers": answers, "late": done.late}
            audit.record(
                session,
                by=actor.id,
                act="exchange_preventions",
                subject=OWN_PAGE,
                at=clock(),
                details={**details, "kept": kept, "refused": refused},
            )
    return done


def _take_in(store: Warehouse, box: NoticeBox, *, actor: Actor, clock: Callable[[], datetime]) -> int:
    """Take in what is new. What a wrong clock dated ahead does not count: it would hide what comes after it."""
    row = PreventionAnswerRow.posted_at
    with store.read() as session:
        last = session.scalar(select(func.max(row)).where(row <= clock()))
    count = 0
    for sent in box.answers(last - OVERLAP if last else FIRST):
        with store.write() as session:
            count += _taken_in(session, sent, actor=actor, at=clock())
    return count


def _taken_in(session: Session, sent: AnswerSent, *, actor: Actor, at: datetime) -> bool:
    """Keep one answer with its notice. False for one that is kept already, or that belongs to no notice of ours."""
    if session.get(PreventionAnswerRow, sent.id) is not None:
        return False
    found = _notice_of(session, sent)
    if found is None:
        return False
    warning = session.get_one(WarningRow, found.warning_id, with_for_update=True, populate_existing=True)
    row = session.get_one(PreventionNoticeRow, found.id, with_for_update=True, populate_existing=True)
    number = row.tags.index(sent.tag) + 1
    told = sent.told or {}
    capacity = str(told.get("capacity") or "")
    session.add(
        PreventionAnswerRow(
            id=sent.id,
            notice_id=row.id,
            round=number,
            posted_at=sent.posted_at,
            taken_in_at=at,
            words=_text(told, "words", 8_000),
            name=_text(told, "name", 60) or "",
            capacity=capacity if capacity in {one.value for one in Capacity} else Capacity.OTHER.value,
            phone=_text(told, "phone", 30),
            lacks=[],
        )
    )
    session.flush()
    for number_of, key in _files_of(told):
        session.add(
            PreventionFileRow(
                id=new_id("pvf"), answer_id=sent.id, number=number_of, part_key=key, state=WANTED, tries=0, wanted_at=at
            )
        )
    if row.tag == sent.tag:
        shut(session, row, "answered", at=at)
        row.version += 1
    note_act(session, warning, "notice_answered", by=actor.id, at=at)
    _tell(session, row, warning, "notice_answered", at=at)
    _look_soon(session, warning, at=at)
    log(session, actor, at, warning, "take_in_prevention", {"notice": row.id, "answer": sent.id, "round": number})
    return True


def _notice_of(session: Session, sent: AnswerSent) -> PreventionNoticeRow | None:
    """The notice that an answer belongs to: it says which, and its tag must be one of that notice's rounds."""
    row = PreventionNoticeRow
    said = (sent.told or {}).get("notice")
    found = session.get(row, said) if isinstance(said, str) else None
    if found is None:
        ways = select(row).where((row.tag == sent.tag) | (row.told_tag == sent.tag))
        found = session.scalars(ways).first()
    return found if found is not None and sent.tag in found.tags else None


def _text(told: dict[str, Any], name: str, longest: int) -> str | None:
    value = told.get(name)
    return value[:longest] if isinstance(value, str) and value else None


def _files_of(told: dict[str, Any]) -> Iterator[tuple[int, str]]:
    key, files = told.get("part_key"), told.get("files")
    if isinstance(key, str) and isinstance(files, list):
        for number, _ in enumerate(files[:50], start=1):
            yield number, key


def _tell(session: Session, row: PreventionNoticeRow, warning: WarningRow, kind: str, *, at: datetime) -> None:
    """Who sent the notice and who looks after its warning are told in the console."""
    known = select(AccountRow.id).where(AccountRow.id.in_({one for one in (row.by, warning.owner_id) if one}))
    told = session.scalars(known.where(AccountRow.disabled_at.is_(None)).order_by(AccountRow.id)).all()
    write_notices(session, told, kind=kind, prevention_id=row.id, due_at=at)


def _look_soon(session: Session, warning: WarningRow, *, at: datetime) -> None:
    """The warning is due soon again, and nobody's snooze hides it."""
    if warning.state != OPEN:
        return
    days = whole(session, "prevention.look_days")
    day = due_day(local_day(at), days, "working", calendar_in_force(session)).due_on
    warning.due_on, warning.snoozed_until, warning.snoozed_by = day, None, None


def _note_late(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Notices whose day passed without an answer: noted once, and their warning is due soon."""
    row, today = PreventionNoticeRow, local_day(at)
    over = row.state == "waiting", row.answer_by < today, row.late_on.is_(None)
    with store.read() as session:
        ids = list(session.scalars(select(row.id).where(*over).order_by(row.id)))
    count = 0
    for one in ids:
        with store.write() as session:
            place = session.scalar(select(row.warning_id).where(row.id == one))
            warning = session.get_one(WarningRow, place, with_for_update=True, populate_existing=True)
            found = session.scalars(select(row).where(row.id == one, *over).with_for_update()).one_or_none()
            if found is None:
                continue
            found.late_on = today
            found.version += 1
            note_act(session, warning, "notice_late", day=found.answer_by, by=actor.id, at=at)
            _tell(session, found, warning, "notice_late", at=at)
            _look_soon(session, warning, at=at)
            log(session, actor, at, warning, "note_late_prevention", {"notice": one, "round": found.round})
            count += 1
    return count


def _fetch_files(store: Warehouse, box: NoticeBox, *, clock: Callable[[], datetime]) -> tuple[int, int]:
    row = PreventionFileRow
    question = select(row.id).where(row.state == WANTED).order_by(row.tries, row.wanted_at, row.id).limit(AT_ONCE)
    with store.read() as session:
        ids = list(session.scalars(question))
    states = [_fetch(store, box, one, at=clock()) for one in ids]
    return states.count(KEPT), len([state for state in states if state in (REFUSED, GONE)])


def _fetch(store: Warehouse, box: NoticeBox, file_id: str, *, at: datetime) -> str:
    with store.read() as session:
        row = session.get_one(PreventionFileRow, file_id)
        answer_id, number, key = row.answer_id, row.number, row.part_key or ""
    with TemporaryFile() as held:
        try:
            known, small, content = understood(store, box.pieces(answer_id, number, key), cast(BinaryIO, held))
        except ChannelUnavailable:
            _note_state(store, file_id, WANTED, "channel_unavailable", at=at)
            raise
        except NotFound:
            return _note_state(store, file_id, GONE, "gone", at=at)
        except (BadInput, Unreadable) as refused:
            return _note_state(store, file_id, REFUSED, code_of(refused), at=at)
        with store.write() as session:
            row = session.get_one(PreventionFileRow, file_id, with_for_update=True)
            if row.state == WANTED:
                keep_file(session, row, known, content, small, at=at)
                row.part_key = None
            return row.state


def _note_state(store: Warehouse, file_id: str, state: str, code: str, *, at: datetime) -> str:
    with store.write() as session:
        row = session.get_one(PreventionFileRow, file_id, with_for_update=True)
        if row.state != WANTED:
            return row.state  # a run beside this one settled it
        row.tries += 1
        over = state == WANTED and row.tries >= TRIES
        row.state, row.reason_code = (REFUSED if over else state), code
        if row.state != WANTED:
            row.settled_at, row.part_key = at, None
        return row.state
