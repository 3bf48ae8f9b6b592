"""Make a bulletin, issue it, restate it: a draft is counted anew, an issued one stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.bulletins import Kind, Period, back, held, period
from casework.calendar import local_day
from casework.errors import BadInput, NotAllowed, NotFound
from casework.people import Actor, Role
from casework.record import Json
from services.bulletins.content import Content
from services.bulletins.gathering import follow, gather
from services.bulletins.giving import keep_files
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import BulletinRow
from warehouse.queries.bulletins import last_issued
from warehouse.store.bulletins import changeable, hold, of_period, put_draft, put_issued

SCHEDULE = Actor.system("bulletin")
MAKERS = (Role.DESK_OFFICER, Role.HEAD)
CAUGHT_UP = {Kind.WEEKLY: 4, Kind.MONTHLY: 3}
"""So many periods are made up for, when nothing ran for long: an older one warns of nothing any more."""
LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Over:
    """What a bulletin is over: an administrative code, and the name of the office on its head."""

    territory: str
    office: str


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued bulletin: its number, and whether PDF files could be made of it here."""

    number: str
    pdf: bool


def draft(store: Warehouse, *, name: str, over: Over, actor: Actor, at: datetime) -> str:
    """Count a period that is over into its draft, which is made where there is none. Returns the id of the draft.

    Raises `BadInput` for a wrong period or one that is not over, `NotAllowed` without the right, and where the period's
    bulletin was issued: that one is restated.
    """
    one = _may_make(name, over.territory, actor, at)
    with store.read() as session:
        content = _counted(session, one, over, at)
    with store.write() as session:
        hold(session, over.territory, one.name)
        rows = of_period(session, over.territory, one.name)
        drafts = [row for row in rows if row.state == "draft"]
        if not drafts and rows:
            raise NotAllowed("This period's bulletin is issued; restate it with a reason instead.")
        kept = put_draft(session, drafts[0] if drafts else None, _said(one, content), by=actor.id, at=at)
        _noted(session, kept, "make_bulletin", {"period": one.name, "rising": content.rising}, actor=actor, at=at)
    return kept


def restate(store: Warehouse, *, bulletin_id: str, version: int, reason: str, actor: Actor, at: datetime) -> str:
    """Count an issued bulletin again, into a draft that replaces it once it is issued. Returns the id of the draft.

    Raises `BadInput` without a reason, or where nothing has changed since; `NotAllowed` for anybody but a head of the
    whole territory, and for one that is restated already.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput("To restate a bulletin needs a reason of at most 400 characters.")
    with store.read() as session:
        row = _own(session, bulletin_id, actor)
        before = Content.from_json(row.content)
        over, one = Over(row.territory, before.office), period(row.period)
        content = _counted(session, one, over, at)
    if content.digest() == before.digest():
        raise BadInput("Nothing has changed since this bulletin was issued.")
    with store.write() as session:
        hold(session, over.territory, one.name)
        row = changeable(session, bulletin_id, version=version)
        drafts = [other for other in of_period(session, over.territory, one.name) if other.state == "draft"]
        if row.state != "issued" or drafts:
            raise NotAllowed("Only the bulletin in force is restated, and only once at a time.")
        said = {**_said(one, content), "replaces": row.id, "reason": reason.strip()}
        kept = put_draft(session, None, said, by=actor.id, at=at)
        _noted(session, kept, "restate_bulletin", {"period": one.name, "replaces": row.id}, actor=actor, at=at)
    return kept


def issue(store: Warehouse, *, bulletin_id: str, version: int, actor: Actor, at: datetime) -> Issued:
    """Issue a draft as it was seen: it gets its number, and its files are kept as they are now.

    Raises `NotAllowed` for anybody but a head of the whole territory and for what is no draft, `Conflict` where the
    draft was counted again since it was seen.
    """
    with store.write() as session:
        territory, name = (row := _own(session, bulletin_id, actor)).territory, row.period
        hold(session, territory, name)
        row = changeable(session, bulletin_id, version=version)
        if row.state != "draft":
            raise NotAllowed("This bulletin is issued already.")
        number = put_issued(session, row, by=actor.id, at=at, year=period(name).year)
        details: dict[str, Json] = {"period": name, "number": number}
        _noted(session, row.id, "issue_bulletin", details, actor=actor, at=at)
    # Made outside the transaction: it takes seconds, and nobody waits for it. What fails is made when it is asked for.
    return Issued(number, keep_files(store, bulletin_id))


def make_due(store: Warehouse, *, kind: Kind, over: Over, at: datetime) -> int:
    """The schedule's hand: a draft of the last period that is over, and of those missed since the last one made.

    What was made, by whomever, is left alone. Returns how many drafts were made.
    """
    last = back(held(kind, local_day(at)))
    due = [last]
    with store.read() as session:
        if of_period(session, over.territory, last.name):
            return 0
        for count in range(1, CAUGHT_UP[kind]):
            if of_period(session, over.territory, (earlier := back(last, count)).name):
                break
            due.append(earlier)
        else:
            due = [last]
    for one in reversed(due):
        draft(store, name=one.name, over=over, actor=SCHEDULE, at=at)
    return len(due)


def last_over(kind: Kind, at: datetime) -> Period:
    """The last week or month that is over at a moment."""
    return back(held(kind, local_day(at)))


def _may_make(name: str, territory: str, actor: Actor, at: datetime) -> Period:
    if not any(actor.may(role, territory) for role in MAKERS):
        raise NotAllowed("Only the desk or a head of the whole office makes a bulletin.")
    one = period(name)
    if one.after > local_day(at):
        raise BadInput("A bulletin is made of a week or a month that is over.")
    return one


def _own(session: Session, bulletin_id: str, actor: Actor) -> BulletinRow:
    row = session.get(BulletinRow, bulletin_id)
    if row is None:
        raise NotFound("There is no such bulletin, or it is not yours to see.")
    if not actor.may(Role.HEAD, row.territory):
        raise NotAllowed("Only a head of the whole office issues or restates a bulletin.")
    return row


def _counted(session: Session, one: Period, over: Over, at: datetime) -> Content:
    before = last_issued(session, over.territory, one.kind.value, one.name)
    last = None if before is None else follow(session, before.bulletin_no or "", Content.from_json(before.content), one)
    return gather(session, one.name, territory=over.territory, office=over.office, at=at, last=last)


def _said(one: Period, content: Content) -> dict[str, object]:
    said = {"kind": one.kind.value, "period": one.name, "territory": content.territory}
    shown = {"rising": content.rising, "provisional": bool(content.why)}
    return {**said, **shown, "content": content.to_json(), "digest": content.digest()}


def _noted(
    session: Session, bulletin_id: str, act: str, details: dict[str, Json], *, actor: Actor, at: datetime
) -> None:
    audit.record(session, by=actor.id, act=act, subject=bulletin_id, at=at, details=details)
