"""Warnings in a real browser: eight rows at 1366×610, J and K, Enter, and the form that settles, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from console.words import LANGUAGES
from tests.conftest import NOW
from tests.console.reading import ENGINE, RUN, TAGS, VENDOR
from tests.console.test_browser import Desk
from tests.console.warned import make_warnings
from warehouse.engine import Warehouse
from warehouse.models import WarningRow

pytestmark = pytest.mark.browser
_WHOLE_ROWS = "Array.from(document.querySelectorAll('tr.row')).filter(one => one.getBoundingClientRect().bottom <= 610)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_list_to_a_settled_warning_by_keys(
    browser: Browser, morning: Warehouse, console: str, language: str
) -> None:
    make_warnings(morning, NOW)
    desk = Desk(browser, console, "desk", language)
    page = desk.page

    def fits(name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, name
        page.evaluate((VENDOR / ENGINE).read_text("utf-8"))
        assert page.evaluate(RUN, [TAGS, None])["violations"] == [], name

    page.wait_for_selector("[data-row].current")
    page.keyboard.press("g")
    with page.expect_navigation():
        page.keyboard.press("w")
    assert page.url.endswith("/warnings")
    assert page.evaluate(f"{_WHOLE_ROWS}.length") >= 8
    fits("the list")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    assert page.url.endswith("/warnings"), "a key that changes data is dead while the list has not the focus"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    current = page.locator("[data-row].current")
    assert current.count() == 1
    one = (current.get_attribute("data-open") or "").rpartition("/")[2]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(one)
    fits("one warning")
    page.check("input[value=confirmed]")
    page.fill("#field-reason", "已到现场核实")
    assert page.locator("#settle button.primary").bounding_box()["y"] < 610  # type: ignore[index]  # it is there
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.locator(".notice.green").count() == 1
    fits("a settled warning")
    with morning.read() as session:
        assert session.get_one(WarningRow, one).state == "confirmed"
    desk.close()
