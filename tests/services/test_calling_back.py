"""Call-backs: each complainant for themselves; money that did not come takes the case up again; then the archive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.leniency import Exit
from casework.people import Role
from services.cases import handling, screening
from services.cases.archiving import archive_case
from services.cases.outcomes import Proposal, close_case
from services.cases.reopening import reopen_case
from services.people.rota import record_absence
from services.replying.calling_back import record_callback
from tests.services.lives import (
    HANDLING,
    approved,
    filled,
    heard,
    ordered,
    served,
    spared_and_closed,
    stands,
    told,
    trail,
    with_phones,
)
from tests.services.office import Office
from tests.services.test_lives import deliver
from tests.services.work import C2, TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import (
    AssignmentRow,
    CaseArchiveRow,
    ClockRow,
    ComplaintVersionRow,
    DocumentRow,
    LifeMoveRow,
    NoticeRow,
    ReplyRow,
    SatisfactionRow,
)
from warehouse.queries.callbacks import called, counting_calls, to_call
from warehouse.statistics.month import figures
from warehouse.store.callbacks import most_tries
from warehouse.store.settings import set_setting


@pytest.fixture
def office(store: Warehouse, now: Any) -> Office:
    return Office(store, now)


def call(office: Office, complaint_id: str, **said: Any) -> str:
    """The desk called and was answered, an hour after the case ended."""
    asked = {"answered": True, "solved": None, "satisfied": None, "at": office.at + timedelta(hours=3), **said}
    return record_callback(office.store, complaint_id=complaint_id, actor=office.desk, **asked)


def waiting(office: Office, actor: Any = None) -> list[str]:
    with office.store.read() as session:
        return [one.complaint_id for one in to_call(session, actor or office.desk)]


def test_each_complainant_is_asked_for_themselves(office: Office) -> None:
    work = spared_and_closed(office, channels=("hotline_12345", "petition"))
    one, other = told(office, work.id)
    assert sorted(waiting(office)) == sorted([one, other])
    call(office, one, trueness=True, money_received=True, solved=True, satisfied=False, opinion="等了太久")
    assert waiting(office) == [other]
    assert office.look(work.id).legal_status == "closed"
    with office.store.read() as session:
        (said,) = called(session, office.look(work.id))
        facts = (said.trueness, said.money_received, said.solved, said.satisfied, said.opinion)
        assert facts == (True, True, True, False, "等了太久")
        (stored,) = session.execute(text("SELECT opinion FROM satisfaction")).scalars()
        assert "等了太久".encode() not in bytes(stored)
    call(office, other, money_received=True)
    assert (waiting(office), office.look(work.id).legal_status) == ([], "called_back")


def test_money_that_did_not_come_takes_the_case_up_again_with_the_reason(office: Office) -> None:
    work = spared_and_closed(office, channels=("hotline_12345", "petition"))
    one, other = told(office, work.id)
    deliver(office, office.at + timedelta(hours=2))
    deliver(office, office.at + timedelta(hours=2))
    call(office, other, money_received=True)
    assert stands(office, other) == "closed"
    call(office, one, money_received=False, solved=False, opinion="只拿到一半")
    row = office.look(work.id)
    assert (row.status, row.legal_status) == ("in_progress", "filed")
    assert [stands(office, each) for each in (one, other)] == ["accepted", "accepted"]
    with office.store.read() as session:
        step = session.scalars(
            select(LifeMoveRow).where(LifeMoveRow.case_id == work.id, LifeMoveRow.life == "law", LifeMoveRow.newest)
        ).one()
        assert "未收到工资" in (step.reason or "")
        assert "只拿到一半" in (step.reason or "")
        held = session.scalars(select(AssignmentRow).where(AssignmentRow.state == "signed")).one()
        assert {held.lead_id, held.assisting_id} == {work.lead.id, work.other.id}
        recheck = session.scalars(select(ClockRow).where(ClockRow.kind == "recheck")).one()
        assert (recheck.state, recheck.due_on) == ("running", date(2026, 12, 4))
        notices = session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == "reopened")).all()
        assert set(notices) == {work.lead.id, work.other.id}
    assert waiting(office) == []


def test_a_reopened_case_ends_again_with_a_paper_and_an_answer_of_its_own(office: Office) -> None:
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    call(office, one, money_received=False)
    later = office.at + timedelta(days=3)
    approved(work, C2, at=later)
    with office.store.read() as session:
        papers = session.scalars(select(DocumentRow).where(DocumentRow.kind == "exemption_decision")).all()
        assert len(papers) == 2
        recheck = session.scalars(select(ClockRow.state).where(ClockRow.kind == "recheck")).one()
        assert recheck == "met"
        found = figures(session, "2026-11")
        assert (found.total("concluded"), found.total("pending_end")) == (1, 0), "the month stays as it was"
    with pytest.raises(NotAllowed, match="not served"):
        work.do(close_case, actor=office.head, at=later)
    assert waiting(office) == [one], "asked again about the second end"
    served(work, "exemption_decision", later.date(), later)
    heard(office.store, work.id, later)
    work.do(close_case, actor=office.head, at=later)
    call(office, one, money_received=True, at=later + timedelta(hours=1))
    assert trail(office, work.id, "law")[-4:] == ["decided", "served", "closed", "called_back"]


def test_where_the_inspectors_are_away_the_case_waits_for_others(office: Office) -> None:
    work = spared_and_closed(office)
    away: dict[str, Any] = {"from_on": TODAY, "to_on": TODAY, "reason": None, "actor": office.head, "at": office.at}
    record_absence(office.store, account_id=work.lead.id, **away)
    (one,) = told(office, work.id)
    call(office, one, money_received=False)
    row = office.look(work.id)
    assert (row.status, row.suggested_lead_id) == ("to_dispatch", None)


def test_what_never_said_that_it_was_paid_is_not_reopened_by_the_answer(office: Office) -> None:
    work = ordered(office)
    (one,) = with_phones(office, work.id)
    call(office, one, money_received=False)
    assert office.look(work.id).status == "concluded", "the order is still being enforced"
    assert HANDLING.exit is Exit.HANDLING


def test_what_could_not_be_proven_is_taken_up_again_when_the_money_did_not_come(office: Office) -> None:
    unproven = Work(office)
    (other,) = with_phones(office, unproven.id)
    pair = [unproven.lead.id, unproven.other.id]
    unproven.do(handling.accept_case)
    unproven.do(handling.record_visit, visited_at=office.at, place="厂区", officer_ids=pair)
    approved(unproven, Proposal(exit=Exit.NOT_ESTABLISHED, confirmed=("unproven",)))
    call(office, other, money_received=False)
    row = office.look(unproven.id)
    assert (row.status, row.legal_status) == ("in_progress", "filed")


def test_a_case_that_says_all_were_called_is_another_version(office: Office) -> None:
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    seen = office.version(work.id)
    call(office, one, money_received=True)
    row = office.look(work.id)
    assert (row.legal_status, row.changed_by, row.version) == ("called_back", office.desk.id, seen + 1)
    with pytest.raises(Conflict):
        work.do(reopen_case, reason="再看", version=seen, actor=office.head)


def test_who_is_not_reached_is_tried_as_often_as_the_office_says(office: Office) -> None:
    with office.store.write() as session:
        set_setting(session, "callback.tries", 2, source="局", by="x", at=office.at)
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    call(office, one, answered=False)
    with office.store.read() as session:
        (line,) = to_call(session, office.desk)
        assert (line.tries, line.phone, line.complainant) == (1, "138****0000", None)
        assert session.scalar(counting_calls(office.desk, most=most_tries(session))) == 1
    with pytest.raises(NotAllowed, match="1 complainants are still to be called back"):
        work.do(archive_case, actor=office.head)
    call(office, one, answered=False, at=office.at + timedelta(hours=4))
    assert (waiting(office), office.look(work.id).legal_status) == ([], "called_back")


def test_nobody_calls_who_asked_to_be_left_alone_or_was_answered_apart(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, other = with_phones(office, work.id)
    work.do(screening.answer_complaint, complaint_id=one, answer="已答复")
    work.spared()
    assert waiting(office) == [other]
    with office.store.write() as session:
        said = select(ComplaintVersionRow).where(ComplaintVersionRow.complaint_id == other)
        session.scalars(said).one().wants_reply = False
    assert waiting(office) == []


def test_who_was_answered_apart_takes_no_case_up_again(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    apart, other = with_phones(office, work.id)
    work.do(screening.answer_complaint, complaint_id=apart, answer="已答复")
    work.spared()
    served(work, "exemption_decision")
    heard(office.store, work.id, office.at)
    work.do(close_case, actor=office.head)
    call(office, apart, money_received=False)
    assert office.look(work.id).status == "closed"
    call(office, other, money_received=False)
    assert office.look(work.id).status == "in_progress"


def test_only_the_callers_of_the_place_are_shown_whom_to_call(office: Office) -> None:
    work = spared_and_closed(office, confidential=True)
    (one,) = told(office, work.id)
    assert waiting(office, office.head) == [one]
    assert waiting(office, office.officer(Role.HEAD, "370202")) == []
    assert waiting(office, work.lead) == []
    with office.store.read() as session:
        (line,) = to_call(session, office.desk)
    assert (line.secret, line.phone) == (True, None)


@pytest.mark.parametrize("said", [{"money_received": False}, {"trueness": True}, {"opinion": "好"}, {"solved": True}])
def test_who_was_not_reached_has_said_nothing(office: Office, said: dict[str, Any]) -> None:
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    with pytest.raises(BadInput, match="not reached"):
        call(office, one, answered=False, **said)
    with office.store.read() as session:
        assert session.scalars(select(SatisfactionRow)).all() == []


def test_the_opinion_stands_in_no_log(office: Office) -> None:
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    call(office, one, money_received=False, opinion="张三欠我的钱")
    with office.store.read() as session:
        logged = session.execute(text("SELECT details FROM audit")).scalars().all()
    assert len(logged) > 5
    assert all("张三" not in str(one) and "\\u5f20" not in str(one) for one in logged)


def test_a_head_reopens_with_a_reason_and_nobody_else(office: Office) -> None:
    work = spared_and_closed(office)
    with pytest.raises(BadInput, match="with a reason"):
        work.do(reopen_case, actor=office.head, reason=" ")
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(reopen_case, reason="工资未付")
    with pytest.raises(Conflict):
        work.do(reopen_case, actor=office.head, reason="工资未付", version=1)
    work.do(reopen_case, actor=office.head, reason="工资未付")
    with pytest.raises(NotAllowed, match="concluded or closed"):
        work.do(reopen_case, actor=office.head, reason="again")


def test_a_declined_case_is_not_reopened(office: Office) -> None:
    work = Work(office)
    work.do(handling.decline_case, ground="in_arbitration_or_court", reason="可申请仲裁")
    with pytest.raises(NotAllowed, match="without an outcome"):
        work.do(reopen_case, actor=office.head, reason="x")


def test_a_case_is_archived_as_one_volume_with_a_number_and_a_day(office: Office) -> None:
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    call(office, one, money_received=True)
    with pytest.raises(NotFound):
        work.do(archive_case, actor=office.inspectors[2])
    with pytest.raises(NotAllowed, match="Final answers are not sent yet"):
        work.do(archive_case)
    deliver(office, office.at + timedelta(hours=4))
    with pytest.raises(NotAllowed, match=r"closing report are empty: .*办理过程.*"):
        work.do(archive_case)
    filled(work, "closing_report")
    with office.store.write() as session:
        life = select(LifeMoveRow).where(LifeMoveRow.complaint_id == one, LifeMoveRow.newest)
        session.scalars(life).one().became = "replied"
    with pytest.raises(NotAllowed, match="These complaints are not over yet"):
        work.do(archive_case)
    with office.store.write() as session:
        session.scalars(life).one().became = "confirmed"
    assert work.do(archive_case, note="正卷一册") == "即人社劳监档〔2026〕第1号"
    with office.store.read() as session:
        row = session.scalars(select(CaseArchiveRow)).one()
        papers = session.scalars(select(DocumentRow.id).where(DocumentRow.case_id == work.id)).all()
        assert (row.archived_on, row.kept_until, row.papers) == (TODAY, date(2036, 11, 20), len(papers))
    with pytest.raises(NotAllowed, match="archived in law cannot become archived"):
        work.do(archive_case)
    work.do(reopen_case, actor=office.head, reason="回头看发现未付")
    assert office.look(work.id).legal_status == "filed"
    assert work.lead.roles == {Role.INSPECTOR}


def test_a_case_that_is_not_closed_is_not_archived(office: Office) -> None:
    work = Work(office)
    work.spared()
    with pytest.raises(NotAllowed, match="cannot become archived"):
        work.do(archive_case)


def test_an_answer_that_its_channel_refused_for_good_is_told_in_another_way(office: Office) -> None:
    work = spared_and_closed(office)
    (one,) = told(office, work.id)
    call(office, one, money_received=True)
    filled(work, "closing_report")
    with office.store.write() as session:
        session.execute(update(ReplyRow).where(ReplyRow.complaint_id == one).values(state="failed"))
    with pytest.raises(NotAllowed, match="note how they were told"):
        work.do(archive_case)
    work.do(archive_case, note="平台拒收，已电话告知")
    assert stands(office, one) == "closed"
