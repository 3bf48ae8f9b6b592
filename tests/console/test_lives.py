"""The steps through the pages, by forms alone: one complaint judged, a decision carried out, call-backs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select, update

from services.dispatch.assignments import deliver_notices
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.conftest import Person, served
from tests.console.forms import complete, form_of, send
from tests.console.test_papers import downloaded
from tests.console.test_work import dispatched_and_signed, status_of
from warehouse.engine import Warehouse
from warehouse.models import (
    CaseMembershipRow,
    CaseRow,
    ChannelRow,
    ComplaintRow,
    ComplaintVersionRow,
    DocumentRow,
    ReplyRow,
    SatisfactionRow,
)
from warehouse.queries import callbacks
from warehouse.store.lives import standings

LogIn = Callable[[str], Person]


def complaints_of(morning: Warehouse, number: str) -> dict[str, str]:
    """The complaints of a case by number, with their ids."""
    with morning.read() as session:
        question = (
            select(ComplaintRow.complaint_no, ComplaintRow.id)
            .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
            .join(CaseRow, CaseRow.id == CaseMembershipRow.case_id)
            .where(CaseRow.matter_no == number, CaseMembershipRow.valid_to.is_(None))
        )
        return dict(session.execute(question.order_by(ComplaintRow.complaint_no)).tuples().all())


def stands(morning: Warehouse, complaint_id: str) -> str:
    with morning.read() as session:
        return str(standings(session, [complaint_id])[complaint_id])


def waiting_case(morning: Warehouse) -> str:
    """The seafood case, with several complaints, before it is dispatched."""
    with morning.read() as session:
        return session.scalars(select(CaseRow.matter_no).where(CaseRow.employer_name.contains("澜田"))).one()


def concluded(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    """The seafood case, ended with correction only after its money was said to be paid."""
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, case = log_in(lead), log_in("head"), f"/cases/{number}"
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="鳌山卫街道")
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="0")
    send(officer, officer.get(f"{case}/order"), f"{case}/order", demand="支付工资", due_on="2026-11-27")
    form = officer.get(f"{case}/outcome?exit=correction_only")
    send(officer, form, f"{case}/outcome", confirmed=["minor", "no_red_flag", "not_group"])
    page = head.get(f"{case}?tab=handling")
    document: Any = html.fromstring(page)
    (action,) = [one.get("action") for one in document.xpath("//form") if "/decide" in (one.get("action") or "")]
    head.post(action, approve="yes")
    assert status_of(morning, number).status == "concluded"
    return number, lead


def test_a_complaint_is_asked_for_what_is_missing_and_completed_on_the_case_s_page(
    morning: Warehouse, log_in: LogIn
) -> None:
    desk, number = log_in("desk"), waiting_case(morning)
    case = f"/cases/{number}"
    one = next(iter(complaints_of(morning, number).values()))
    document: Any = html.fromstring(desk.get(case))
    (link,) = document.xpath("//a[contains(@href, 'ask-supplement?complaint=') and contains(@href, $id)]/@href", id=one)
    form = desk.get(link)
    assert form_of(form, f"{case}/ask-supplement")["complaint_id"] == [one]
    assert "field-wanted" in send(desk, form, f"{case}/ask-supplement", status=422, wanted=" ")
    send(desk, form, f"{case}/ask-supplement", wanted="工资条和考勤记录")
    page = desk.get(case)
    assert "补正中" in page
    assert "人社劳监补字〔2026〕第1号" in page
    send(desk, desk.get(f"{case}/supplement?complaint={one}"), f"{case}/supplement")
    assert stands(morning, one) == "supplemented"
    log = desk.get(f"{case}?tab=log")
    assert "工资条和考勤记录" in log
    assert "已补正" in log
    assert "2026-11" in log


def test_one_complaint_is_answered_and_another_redirected_while_the_case_waits(
    morning: Warehouse, log_in: LogIn
) -> None:
    desk, number = log_in("desk"), waiting_case(morning)
    case, ids = f"/cases/{number}", list(complaints_of(morning, number).values())
    assert len(ids) > 2
    with morning.write() as session:
        session.execute(update(ChannelRow).values(answers=True))
    send(desk, desk.get(f"{case}/answer?complaint={ids[0]}"), f"{case}/answer", answer="该问题已经解决。")
    refused = send(desk, desk.get(f"{case}/redirect?complaint={ids[1]}"), f"{case}/redirect", status=422, way="housing")
    assert "field-reason" in refused
    send(desk, refused, f"{case}/redirect", way="housing", reason="请向住房城乡建设部门反映")
    assert [stands(morning, one) for one in ids[:2]] == ["answered", "redirected"]
    assert "住房" in desk.get(f"{case}?tab=handling")
    with morning.read() as session:
        kinds = set(session.scalars(select(ReplyRow.kind)))
    assert kinds == {"answer", "redirected"}
    again = send(desk, desk.get(f"{case}/answer?complaint={ids[0]}"), f"{case}/answer", status=422, answer="再答")
    assert "不能变为" in again


def test_a_declined_complaint_has_its_notice_beside_it_to_open_download_and_serve(
    morning: Warehouse, log_in: LogIn
) -> None:
    desk, number = log_in("desk"), waiting_case(morning)
    case, ids = f"/cases/{number}", list(complaints_of(morning, number).values())
    with morning.write() as session:
        session.execute(update(ChannelRow).values(answers=True))
    form = desk.get(f"{case}/decline-complaint?complaint={ids[0]}")
    send(desk, form, f"{case}/decline-complaint", ground="in_arbitration_or_court", reason="已向仲裁委员会申请仲裁")
    with morning.read() as session:
        notice = session.execute(select(DocumentRow.id, DocumentRow.document_no)).one()
        assert notice.document_no in session.scalars(select(ReplyRow.body)).one()
    page: Any = html.fromstring(desk.get(case))
    (row,) = [one for one in page.xpath("//tr") if notice.document_no in one.text_content()]
    assert next(iter(complaints_of(morning, number))) in row.text_content()
    paper = f"{case}/papers/{notice.id}"
    sheet: Any = html.fromstring(desk.get(paper))
    words = sheet.xpath("//article")[0].text_content()
    assert "已向仲裁委员会申请仲裁" in words
    assert "六十日内依法申请行政复议" in words
    send(desk, desk.get(paper), f"{paper}/fill", text="特此通知。")
    assert downloaded(desk, paper, "docx")[:2] == b"PK"
    (proof, announce, serve) = [one for one in row.xpath(".//a/@href") if "?paper=" in one]
    send(desk, desk.get(proof), f"{case}/service-proof")
    assert form_of(desk.get(announce), f"{case}/announce")["document_id"] == [notice.id]
    form = desk.get(serve)
    assert form_of(form, f"{case}/serve")["document_id"] == [notice.id]
    send(desk, form, f"{case}/serve", served_how="by_post")
    with morning.read() as session:
        assert session.get_one(DocumentRow, notice.id).served_how == "by_post"
    after: Any = html.fromstring(desk.get(case))
    assert not [one for one in after.xpath("//a/@href") if "?paper=" in one]


def test_a_form_for_another_case_s_complaint_finds_nothing(morning: Warehouse, log_in: LogIn) -> None:
    desk, number = log_in("desk"), waiting_case(morning)
    own = set(complaints_of(morning, number).values())
    with morning.read() as session:
        other = next(one for one in session.scalars(select(ComplaintRow.id)) if one not in own)
    path = f"/cases/{number}/answer"
    desk.post(path, status=404, **{**form_of(desk.get(path), path), "complaint_id": other, "answer": "x"})
    assert stands(morning, other) == "received"


def test_a_call_that_says_the_money_did_not_come_brings_the_case_back(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = concluded(morning, log_in)
    desk, officer, case = log_in("desk"), log_in(lead), f"/cases/{number}"
    page = desk.get("/callbacks")
    assert number in page
    document: Any = html.fromstring(page)
    links = document.xpath("//a[starts-with(@href, '/callbacks/')]/@href")
    with morning.read() as session:
        said = ComplaintVersionRow
        question = select(said.complainant_phone).where(said.complaint_id.in_(complaints_of(morning, number).values()))
        phones = [one for one in session.scalars(question) if one]
    assert len(links) == len(phones) > 0
    assert not any(phone in page for phone in phones)
    officer.get("/callbacks", status=404)
    form = desk.get(links[0])
    assert "field-answered" in send(desk, form, links[0], status=422)
    send(desk, form, links[0], answered="yes", money_received="no", solved="no", opinion="老板说下周给")
    assert status_of(morning, number).status == "in_progress"
    assert "老板说下周给" in officer.get(case)
    assert "重办" in officer.get(f"{case}?tab=log")
    assert number not in desk.get("/callbacks")
    desk.post(links[0], status=404, answered="yes")
    with morning.read() as session:
        assert session.scalars(select(SatisfactionRow.money_received)).all() == [False]


def test_beside_the_menu_those_to_be_called_back_are_counted_so_far_and_no_further(
    morning: Warehouse, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    concluded(morning, log_in)
    desk, beside = log_in("desk"), "//nav//a[@href='/callbacks']/b/text()"
    document: Any = html.fromstring(desk.get("/callbacks"))
    links = document.xpath("//main//a[starts-with(@href, '/callbacks/')]/@href")
    assert document.xpath(beside) == [f"{len(links)}"]
    monkeypatch.setattr(callbacks, "COUNTED", len(links) - 1)
    counted: Any = html.fromstring(desk.get("/callbacks"))
    assert counted.xpath(beside) == [f"{len(links) - 1}+"]
    assert counted.xpath("//main//a[starts-with(@href, '/callbacks/')]/@href") == links


def test_a_closed_case_is_called_back_archived_and_reopened_by_forms(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = concluded(morning, log_in)
    desk, officer, head, case = log_in("desk"), log_in(lead), log_in("head"), f"/cases/{number}"
    complete(morning, officer, case, "rectification_order")
    send(officer, officer.get(f"{case}/serve"), f"{case}/serve", served_how="direct")
    send(officer, officer.get(f"{case}/correction"), f"{case}/correction")
    assert "待答复" in desk.get("/money")
    assert "尚待答复" in send(head, head.get(case), f"{case}/close", status=422)
    questions: Any = html.fromstring(desk.get("/money")).xpath("//a[starts-with(@href, '/money/')]/@href")
    officer.get(questions[0], status=404)
    assert "field-came" in send(desk, desk.get(questions[0]), questions[0], status=422)
    part = {"came": "part", "way": "telephone"}
    for wrong in ({}, {"part": "一半"}, {"part": "0"}):  # a part is told with its sum
        send(desk, desk.get(questions[0]), questions[0], status=422, **part, **wrong)
    for one in questions:
        send(desk, desk.get(one), one, came="yes", way="telephone", words="已收到")
    send(head, head.get(case), f"{case}/close")
    early = send(officer, officer.get(f"{case}/archive"), f"{case}/archive", status=422)
    assert "名投诉人待回访" in early
    while True:
        document: Any = html.fromstring(desk.get("/callbacks"))
        links = document.xpath("//a[starts-with(@href, '/callbacks/')]/@href")
        if not links:
            break
        send(desk, desk.get(links[0]), links[0], answered="yes", money_received="yes", satisfied="yes")
    assert status_of(morning, number).legal_status == "called_back"
    send(officer, officer.get(f"{case}/archive"), f"{case}/archive", note="正卷一册")
    assert "档〔2026〕第1号" in officer.get(f"{case}?tab=handling")
    officer.post(f"{case}/reopen", status=404, version="1", reason="x")
    send(head, head.get(f"{case}/reopen"), f"{case}/reopen", reason="回头看发现未付")
    assert status_of(morning, number).status == "in_progress"
    deliver_notices(morning, at=NOW)
    assert "案件重办" in officer.get("/mine")


def test_a_decision_that_orders_payment_waits_for_it_on_the_page(
    morning: Warehouse, settings: Settings, log_in: LogIn
) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, head, case = log_in(lead), log_in("head"), f"/cases/{number}"
    send(officer, officer.get(case), f"{case}/accept")
    send(officer, officer.get(f"{case}/visit"), f"{case}/visit", place="鳌山卫街道")
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="20000")
    paper = officer.get(f"{case}/paper")
    send(officer, paper, f"{case}/paper", kind="prior_notice")
    complete(morning, officer, case, "prior_notice")
    send(officer, officer.get(f"{case}/serve"), f"{case}/serve", served_how="direct")
    waived = send(officer, officer.get(f"{case}/defence"), f"{case}/defence", kind="waived", said="书面放弃")
    assert "放弃陈述申辩和听证" in waived
    send(officer, officer.get(f"{case}/outcome?exit=handling"), f"{case}/outcome")
    document: Any = html.fromstring(head.get(f"{case}?tab=handling"))
    (action,) = [one.get("action") for one in document.xpath("//form") if "/decide" in (one.get("action") or "")]
    head.post(action, approve="yes")
    assert "送达决定" in officer.get(case)
    complete(morning, officer, case, "handling_decision")
    send(officer, officer.get(f"{case}/serve"), f"{case}/serve", served_how="direct")
    page = officer.get(case)
    assert f"{case}/performance" in page
    assert f"{case}/demand" in page
    assert f"{case}/close" not in head.get(case)
    refused = send(officer, officer.get(f"{case}/performance"), f"{case}/performance", status=422)
    assert "20,000" in refused
    early = send(officer, officer.get(f"{case}/demand"), f"{case}/demand", status=422, demand="支付工资二万元")
    assert "2026-12-31" in early
    with served(morning, settings, clock=lambda: NOW + timedelta(days=45)) as address:
        later = Person(address)
        later.log_in(lead)
        send(later, later.get(f"{case}/demand"), f"{case}/demand", demand="支付工资二万元")
        assert status_of(morning, number).legal_status == "demanded"
        tab = later.get(f"{case}?tab=handling")
        assert "履行义务催告书" in tab
        assert "已催告" in tab
        early = send(later, later.get(f"{case}/court"), f"{case}/court", status=422, court="即墨区人民法院")
        assert "催告书尚未送达" in early
        later.client.close()
