"""What comes back: a case from the police, a decline after a review, and what was about to be told of an old end."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.errors import BadInput, NotAllowed
from casework.leniency import Exit
from casework.lifecycle import ComplaintStatus
from casework.sanctions import PACKET
from services.cases import handling
from services.cases.declining import take_back_decline
from services.cases.enforcing import demand_performance, record_performance
from services.cases.outcomes import Proposal, close_case
from services.cases.reopening import reopen_case
from services.cases.screening import decline_complaint
from services.malice import transferring
from tests.services.lives import HANDLING, approved, complaint_clocks, ordered, served, stands, told, trail
from tests.services.office import Office
from tests.services.test_malicious import all_paid, handed, with_the_police
from tests.services.work import TODAY, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import ReplyRow
from warehouse.statistics.month import figures
from warehouse.store.lives import living

COUNTED = ("concluded", "declined")

TO_POLICE = Proposal(exit=Exit.TRANSFERRED_TO_POLICE)
LAST = date(2026, 11, 25)
"""The last day to ask the police of 20 November to reconsider."""


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def on(office: Office, day: date) -> datetime:
    return datetime.combine(day, office.at.timetz())


def refused(office: Office) -> Work:
    """A case that ended with the police, who did not file it."""
    work = handed(office)
    approved(work, TO_POLICE)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="不予立案")
    return work


def test_what_the_police_refuse_for_good_is_worked_on_again(office: Office) -> None:
    work = refused(office)
    for day in (TODAY, LAST):
        with pytest.raises(NotAllowed, match="may still be asked"):
            work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=on(office, day))
    after = on(office, LAST + timedelta(days=1))
    with pytest.raises(NotAllowed, match="do not have this case"):
        work.do(close_case, actor=office.head, at=after)
    with pytest.raises(NotAllowed, match="taken back when"):
        work.do(reopen_case, reason="公安不予立案", actor=office.head, at=after)
    with pytest.raises(BadInput, match="with the reason"):
        work.do(transferring.take_back, reason=" ", actor=office.head, at=after)
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(transferring.take_back, reason="公安不予立案", at=after)
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=after)
    assert trail(office, work.id, "law")[-2:] == ["transferred", "filed"]
    assert office.look(work.id).status == "in_progress"
    assert clocks(office, work.id)["recheck"] == "running"
    assert [stands(office, one) for one in told(office, work.id)] == ["accepted"]
    work.announced(at=after)
    approved(work, HANDLING, at=after)
    assert office.look(work.id).legal_status == "decided"


def test_what_was_asked_to_be_reconsidered_and_refused_again_needs_no_more_waiting(office: Office) -> None:
    work = refused(office)
    work.do(transferring.ask_reconsideration, asked_on=TODAY)
    with pytest.raises(NotAllowed, match="may still be asked"):
        work.do(transferring.take_back, reason="公安不予立案", actor=office.head)
    work.do(transferring.record_police, filed=False, answered_on=TODAY, answer="维持")
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head)
    assert office.look(work.id).legal_status == "filed"


def test_a_case_the_police_have_is_neither_taken_back_nor_reopened(office: Office) -> None:
    work = handed(office)
    with pytest.raises(NotAllowed, match="did not end with a transfer"):
        work.do(transferring.take_back, reason="x", actor=office.head)
    approved(work, TO_POLICE)
    work.do(transferring.record_police, filed=True, answered_on=TODAY, answer="立案")
    work.do(close_case, actor=office.head)
    for act in (transferring.take_back, reopen_case):
        with pytest.raises(NotAllowed, match="police"):
            work.do(act, reason="x", actor=office.head, at=office.at + timedelta(days=60))


def test_a_decision_of_before_the_transfer_is_enforced_on(office: Office) -> None:
    work = ordered(office, workers=12, yuan=90_000, verified=90_000, pay_until="2026-12-01")
    later = on(office, date(2026, 12, 10))
    day = later.date()
    work.do(demand_performance, demand="支付工资", issued_on=day, served_on=day, served_how="direct", at=later)
    with_the_police(work, later)
    approved(work, TO_POLICE, at=later)
    before = clocks(office, work.id)["apply_court"]
    work.do(transferring.record_police, filed=False, answered_on=day, answer="不予立案", at=later)
    after = later + timedelta(days=10)
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=after)
    assert trail(office, work.id, "law")[-4:] == ["transferred", "decided", "served", "demanded"]
    assert office.look(work.id).status == "concluded"
    assert (before, clocks(office, work.id)["apply_court"]) == ("running", "running")
    with pytest.raises(NotAllowed, match="still missing"):
        work.do(record_performance, performed_on=after.date(), at=after)
    all_paid(work, after.date())
    work.do(record_performance, performed_on=after.date(), at=after)
    assert office.look(work.id).legal_status == "performed"


def test_a_new_report_is_made_after_the_police_have_refused_the_first_for_good(office: Office) -> None:
    work = refused(office)
    after = on(office, LAST + timedelta(days=1))
    report = {"officer_ids": [work.lead.id, work.other.id], "report": "新证据：转移财产", "reported_on": after.date()}
    with pytest.raises(NotAllowed, match="already under way"):
        work.do(transferring.report_crime, **(report | {"reported_on": TODAY}))
    work.do(transferring.take_back, reason="公安不予立案", actor=office.head, at=after)
    work.do(transferring.report_crime, **report, at=after)
    work.do(transferring.decide_transfer, approve=True, reason="符合移送条件", actor=office.head, at=after)
    with pytest.raises(NotAllowed, match="letter is not issued"):
        work.do(
            transferring.hand_over,
            police="即墨分局",
            packet=dict.fromkeys(PACKET, "卷二"),
            handed_at=after,
            at=after,
        )


def declined(office: Office) -> Work:
    work = Work(office)
    work.do(handling.decline_case, ground="outside_inspection", reason="不属于劳动保障监察事项")
    return work


@pytest.mark.parametrize("closed", [False, True])
def test_a_decline_is_taken_back_and_the_case_is_undecided_again(office: Office, closed: bool) -> None:
    work = declined(office)
    one = told(office, work.id)[0]
    if closed:
        served(work, "declining_notice")
        work.do(close_case, actor=office.head)
    with pytest.raises(NotAllowed, match="without an outcome"):
        work.do(reopen_case, reason="复议撤销", actor=office.head)
    with pytest.raises(BadInput, match="with the reason"):
        work.do(take_back_decline, reason=" ", actor=office.head)
    later = on(office, date(2026, 12, 1))
    work.do(take_back_decline, reason="行政复议决定撤销", actor=office.head, at=later)
    case = office.look(work.id)
    assert (case.status, case.legal_status, stands(office, one)) == ("in_progress", "received", "judged")
    assert complaint_clocks(office, one, "accept")[-1] == ("running", date(2026, 12, 1), date(2026, 12, 8))
    with pytest.raises(NotAllowed, match="Only a case that was declined"):
        work.do(take_back_decline, reason="行政复议决定撤销", actor=office.head, at=later)
    with office.store.read() as session:
        assert living(session, work.id) == [one]
    with office.store.read() as session:
        counts = [figures(session, month).total(name) for month in ("2026-11", "2026-12") for name in COUNTED]
    assert counts == [0, 0, 0, 0], "a decline that was taken back is counted in no month"
    work.do(handling.accept_case, at=later)
    assert stands(office, one) == "accepted"
    assert complaint_clocks(office, one, "accept")[-1][0] == "met"


def test_a_decline_after_one_that_was_taken_back_counts_in_its_own_month(office: Office) -> None:
    work = declined(office)
    with office.store.read() as session:
        assert [figures(session, "2026-11").total(name) for name in COUNTED] == [1, 1]
    work.do(take_back_decline, reason="行政复议决定撤销", actor=office.head, at=on(office, date(2026, 12, 1)))
    again = {"ground": "outside_inspection", "reason": "不属于劳动保障监察事项"}
    work.do(handling.decline_case, **again, at=on(office, date(2026, 12, 3)))
    with office.store.read() as session:
        counts = [figures(session, month).total(name) for month in ("2026-11", "2026-12") for name in COUNTED]
    assert counts == [0, 0, 1, 1]


def test_the_decline_that_was_not_sent_yet_is_not_sent(office: Office) -> None:
    work = declined(office)
    work.do(take_back_decline, reason="行政复议决定撤销", actor=office.head)
    with office.store.read() as session:
        states = session.scalars(select(ReplyRow.state).where(ReplyRow.kind == "declined")).all()
    assert states == ["withdrawn"]


def test_the_decline_of_one_complaint_is_taken_back(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, other = told(office, work.id)
    work.do(decline_complaint, complaint_id=one, ground="in_arbitration_or_court", reason="已申请仲裁")
    with pytest.raises(NotAllowed, match="was not declined"):
        work.do(take_back_decline, complaint_id=other, reason="复议撤销", actor=office.head)
    with pytest.raises(NotAllowed, match="Only a case that was declined"):
        work.do(take_back_decline, reason="复议撤销", actor=office.head)
    work.do(handling.accept_case)
    work.do(take_back_decline, complaint_id=one, reason="复议撤销", actor=office.head)
    assert ComplaintStatus(stands(office, one)) is ComplaintStatus.JUDGED
    with office.store.read() as session:
        assert living(session, work.id) == [one, other]
    assert [row[0] for row in complaint_clocks(office, one, "accept")] == ["met", "running"]
    work.do(handling.accept_joined)
    assert stands(office, one) == "merged"


def unsent(office: Office, kind: str) -> dict[str, str]:
    """The answers of a kind and what became of them, by complaint."""
    with office.store.read() as session:
        rows = session.scalars(select(ReplyRow).where(ReplyRow.kind == kind))
        return {row.complaint_id: row.state for row in rows}


def test_the_unsent_decline_of_one_complaint_goes_with_its_decline_and_stays_when_the_case_is_reopened(
    office: Office,
) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    one, other = told(office, work.id)
    work.do(decline_complaint, complaint_id=one, ground="in_arbitration_or_court", reason="已申请仲裁")
    work.spared()
    work.do(reopen_case, reason="新的线索", actor=office.head)
    assert unsent(office, "declined") == {one: "pending"}
    assert unsent(office, "result") == {other: "withdrawn"}
    work.do(take_back_decline, complaint_id=one, reason="复议撤销", actor=office.head)
    assert unsent(office, "declined") == {one: "withdrawn"}


def test_an_end_that_was_not_told_yet_is_not_told_after_a_reopening(office: Office) -> None:
    work = Work(office)
    work.spared()
    work.do(reopen_case, reason="新的线索", actor=office.head)
    with office.store.read() as session:
        states = session.scalars(select(ReplyRow.state).where(ReplyRow.kind == "result")).all()
    assert states == ["withdrawn"]
