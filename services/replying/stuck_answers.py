"""Answers that go no further by themselves: sent or read again, or told in another way. The order is kept.

Each lever takes the lease of the sender for its one transaction: what a run has in its hands is not changed under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import BadInput, LeaseLost, NotAllowed, NotFound
from casework.lifecycle import ComplaintStatus
from casework.people import Actor, Role
from casework.receipts import Way
from casework.record import Json
from casework.reply import FINAL
from services.cases.held import desk_or_head
from services.replying.settling import close_if_settled
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintVersionRow, ReplyRow, new_id
from warehouse.store.clocks import meet_clocks
from warehouse.store.leases import acquire, release
from warehouse.store.linkage import case_of
from warehouse.store.lives import follow
from warehouse.store.recusals import recused_from
from warehouse.store.replies import LEASE, overtaken

_NO_ANSWER = "There is no such answer, or it is not yours to see."
LONGEST_NOTE = 400
BY_HAND = tuple(way for way in Way if way is not Way.ARCHIVE_NOTE)


@contextmanager
def _answer(
    store: Warehouse, reply_id: str, complaint_id: str | None, actor: Actor, at: datetime
) -> Iterator[tuple[Session, ReplyRow]]:
    """The answer, while no sender is at work. Raises `NotFound`, and `NotAllowed` while one is.

    Where the complaint is named as well, the answer is one to it.
    """
    with store.write() as session:
        row = session.get(ReplyRow, reply_id)
        if row is None or complaint_id not in (None, row.complaint_id):
            raise NotFound(_NO_ANSWER)
        if not may_settle(session, row.complaint_id, actor, at=at):
            raise NotFound(_NO_ANSWER)
        try:
            lease = acquire(session, LEASE, holder=new_id("lever"), at=at)
        except LeaseLost:
            raise NotAllowed("Answers are being sent at this moment; please try again in a few minutes.") from None
        session.refresh(row)
        yield session, row
        release(session, lease)


def may_settle(session: Session, complaint_id: str, actor: Actor, *, at: datetime) -> bool:
    """Whether this is the desk or a head of the place of the complaint, and not recused from its case."""
    if not actor.roles & {Role.DESK_OFFICER, Role.HEAD}:
        return False
    case_id = case_of(session, complaint_id)
    case = session.get(CaseRow, case_id) if case_id else None
    if case is not None:
        return desk_or_head(actor, case.district_code) and not recused_from(session, case, [actor.id], on=local_day(at))
    said = ComplaintVersionRow
    place = session.scalar(select(said.district_code).where(said.complaint_id == complaint_id, said.newest))
    return desk_or_head(actor, place)


def try_again(store: Warehouse, *, reply_id: str, actor: Actor, at: datetime, complaint_id: str | None = None) -> str:
    """Send a refused answer again under its own key, or read one back again that differed. Returns its state.

    Raises `NotAllowed` when a newer answer to the same complaint went out already: it would arrive behind it.
    """
    with _answer(store, reply_id, complaint_id, actor, at) as (session, row):
        if row.state != "failed" or row.told_at is not None:
            raise NotAllowed("Only an answer that failed and was not told in another way is tried again.")
        if row.delivered_at is None and overtaken(session, row):
            raise NotAllowed(
                "A newer answer to this complaint went out already; tell the person in another way and record it."
            )
        row.state = "pending" if row.delivered_at is None else "delivered"
        row.next_attempt_at = at
        audit.record(session, by=actor.id, act="try_answer_again", subject=reply_id, at=at, details={"to": row.state})
        return row.state


def tell_otherwise(
    store: Warehouse,
    *,
    reply_id: str,
    way: Way,
    note: str,
    actor: Actor,
    at: datetime,
    complaint_id: str | None = None,
) -> None:
    """Record that the person was told in another way, for the channel does not take the answer or shows another text.

    The answer is not sent any more. A final one settles its complaint. Raises `BadInput`, `NotAllowed`, `NotFound`.
    """
    if way not in BY_HAND:
        raise BadInput("Say how the person was told.")
    if not note.strip() or len(note) > LONGEST_NOTE:
        raise BadInput(f"Say when and to whom, in at most {LONGEST_NOTE} characters.")
    with _answer(store, reply_id, complaint_id, actor, at) as (session, row):
        if row.told_at is not None or row.state not in ("failed", "pending", "delivered"):
            raise NotAllowed("This answer has arrived, was taken back, or was told in another way already.")
        if row.error_code is None:
            raise NotAllowed("This answer is on its way; nothing says yet that it cannot arrive.")
        note_told(row, way=way, note=note, by=actor.id, at=at)
        details: dict[str, Json] = {"way": way.value, "complaint": row.complaint_id}
        audit.record(session, by=actor.id, act="tell_otherwise", subject=reply_id, at=at, details=details)
        meet_clocks(session, "reply", met_on=local_day(at), by=actor.id, at=at, complaint_ids=[row.complaint_id])
        if row.kind in FINAL:
            for to in (ComplaintStatus.REPLIED, ComplaintStatus.CONFIRMED):
                follow(session, row.complaint_id, to, by=actor.id, at=at)
            close_if_settled(session, row.complaint_id, by=actor.id, at=at)


def note_told(row: ReplyRow, *, way: Way, note: str, by: str, at: datetime) -> None:
    """The person was told in another way: the outbox is done with this answer."""
    row.state, row.next_attempt_at = "failed", at
    row.told_at, row.told_by, row.told_way, row.told_note = at, by, way.value, note.strip() or None


def told_in_archive(session: Session, complaint_ids: list[str], *, note: str, by: str, at: datetime) -> int:
    """Refused final answers that the note of an archive says were told in another way. Returns how many."""
    question = select(ReplyRow).where(
        ReplyRow.complaint_id.in_(complaint_ids),
        ReplyRow.kind.in_(FINAL),
        ReplyRow.state == "failed",
        ReplyRow.told_at.is_(None),
    )
    rows = session.scalars(question).all()
    for row in rows:
        note_told(row, way=Way.ARCHIVE_NOTE, note=note, by=by, at=at)
    return len(rows)
