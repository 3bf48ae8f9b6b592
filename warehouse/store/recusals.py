"""Who is recused from a case (回避) on a day: named with the case itself or with its employer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, or_, select
from sqlalchemy.orm import Session

from warehouse.engine import once
from warehouse.models import CaseRow, RecusalRequestRow, RecusalRow
from warehouse.models.base import ID
from warehouse.store.one_employer import kin_of


def in_force(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Recusals that bind on a day."""
    return (
        (RecusalRow.from_on <= on)
        & or_(RecusalRow.to_on.is_(None), RecusalRow.to_on >= on)
        & RecusalRow.ended_at.is_(None)
    )


_THESE = RecusalRow.account_id.in_(bindparam("accounts", expanding=True)), in_force(bindparam("on", type_=Date()))
_WITH_CASE = RecusalRow.case_id == bindparam("case_id")
_WITH_EMPLOYER = RecusalRow.employer_id.in_(kin_of(bindparam("employer_id", type_=ID)))
_OF_CASE = select(RecusalRow.account_id).where(*_THESE, _WITH_CASE)
_OF_EITHER = select(RecusalRow.account_id).where(*_THESE, or_(_WITH_CASE, _WITH_EMPLOYER))


def recused_from(session: Session, case: CaseRow, account_ids: Collection[str], *, on: date) -> set[str]:
    """Those of these accounts who may not touch the case (423 §16; QD §29)."""
    asked = {"accounts": sorted(account_ids), "case_id": case.id, "on": on}
    return set(once(session, f"recused:{asked}", lambda: _asked(session, asked, case.employer_id)))


def _asked(session: Session, asked: dict[str, Any], employer_id: str | None) -> list[str]:
    if not asked["accounts"]:
        return []
    if employer_id is None:
        return list(session.scalars(_OF_CASE, asked))
    return list(session.scalars(_OF_EITHER, asked | {"employer_id": employer_id}))


def open_requests(session: Session, case_id: str) -> list[RecusalRequestRow]:
    """The requests of a case that wait for a head, oldest first."""
    question = select(RecusalRequestRow).where(RecusalRequestRow.case_id == case_id, RecusalRequestRow.state == "asked")
    return list(session.scalars(question.order_by(RecusalRequestRow.at, RecusalRequestRow.id)))
