"""What was asked, recorded, approved and pressed for on a case, as its page shows it. What people typed is masked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from casework.identifiers import mask_name
from warehouse.models import (
    AbsenceRow,
    ApprovalRow,
    AssignmentRow,
    CaseRow,
    ChaseRow,
    DocumentRow,
    InquiryAnswerRow,
    SupervisionRow,
    VisitRow,
)
from warehouse.queries.history import supervisions
from warehouse.queries.officers import names_of
from warehouse.queries.tellers import Tellers
from warehouse.store.leading import leading_here
from warehouse.store.recusals import recused_from
from warehouse.store.there import there

SHEETS = ("interview_record", "inspection_record")
Why: TypeAlias = dict[tuple[str, str, datetime], tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One notice of inquiry: when and where to come, the lines asked for with whose papers they are, and what came.

    `silent`: its day is past and nobody recorded an answer.
    """

    document_no: str
    appear_on: str
    place: str
    items: tuple[tuple[int, str, str], ...]
    handed_in: frozenset[int]
    answers: tuple[tuple[date, bool, str | None], ...]
    silent: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """One record of an interview or a site. `person` is masked, and so is what was said."""

    kind: str
    document_no: str
    started_at: str
    ended_at: str
    officers: str
    person: str | None
    signature: str
    unsigned_why: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Supervised:
    """One supervision of a superior."""

    id: str
    superior: str
    demand: str | None
    ordered_on: date
    due_on: date
    answered_on: date | None
    answer: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Approved:
    """One approval: who, when, why, and from which day to which."""

    step: str
    approver: str
    approved_on: date
    reason: str | None
    due_before: date | None
    due_after: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Investigation:
    """Everything of these on one case. `recused` and `away` are officers who hold it and may not or cannot.

    `visited`: by visit, the officers and, masked, the people met.
    """

    visited: Mapping[str, tuple[str, str | None]]
    asked: tuple[Asked, ...]
    taken: tuple[Taken, ...]
    supervised: tuple[Supervised, ...]
    approved: tuple[Approved, ...]
    chased: tuple[tuple[datetime, str, str | None], ...]
    recused: tuple[str, ...]
    away: tuple[tuple[str, date], ...]


def investigation(session: Session, case: CaseRow, *, today: date) -> Investigation:
    """What a case's page says of its investigation."""
    told_by = Tellers(session, [case.id])
    papers: Sequence[DocumentRow] = ()
    if DocumentRow in there(session, [case.id]):
        papers = session.scalars(
            select(DocumentRow)
            .where(DocumentRow.case_id == case.id, DocumentRow.kind.in_(("inquiry_notice", *SHEETS)))
            .order_by(DocumentRow.issued_on, DocumentRow.id)
        ).all()
    recused, away = _hindered(session, case, today=today)
    return Investigation(
        visited=_visited(session, case.id, told_by),
        asked=tuple(
            _asked(session, row, told_by, today=today)
            for row in papers
            if row.kind == "inquiry_notice" and "items" in row.body
        ),
        taken=tuple(_taken(row, told_by) for row in papers if row.kind in SHEETS and "text" in row.body),
        supervised=_supervised(session, case.id, told_by, today=today),
        approved=_approved(session, case.id, told_by),
        chased=_chased(session, case.id, told_by),
        recused=recused,
        away=away,
    )


def _visited(session: Session, case_id: str, told_by: Tellers) -> Mapping[str, tuple[str, str | None]]:
    kin = leading_here(session, case_id)
    if VisitRow not in there(session, kin):
        return {}
    rows = session.scalars(select(VisitRow).where(VisitRow.case_id.in_(kin))).all()
    names = names_of(session, (one for row in rows for one in row.officer_ids))
    return {
        row.id: (
            "、".join(names.get(one, one) for one in row.officer_ids),
            told_by.hide(row.people_met, case_id),
        )
        for row in rows
    }


def _asked(session: Session, row: DocumentRow, told_by: Tellers, *, today: date) -> Asked:
    body = row.body
    question = select(InquiryAnswerRow).where(InquiryAnswerRow.document_id == row.id)
    answers = session.scalars(question.order_by(InquiryAnswerRow.answered_on, InquiryAnswerRow.id)).all()
    return Asked(
        document_no=row.document_no,
        appear_on=f"{body['appear_on']} {body['appear_time']}",
        place=body["place"],
        items=tuple((line["no"], line["name"], line["side"]) for line in body["items"] if line["asked"]),
        handed_in=frozenset(no for one in answers for no in one.handed_in),
        answers=tuple((one.answered_on, one.came, told_by.hide(one.note, row.case_id or "")) for one in answers),
        silent=not answers and date.fromisoformat(body["appear_on"]) < today,
    )


def _taken(row: DocumentRow, told_by: Tellers) -> Taken:
    body, case_id = row.body, row.case_id or ""

    def masked(text: str) -> str | None:
        return told_by.hide(text, case_id, beside=[body.get("person")]) or None

    return Taken(
        kind=row.kind,
        document_no=row.document_no,
        started_at=body.get("started_at", ""),
        ended_at=body.get("ended_at", ""),
        officers=body.get("officers", ""),
        person=mask_name(body.get("person")),
        signature=body.get("signature", ""),
        unsigned_why=masked(body.get("unsigned_why", "")),
        text=masked(body.get("text", "")),
    )


def _supervised(session: Session, case_id: str, told_by: Tellers, *, today: date) -> tuple[Supervised, ...]:
    return tuple(
        Supervised(
            id=row.id,
            superior=told_by.hide(row.superior, case_id) or "",
            demand=told_by.hide(row.demand, case_id),
            ordered_on=row.ordered_on,
            due_on=row.due_on,
            answered_on=row.answered_on,
            answer=told_by.hide(row.answer, case_id),
            overdue=row.answered_on is None and row.due_on < today,
        )
        for row in supervisions(session, case_id)
    )


def _approved(session: Session, case_id: str, told_by: Tellers) -> tuple[Approved, ...]:
    if ApprovalRow not in there(session, [case_id]):
        return ()
    rows = session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case_id).order_by(ApprovalRow.at)).all()
    names = names_of(session, (row.by for row in rows))
    return tuple(
        Approved(
            step=row.step,
            approver=row.approver,
            approved_on=row.approved_on,
            reason=told_by.hide(row.reason, case_id),
            due_before=row.due_before,
            due_after=row.due_after,
            by=names.get(row.by, row.by),
        )
        for row in rows
    )


def _chased(session: Session, case_id: str, told_by: Tellers) -> tuple[tuple[datetime, str, str | None], ...]:
    if ChaseRow not in there(session, [case_id]):
        return ()
    rows = session.scalars(select(ChaseRow).where(ChaseRow.case_id == case_id).order_by(ChaseRow.at)).all()
    names = names_of(session, (row.by for row in rows))
    return tuple((row.at, names.get(row.by, row.by), told_by.hide(row.words, case_id)) for row in rows)


_HELD = select(AssignmentRow.lead_id, AssignmentRow.assisting_id).where(
    AssignmentRow.case_id == bindparam("case_id"), AssignmentRow.state.in_(("sent", "signed"))
)
_GONE = select(AbsenceRow.account_id, AbsenceRow.to_on).where(
    AbsenceRow.account_id.in_(bindparam("ids", expanding=True)),
    AbsenceRow.ended_at.is_(None),
    AbsenceRow.from_on <= bindparam("today"),
    AbsenceRow.to_on >= bindparam("today"),
)


def _hindered(session: Session, case: CaseRow, *, today: date) -> tuple[tuple[str, ...], tuple[tuple[str, date], ...]]:
    """Those who hold the case and are recused from it, and those who are away today with their last day."""
    held = session.execute(_HELD, {"case_id": case.id}).first()
    if held is None:
        return (), ()
    names = names_of(session, held)
    recused = recused_from(session, case, tuple(held), on=today)
    gone = session.execute(_GONE, {"ids": list(held), "today": today})
    away = {names.get(one, one): until for one, until in gone}
    return tuple(sorted(names.get(one, one) for one in recused)), tuple(sorted(away.items()))


def nudges(session: Session, case_ids: Collection[str]) -> Why:
    """Who chased, supervised or recused, and in what words: what a notice of that moment tells of."""
    found: Why = {}
    if not case_ids:
        return found
    told_by = Tellers(session, set(case_ids))
    chases = session.scalars(select(ChaseRow).where(ChaseRow.case_id.in_(case_ids))).all()
    orders = session.scalars(select(SupervisionRow).where(SupervisionRow.case_id.in_(case_ids))).all()
    names = names_of(session, [row.by for row in chases] + [row.by for row in orders])
    for row in chases:
        found[row.case_id, "chased", row.at] = (names.get(row.by, row.by), told_by.hide(row.words, row.case_id))
    for order in orders:
        why = told_by.hide(order.demand, order.case_id)
        found[order.case_id, "supervised", order.at] = (told_by.hide(order.superior, order.case_id) or "", why)
    return found
