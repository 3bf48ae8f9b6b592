"""Drafts: nothing that was typed is lost because somebody else was quicker.

A form that comes too late is refused, and what stood in it is kept for its officer alone, encrypted, until the form is
taken, the officer drops it, or the days of the setting `draft.days` are over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from casework.errors import NotFound
from casework.people import Actor
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import DraftRow
from warehouse.queries.sight import seen_by_id
from warehouse.store.drafts import find_draft, put_draft, sweep
from warehouse.store.settings import whole

NOT_TYPED = frozenset({"csrf", "version", "key"})
"""What travels through a form and is not the officer's."""


def keep_draft(
    store: Warehouse,
    *,
    case_id: str,
    act: str,
    typed: Mapping[str, list[str]],
    case_version: int,
    actor: Actor,
    at: datetime,
    about: str = "",
) -> datetime:
    """Keep what was typed into the form of an act. Returns until when it is kept. An earlier draft of it is replaced.

    Nothing of the case changes. Raises `NotFound` for a case that is not the actor's to see.
    """
    with store.write() as session:
        if not seen_by_id(session, actor, case_id):
            raise NotFound("There is no such case, or it is not yours to see.")
        kept = {name: list(values) for name, values in typed.items() if name not in NOT_TYPED and any(values)}
        row = put_draft(
            session,
            account_id=actor.id,
            case_id=case_id,
            act=act,
            about=about,
            typed=kept,
            case_version=case_version,
            at=at,
        )
        details: dict[str, Json] = {"case": case_id, "act": act, "fields": len(kept)}
        audit.record(session, by=actor.id, act="keep_draft", subject=row.id, at=at, details=details)
        return at + timedelta(days=whole(session, "draft.days"))


def forget_draft(store: Warehouse, *, case_id: str, act: str, actor: Actor, at: datetime, about: str = "") -> bool:
    """The form was taken: its draft is needed no more. Says whether there was one."""
    with store.read() as session:
        if find_draft(session, account_id=actor.id, case_id=case_id, act=act, about=about) is None:
            return False
    with store.write() as session:
        row = find_draft(session, account_id=actor.id, case_id=case_id, act=act, about=about)
        if row is None:
            return False
        session.delete(row)
        details: dict[str, Json] = {"case": case_id, "act": act}
        audit.record(session, by=actor.id, act="used_draft", subject=row.id, at=at, details=details)
        return True


def drop_draft(store: Warehouse, *, draft_id: str, actor: Actor, at: datetime) -> None:
    """The officer wants a draft of theirs no more. Raises `NotFound` for anybody else's."""
    with store.write() as session:
        row = session.get(DraftRow, draft_id, with_for_update=True)
        if row is None or row.account_id != actor.id:
            raise NotFound("There is no such draft.")
        details: dict[str, Json] = {"case": row.case_id, "act": row.act}
        session.delete(row)
        audit.record(session, by=actor.id, act="drop_draft", subject=draft_id, at=at, details=details)


def sweep_drafts(store: Warehouse, *, actor: Actor, at: datetime) -> int:
    """Drop the drafts nobody touched for the days of the setting `draft.days`. Returns how many."""
    with store.write() as session:
        dropped = sweep(session, before=at - timedelta(days=whole(session, "draft.days")))
        if dropped:
            details: dict[str, Json] = {"drafts": dropped}
            audit.record(session, by=actor.id, act="sweep_drafts", subject="drafts", at=at, details=details)
    return dropped
