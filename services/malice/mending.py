"""What was published of a breach is objected to, corrected, withdrawn (R29 §11; APL §48).

Each is of the last publication of the case, or of the one whose notice has the number that is given (`notice_no`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import PUBLICATION_ANSWER, PUBLICATION_CORRECT
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.publication import ANSWERS, WITHDRAWALS
from casework.record import Json
from services.cases.held import acted, cared_case, head_case, took_part
from services.malice.public_text import for_the_public
from services.malice.publication_steps import at_publication, paper_after
from services.office.step_clocks import start_once
from services.paperwork.papers import Issued
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, DocumentRow, PublicationRow
from warehouse.store.clocks import meet_clocks, running
from warehouse.store.publication_grounds import fallen, left_police

CORRECTING = ("publication_correct",)
"""Deadlines that a correction meets; a withdrawal meets the other too."""
WITHDRAWING = (*CORRECTING, "withdraw_published")


def record_publication_objection(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    objection: str,
    objected_on: date,
    actor: Actor,
    at: datetime,
    notice_no: str = "",
) -> None:
    """The employer objects to what was published; within 15 working days it is examined and answered (R29 §11)."""
    if not objection.strip():
        raise BadInput("An objection says something.")
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = at_publication(session, case, "published", notice_no=notice_no)
        if objection_waits(row):
            raise NotAllowed("An objection to this publication waits for its answer.")
        if row.answer == "accepted" and running(session, kind=PUBLICATION_CORRECT.kind, case_id=case.id):
            raise NotAllowed(
                "An accepted objection is not carried out yet: correct or withdraw what was published first."
            )
        if row.published_on is None or not row.published_on <= objected_on <= local_day(at):
            raise BadInput("The day of the objection lies between the publication and today.")
        row.objected_on, row.objection, row.answered_on, row.answer = objected_on, objection.strip(), None, None
        start_once(session, case.id, PUBLICATION_ANSWER, objected_on, by=actor.id, at=at)
        acted(session, case, "record_publication_objection", actor=actor, at=at, details={"publication": row.id})


def objection_waits(row: PublicationRow) -> bool:
    """Whether the employer has objected and nobody has answered."""
    return row.objected_on is not None and row.answered_on is None


def answer_publication(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    answer: str,
    reason: str,
    actor: Actor,
    at: datetime,
    notice_no: str = "",
) -> Issued:
    """A head who does not hold the case answers the objection, in writing (R29 §11).

    Where it is accepted, what was published is corrected or withdrawn: that deadline begins.
    """
    if answer not in ANSWERS:
        raise BadInput(f"An objection is answered by one of: {', '.join(ANSWERS)}.")
    if not reason.strip():
        raise BadInput("The answer to an objection gives its reason.")
    with store.write() as session:
        case, row, today = _decided(session, case_id, version, notice_no, actor=actor, at=at)
        if not objection_waits(row) or row.objected_on is None:
            raise NotAllowed("No objection to this publication waits for an answer.")
        row.answered_on, row.answer = today, answer
        meet_clocks(session, "publication_answer", met_on=today, by=actor.id, at=at, case_id=case.id)
        if answer == "accepted":
            start_once(session, case.id, PUBLICATION_CORRECT, today, by=actor.id, at=at)
        said = {"objected_on": row.objected_on.isoformat(), "reason": reason.strip()}
        paper = paper_after(session, case, row, "publication_answer", said, on=today, actor=actor, at=at)
        details: dict[str, Json] = {"publication": row.id, "answer": answer, "document": paper.document_id}
        acted(session, case, "answer_publication", actor=actor, at=at, details=details)
        return paper


def correct_publication(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    facts: str,
    handled: str,
    reason: str,
    actor: Actor,
    at: datetime,
    notice_no: str = "",
) -> Issued:
    """A head who does not hold the case puts right what stands published (R29 §11): the facts, the handling, or both.

    Numbers the paper of the correction. What rests on an annulled decision, or on the police having a case that they do
    not have, is withdrawn, not corrected; so is a penalty that was changed (APL §48).
    """
    if not reason.strip():
        raise BadInput("A correction gives its reason.")
    with store.write() as session:
        case, row, today = _decided(session, case_id, version, notice_no, actor=actor, at=at)
        fell = _fallen(session, row)
        if fell == "annulled":
            raise NotAllowed("The decision was annulled: withdraw what was published.")
        if fell is not None and _of_a_penalty(session, row):
            raise NotAllowed("The penalty was changed: withdraw what was published, and propose it anew as changed.")
        if left_police(session, row) is not None:
            raise NotAllowed(
                "The police do not have the case: withdraw what was published, and propose what still holds."
            )
        said = {"published_facts": facts.strip(), "published_handling": handled.strip()}
        if said["published_facts"] == row.facts and said["published_handling"] == row.handled:
            raise BadInput("Nothing of what is published would change.")
        if not all(said.values()):
            raise BadInput("What is published says the main facts and how they were handled.")
        for_the_public(session, case, row, {**said, "reason": reason.strip()})
        row.facts, row.handled, row.corrected_on = said["published_facts"], said["published_handling"], today
        _mended(session, case, CORRECTING, today, actor=actor, at=at)
        body = {"publication_step": "更正", "reason": reason.strip(), **said}
        paper = paper_after(session, case, row, "publication_correction", body, on=today, actor=actor, at=at)
        details: dict[str, Json] = {"publication": row.id, "document": paper.document_id}
        acted(session, case, "correct_publication", actor=actor, at=at, details=details)
        return paper


def withdraw_publication(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    why: str,
    reason: str,
    actor: Actor,
    at: datetime,
    notice_no: str = "",
) -> Issued:
    """A head who does not hold the case withdraws what was published, and says why (R29 §11; APL §48).

    It counts as published no more, neither in the figures nor in the history of the employer. An objection that waits
    is answered first.
    """
    if why not in WITHDRAWALS:
        raise BadInput(f"A publication is withdrawn for one of: {', '.join(WITHDRAWALS)}.")
    if not reason.strip():
        raise BadInput("A withdrawal gives its reason.")
    with store.write() as session:
        case, row, today = _decided(session, case_id, version, notice_no, actor=actor, at=at)
        fell = _fallen(session, row)
        if why in ("annulled", "changed") and why != fell:
            raise NotAllowed("No review and no court has done that to the decision, as far as is on record.")
        if why == "transfer" and left_police(session, row) is None:
            raise NotAllowed("The police have the case, or the publication does not rest on it.")
        if why == "objection" and row.answer != "accepted":
            raise NotAllowed("No objection to this publication was accepted.")
        for_the_public(session, case, row, {"reason": reason.strip()})
        if objection_waits(row):
            raise NotAllowed("An objection to this publication waits for its answer.")
        row.state, row.withdrawn_on, row.withdrawn_why = "withdrawn", today, why
        _mended(session, case, WITHDRAWING, today, actor=actor, at=at)
        body = {"publication_step": "撤回", "reason": reason.strip()}
        paper = paper_after(session, case, row, "publication_correction", body, on=today, actor=actor, at=at)
        details: dict[str, Json] = {"publication": row.id, "withdrawn": why, "document": paper.document_id}
        acted(session, case, "withdraw_publication", actor=actor, at=at, details=details)
        return paper


def _decided(
    session: Session, case_id: str, version: int, notice_no: str, *, actor: Actor, at: datetime
) -> tuple[CaseRow, PublicationRow, date]:
    """The case and its publication for a head's word, who neither proposed it nor took part in the case."""
    case = head_case(session, case_id, version, actor=actor)
    row = at_publication(session, case, "published", notice_no=notice_no)
    if actor.id == row.by or actor.id in took_part(session, case.id):
        raise NotAllowed("Nobody decides on a publication of their own.")
    return case, row, local_day(at)


def _fallen(session: Session, row: PublicationRow) -> str | None:
    return fallen(session, session.get(DocumentRow, row.decision_id) if row.decision_id else None)


def _of_a_penalty(session: Session, row: PublicationRow) -> bool:
    decision = session.get(DocumentRow, row.decision_id) if row.decision_id else None
    return decision is not None and decision.kind == "penalty_decision"


def _mended(session: Session, case: CaseRow, kinds: Sequence[str], on: date, *, actor: Actor, at: datetime) -> None:
    for kind in kinds:
        meet_clocks(session, kind, met_on=on, by=actor.id, at=at, case_id=case.id)
