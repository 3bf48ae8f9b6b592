"""A prevention notice is sent, its link made anew, or taken back. Of a link only the hash is kept.

What the link opens is closed under its code and put into the inbox of the page at once, or by the next run of the
schedule where the page is not reached; the office itself cannot open it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.messages import Occasion, filled
from casework.people import Actor
from casework.prevention import Way, link_to, new_code
from casework.reaching import ReachedBy, read_address
from casework.record import Json
from casework.settings_of_messages import ADDRESS_OF_PAGE
from connectors.inbox_notices import close_notice, tag_of_code
from services.messaging.anew import fact_of
from services.prevention.drafting import Wanted, texts
from services.warnings.settling import WORKS, Asked, acting, recused
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import MessageRow, PreventionNoticeRow, WarningRow, new_id
from warehouse.queries.prevention import NO_NOTICE
from warehouse.queries.warning_sight import warnings_of
from warehouse.store.messages import Reader, Words, take_back, unsent_to, write_message
from warehouse.store.notices import settle_notices
from warehouse.store.serials import next_serial
from warehouse.store.settings import text, whole
from warehouse.store.warning_acts import note_act
from warehouse.store.wordings import wording

UNTIL_OPEN = timedelta(days=2)
"""A message waits for the run that lets its link open, which sends it on at once; so long at most."""
NO_PAGE = "There is no page for workers yet, which employers answer on too: the setting message.link.workers names it."


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that went out. The code is told here once and kept nowhere."""

    notice_id: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskedOf:
    """Who asks for an act on which notice, as they saw it, and when."""

    notice_id: str
    version: int
    actor: Actor
    at: datetime


def send_notice(store: Warehouse, asked: Asked, wanted: Wanted) -> Sent:
    """Send a notice because of a warning, with a link to the page for workers, which employers answer on too.

    Raises `BadInput`, `NotFound`, `NotAllowed`, and `Conflict` when the warning changed meanwhile.
    """
    contact = _contact(wanted)
    with acting(store, asked) as (session, warning):
        address = page_of(session)
        if warning.employer_id is None and warning.project_code is None:
            raise NotAllowed("A warning on a channel leads to no notice.")
        open_one = select(PreventionNoticeRow.id).where(
            PreventionNoticeRow.warning_id == warning.id, PreventionNoticeRow.state.in_(("waiting", "answered"))
        )
        if session.scalar(open_one.limit(1)) is not None:
            raise NotAllowed("A notice because of this warning is still open; judge it or take it back first.")
        signs, said = texts(session, asked.actor, warning, wanted, at=asked.at)
        day = local_day(asked.at)
        row = PreventionNoticeRow(
            id=new_id("pvn"),
            notice_no=f"YF{day.year}-{next_serial(session, f'prevention:{day.year}'):04d}",
            warning_id=warning.id,
            employer_id=warning.employer_id,
            trade=wanted.trade,
            language=wanted.language,
            grounds=[{"rule": g.rule, "facts": dict(g.facts), "site": g.site} for g in (one.ground for one in signs)],
            said=dict(said),
            way=wanted.way.value,
            contact=contact,
            answer_by=wanted.answer_by,
            closes_on=wanted.answer_by,
            state="waiting",
            round=0,
            tags=[],
            by=asked.actor.id,
            at=asked.at,
        )
        code = open_link(session, row, said, answer_by=wanted.answer_by)
        note_act(session, warning, "notice", day=wanted.answer_by, by=asked.actor.id, at=asked.at)
        warning.due_on = wanted.answer_by
        session.add(row)
        session.flush()
        tell(session, row, code, page=address, at=asked.at)
        details: dict[str, Json] = {"notice": row.id, "grounds": len(signs), "way": row.way}
        log(session, asked.actor, asked.at, warning, "send_prevention", details)
        return Sent(row.id, code)


def new_link(store: Warehouse, asked: AskedOf) -> Sent:
    """The link of a notice that waits is made anew: the one before, which somebody lost, opens nothing any more."""
    with working_on(store, asked) as (session, row, warning):
        if row.state != "waiting":
            raise NotAllowed("Only a notice that waits for its answer has a link.")
        address = page_of(session)
        answer_by = max(row.answer_by, local_day(asked.at))
        code = open_link(session, row, row.said, answer_by=answer_by, day=row.answer_by)
        tell(session, row, code, page=address, at=asked.at)
        log(session, asked.actor, asked.at, warning, "renew_prevention_link", {"notice": row.id, "round": row.round})
        return Sent(row.id, code)


def take_back_notice(store: Warehouse, asked: AskedOf, *, reason: str) -> None:
    """A notice that waits is withdrawn: its link opens nothing any more. The reason is kept, encrypted."""
    why = reason.strip()
    if not why:
        raise BadInput("Please give the reason; it is kept.")
    with working_on(store, asked) as (session, row, warning):
        if row.state != "waiting":
            raise NotAllowed("Only a notice that waits for its answer is taken back.")
        shut(session, row, "withdrawn", at=asked.at)
        settle_notices(session, prevention_id=row.id, at=asked.at)
        note_act(session, warning, "notice_taken_back", reason=why, by=asked.actor.id, at=asked.at)
        log(session, asked.actor, asked.at, warning, "take_back_prevention", {"notice": row.id})


@contextmanager
def working_on(store: Warehouse, asked: AskedOf) -> Iterator[tuple[Session, PreventionNoticeRow, WarningRow]]:
    """One transaction on a notice that this person may work on, with its warning: both locked, the notice as seen."""
    row = PreventionNoticeRow
    with store.write() as session:
        place = select(row.warning_id).join(WarningRow, WarningRow.id == row.warning_id)
        warning_id = session.scalar(place.where(row.id == asked.notice_id, warnings_of(asked.actor)))
        if warning_id is None:
            raise NotFound(NO_NOTICE)
        if not asked.actor.roles & WORKS:
            raise NotAllowed("Only those who work on cases act on a warning.")
        warning = session.get_one(WarningRow, warning_id, with_for_update=True, populate_existing=True)
        notice = session.get_one(row, asked.notice_id, with_for_update=True, populate_existing=True)
        if notice.version != asked.version:
            raise Conflict("Somebody else changed this notice meanwhile.")
        if warning.employer_id and recused(session, warning.employer_id, asked.actor.id, on=local_day(asked.at)):
            raise NotAllowed("You are recused from this employer.")
        yield session, notice, warning
        notice.version += 1


def open_link(
    session: Session,
    row: PreventionNoticeRow,
    said: Mapping[str, Any],
    *,
    answer_by: date,
    day: date | None = None,
) -> str:
    """A new code for a notice, and what it opens, closed under it. Returns the code, which is kept nowhere.

    `day`: the day of the answer as it stays, where the link alone is new and `answer_by` is when it must open still.
    """
    code = new_code()
    row.told_tag = row.told_tag or row.tag
    row.round, row.tag, row.state = row.round + 1, tag_of_code(code), "waiting"
    row.tags = [*row.tags, row.tag]
    row.answer_by, row.late_on = day or answer_by, row.late_on if day else None
    row.closes_on = answer_by + timedelta(days=whole(session, "prevention.grace_days"))
    told = {
        "id": row.id,
        "round": row.round,
        "number": row.notice_no,
        "answer_by": row.answer_by.isoformat(),
        "closes_on": row.closes_on.isoformat(),
        "text": said,
    }
    row.said, row.sealed = dict(said), close_notice(code, told)
    return code


def shut(session: Session, row: PreventionNoticeRow, state: str, *, at: datetime) -> None:
    """The link of a notice opens nothing any more; a message with it that was not sent is not sent.

    Its tag counts as told from here on: a run that was killed may have put it there, and the next one takes it away.
    """
    row.told_tag = row.told_tag or row.tag
    row.state, row.tag, row.sealed = state, None, None
    take_back(session, unsent_to(session, row.id), code="lapsed", at=at)


def tell(session: Session, row: PreventionNoticeRow, code: str, *, page: str, at: datetime) -> None:
    """Owe the employer a message with the link, where the notice goes by one. It waits until the link opens."""
    if row.way == Way.PRINT:
        return
    take_back(session, unsent_to(session, row.id), code="lapsed", at=at)
    version, form = wording(session, Occasion.EMPLOYER_NOTICE, row.language)
    values = {"notice_no": row.notice_no, "day": row.answer_by.isoformat(), "link": link_to(page, code)}
    words = Words(Occasion.EMPLOYER_NOTICE, filled(Occasion.EMPLOYER_NOTICE, form, values), version, at)
    reader = Reader(ReachedBy(row.way), prevention_id=row.id)
    message_id = write_message(session, reader, words, [fact_of(row)], at=at)
    session.get_one(MessageRow, message_id).next_attempt_at = at + UNTIL_OPEN


def _contact(wanted: Wanted) -> str | None:
    if wanted.way is Way.PRINT:
        return None
    return read_address(ReachedBy(wanted.way.value), wanted.contact or "")


def page_of(session: Session) -> str:
    """The address that links begin with. Raises `NotAllowed` where there is no page."""
    address = text(session, ADDRESS_OF_PAGE)
    if not address:
        raise NotAllowed(NO_PAGE)
    return address


def log(
    session: Session, actor: Actor, at: datetime, warning: WarningRow, act: str, details: Mapping[str, Json]
) -> None:
    """The row of the audit log: ids and counts."""
    audit.record(session, by=actor.id, act=act, subject=warning.id, at=at, details={**details})
