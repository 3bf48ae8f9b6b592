"""The stopwatch on the page of statistics: what it shows of real mornings, what it withholds, and the times by hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser
from sqlalchemy import select, update

from casework.people import Role
from console.words import LANGUAGES
from services.office.rules import change_setting
from services.office.settings import Settings
from services.people.passwords import hashed
from tests.console.conftest import Person, served
from tests.console.test_browser import Desk
from tests.services.office import Office
from tests.services.test_stopwatch import ADMIN, MONDAY, PASSWORD, mornings
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, AuditRow, TimeBaselineRow

PICTURES = os.environ.get("ARREARS_PICTURES")
"""A folder to draw the table into, for whoever wants to look at it."""
MEASURED = MONDAY + timedelta(days=20)


@pytest.fixture
def office(store: Warehouse) -> Office:
    """Twelve mornings of three officers."""
    found = Office(store, MONDAY - timedelta(hours=16))
    second = found.officer(Role.DESK_OFFICER)
    with store.write() as session:
        session.execute(update(AccountRow).values(password_hash=hashed(PASSWORD)))
    mornings(found, 12, found.desk, second, found.head)
    return found


@pytest.fixture
def address(office: Office, tmp_path: Path) -> Iterator[str]:
    with served(office.store, Settings(data_dir=tmp_path), lambda: MEASURED) as one:
        yield one


@pytest.fixture
def enter(address: str) -> Iterator[Callable[[str], Person]]:
    """Log somebody in."""
    people = []

    def one(login: str) -> Person:
        person = Person(address)
        people.append(person)
        person.log_in(login, PASSWORD)
        return person

    yield one
    for person in people:
        person.client.close()


def rows(page: str) -> dict[str, list[str]]:
    """The lines of the table by their first cell."""
    found: dict[str, list[str]] = {}
    document: Any = html.fromstring(page)
    for row in document.xpath("//section[@id='stopwatch']/table//tbody/tr"):
        first, *rest = [" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")]
        found[first] = rest
    return found


def typed(**other: Any) -> dict[str, Any]:
    given = {
        "span": "2026-11",
        "measure": "minutes_per_complaint",
        "times": "1.8 " * 9,
        "timed_on": "2026-09-01",
        "timed_by": "desk_officer",
        "how": "秒表实测，记录在档案室三号柜，查阅致电13800138000",
    }
    return {**given, **other}


def test_the_page_tells_the_mornings_and_what_they_are_against_the_times_by_hand(
    office: Office, enter: Callable[[str], Person]
) -> None:
    head, desk = enter(office.head.id), enter(office.desk.id)
    page = desk.get("/statistics", language="en")
    found = rows(page)
    assert found["Login to empty queue"] == ["3.4", "minutes", "2.5 – 4.2", "12", ""]
    assert found["Minutes per complaint dispatched"][:4] == ["0.8", "minutes", "0.6 – 1.1", "12"]
    assert "not measured" in found["Minutes per complaint dispatched"][4]
    assert found["Dispatches made"] == [
        "24", "cases", "all counted", "24", "+100.0 % Gain by merging; Dispatches without merging 48",
    ]  # fmt: skip
    assert "Keep these times" not in page
    desk.post("/statistics/baseline", status=404, **typed())
    for wrong in (
        {"times": "nine"},
        {"timed_on": "2026-11-30"},
        {"how": ""},
        {"timed_by": "someone"},
        {"measure": "x"},
    ):
        refused = head.post("/statistics/baseline", status=422, **typed(**wrong))
        assert "档案室三号柜" in refused or wrong == {"how": ""}, "what was typed stays"
    page = head.post("/statistics/baseline", **typed())
    said = rows(page)["每条线索用时"][4]
    assert said.startswith("+113.3 % (+60.0 % … +220.0 %) 效率提升; 基线：中位数 1.8 分钟，实测 9 件，2026-09-01"), said
    assert "档案室三号柜，查阅致电138****8000" in desk.get("/statistics")
    with office.store.read() as session:
        kept_id = session.scalars(select(TimeBaselineRow.id)).one()
        acts = session.scalars(select(AuditRow).where(AuditRow.act == "record_baseline")).all()
        assert [one.subject for one in acts] == [kept_id]
    desk.post(f"/statistics/baseline/{kept_id}/drop", status=404, span="2026-11")
    page = head.post(f"/statistics/baseline/{kept_id}/drop", span="2026-11")
    assert "未测量" in rows(page)["每条线索用时"][4]
    head.post("/statistics/baseline/bas_nothing/drop", status=404, span="2026-11")
    assert all(office.desk.id not in one and "officer 1" not in one for one in (page, *map(str, rows(page).values())))


def test_a_span_without_mornings_says_so(office: Office, enter: Callable[[str], Person]) -> None:
    desk = enter(office.desk.id)
    page = desk.get("/statistics?span=2026-10", language="zh_CN")
    assert rows(page)["派完用时"][2] == "未测量"
    change_setting(office.store, name="stopwatch.least.mornings", value=13, source="x", actor=ADMIN, at=MEASURED)
    assert rows(desk.get("/statistics"))["派完用时"][2] == "早晨数或人数不足，不予显示"
    assert "派完用时" in desk.get("/definitions")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_stopwatch_fits_the_screen(
    office: Office, address: str, enter: Callable[[str], Person], browser: Browser, language: str
) -> None:
    head = enter(office.head.id)
    head.post("/statistics/baseline", **typed())
    desk = Desk(browser, address, office.head.id, language)
    page = desk.page
    page.wait_for_selector("#main")
    page.goto(f"{address}/statistics?span=2026-11")
    page.evaluate("document.querySelector('#stopwatch details').open = true")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    table = page.locator("#stopwatch").bounding_box()
    assert table is not None
    assert table["width"] > 900
    if PICTURES:
        page.locator("#stopwatch").screenshot(path=str(Path(PICTURES) / f"stopwatch.{language}.png"))
    desk.close()
