"""A morning's work through the pages, without any script: each act is a form, a redirect and a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AssignmentRow,
    AuditRow,
    CaseRow,
    ComplaintRow,
    DispatchBatchRow,
    LandedRow,
    OutcomeRow,
    VisitRow,
)

LogIn = Callable[[str], Person]


def form_of(page: str, action: str) -> dict[str, Any]:
    """The fields of a form as a browser would send them untouched."""
    document: Any = html.fromstring(page)
    form = next(one for one in document.xpath("//form") if one.get("action") == action)
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def send(person: Person, page: str, action: str, status: int = 200, **more: Any) -> str:
    return person.post(action, status=status, **(form_of(page, action) | more))


def status_of(morning: Warehouse, number: str) -> CaseRow:
    with morning.read() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        session.expunge(row)
        return row


def lead_of(morning: Warehouse, number: str) -> str:
    with morning.read() as session:
        question = select(AccountRow.login).join(AssignmentRow, AssignmentRow.lead_id == AccountRow.id)
        question = question.join(CaseRow, CaseRow.id == AssignmentRow.case_id)
        live = question.where(CaseRow.matter_no == number, AssignmentRow.state.in_(("sent", "signed")))
        return session.scalars(live).one()


def test_one_click_sends_exactly_the_cases_the_button_counts(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue")
    counted = re.search(r"一键派发 (\d+) 件", page)
    assert counted is not None
    fields = form_of(page, "/queue/dispatch")
    assert len(fields["case"]) == int(counted[1]) > 3
    answer = desk.post("/queue/dispatch", **fields)
    assert f"已派发 {counted[1]} 件" in answer
    assert "整批撤回" in answer
    with morning.read() as session:
        sent = session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status == "dispatched"))
        waiting = session.scalars(select(CaseRow).where(CaseRow.status == "to_dispatch")).all()
        session.expunge_all()
    assert sent == int(counted[1])
    assert all(one.needs_check or one.needs_supplement for one in waiting)
    desk.post("/queue/dispatch", **fields)
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(DispatchBatchRow)) == 1


def test_a_whole_click_is_recalled_with_one_button(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue")
    sent = send(desk, page, "/queue/dispatch")
    action = re.search(r'action="(/batches/[^"]+/recall)"', sent)
    assert action is not None
    after = desk.post(action[1])
    assert "已撤回" in after
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status == "dispatched")) == 0


def test_another_inspector_is_kept_for_the_click(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.get("/queue")
    document: Any = html.fromstring(page)
    form = next(one for one in document.xpath("//form[@data-choose]"))
    fields = dict(form.form_values())
    others = [one.get("value") for one in form.xpath(".//option") if one.get("value") != fields["lead_id"]]
    desk.post(form.get("action"), **(fields | {"lead_id": others[0]}))
    number = form.get("action").split("/")[2]
    assert status_of(morning, number).suggested_lead_id == others[0]
    assert status_of(morning, number).suggested_why == ["chosen"]


def test_a_stale_form_is_told_who_was_quicker_and_keeps_what_was_typed(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/verify"
    page = officer.get(path)
    send(officer, page, path, amount="1000")
    stale = send(officer, page, path, status=409, amount="2222.50")
    assert "2222.50" in stale
    assert "已有人先行修改" in stale
    assert status_of(morning, number).amount_verified_fen == 100_000


def dispatched_and_signed(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    desk = log_in("desk")
    send(desk, desk.get("/queue"), "/queue/dispatch")
    with morning.read() as session:
        question = select(CaseRow.matter_no).where(
            CaseRow.status == "dispatched", CaseRow.employer_name.contains("澜田")
        )
        number = session.scalars(question).one()
    lead = lead_of(morning, number)
    officer = log_in(lead)
    send(officer, officer.get("/mine"), f"/cases/{number}/sign-for")
    assert status_of(morning, number).status == "in_progress"
    return number, lead


def test_a_case_goes_from_the_click_to_its_outcome_by_forms_alone(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    case = f"/cases/{number}"
    send(officer, officer.get(case), f"{case}/accept")
    assert status_of(morning, number).case_no
    visit = officer.get(f"{case}/visit")
    when = (NOW - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    answer = send(officer, visit, f"{case}/visit", place="鳌山卫街道", visited_at=when, findings="<b>两处问题</b>")
    assert "&lt;b&gt;两处问题" in answer
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 1
    send(officer, officer.get(f"{case}/verify"), f"{case}/verify", amount="30000")
    send(officer, officer.get(f"{case}/order"), f"{case}/order", demand="支付工资", due_on="2026-11-27", amount="30000")
    send(officer, officer.get(f"{case}/correction"), f"{case}/correction")
    lines = "孙守业\t20000\n刘春生 10000"
    send(
        officer,
        officer.get(f"{case}/payment"),
        f"{case}/payment",
        workers="2",
        amount="30000",
        proof="bank_voucher",
        lines=lines,
    )
    pledged: dict[str, Any] = {"signed_by": "法人", "obligations": "按月足额支付", "due_on": "2026-12-01"}
    send(officer, officer.get(f"{case}/pledge"), f"{case}/pledge", **pledged)
    outcome = f"{case}/outcome"
    refused = send(officer, officer.get(f"{outcome}?exit=exempt_first_offence"), outcome, status=422)
    assert "请确认" in refused or "还有几处需要您确认" in refused
    assert "教育" in refused
    draft = send(officer, refused, outcome, draft="yes")
    assert "拟办" in draft
    with morning.read() as session:
        assert session.scalars(select(OutcomeRow.state)).one() == "draft"


def test_a_form_with_mistakes_names_each_of_them(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    path = f"/cases/{number}/payment"
    page = send(
        officer, officer.get(path), path, status=422, workers="many", amount="-3", paid_on="tomorrow", proof="promise"
    )
    document: Any = html.fromstring(page)
    links = set(document.xpath("//div[@id='errors']//a/@href"))
    assert links == {"#field-workers", "#field-amount", "#field-paid_on", "#field-proof"}
    for link in links:
        assert document.xpath("//*[@id=$id]", id=link[1:]), link
    assert 'value="many"' in page


def test_a_walk_in_is_filed_once_however_often_it_is_sent(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    fields = form_of(desk.get("/walk-in"), "/walk-in") | {
        "complainant_name": "新来的",
        "complainant_phone": "13700001234",
        "narrative": "在某厂干了三个月没给钱。",
        "amount": "12000",
    }
    for _ in range(2):
        desk.post("/walk-in", **fields)
    with morning.read() as session:
        question = select(func.count()).select_from(ComplaintRow).where(ComplaintRow.source_key.like("walk-in-%"))
        assert session.scalar(question) == 1


def test_similar_open_cases_are_shown_at_the_window(log_in: LogIn) -> None:
    desk = log_in("desk")
    shown = desk.post("/walk-in/similar", employer_name="澜田海产", complainant_phone="")
    assert "青岛澜田海产加工有限公司" in shown
    shown = desk.post("/walk-in/similar", employer_name="", complainant_phone="138 1234 3307")
    assert "电话相同" in shown


@pytest.mark.parametrize("text", ["澜田海产", "JM2026-00002", "3307", "13812343307", "刘春生"])
def test_search_finds_by_what_people_have_at_hand(text: str, morning: Warehouse, log_in: LogIn) -> None:
    with morning.read() as session:
        number = session.scalars(select(CaseRow.matter_no).where(CaseRow.employer_name.contains("澜田"))).one()
    found = log_in("desk").post("/search", q=text if not text.startswith("JM") else number)
    assert number in found


def test_a_phone_is_shown_for_a_reason_and_the_log_knows(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    with morning.read() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.employer_name.contains("澜田"))).one()
        complaint = session.scalars(select(ComplaintRow.id).where(ComplaintRow.source_key == "a1")).one()
        session.expunge(case)
    path = f"/cases/{case.matter_no}/reveal"
    desk.post(path, status=422, complaint=complaint, name="complainant_phone", reason="")
    shown = desk.post(path, complaint=complaint, name="complainant_phone", reason="call_complainant")
    assert "13812343307" in shown
    with morning.read() as session:
        details = session.scalars(select(AuditRow.details).where(AuditRow.act == "reveal")).one()
    assert details == {"field": "complainant_phone", "reason": "call_complainant"}


def test_the_desk_may_not_learn_who_told_in_confidence(morning: Warehouse, log_in: LogIn) -> None:
    with morning.read() as session:
        number = session.scalars(select(CaseRow.matter_no).where(CaseRow.employer_name.contains("顺齐"))).one()
        complaint = session.scalars(select(ComplaintRow.id).where(ComplaintRow.source_key == "i1")).one()
    given: dict[str, Any] = {"complaint": complaint, "name": "complainant_name", "reason": "call_complainant"}
    assert "隐名人" not in log_in("desk").post(f"/cases/{number}/reveal", status=422, **given)
    assert "隐名人" in log_in("head").post(f"/cases/{number}/reveal", **given)


def test_split_and_undo_leave_the_case_as_it_was(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    with morning.read() as session:
        case = session.scalars(select(CaseRow).where(CaseRow.employer_name.contains("澜田"))).one()
        complaint = session.scalars(select(ComplaintRow.id).where(ComplaintRow.source_key == "a2")).one()
        session.expunge(case)
    path = f"/cases/{case.matter_no}"
    desk.post(f"{path}/split", version=case.version, complaint=complaint)
    page = desk.get(path)
    assert "3 条线索归并为本案" in page
    undo = re.search(r'action="(/linkage/[^"]+/undo)"', page)
    assert undo is not None
    assert "4 条线索归并为本案" in desk.post(undo[1], back=case.matter_no)


def test_a_record_in_quarantine_is_shown_on_request_and_discarded_with_a_reason(
    morning: Warehouse, log_in: LogIn
) -> None:
    system = log_in("system")
    with morning.read() as session:
        landed = session.scalars(select(LandedRow.id)).one()
    path = f"/quarantine/{landed}"
    assert "赵匿名" not in system.get(path)
    assert "赵匿名" in system.post(f"{path}/reveal")
    assert "舍弃理由" in system.post(f"{path}/discard", status=422, reason="")
    assert "至少更正一个字段" in system.post(f"{path}/mend", status=422)
    assert "没有异常数据" in system.post(f"{path}/discard", reason="测试数据")


def test_the_month_is_downloaded_for_a_purpose(log_in: LogIn) -> None:
    desk = log_in("desk")
    refused = desk.post("/statistics/export", status=422, month="2026-11", purpose="")
    assert "用途" in refused
    data = {"csrf": desk.token(), "month": "2026-11", "purpose": "月度例会"}
    answer = desk.client.post("/statistics/export", data=data, headers={"Origin": desk.address})
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert answer.headers["content-disposition"] == 'attachment; filename="arrears-2026-11.xlsx"'


def test_the_language_is_kept_for_the_next_desk(log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.post("/preferences", language="en", back="/queue")
    assert "Case queue" in page
    assert "Case queue" in log_in("desk").get("/queue")
