"""Publications of grave breaches (R29) as they are on record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework.publication import Breach
from warehouse.models import CaseRow, PublicationRow

_OUT = ("published",)
_WAITS = ("proposed", "approved")


def last_publication(session: Session, case_id: str) -> PublicationRow | None:
    """The newest publication of a case, whatever became of it."""
    return next(iter(publications_of(session, case_id)), None)


def publications_of(session: Session, case_id: str) -> list[PublicationRow]:
    """All publications of a case, the newest first; a case has a few."""
    row = PublicationRow
    return list(session.scalars(select(row).where(row.case_id == case_id).order_by(row.at.desc(), row.id)))


def stands_published(session: Session, case_id: str, decision_id: str) -> PublicationRow | None:
    """The publication of this decision that the public can read now."""
    return _newest(session, case_id, PublicationRow.decision_id == decision_id, _OUT)


def stands_on_transfer(session: Session, case_id: str) -> PublicationRow | None:
    """The publication that the public can read now and that rests on the police having the case (R29 §5(一))."""
    return _newest(session, case_id, PublicationRow.breach == Breach.REFUSED_PAY, _OUT)


def waits_on_decision(session: Session, case_id: str, decision_id: str) -> PublicationRow | None:
    """The publication of this decision that is proposed, or approved, and that the public cannot read yet."""
    return _newest(session, case_id, PublicationRow.decision_id == decision_id, _WAITS)


def waits_on_transfer(session: Session, case_id: str) -> PublicationRow | None:
    """The same of one that rests on the police having the case (R29 §5(一))."""
    return _newest(session, case_id, PublicationRow.breach == Breach.REFUSED_PAY, _WAITS)


def _newest(
    session: Session, case_id: str, ground: ColumnElement[bool], states: Collection[str]
) -> PublicationRow | None:
    row = PublicationRow
    mine = row.case_id == case_id, row.state.in_(states), ground
    return session.scalars(select(row).where(*mine).order_by(row.at.desc(), row.id).limit(1)).first()


def published_cases(session: Session, employer_ids: Collection[str], *, but: str) -> list[tuple[CaseRow, date]]:
    """The cases of an employer whose breach stands published, of others than one; the oldest first, with the day."""
    row = PublicationRow
    question = (
        select(CaseRow, row.published_on)
        .join(CaseRow, CaseRow.id == row.case_id)
        .where(row.employer_id.in_(employer_ids), row.state == "published", row.case_id != but)
        .order_by(row.published_on, row.id)
    )
    return [(case, on) for case, on in session.execute(question).tuples() if on is not None]
