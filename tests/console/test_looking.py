"""Taking in by hand, searching, revealing, mending, exporting: what the pages show and what they keep back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import form_of
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, CaseRow, ComplaintRow, LandedRow
from warehouse.statistics.month import figures
from warehouse.store.channels import channel_row

LogIn = Callable[[str], Person]


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
    refused = desk.post("/statistics/export", status=422, span="2026-11", kind="xlsx", purpose="")
    assert "用途" in refused
    data = {"csrf": desk.token(), "span": "2026-11", "kind": "xlsx", "purpose": "月度例会"}
    answer = desk.client.post("/statistics/export", data=data, headers={"Origin": desk.address})
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert answer.headers["content-disposition"] == 'attachment; filename="arrears-2026-11.xlsx"'


def test_the_language_is_kept_for_the_next_desk(log_in: LogIn) -> None:
    desk = log_in("desk")
    page = desk.post("/preferences", language="en", back="/queue")
    assert "Case queue" in page
    assert "Case queue" in log_in("desk").get("/queue")


def test_a_file_that_was_brought_in_is_no_channel_that_is_down(morning: Warehouse, log_in: LogIn) -> None:
    before = re.findall(r"<section class=.card.><h2>", log_in("desk").get("/channels"))
    with morning.write() as session:
        channel_row(session, "import")
    desk = log_in("desk")
    assert re.findall(r"<section class=.card.><h2>", desk.get("/channels")) == before
    assert "5/6" in desk.get("/queue", language="en")


def test_what_falls_due_later_this_month_is_not_overdue_on_the_page(morning: Warehouse, log_in: LogIn) -> None:
    with morning.read() as session:
        counted = figures(session, "2026-11", territories=("370215",), today=NOW.date())
        at_its_end = figures(session, "2026-11", territories=("370215",))
    overdue = counted.total("clocks_overdue")
    assert overdue < at_its_end.total("clocks_overdue")
    page = log_in("desk").get("/statistics", language="en")
    said = re.search(r"Overdue at the end</a></th><td class=\"num\"><b>(?:<a[^>]*>)?([\d,]+)", page)
    assert said is not None
    assert int(said[1].replace(",", "")) == overdue
