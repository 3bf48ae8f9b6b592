"""What the tests of the lives ask: the steps a complaint or a case took, and cases at their later stages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from casework.blanks import typed
from casework.leniency import EXEMPTIONS, Exit
from casework.people import Actor
from services.cases import handling
from services.cases.handling import PaidWorker
from services.cases.outcomes import Proposal, close_case, decide_outcome, submit_outcome
from services.paperwork.filling_papers import fill_paper
from services.replying.money_answers import worker_says
from tests.services.office import Office
from tests.services.work import TODAY, WORKERS, Work
from warehouse.engine import Warehouse
from warehouse.models import ClockRow, ComplaintVersionRow, DocumentRow, LifeMoveRow, MoneyQuestionRow
from warehouse.store.linkage import members
from warehouse.store.lives import standings

HANDLING = Proposal(exit=Exit.HANDLING)


def trail(office: Office, subject: str, life: str = "complaint") -> list[str]:
    """Where a complaint, or a case at work or in law, came through, in order."""
    row = LifeMoveRow
    key = row.complaint_id if life == "complaint" else row.case_id
    with office.store.read() as session:
        question = select(row).where(key == subject, row.life == life).order_by(row.step_no)
        steps = session.scalars(question).all()
        assert [one.newest for one in steps] == [False] * (len(steps) - 1) + [True] * bool(steps)
        for one, after in pairwise(steps):
            assert one.became == after.was
        return [one.became for one in steps]


def stands(office: Office, complaint_id: str) -> str:
    with office.store.read() as session:
        return str(standings(session, [complaint_id])[complaint_id])


def told(office: Office, case_id: str) -> list[str]:
    """The complaints of a case."""
    with office.store.read() as session:
        return members(session, case_id)


def with_phones(office: Office, case_id: str) -> list[str]:
    """The complaints of a case, each with a phone to call."""
    ids = told(office, case_id)
    with office.store.write() as session:
        for place, one in enumerate(ids):
            said = session.scalars(select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == one)).one()
            said.complainant_phone = f"1381234{place:04d}"
    return ids


def complaint_clocks(office: Office, complaint_id: str, kind: str) -> list[tuple[str, date, date]]:
    """Clocks of one kind of a complaint: state, start, due, oldest first."""
    with office.store.read() as session:
        question = select(ClockRow).where(ClockRow.complaint_id == complaint_id, ClockRow.kind == kind)
        rows = session.scalars(question.order_by(ClockRow.started_on, ClockRow.state)).all()
        return [(row.state, row.started_on, row.due_on) for row in rows]


def paper_of(office: Office, case_id: str, kind: str) -> DocumentRow:
    """The newest paper of a kind of a case, detached."""
    with office.store.write() as session:
        question = select(DocumentRow).where(DocumentRow.case_id == case_id, DocumentRow.kind == kind)
        row = session.scalars(question.order_by(DocumentRow.serial.desc()).limit(1)).one()
        session.expunge(row)
        return row


def filled(work: Work, kind: str, at: datetime | None = None) -> None:
    """What must be typed on the newest paper of a kind is typed; its days are that of the paper."""
    paper = paper_of(work.office, work.id, kind)
    wanted = [blank for blank in typed(kind) if blank.required and not paper.body.get(blank.key)]
    values = {blank.key: f"{paper.issued_on}" if blank.form == "day" else "已查明" for blank in wanted}
    if values:
        work.do(fill_paper, document_id=paper.id, values=values, at=at or work.office.at)


def served(work: Work, kind: str, on: date = TODAY, at: datetime | None = None) -> None:
    """The newest paper of a kind reached the party, when its blanks were filled."""
    filled(work, kind, at)
    handling.serve_document(
        work.store,
        document_id=paper_of(work.office, work.id, kind).id,
        served_on=on,
        served_how="direct",
        actor=work.lead,
        at=at or work.office.at,
    )


def approved(work: Work, proposal: Proposal, at: datetime | None = None) -> str:
    """An outcome that was submitted and approved."""
    outcome_id: str = work.do(submit_outcome, proposal=proposal, at=at or work.office.at)
    if proposal.exit in EXEMPTIONS:
        work.reviewed()
    decide_outcome(
        work.store,
        outcome_id=outcome_id,
        approve=True,
        reason=None,
        actor=work.office.head,
        at=at or work.office.at,
    )
    return outcome_id


def ordered(
    office: Office, at: datetime | None = None, verified: int = 30_000, pay_until: str = "", **case: Any
) -> Work:
    """A case that ended with an order to pay 30,000 yuan, served on the day it was made.

    `pay_until`: the day by which it is to be paid, where the decision names one.
    """
    work = Work(office, **case)
    day = at or office.at
    work.do(handling.accept_case, at=day)
    pair = [work.lead.id, work.other.id]
    work.do(handling.record_visit, visited_at=day, place="厂区", officer_ids=pair, at=day)
    work.do(handling.verify_amount, amount=Decimal(verified), at=day)
    issued_on = day.date()
    work.announced(day)
    approved(work, HANDLING, at=day)
    if pay_until:
        decision = paper_of(office, work.id, "handling_decision")
        work.do(fill_paper, document_id=decision.id, values={"pay_until": pay_until}, at=day)
    served(work, "handling_decision", issued_on, day)
    return work


def paid(work: Work, at: datetime | None = None, workers: list[PaidWorker] | None = None) -> None:
    """The workers are paid, as proven."""
    lines = workers or WORKERS
    day = at or work.office.at
    work.do(
        handling.record_payment,
        paid_on=day.date(),
        workers=len(lines),
        amount=sum((line.amount for line in lines), Decimal(0)),
        proof="bank_voucher",
        lines=lines,
        at=day,
    )


def heard(store: Warehouse, case_id: str, at: datetime) -> None:
    """Every worker of a case who was asked whether the money came says that it did."""
    with store.read() as session:
        row = MoneyQuestionRow
        asked = list(session.scalars(select(row.complaint_id).where(row.case_id == case_id, row.came.is_(None))))
    for one in asked:
        worker_says(store, complaint_id=one, came=True, actor=Actor.system("page"), at=at)


def spared_and_closed(office: Office, **case: Any) -> Work:
    """A case that was exempted, served and closed."""
    work = Work(office, **case)
    with_phones(office, work.id)
    work.spared()
    served(work, "exemption_decision")
    heard(office.store, work.id, office.at)
    work.do(close_case, actor=office.head)
    return work
