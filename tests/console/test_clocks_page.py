"""Deadlines on the pages: why each falls on its day, suspended and run on by forms, and what a notice moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lxml import html
from sqlalchemy import select

from casework import clocks
from casework.calendar import SpecialDay
from casework.clocks import LIMITS, TimeLimit
from casework.people import Actor, Role
from casework.suspension import GROUNDS
from connectors.registry import channels
from console import labels, labels_clocks
from services.office.rules import change_setting
from services.office.working_days import load_notice, published
from tests.conftest import NOW
from tests.console.conftest import Person
from tests.console.forms import send
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ClockRow

LogIn = Callable[[str], Person]
ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
SPRING = {date(2027, 2, 5) + timedelta(days=n): SpecialDay(works=False, name="春节") for n in range(8)}


def filed(morning: Warehouse, log_in: LogIn) -> str:
    """A case that was accepted on the page: its 60 working days run into next year."""
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    send(officer, officer.get(f"/cases/{number}"), f"/cases/{number}/accept")
    return number


def clock_of(morning: Warehouse, number: str, kind: str) -> ClockRow:
    with morning.write() as session:
        question = select(ClockRow).join(CaseRow, CaseRow.id == ClockRow.case_id)
        row = session.scalars(question.where(CaseRow.matter_no == number, ClockRow.kind == kind)).one()
        session.expunge(row)
        return row


def workings(page: str) -> list[str]:
    document: Any = html.fromstring(page)
    return [" ".join(one.text_content().split()) for one in document.xpath("//details[@class='working']")]


def test_each_deadline_says_why_it_falls_on_its_day(morning: Warehouse, log_in: LogIn) -> None:
    number = filed(morning, log_in)
    head = log_in("head")
    page = head.get(f"/cases/{number}?tab=handling", language="en")
    due = clock_of(morning, number, "investigate").due_on
    told = [one for one in workings(page) if one.startswith(f"why {due.day} {due:%b %Y}")]
    assert told
    assert "60 working days from 20 Nov." in told[0]
    assert "The day it starts is not counted: 20 Nov" in told[0]
    assert re.search(r"Weekends, \d+ days: 21 Nov – 22 Nov, 28 Nov – 29 Nov", told[0])
    assert "Provisional: the holidays of that year are not published." in told[0]
    both = [one for one in workings(page) if "90 calendar days from 20 Nov." in one]
    assert both
    assert "binds nobody" in page


def test_a_case_page_explains_its_nearest_deadlines_without_script(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    with morning.read() as session:
        number = session.scalars(select(CaseRow.matter_no).where(CaseRow.status == "to_dispatch")).first()
    page = desk.get(f"/cases/{number}")
    assert any("为何是" in one and "起始日不计入" in one for one in workings(page))


def test_the_head_of_the_bureau_suspends_a_deadline_and_lets_it_run_on(morning: Warehouse, log_in: LogIn) -> None:
    system = Actor.system("test")
    change_setting(morning, name="clock.suspend.kinds", value=["accept"], source="test", actor=system, at=NOW)
    head = log_in("bureau")
    with morning.read() as session:
        accept = select(CaseRow.matter_no).join(ClockRow, ClockRow.complaint_id == CaseRow.main_complaint_id)
        overdue = ClockRow.due_on < NOW.date()
        fresh = accept.where(ClockRow.kind == "accept", ~overdue, ClockRow.started_on < NOW.date())
        number = session.scalars(fresh.where(CaseRow.status == "to_dispatch")).first()
    case = f"/cases/{number}"
    page = head.get(case)
    assert f'href="{case}/suspend"' in page
    assert f'href="{case}/resume"' not in page
    form = head.get(f"{case}/suspend")
    document: Any = html.fromstring(form)
    offered = document.xpath("//select[@id='field-clock_id']/option[@value!='']")
    with morning.read() as session:
        kinds = set(
            session.scalars(select(ClockRow.kind).where(ClockRow.id.in_([one.get("value") for one in offered])))
        )
    assert kinds == {"accept"}
    chosen = offered[0].get("value")
    wrong = send(head, form, f"{case}/suspend", status=422, clock_id=chosen, ground="other", reason="")
    assert 'aria-invalid="true"' in wrong
    after = send(head, form, f"{case}/suspend", clock_id=chosen, ground="supplement_awaited", reason="待补充工资条")
    assert "已暂停" in after or "中止" in after
    assert any("待补充工资条" in one and "等待补充材料" in one for one in workings(head.get(f"{case}?tab=handling")))
    assert "中止计时" in head.get(f"{case}?tab=log")
    back = send(head, head.get(f"{case}/resume"), f"{case}/resume", clock_id=chosen)
    assert f'href="{case}/resume"' not in back
    assert any("当日撤回" in one for one in workings(head.get(f"{case}?tab=handling")))


def test_an_inspector_is_not_offered_to_suspend(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    assert f"/cases/{number}/suspend" not in officer.get(f"/cases/{number}")
    officer.get(f"/cases/{number}/suspend", status=404)


def test_the_page_of_the_calendar_shows_what_a_notice_moved(morning: Warehouse, log_in: LogIn) -> None:
    number = filed(morning, log_in)
    before = clock_of(morning, number, "investigate").due_on
    desk = log_in("desk")
    assert "尚未载入" in desk.get("/calendar")
    load_notice(morning, year=2027, days=SPRING, source="国办发明电〔2026〕9号", actor=ADMIN, at=NOW)
    after = clock_of(morning, number, "investigate").due_on
    assert after > before
    page = desk.get("/calendar")
    document: Any = html.fromstring(page)
    rows = document.xpath("//tr[.//a[contains(@href, '/cases/')]]")
    cells = [[cell.text_content().strip() for cell in row.xpath("./td")] for row in rows]
    assert cells == [[number, "调查", str(before), str(after)]]
    assert "国办发明电〔2026〕9号" in page
    assert number not in log_in("far").get("/calendar")
    assert number not in log_in("system").get("/calendar")
    told = workings(log_in("head").get(f"/cases/{number}?tab=handling"))
    assert any(f"因放假通知 2027.01：{before} → {after}" in one for one in told)
    assert any("经放假通知 2027.01 确定" in one and "90 个自然日" in one for one in told)
    assert not any("暂定" in one for one in told)
    desk.get("/calendar?notice=nothing-like-it", status=404)


def test_a_provisional_day_is_marked_as_one(morning: Warehouse, log_in: LogIn) -> None:
    number = filed(morning, log_in)
    page = log_in("head").get(f"/cases/{number}")
    document: Any = html.fromstring(page)
    assert document.xpath("//section[@class='state']//span[contains(@class, 'tag amber')][normalize-space()='暂定']")


def test_every_limit_of_the_law_is_cited_in_words() -> None:
    cited = {one.source for one in vars(clocks).values() if isinstance(one, TimeLimit)}
    assert cited <= set(labels_clocks.SOURCES)
    owed = {one.reply_deadline.source for one in channels() if one.reply_deadline is not None}
    assert owed <= set(labels_clocks.SOURCES)
    assert set(GROUNDS) == set(labels_clocks.SUSPENSIONS)
    assert {special.name for special in published().exceptions.values()} == set(labels_clocks.HOLIDAYS)
    assert set(LIMITS) <= set(labels.CLOCKS)
