"""Handling: filed, visited, ordered, promised, paid and referred, each act whole and by those who hold the case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from services.cases import handling
from services.cases.handling import PaidWorker
from services.cases.outcomes import close_case
from services.paperwork.papers import add_paper
from tests.services.lives import served
from tests.services.office import Office
from tests.services.work import CALLED, TODAY, WORKERS, Work, clocks
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow, ComplaintVersionRow, DocumentRow, ReplyRow
from warehouse.statistics.month import figures
from warehouse.store.clocks import running
from warehouse.store.linkage import members

BAD_ACTS: list[tuple[Any, dict[str, Any], str]] = [
    (handling.record_visit, {"officer_ids": ["acc_inspector_004"]}, "at least two officers"),
    (handling.record_visit, {"officer_ids": ["acc_inspector_004", "acc_nobody"]}, "no account"),
    (handling.record_visit, {"problems_found": 1, "problems_corrected": 2}, "more problems"),
    (handling.record_visit, {"visited_at": datetime(2026, 11, 21, tzinfo=UTC)}, "after it was made"),
    (handling.record_payment, {"amount": Decimal(0)}, "more than nothing"),
    (handling.record_payment, {"proof": "promise"}, "proven by one of"),
    (handling.record_payment, {"paid_on": date(2026, 11, 21)}, "after it was made"),
    (handling.record_payment, {"lines": WORKERS[:2]}, "2 lines for 3 workers"),
    (handling.record_payment, {"lines": [*WORKERS[:2], PaidWorker("工人", Decimal(1))]}, "add up"),
    (handling.refer, {"body": "moon"}, "referred to one of"),
    (handling.refer, {"reason": " "}, "needs a reason"),
]
USUAL: dict[Any, dict[str, Any]] = {
    handling.record_visit: {
        "visited_at": datetime(2026, 11, 20, tzinfo=UTC),
        "place": "厂区",
        "officer_ids": ["acc_inspector_004", "acc_inspector_005"],
    },
    handling.record_payment: {
        "paid_on": TODAY,
        "workers": 3,
        "amount": Decimal(30_000),
        "proof": "bank_voucher",
        "lines": WORKERS,
    },
    handling.refer: {"body": "housing", "reason": "转包", "referred_on": TODAY},
}


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_acceptance_is_the_filing_and_starts_the_clocks(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    assert work.do(handling.accept_case) == "即人社劳监案字〔2026〕第1号"
    row = office.look(work.id)
    assert row.legal_status == "filed"
    with office.store.read() as session:
        own = session.scalars(select(ClockRow).where(ClockRow.case_id == work.id).order_by(ClockRow.kind)).all()
        assert [(one.kind, one.due_on, one.provisional) for one in own] == [
            ("investigate", own[0].due_on, True),
            ("penalty_90", own[1].due_on, True),
        ]
        accepts = session.scalars(select(ClockRow).where(ClockRow.kind == "accept")).all()
        assert [(one.state, one.met_on) for one in accepts] == [("met", TODAY)] * 2
    with pytest.raises(NotAllowed, match="filed in law cannot become filed"):
        work.do(handling.accept_case)


def test_filing_one_case_leaves_the_deadlines_of_every_other(office: Office) -> None:
    work, other = Work(office), office.case()
    work.do(handling.accept_case)
    with office.store.read() as session:
        left = running(session, kind="accept", complaint_ids=members(session, other))
        assert [one.state for one in left] == ["running"]
        assert running(session) == []


def test_a_case_without_an_employer_is_not_filed(office: Office) -> None:
    work = Work(office, employer=None)
    with pytest.raises(NotAllowed, match="employer"):
        work.do(handling.accept_case)


def test_only_those_who_hold_a_case_work_on_it_and_only_as_it_is(office: Office) -> None:
    work = Work(office)
    with pytest.raises(NotFound, match="not with you"):
        work.do(handling.accept_case, actor=office.inspectors[2])
    with pytest.raises(Conflict, match="meanwhile"):
        work.do(handling.accept_case, version=office.version(work.id) - 1)
    waiting = office.case()
    with pytest.raises(NotAllowed, match="in progress"):
        handling.accept_case(
            office.store, case_id=waiting, version=office.version(waiting), actor=office.head, at=office.at
        )


def test_papers_are_numbered_by_kind_and_name_no_complainant(office: Office) -> None:
    work = Work(office)
    body = {"unit": "青岛蓝天海产加工有限公司", "list": "1-5"}
    numbers = [
        work.do(handling.issue_document, kind=kind, issued_on=TODAY, body=body).document_no
        for kind in ("inquiry_notice", "inquiry_notice", "inspection_advice")
    ]
    assert numbers == ["即人社劳监询字〔2026〕第1号", "即人社劳监询字〔2026〕第2号", "即人社劳监建字〔2026〕第1号"]
    with pytest.raises(NotAllowed, match="filed case only"):
        work.do(handling.issue_document, kind="prior_notice", issued_on=TODAY, body=body)
    with pytest.raises(BadInput, match="future"):
        work.do(handling.issue_document, kind="inquiry_notice", issued_on=date(2026, 11, 21), body=body)


def test_a_paper_that_quotes_a_complainant_is_refused(office: Office) -> None:
    work = Work(office)
    with office.store.write() as session:
        session.scalars(select(ComplaintVersionRow)).one().complainant_phone = "13812345678"
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={"note": "致电13812345678"})


@pytest.mark.parametrize("quoted", ["致电 138 1234 5678", "138-1234-5678", "１３８１２３４５６７８", "138.1234.5678"])
def test_a_phone_spelled_otherwise_is_quoted_too(office: Office, quoted: str) -> None:
    work = Work(office)
    with office.store.write() as session:
        session.scalars(select(ComplaintVersionRow)).one().complainant_phone = "13812345678"
    with pytest.raises(NotAllowed, match="names a complainant"):
        work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body={"note": quoted})


def test_service_runs_on_a_clock_until_it_is_proven(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.issue_document, kind="inquiry_notice", issued_on=TODAY, body=CALLED)
    assert clocks(office, work.id)["serve"] == "running"
    with pytest.raises(BadInput, match="one of these ways"):
        handling.serve_document(
            office.store,
            document_id=issued.document_id,
            served_on=TODAY,
            served_how="by shouting",
            actor=work.lead,
            at=office.at,
        )
    handling.serve_document(
        office.store,
        document_id=issued.document_id,
        served_on=TODAY,
        served_how="direct",
        actor=work.lead,
        at=office.at,
    )
    assert clocks(office, work.id)["serve"] == "met"


def test_service_of_one_paper_leaves_the_clock_of_another_running(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    with office.store.write() as session:
        case = session.get_one(CaseRow, work.id)
        add_paper(session, case, "handling_decision", TODAY, {}, actor=work.lead, at=office.at)
        outcome = {"outcome": "予以行政处罚", "basis": "724 §54"}
        add_paper(session, case, "penalty_decision", TODAY, outcome, actor=work.lead, at=office.at)
    served(work, "penalty_decision")
    with office.store.read() as session:
        question = select(ClockRow.unit, ClockRow.state).where(ClockRow.kind == "serve")
        states = dict(session.execute(question).tuples().all())
    assert states == {"working": "met", "calendar": "running"}


@pytest.mark.parametrize(("act", "change", "words"), BAD_ACTS)
def test_what_cannot_be_is_refused_in_words(office: Office, act: Any, change: dict[str, Any], words: str) -> None:
    work = Work(office)
    before = office.version(work.id)
    with pytest.raises(ArrearsError, match=words):
        work.do(act, **{**USUAL[act], **change})
    assert office.version(work.id) == before
    work.do(act, **USUAL[act])
    assert office.version(work.id) == before + 1


def test_a_payment_says_what_is_odd_about_it(office: Office) -> None:
    work = Work(office)
    work.do(handling.verify_amount, amount=Decimal(20_000))
    recorded = work.do(handling.record_payment, **USUAL[handling.record_payment])
    assert recorded.warnings == ("More is paid now than was verified.",)
    bare = work.do(handling.record_payment, **{**USUAL[handling.record_payment], "lines": ()})
    assert "proves no worker" in bare.warnings[-1]


def test_an_order_without_a_day_takes_the_office_s_usual_one_unless_that_is_a_guess(office: Office) -> None:
    work = Work(office)
    issued = work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=TODAY)
    with office.store.read() as session:
        body = session.get_one(DocumentRow, issued.document_id).body
    assert body["due_on"] == "2026-11-27"
    later = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="not published"):
        work.do(handling.order_correction, demand="x", law="y", issued_on=date(2026, 12, 30), at=later)


def test_an_investigation_ends_or_is_extended_once_by_the_head_of_the_bureau(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    with pytest.raises(NotAllowed, match="Only a head"):
        work.do(handling.extend_investigation, reason="complicated")
    with pytest.raises(NotAllowed, match="Only the head of the bureau"):
        work.do(handling.extend_investigation, reason="complicated", actor=office.head)
    before = office.version(work.id)
    later = work.do(handling.extend_investigation, reason="complicated", actor=office.bureau)
    assert later > date(2027, 3, 1)
    assert office.version(work.id) == before + 1
    with pytest.raises(NotAllowed, match="once"):
        work.do(handling.extend_investigation, reason="again", actor=office.bureau)
    with pytest.raises(BadInput, match="needs a reason"):
        work.do(handling.extend_investigation, reason=" ", actor=office.bureau)
    work.do(handling.end_investigation)
    with pytest.raises(NotAllowed, match="No investigation runs"):
        work.do(handling.extend_investigation, reason="too late", actor=office.bureau)
    assert clocks(office, work.id) == {"investigate": "met", "penalty_90": "running", "decide": "running"}
    assert office.look(work.id).legal_status == "investigated"


def test_a_pledge_a_referral_and_its_answer_are_kept(office: Office) -> None:
    work = Work(office)
    work.do(handling.record_pledge, signed_by="老板", signed_on=TODAY, obligations="支付", due_on=date(2026, 12, 1))
    referral_id = work.do(handling.refer, **USUAL[handling.refer])
    work.do(handling.record_answer, referral_id=referral_id, answer="已受理", answered_on=TODAY)
    with pytest.raises(NotAllowed, match="already answered"):
        work.do(handling.record_answer, referral_id=referral_id, answer="x", answered_on=TODAY)


def test_a_declined_case_is_told_in_writing_and_counts_as_such(office: Office) -> None:
    work = Work(office, channels=("hotline_12345", "petition"))
    for change, words in (({"ground": "bad mood"}, "declined on one of"), ({"reason": " "}, "with the reason")):
        with pytest.raises(BadInput, match=words):
            work.do(handling.decline_case, **{"ground": "in_arbitration_or_court", "reason": "可申请仲裁", **change})
    for ground, words in (("older_than_two_years", "last two years"), ("employer_unclear", "is known")):
        with pytest.raises(NotAllowed, match=words):
            work.do(handling.decline_case, ground=ground, reason="可申请仲裁")
    issued = work.do(handling.decline_case, ground="in_arbitration_or_court", reason="可申请仲裁")
    row = office.look(work.id)
    assert (row.status, row.legal_status, row.case_no) == ("concluded", "declined", None)
    with office.store.read() as session:
        answers = session.scalars(select(ReplyRow.body).where(ReplyRow.kind == "declined")).all()
        assert len(answers) == 2
        assert all("仲裁或者诉讼" in body for body in answers)
        states = session.scalars(select(ClockRow.state).where(ClockRow.kind == "accept")).all()
        assert set(states) == {"met"}
        found = figures(session, "2026-11")
    assert [found.total(name) for name in ("cases_opened", "concluded", "declined", "pending_end")] == [1, 1, 1, 0]
    with pytest.raises(NotAllowed, match="not served"):
        work.do(close_case, actor=office.head)
    handling.serve_document(
        office.store,
        document_id=issued.document_id,
        served_on=TODAY,
        served_how="by_post",
        actor=work.lead,
        at=office.at,
    )
    work.do(close_case, actor=office.head)
    assert office.look(work.id).status == "closed"


def test_a_filed_case_is_not_declined(office: Office) -> None:
    work = Work(office)
    work.do(handling.accept_case)
    with pytest.raises(NotAllowed, match="filed in law cannot become declined"):
        work.do(handling.decline_case, ground="older_than_two_years", reason="x")
    with pytest.raises(BadInput, match="the declining itself"):
        work.do(handling.issue_document, kind="declining_notice", issued_on=TODAY, body={})
