"""Who is recused from a case (回避) on a day: named with the case itself or with its employer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from warehouse.models import CaseRow, RecusalRequestRow, RecusalRow
from warehouse.store.one_employer import kin_of


def in_force(on: date) -> ColumnElement[bool]:
    """Recusals that bind on a day."""
    return (
        (RecusalRow.from_on <= on)
        & or_(RecusalRow.to_on.is_(None), RecusalRow.to_on >= on)
        & RecusalRow.ended_at.is_(None)
    )


def recused_from(session: Session, case: CaseRow, account_ids: Collection[str], *, on: date) -> set[str]:
    """Those of these accounts who may not touch the case (423 §16; QD §29)."""
    about = RecusalRow.case_id == case.id
    if case.employer_id is not None:
        about = or_(about, RecusalRow.employer_id.in_(kin_of(case.employer_id)))
    question = select(RecusalRow.account_id).where(RecusalRow.account_id.in_(account_ids), about, in_force(on))
    return set(session.scalars(question))


def open_requests(session: Session, case_id: str) -> list[RecusalRequestRow]:
    """The requests of a case that wait for a head, oldest first."""
    question = select(RecusalRequestRow).where(RecusalRequestRow.case_id == case_id, RecusalRequestRow.state == "asked")
    return list(session.scalars(question.order_by(RecusalRequestRow.at, RecusalRequestRow.id)))
