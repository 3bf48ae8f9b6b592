"""What the party said to the prior notice of the outcome that is under way, and until when it may speak."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clocks import HEARING_REQUEST
from casework.party import Party
from warehouse.models import ClockRow, DocumentRow, OutcomeRow, PartyActRow
from warehouse.store.handling import documents_of
from warehouse.store.lives import reopened_at


def prior_notice_of(session: Session, case_id: str) -> DocumentRow | None:
    """The prior notice that counts: the last that was served, of after the last reopening.

    One that an outcome was decided on is used up, and announces no second one.
    """
    since = reopened_at(session, case_id)
    decided = select(OutcomeRow.notice_id).where(OutcomeRow.case_id == case_id, OutcomeRow.state == "approved")
    used = set(session.scalars(decided))
    notices = [row for row in documents_of(session, case_id, ("prior_notice",)) if row.id not in used]
    served = [row for row in notices if row.served_on is not None and (since is None or row.at >= since)]
    return served[-1] if served else None


def defences_of(session: Session, notice: DocumentRow) -> frozenset[str]:
    """What the party did about a notice, as kinds of `casework.party`. A hearing it gave up is not asked for."""
    row = PartyActRow
    acts = session.scalars(select(row.kind).where(row.document_id == notice.id).order_by(row.done_on, row.at, row.id))
    done: dict[str, None] = {}
    for kind in acts:
        if kind == Party.WAIVED:
            done.pop(Party.HEARING_ASKED, None)
        done[kind] = None
    return frozenset(done)


def hearing_asked_on(session: Session, notice: DocumentRow) -> date | None:
    """The day on which the party last asked for a hearing on a notice."""
    row = PartyActRow
    asked = select(row.done_on).where(row.document_id == notice.id, row.kind == Party.HEARING_ASKED)
    return session.scalar(asked.order_by(row.done_on.desc()).limit(1))


def hearing_term(session: Session, case_id: str, served_on: date) -> ClockRow | None:
    """The clock of the party's five working days from a service."""
    row = ClockRow
    question = select(row).where(row.case_id == case_id, row.kind == HEARING_REQUEST.kind, row.started_on == served_on)
    return session.scalars(question.order_by(row.id).limit(1)).first()


def annulled_at(session: Session, case_id: str, kind: str) -> datetime | None:
    """When a review or a court last annulled a paper of this kind of a case, as recorded."""
    row, paper = PartyActRow, DocumentRow
    question = (
        select(row.at)
        .join(paper, paper.id == row.document_id)
        .where(row.case_id == case_id, row.kind == Party.REMEDY_ENDED, row.code == "annulled", paper.kind == kind)
    )
    return session.scalar(question.order_by(row.at.desc()).limit(1))


def remedies_of(session: Session, document_ids: Sequence[str]) -> Sequence[PartyActRow]:
    """The remedies that were taken against these papers, and their ends, in order."""
    row = PartyActRow
    question = select(row).where(
        row.document_id.in_(document_ids), row.kind.in_((Party.REMEDY_TAKEN, Party.REMEDY_ENDED))
    )
    return session.scalars(question.order_by(row.done_on, row.at, row.id)).all()
