"""The dashboard in a real browser: charts are drawn without a word from the policy, followed, saved and printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from console.words import LANGUAGES
from tests.conftest import NOW
from tests.console.fed import BOTH, SITE, feed_morning
from tests.console.test_browser import Desk
from warehouse.engine import Warehouse

pytestmark = pytest.mark.browser


def drawn(page: Page, charts: int) -> None:
    """So many charts are drawn, however long it takes."""
    page.wait_for_function("charts => document.querySelectorAll('[data-plot] canvas').length === charts", arg=charts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_drawn_kept_as_images_and_folded_away_above_their_tables(
    browser: Browser, console: str, language: str
) -> None:
    head = Desk(browser, console, "head", language)
    page = head.page
    drawn(page, 4)
    assert page.url.endswith("/dashboard")
    assert page.locator("[data-chart] details[open]").count() == 0
    for name in (
        ".numbers",
        "[data-name^=nature] summary",
        "[data-name^=progress] summary",
        ".panels > .card:last-child",
    ):
        box = page.locator(name).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 610, name
    spoken = page.get_attribute("[data-name^=nature] [data-plot]", "aria-label") or ""
    assert ("性质分类" if language == "zh_CN" else "Cases by nature") in spoken
    with page.expect_download() as waiting:
        page.click("[data-name^=nature] [data-save]")
    assert waiting.value.suggested_filename == "nature-month.png"
    assert waiting.value.path().read_bytes()[:4] == b"\x89PNG"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("[data-chart] details[open]").count() == 4
    head.close()


def test_a_digit_chooses_the_period_and_a_bar_opens_its_cases(browser: Browser, console: str) -> None:
    head = Desk(browser, console, "head")
    page = head.page
    page.wait_for_selector("[data-plot] canvas")
    page.keyboard.press("/")
    page.keyboard.type("6")
    assert page.url.endswith("/dashboard"), "in a field a digit is a digit"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("6")
    page.wait_for_url("**/dashboard?period=all")
    page.wait_for_selector("[data-plot] canvas")
    box = page.locator("[data-name^=progress] canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 35)
    page.wait_for_url("**/cases?figure=opened&period=all&reached=to_dispatch")
    assert page.locator("[data-list] tr.row").count() > 3
    head.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_wages_are_drawn_and_a_month_without_data_is_said_to_be_one(
    browser: Browser, console: str, morning: Warehouse, language: str
) -> None:
    fed = feed_morning(morning, NOW)
    reader = Desk(browser, console, "reader", language)
    page = reader.page
    silent = "无数据" if language == "zh_CN" else "no data"
    for path, charts in ((f"/employers/{fed[BOTH]}", 2), (f"/projects/{SITE}", 1)):
        page.goto(console + path)
        page.wait_for_selector("[data-name=pay] canvas")
        drawn(page, charts)
        assert page.locator("[data-chart] details[open]").count() == 0, "the table is a fold away"
        spoken = page.get_attribute("[data-name=pay] [data-plot]", "aria-label") or ""
        assert f"2026-10 {silent} —" in spoken, "neither paid nor unpaid"
        with page.expect_download() as waiting:
            page.click("[data-name=pay] [data-save]")
        assert waiting.value.path().read_bytes()[:4] == b"\x89PNG"
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    reader.close()
