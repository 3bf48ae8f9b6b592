"""Whoever watches an employer is told when a new complaint names it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.people import Actor, Role
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, EmployerWatchRow, new_id
from warehouse.queries.employer_sight import employer_seen
from warehouse.store.linkage import homes
from warehouse.store.notices import write_notices
from warehouse.store.one_employer import kin_of, watchers_of

_WATCH = frozenset({Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD})


def watch(store: Warehouse, *, employer_id: str, actor: Actor, at: datetime) -> None:
    """From now on this person is told of new complaints on the employer. A second time changes nothing."""
    with store.write() as session:
        row = _seen(session, employer_id, actor)
        if _live(session, row, actor):
            return
        session.add(EmployerWatchRow(id=new_id("wat"), employer_id=row, account_id=actor.id, since=at))
        audit.record(session, by=actor.id, act="watch_employer", subject=row, at=at)


def unwatch(store: Warehouse, *, employer_id: str, actor: Actor, at: datetime) -> None:
    """No more. A second time changes nothing."""
    with store.write() as session:
        row = _seen(session, employer_id, actor)
        live = _live(session, row, actor)
        for one in live:
            one.ended_at = at
        if live:
            audit.record(session, by=actor.id, act="unwatch_employer", subject=row, at=at)


def _seen(session: Session, employer_id: str, actor: Actor) -> str:
    if not actor.roles & _WATCH:
        raise NotAllowed("Only those who work on cases watch an employer.")
    one_at_a_time(session, f"watch:{actor.id}")
    return employer_seen(session, actor, employer_id).id


def _live(session: Session, employer_id: str, actor: Actor) -> list[EmployerWatchRow]:
    question = select(EmployerWatchRow).where(
        EmployerWatchRow.employer_id.in_(kin_of(employer_id)),
        EmployerWatchRow.account_id == actor.id,
        EmployerWatchRow.ended_at.is_(None),
    )
    return list(session.scalars(question))


def tell_watchers(session: Session, complaint_ids: Collection[str], *, at: datetime) -> int:
    """Complaints came into cases: whoever watches the employer of such a case is told of it, once a case."""
    if (
        not complaint_ids
        or session.scalar(select(EmployerWatchRow.id).where(EmployerWatchRow.ended_at.is_(None)).limit(1)) is None
    ):
        return 0
    told = 0
    for case_id in sorted(set(homes(session, complaint_ids).values())):
        case = session.get_one(CaseRow, case_id)
        watchers = sorted(watchers_of(session, case.employer_id)) if case.employer_id else []
        write_notices(session, watchers, kind="watched_employer", case_id=case_id, due_at=at)
        told += len(watchers)
    return told
