"""An officer's own drafts, for the forms they stand in again and for the page of their case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import DraftRow
from warehouse.store.drafts import find_draft
from warehouse.store.settings import whole
from warehouse.store.there import there


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft. `case_version` is the case as it was when the form was opened; `typed` is the officer's own."""

    id: str
    act: str
    about: str
    typed: Mapping[str, list[str]]
    case_version: int
    at: datetime


def draft_of(
    session: Session, actor: Actor, *, case_id: str, act: str, at: datetime, about: str | None = ""
) -> Draft | None:
    """This officer's draft of a form, while it is kept; with `about` None the newest one of the act."""
    row = find_draft(session, account_id=actor.id, case_id=case_id, act=act, about=about)
    return _draft(row) if row is not None and row.at >= _kept_since(session, at) else None


def drafts_on(session: Session, actor: Actor, *, case_id: str, at: datetime) -> list[Draft]:
    """This officer's drafts of one case, the newest first."""
    if DraftRow not in there(session, [case_id]):
        return []
    question = select(DraftRow).where(
        DraftRow.account_id == actor.id,
        DraftRow.case_id == case_id,
        DraftRow.at >= _kept_since(session, at),
    )
    return [_draft(row) for row in session.scalars(question.order_by(DraftRow.at.desc(), DraftRow.id))]


def _kept_since(session: Session, at: datetime) -> datetime:
    return at - timedelta(days=whole(session, "draft.days"))


def _draft(row: DraftRow) -> Draft:
    return Draft(row.id, row.act, row.about, row.typed, row.case_version, row.at)
