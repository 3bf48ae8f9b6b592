"""Every act leaves its steps: whose, from, to, by, at, by which rules and why; an answer moves its complaint."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from casework.errors import NotAllowed
from casework.leniency import Exit
from casework.lifecycle import RULE_VERSION, WorkStatus
from casework.reply import Letter, Receipt
from services.cases import handling
from services.cases.outcomes import Proposal, close_case
from services.dispatch.dispatching import recall_case, send_back
from services.replying.replies import send_due
from tests.services.lives import approved, served, stands, told, trail
from tests.services.office import SYSTEM, Office, click, ready
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import LifeMoveRow, ReplyRow
from warehouse.store.linkage import join_case, leave_case, live_memberships
from warehouse.store.lives import joined_unaccepted, step_at_work


class Hotline:
    """A channel that takes every answer and shows it."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def reply(self, letter: Letter) -> Receipt:
        self.held[letter.key] = letter.body
        return Receipt(letter.key, letter.body, letter.written_at)

    def confirm(self, letter: Letter) -> Receipt | None:
        return Receipt(letter.key, self.held[letter.key], letter.written_at)


def deliver(office: Office, at: datetime) -> None:
    """Every answer that is due goes out and is read back."""
    line = Hotline()
    for _ in range(2):  # an older answer goes first
        send_due(office.store, connector_of=lambda _: line, actor=SYSTEM, at=at)  # type: ignore[arg-type,return-value]  # what is used of a connector


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_a_case_leaves_every_step_from_the_click_to_the_closed_file(office: Office) -> None:
    work = Work(office)
    work.spared()
    served(work, "exemption_decision")
    work.do(close_case, actor=office.head)
    assert trail(office, work.id, "work") == ["dispatched", "in_progress", "concluded", "closed"]
    assert trail(office, work.id, "law") == ["filed", "decided", "served", "closed"]
    with office.store.read() as session:
        rows = session.scalars(select(LifeMoveRow).where(LifeMoveRow.case_id == work.id)).all()
        by = {(row.life, row.became): row.by for row in rows}
        assert {row.rule_version for row in rows} == {RULE_VERSION}
        assert {row.at for row in rows} == {office.at}
    assert by["work", "dispatched"] == office.desk.id
    assert by["work", "in_progress"] == by["law", "filed"] == by["law", "served"] == work.lead.id
    assert by["law", "decided"] == by["law", "closed"] == office.head.id


def test_an_end_of_the_investigation_and_a_withdrawal_are_steps(office: Office) -> None:
    work = Work(office)
    work.corrected()
    work.do(handling.end_investigation)
    approved(work, Proposal(exit=Exit.FILING_WITHDRAWN, confirmed=("minor", "no_red_flag")))
    served(work, "filing_withdrawal")
    assert trail(office, work.id, "law") == ["filed", "investigated", "withdrawn", "served"]


def test_what_comes_back_is_a_step_with_its_reason(office: Office) -> None:
    (case_id,) = ready(office, 1)
    click(office, [case_id])
    recall_case(office.store, case_id=case_id, version=office.version(case_id), actor=office.desk, at=office.at)
    assert trail(office, case_id, "work") == ["dispatched", "to_dispatch"]
    work = Work(office)
    work.do(send_back, reason="本人亲属在该单位工作")
    with office.store.read() as session:
        question = select(LifeMoveRow).where(LifeMoveRow.case_id == work.id, LifeMoveRow.newest)
        assert session.scalars(question).one().reason == "本人亲属在该单位工作"
        stored = session.execute(text("SELECT reason FROM life_move WHERE reason IS NOT NULL")).scalars().all()
    assert stored
    assert all("亲属".encode() not in bytes(one) for one in stored)


def test_a_refused_act_leaves_no_step(office: Office) -> None:
    work = Work(office)
    waiting = office.look(office.case())
    with office.store.write() as session, pytest.raises(NotAllowed, match="cannot become concluded"):
        step_at_work(session, waiting, WorkStatus.CONCLUDED, by="x", at=office.at)
    assert trail(office, waiting.id, "work") == []
    with pytest.raises(NotAllowed, match="cannot become investigated"):
        work.do(handling.end_investigation)
    assert trail(office, work.id, "law") == []


def test_dispatch_judges_the_complaints_and_acceptance_accepts_them(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    ids = told(office, work.id)
    assert [trail(office, one) for one in ids] == [["judged"]] * 2
    work.do(handling.accept_case)
    assert [trail(office, one) for one in ids] == [["judged", "accepted"]] * 2


def test_a_complaint_that_comes_later_joins_the_filed_case(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    later = _joins(office, work.id)
    with office.store.read() as session:
        assert joined_unaccepted(session, work.id)
    work.do(handling.accept_joined)
    assert trail(office, later) == ["judged", "merged"]
    with office.store.read() as session:
        assert not joined_unaccepted(session, work.id)


def _joins(office: Office, case_id: str) -> str:
    """A complaint of another case joins this one."""
    other = office.case(channels=("petition",))
    (one,) = told(office, other)
    with office.store.write() as session:
        leave_case(session, live_memberships(session, [one])[one], at=office.at)
        join_case(session, one, case_id, claim_id=one, why="new", by="system:test", at=office.at)
    return one


def test_declining_a_case_declines_its_complaints(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "walk_in"))
    work.do(handling.decline_case, ground="in_arbitration_or_court", reason="可申请仲裁")
    assert trail(office, work.id, "law") == ["declined"]
    trails = sorted(trail(office, one) for one in told(office, work.id))
    assert trails == [["judged", "declined"], ["judged", "declined", "closed"]], "the window was told on the spot"


def test_an_unclear_employer_is_a_ground_only_after_somebody_was_asked(office: Office) -> None:
    work = Work(office, employer=None)
    with pytest.raises(NotAllowed, match="missing particulars first"):
        work.do(handling.decline_case, ground="employer_unclear", reason="请补充用人单位")
    assert trail(office, work.id, "law") == []


def test_the_final_answer_moves_its_complaint_when_taken_and_when_read_back(office: Office) -> None:
    work = Work(office)
    (one,) = told(office, work.id)
    deliver(office, office.at + timedelta(hours=1))
    assert stands(office, one) == "judged", "the answer at dispatch ends nothing"
    work.spared()
    assert stands(office, one) == "accepted"
    deliver(office, office.at + timedelta(hours=2))
    assert trail(office, one) == ["judged", "accepted", "replied", "confirmed", "closed"], "nobody gave a phone"


def test_a_case_that_ends_unfiled_answers_its_complaints(office: Office) -> None:
    work = Work(office)
    work.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=[work.lead.id, work.other.id])
    work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY, due_on=date(2026, 11, 27))
    approved(work, Proposal(exit=Exit.CORRECTION_ONLY, confirmed=("minor", "no_red_flag")))
    deliver(office, office.at + timedelta(hours=2))
    (one,) = told(office, work.id)
    assert trail(office, one) == ["judged", "replied", "confirmed", "closed"]
    assert trail(office, work.id, "law") == []


def test_whom_no_answer_reaches_is_closed_with_the_case(office: Office) -> None:
    work = Work(office, channels=("walk_in",))
    work.spared()
    (one,) = told(office, work.id)
    assert trail(office, one) == ["judged", "accepted", "closed"]
    with office.store.read() as session:
        assert session.scalars(select(ReplyRow)).all() == []


def test_the_steps_of_a_complaint_go_with_it_into_another_case(office: Office) -> None:
    work = Work(office)
    (one,) = told(office, work.id)
    other = Work(office)
    later = _joins(office, other.id)
    assert trail(office, later) == []
    other.do(handling.accept_case)
    assert trail(office, later) == ["judged", "accepted"]
    assert trail(office, one) == ["judged"]
