"""Write what is to be told: to workers each step once, to officers one digest of all that is new to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.messages import Occasion
from casework.people import Actor
from casework.quiet import QuietHours, officers_read
from casework.reaching import ReachedBy
from casework.record import Json
from services.messaging.news import OfficerFact, WorkerFact, news_of, steps_to_tell
from services.messaging.wording import words_for_officer, words_for_worker
from services.office.working_days import calendar_in_force
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.deadlines import Horizon
from warehouse.store.addresses import Reached, actors, reached_officers
from warehouse.store.messages import (
    Reader,
    facts_of,
    last_written,
    look_until,
    looked_until,
    tell_in_place_of,
    told_already,
    told_to,
    unsent_to,
    write_message,
)
from warehouse.store.settings import text, whole

OVERLAP = timedelta(hours=1)
"""How far each look goes back behind the one before: a step that was committed late is seen all the same."""
OLDEST = timedelta(days=7)
"""What is older is told to nobody any more: an office that begins, or begins again, writes of nothing long past."""
MOST = 500
TO_OFFICERS = (Occasion.INSPECTOR_DIGEST, Occasion.HEAD_RED)


@dataclass(frozen=True, slots=True)
class Written:
    """How many messages were written, to workers and to officers."""

    workers: int = 0
    officers: int = 0


def horizon_of(session: Session, at: datetime) -> Horizon:
    """Today, the calendar in force, and how many days ahead count as due soon."""
    return Horizon(local_day(at), calendar_in_force(session), whole(session, "clock.due_soon.days"), at)


def write_messages(
    store: Warehouse, *, ways: Collection[ReachedBy], actor: Actor, at: datetime, grace: timedelta, most: int = MOST
) -> Written:
    """Write what is new, by the ways this installation has. In the quiet hours nothing; officers only on working days.

    Nothing is lost meanwhile: steps are looked through from where the last look ended, the rest is read as it stands.
    """
    with store.read() as session:
        quiet = QuietHours.read(text(session, "message.quiet_hours"))
        awake = not quiet.hold(at)
        working = officers_read(at, quiet, calendar_in_force(session))
    workers = _to_workers(store, at=at, most=most) if awake and ReachedBy.SMS in ways else 0
    written = Written(workers, _to_officers(store, ways, at=at, grace=grace) if working else 0)
    if written != Written():
        details: dict[str, Json] = {"workers": written.workers, "officers": written.officers}
        with store.write() as session:
            audit.record(session, by=actor.id, act="write_messages", subject="messages", at=at, details=details)
    return written


def _to_workers(store: Warehouse, *, at: datetime, most: int) -> int:
    """To at most so many; the next run goes on from the first that was left."""
    with store.write() as session:
        before = looked_until(session)
        if before is None:
            look_until(session, at)
            return 0
        began, last = before
        facts = steps_to_tell(session, since=max(began, last - OVERLAP, at - OLDEST), until=at)
        told = told_to(session, {one.fact for one in facts})
        by_complaint: dict[str, list[WorkerFact]] = {}
        until = at
        for one in facts:
            if (one.complaint_id, one.fact) in told:
                continue
            if one.complaint_id not in by_complaint and len(by_complaint) == most:
                until = one.at
                break
            by_complaint.setdefault(one.complaint_id, []).append(one)
        for complaint_id, new in sorted(by_complaint.items()):
            words = words_for_worker(session, new, since=at, at=at)
            reader = Reader(ReachedBy.SMS, complaint_id=complaint_id)
            write_message(session, reader, words, [one.fact for one in new], at=at)
        look_until(session, until)
        return len(by_complaint)


def _to_officers(store: Warehouse, ways: Collection[ReachedBy], *, at: datetime, grace: timedelta) -> int:
    with store.read() as session:
        reached = [one for one in reached_officers(session) if one.way in ways]
        known = actors(session, {one.account_id for one in reached})
        last = last_written(session, [one.address_id for one in reached])
        pause = timedelta(minutes=whole(session, "message.digest.minutes"))
    written = 0
    for one in reached:
        officer = known.get(one.account_id)
        if officer is None or (one.address_id in last and at - last[one.address_id] < pause):
            continue
        with store.read() as session:  # most have no news, and nobody waits behind a look
            if not any(_fresh(session, one, officer, occasion, at=at, grace=grace)[1] for occasion in TO_OFFICERS):
                continue
        with store.write() as session:
            written += sum(_digest(session, one, officer, occasion, at=at, grace=grace) for occasion in TO_OFFICERS)
    return written


def _fresh(
    session: Session, to: Reached, officer: Actor, occasion: Occasion, *, at: datetime, grace: timedelta
) -> tuple[dict[str, OfficerFact], list[str]]:
    """What stands for an officer, and what of it no message tells yet."""
    news = news_of(session, officer, occasion, horizon_of(session, at), sent_before=at - grace)
    return news, sorted(set(news) - told_already(session, to.address_id, list(news)))


def _digest(
    session: Session, to: Reached, officer: Actor, occasion: Occasion, *, at: datetime, grace: timedelta
) -> bool:
    """One digest of what is new. What waits unsent and was never tried goes into it; what was tried is waited for."""
    waiting = [row for row in unsent_to(session, to.address_id) if row.occasion == occasion]
    if any(row.attempts for row in waiting):
        return False
    news, new = _fresh(session, to, officer, occasion, at=at, grace=grace)
    if not new:
        return False
    own = [fact for fact in facts_of(session, [row.id for row in waiting]) if fact in news]
    words = words_for_officer(session, occasion, [news[fact] for fact in [*own, *new]], to.language, since=at, at=at)
    message_id = write_message(session, Reader(to.way, address_id=to.address_id), words, new, at=at)
    if waiting:
        tell_in_place_of(session, waiting, message_id, at=at)
    return True
