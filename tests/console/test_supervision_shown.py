"""A superior's day stands in every list and in the menu until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import html

from tests.console.conftest import Person
from tests.console.forms import send
from tests.console.test_lives import concluded, waiting_case
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse

LogIn = Callable[[str], Person]
TOLD: dict[str, Any] = {"superior": "市人社局", "demand": "三日内报结果", "due_on": "2026-11-25"}


def counted(page: str, path: str) -> str:
    """The number beside an entry of the menu; empty without one."""
    document: Any = html.fromstring(page)
    return "".join(document.xpath(f"//nav[@class='side']/a[@href='{path}']/b/text()"))


def row_of(page: str, number: str) -> str:
    """What the row of a case says."""
    document: Any = html.fromstring(page)
    rows = document.xpath("//tr[contains(@class, 'row')]")
    return next(str(row.text_content()) for row in rows if f"/cases/{number}" in (row.get("data-open") or ""))


def test_the_queue_marks_a_supervised_case_and_the_menu_counts_it(morning: Warehouse, log_in: LogIn) -> None:
    desk, number = log_in("desk"), waiting_case(morning)
    path = f"/cases/{number}/supervise"
    assert counted(desk.get("/queue"), "/waiting") == ""
    assert "督办" not in row_of(desk.get("/queue"), number)
    send(desk, desk.get(path), path, **TOLD)
    page = desk.get("/queue")
    assert "督办，11-25 前回复" in row_of(page, number)
    assert counted(page, "/waiting") == "1"
    assert "Supervised, answer by 25 Nov" in row_of(desk.get("/queue", language="en"), number)
    assert counted(log_in("far").get("/queue"), "/waiting") == "", "of another place nothing is counted"


def test_my_cases_mark_it_too_until_it_is_answered(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    desk, officer = log_in("desk"), log_in(lead)
    path, answer = f"/cases/{number}/supervise", f"/cases/{number}/answer-supervision"
    send(desk, desk.get(path), path, **TOLD)
    refer = f"/cases/{number}/refer"
    send(officer, officer.get(refer), refer, body="housing", reason="转包")
    page = officer.get("/mine")
    assert "督办，11-25 前回复" in row_of(page, number)
    assert counted(page, "/waiting") == "2"
    send(officer, officer.get(answer), answer, answer="已发放")
    page = officer.get("/mine")
    assert "督办" not in row_of(page, number)
    assert counted(page, "/waiting") == "1"


def test_the_menu_counts_who_is_to_be_called(morning: Warehouse, log_in: LogIn) -> None:
    number, _lead = concluded(morning, log_in)
    desk = log_in("desk")
    page = desk.get("/callbacks")
    document: Any = html.fromstring(page)
    waiting = document.xpath("//a[starts-with(@href, '/callbacks/')]")
    assert number in page
    assert counted(page, "/callbacks") == str(len(waiting)) != "0"
