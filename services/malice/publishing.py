"""Publication of a grave breach (社会公布, R29): proposed, approved by a head, published, corrected or withdrawn.

A breach of the seven classes must be published once its decision is served (R29 §5): the office does not choose. What
goes out holds nothing of a complainant, of a worker, nor any telephone or identity number (R29 §6 para 2).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.calendar import local_day
from casework.clocks import PUBLICATION_CORRECT, PUBLICATION_TRANSFER, PUBLISH
from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.publication import BREACH_TITLES, changed_since, conditions, unmet, unmet_since
from casework.record import Json
from services.cases.held import acted, cared_case, head_case, took_part
from services.cases.published import limit_of, put_right
from services.malice.mending import (
    answer_publication,
    correct_publication,
    record_publication_objection,
    withdraw_publication,
)
from services.malice.public_text import for_the_public, said_of
from services.malice.publication_steps import at_publication, void, void_no_more
from services.office.step_clocks import start_once
from services.paperwork.addressing import listed_employer
from services.paperwork.papers import Issued, add_paper
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import CaseRow, DocumentRow, EmployerRow, PublicationRow, new_id
from warehouse.store.clocks import cancel_clock, meet_clocks, running
from warehouse.store.publication_grounds import decision_of, fell_since, grounds_of, left_police

__all__ = [
    "answer_publication",
    "correct_publication",
    "decide_publication",
    "propose_publication",
    "publish_breach",
    "record_publication_objection",
    "withdraw_publication",
]


def propose_publication(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    breach: str,
    address: str,
    legal_rep: str,
    facts: str,
    handled: str,
    actor: Actor,
    at: datetime,
    basis: str = "",
    code: str = "",
) -> str:
    """Propose to publish a breach of a class, with what the public is to read (R29 §5-6). Returns the publication's id.

    `basis` says on what it rests that the breach is grave, where the records do not show it; `code` is the registration
    number of the employer, where no credit code of it is on record. Every condition of
    `casework.publication` must be met. Raises `NotAllowed` for a text that names a complainant or a worker, or holds a
    telephone or an identity number.
    """
    if breach not in BREACH_TITLES:
        raise BadInput(f"A breach that is published is of one of these classes: {', '.join(BREACH_TITLES)}.")
    with store.write() as session:
        one_at_a_time(session, "employers")  # before the case, as filing takes them
        case = cared_case(session, case_id, version, actor=actor)
        unpaid = _may_publish(session, case, breach, basis, at=at)
        decision = decision_of(session, case)
        employer_id = listed_employer(session, case, decision, at=at) if decision else case.employer_id
        if employer_id is None:
            raise NotAllowed("The employer is still unclear, so nobody can be published.")
        coded = session.get_one(EmployerRow, employer_id).uscc
        if not coded and not code.strip():
            raise NotAllowed("No credit code of the employer is on record; name its registration number.")
        row = PublicationRow(
            id=new_id("pub"),
            case_id=case.id,
            employer_id=employer_id,
            decision_id=decision.id if decision else None,
            breach=breach,
            basis=basis.strip() or None,
            code=None if coded else code.strip(),
            address=_said(address, "Name the address of the employer."),
            legal_rep=_said(legal_rep, "Name the legal representative or the person in charge."),
            facts=_said(facts, "Say the main facts of the breach."),
            handled=_said(handled, "Say how the breach was handled."),
            unpaid_fen=unpaid,
            state="proposed",
            by=actor.id,
            at=at,
        )
        for_the_public(session, case, row, said_of(row))
        session.add(row)
        session.flush()
        details: dict[str, Json] = {"publication": row.id, "breach": breach}
        acted(session, case, "propose_publication", actor=actor, at=at, details=details)
        return row.id


def _said(words: str, otherwise: str) -> str:
    if not words.strip():
        raise BadInput(otherwise)
    return words.strip()


def _may_publish(session: Session, case: CaseRow, breach: str, basis: str, *, at: datetime) -> int:
    """What is unpaid now, in fen. Raises `NotAllowed` with the first condition that is not met."""
    grounds = grounds_of(session, case, today=local_day(at))
    for line in unmet(conditions(breach, grounds, basis)):
        raise NotAllowed(line.fact)
    return grounds.unpaid


def _bars(session: Session, case: CaseRow, row: PublicationRow, *, at: datetime) -> str:
    """Why what was proposed does not go on: the first condition that is not met any more, or that its text is not of
    the decision and the employer of now. Empty where nothing bars it.

    What was paid since the proposal is weighed anew when it is approved, and by the head who approves (R29 §5).
    """
    grounds = grounds_of(session, case, today=local_day(at))
    changed = changed_since(row.unpaid_fen, grounds.unpaid) if row.state == "proposed" else ""
    if changed and not row.weighed:
        return f"{changed} Say why it is published all the same, or drop it."
    lines = conditions(row.breach, grounds, row.weighed or row.basis or "")
    for line in unmet_since(row.breach, lines, approved=row.state == "approved"):
        return line.fact
    decision = decision_of(session, case)
    if (decision.id if decision else None) != row.decision_id:
        return "Another decision counts than the one it was proposed for: drop it and propose anew."
    if (decision is None or decision.addressee_id is None) and not _same_firm(session, case.employer_id, row):
        return "The case is of another employer than it was proposed for: drop it and propose anew."
    if fell_since(session, decision, row.at):
        return "The decision was changed since it was proposed: drop it and propose anew."
    return ""


def _same_firm(session: Session, employer_id: str | None, row: PublicationRow) -> bool:
    """Whether the employer of a case is the one of a publication; two that were merged are one."""
    if employer_id is None:
        return False
    ours, proposed = session.get_one(EmployerRow, employer_id), session.get_one(EmployerRow, row.employer_id)
    return (ours.merged_into or ours.id) == (proposed.merged_into or proposed.id)


def decide_publication(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    approve: bool,
    reason: str,
    actor: Actor,
    at: datetime,
    weighed: str = "",
) -> Issued | None:
    """A head who does not hold the case approves what is to be published, or drops it, with the reason.

    Approval numbers the paper that is published; within 20 working days it stands before the public (政府信息公开条例
    §26). Where wages were paid since the proposal, or found owed, the head says what that comes to (`weighed`): that
    stands for what made the breach grave. What was approved and is not published yet may still be dropped; its paper is
    void then and keeps its number.
    """
    if not reason.strip():
        raise BadInput("The decision on a publication gives its reason.")
    with store.write() as session:
        case = head_case(session, case_id, version, actor=actor)
        row, today = at_publication(session, case, "proposed", *(() if approve else ("approved",))), local_day(at)
        if actor.id == row.by or actor.id in took_part(session, case.id):
            raise NotAllowed("Nobody decides on a publication of their own.")
        row.decided_on, row.decided_by, row.reason = today, actor.id, reason.strip()
        paper: DocumentRow | None = None
        if approve:
            row.weighed = weighed.strip() or None
            if bar := _bars(session, case, row, at=at):
                raise NotAllowed(bar)
            row.state = "approved"
            paper = _notice(session, case, row, actor=actor, at=at)
            row.notice_id = paper.id
            start_once(session, case.id, PUBLISH, today, by=actor.id, at=at)
        else:
            row.state = "dropped"
            if row.notice_id is not None:
                void(session.get_one(DocumentRow, row.notice_id), row.reason, today, by=actor.id)
            for clock in running(session, kind="publish", case_id=case.id):
                cancel_clock(session, clock, reason="dropped", by=actor.id, at=at)
        details: dict[str, Json] = {"publication": row.id, "approved": approve}
        acted(session, case, "decide_publication", actor=actor, at=at, details=details)
        return Issued(paper.id, paper.document_no) if paper else None


def _notice(session: Session, case: CaseRow, row: PublicationRow, *, actor: Actor, at: datetime) -> DocumentRow:
    """The paper that is published, as it was approved."""
    said = said_of(row)
    for_the_public(session, case, row, said)
    decision = session.get(DocumentRow, row.decision_id) if row.decision_id else None
    body: dict[str, Any] = {"publication": row.id, **said}
    party = decision.addressee_id if decision else None
    return add_paper(session, case, "publication_notice", local_day(at), body, actor=actor, at=at, addressee_id=party)


def publish_breach(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    published_on: date,
    place: str,
    actor: Actor,
    at: datetime,
    nevertheless: bool = False,
    notice_no: str = "",
) -> None:
    """It stands before the public since a day: on the office's website, and in the papers or on television (R29 §7).

    Not where the decision was annulled or changed since it was proposed: the approved text says it as it was before.
    But what was before the public by then is recorded late, with its day; and what should not have gone out and did
    (`nevertheless`), a dropped one too. The days to put it right start with that, from when it fell. `notice_no`: the
    number of a notice that was dropped before another publication of the case was proposed.
    """
    with store.write() as session:
        case = cared_case(session, case_id, version, actor=actor)
        row = at_publication(session, case, "approved", "dropped", notice_no=notice_no)
        notice = session.get(DocumentRow, row.notice_id) if row.notice_id else None
        if notice is None:
            raise NotAllowed("The publication of this case is not at this step.")
        if not notice.issued_on <= published_on <= local_day(at):
            raise BadInput("It is published between the approval and today.")
        fell = _fell(session, row)
        before = fell is not None and published_on < fell
        bar = "" if before else _bars(session, case, row, at=at)
        if row.state == "dropped" and not before:
            bar = bar or "It was not to be published any more: say so if it went out nevertheless."
        if bar and not nevertheless:
            raise NotAllowed(bar)
        row.place = _said(place, "Name where it was published.")
        for_the_public(session, case, row, {"place": row.place})
        dropped, row.state, row.published_on = row.state == "dropped", "published", published_on
        details: dict[str, Json] = {"publication": row.id, **void_no_more(notice)}
        if not dropped:
            meet_clocks(session, "publish", met_on=published_on, by=actor.id, at=at, case_id=case.id)
        session.flush()
        if fell is not None or bar:
            _to_put_right(session, row, max(fell or published_on, published_on), dropped=dropped, by=actor.id, at=at)
            details |= {"late": True, "nevertheless": nevertheless, "bar": bar}
        acted(session, case, "publish_breach", actor=actor, at=at, details=details)


def _fell(session: Session, row: PublicationRow) -> date | None:
    """The day on which what a publication rests on fell, after it was proposed."""
    decision = session.get(DocumentRow, row.decision_id) if row.decision_id else None
    days = (fell_since(session, decision, row.at), left_police(session, row))
    return min((day for day in days if day is not None), default=None)


def _to_put_right(session: Session, row: PublicationRow, on: date, *, dropped: bool, by: str, at: datetime) -> None:
    """Start the deadline of what was recorded though it may not stand: by what fell, else by the days of R29 §11.

    What a head had dropped is put right though the police take the case again: it was not to go out at all.
    """
    decision = session.get(DocumentRow, row.decision_id) if row.decision_id else None
    limits = []
    if decision is not None and fell_since(session, decision, row.at) is not None:
        limits.append(limit_of(decision))
    if not dropped and left_police(session, row) is not None:
        limits.append(PUBLICATION_TRANSFER)
    put_right(session, row, limits or [PUBLICATION_CORRECT], on, by=by, at=at)
