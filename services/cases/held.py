"""Whose case it is while it is worked on: the two inspectors who signed for it, and the head of the place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.errors import NotAllowed, NotFound
from casework.lifecycle import CARED_FOR, WORKED, WorkStatus, words
from casework.people import Actor, Role
from casework.record import Json
from warehouse import audit
from warehouse.models import AssignmentRow, CaseRow, DocumentRow, EducationRow, VisitRow
from warehouse.store.cases import case_for_change, live_case
from warehouse.store.dispatch import live_assignment
from warehouse.store.recusals import recused_from


def desk_or_head(actor: Actor, place: str | None) -> bool:
    """Whether this is a desk officer or a head of the place: who does what needs no hold on a case."""
    return actor.may(Role.DESK_OFFICER, place) or actor.may(Role.HEAD, place)


def held_case(
    session: Session, case_id: str, version: int, *, actor: Actor, when: frozenset[WorkStatus] = WORKED
) -> CaseRow:
    """A case in progress (or as `when` says), locked, that this actor may work on.

    Raises `NotFound` for one that is not theirs, `Conflict` when it changed meanwhile, `NotAllowed` before it is
    signed for or after it is concluded.
    """
    holds(session, case_for_change(session, case_id), actor)
    case = live_case(session, case_id, version=version)
    if case.status not in when:
        raise NotAllowed(f"Only a case in progress is worked on; this one is {words(case.status)}.")
    return case


def holds(session: Session, case: CaseRow | None, actor: Actor) -> None:
    """Raises `NotFound` for a case that this actor has not signed for and is no head of."""
    held = live_assignment(session, case.id) if case is not None else None
    own = held is not None and held.state == "signed" and actor.id in (held.lead_id, held.assisting_id)
    if case is None or not (own or actor.may(Role.HEAD, case.district_code)):
        raise NotFound("There is no such case, or it is not with you.")


def cared_case(session: Session, case_id: str, version: int, *, actor: Actor) -> CaseRow:
    """A case in progress or after its end, locked, for those who hold it, or held it when it ended, and the head.

    Raises `NotFound`, `NotAllowed` and `Conflict`.
    """
    case = case_for_change(session, case_id)
    if not officers_of(session, case_id) & {actor.id} and not actor.may(Role.HEAD, case.district_code):
        raise NotFound("There is no such case, or it is not with you.")
    live_case(session, case_id, version=version)
    if case.status not in CARED_FOR:
        raise NotAllowed(f"Only a case in progress is worked on; this one is {words(case.status)}.")
    return case


def told_case(session: Session, case_id: str, version: int, *, actor: Actor) -> CaseRow:
    """A case that was not merged away, locked, for what is written to one of its complainants.

    The desk or a head of the place writes it, or an inspector who holds the case, or held it when it ended. Raises
    `NotFound`, `NotAllowed` and `Conflict`.
    """
    case = case_for_change(session, case_id)
    if not desk_or_head(actor, case.district_code) and actor.id not in officers_of(session, case_id):
        raise NotFound("There is no such case, or it is not with you.")
    return live_case(session, case_id, version=version)


def officers_of(session: Session, case_id: str) -> set[str]:
    """The two inspectors of a case: who has it, or had it when it ended."""
    question = (
        select(AssignmentRow)
        .where(AssignmentRow.case_id == case_id, AssignmentRow.state.in_(("signed", "ended")))
        .order_by(AssignmentRow.dispatched_at.desc(), AssignmentRow.id)
    )
    row = session.scalars(question.limit(1)).first()
    return {row.lead_id, row.assisting_id} if row else set()


def took_part(session: Session, case_id: str) -> set[str]:
    """Who investigated a case: its two inspectors and whoever visited, took a record or educated.

    None of them reviews or decides what it comes to: inquiry and decision are apart (APL §57; QD §31).
    """
    found = officers_of(session, case_id)
    for row in (VisitRow, EducationRow):
        for ids in session.scalars(select(row.officer_ids).where(row.case_id == case_id)):
            found |= set(ids)
    records = select(DocumentRow.body).where(
        DocumentRow.case_id == case_id, DocumentRow.kind.in_(("interview_record", "inspection_record"))
    )
    for body in session.scalars(records):
        found |= set((body or {}).get("officer_ids", ()))
    return found


def head_case(session: Session, case_id: str, version: int | None, *, actor: Actor) -> CaseRow:
    """A case for a head's own word. Raises `NotFound`, `NotAllowed` and `Conflict`."""
    case = case_for_change(session, case_id)
    if not actor.covers(case.district_code):
        raise NotFound("There is no such case, or it is not yours to see.")
    if not actor.may(Role.HEAD, case.district_code):
        raise NotAllowed("Only a head of the place decides this.")
    return live_case(session, case_id, version=version)


def bureau_case(session: Session, case_id: str, version: int | None, *, actor: Actor) -> CaseRow:
    """A case for the word of the head of the bureau, who did not investigate it: no head of a brigade has it."""
    case = head_case(session, case_id, version, actor=actor)
    if not actor.may(Role.BUREAU_HEAD, case.district_code):
        raise NotAllowed("Only the head of the bureau approves this.")
    if actor.id in took_part(session, case_id):
        raise NotAllowed("Nobody approves this of a case of their own.")
    return case


def acted(
    session: Session, case: CaseRow, act: str, *, actor: Actor, at: datetime, details: dict[str, Json] | None = None
) -> None:
    """Something was done on a case: its version grows, whatever its columns say, and the log has a row.

    Raises `NotAllowed` for whoever is recused from the case, and then nothing of the act stays (423 §16; QD §29).
    """
    if recused_from(session, case, [actor.id], on=local_day(at)):
        raise NotAllowed("You are recused from this case.")
    case.version, case.changed_at, case.changed_by = case.version + 1, at, actor.id
    session.flush()
    audit.record(session, by=actor.id, act=act, subject=case.id, at=at, details=details)
