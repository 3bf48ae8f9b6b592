"""The console in a real browser: the click, the recall, the keys, and not one word from the content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from console.words import LANGUAGES
from tests.console.morning import PASSWORD

pytestmark = pytest.mark.browser


class Desk:
    """One person's browser, with everything it complained of."""

    def __init__(self, browser: Browser, address: str, login: str, language: str = "zh_CN") -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 610}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.context.add_cookies([{"name": "arrears_language", "value": language, "url": address}])
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(f"{address}/login")
        self.page.fill("#field-login", login)
        self.page.fill("#field-password", PASSWORD)
        self.page.click("button.primary")

    def close(self) -> None:
        """Nothing may have been complained of: no policy report, no error, no dialog."""
        self.context.close()
        assert self.complaints == []


def test_log_in_one_click_and_recall(browser: Browser, console: str) -> None:
    desk = Desk(browser, console, "desk")
    page = desk.page
    page.wait_for_selector(".go button.primary")
    words = page.inner_text(".go button.primary")
    page.click(".go button.primary")
    page.wait_for_selector(".notice.green")
    assert "".join(char for char in words if char.isdigit()) in page.inner_text(".notice.green")
    page.keyboard.press("z")
    page.wait_for_selector(".notice.amber")
    assert page.inner_text(".go button.primary") == words
    desk.close()


def test_keys_move_and_send_only_while_the_list_has_the_focus(browser: Browser, console: str) -> None:
    desk = Desk(browser, console, "desk")
    page = desk.page
    page.wait_for_selector("[data-row].current")
    before = page.inner_text(".strip a[aria-current] b")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("ppp")
    page.wait_for_timeout(300)
    assert page.inner_text(".strip a[aria-current] b") == before
    page.keyboard.press("/")
    page.keyboard.type("jjpp")
    assert page.input_value("#find") == "jjpp"
    page.focus("[data-list]")
    page.keyboard.press("p")
    assert page.locator("tr.group").count() == 2, "a case to check first is not sent by its key"
    for _ in range(page.locator("tr.row:has(.tag.amber)").count()):
        page.keyboard.press("j")
    page.wait_for_function(
        "() => document.querySelector('#pane h2')?.innerText"
        " === document.querySelector('[data-row].current .name').innerText"
    )
    page.keyboard.press("p")
    page.wait_for_selector(".notice.green")
    assert int(page.inner_text(".strip a[aria-current] b")) == int(before) - 1
    desk.close()


def test_a_changed_inspector_and_a_revealed_phone_need_no_other_page(browser: Browser, console: str) -> None:
    desk = Desk(browser, console, "desk")
    page = desk.page
    select = page.locator("tr.row select").nth(1)
    other = select.evaluate("box => Array.from(box.options).find(one => !one.selected && !one.disabled).value")
    with page.expect_navigation():
        select.select_option(other)
    page.goto(f"{console}/cases/JM2026-00002")
    page.locator("summary", has_text="查看电话").first.click()
    page.locator(".reveal button").first.click()
    page.wait_for_selector(".shown")
    assert len(page.inner_text(".shown")) == 11
    desk.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_quiet_and_fits_the_screen(browser: Browser, console: str, language: str) -> None:
    desk = Desk(browser, console, "desk", language)
    page = desk.page
    cases = [f"/cases/JM2026-{n:05d}" for n in range(1, 10)]
    for path in ("/queue", "/review", "/walk-in", "/channels", "/quarantine", "/statistics", "/account", *cases):
        page.goto(console + path)
        page.wait_for_timeout(120)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1366, (path, wide)
        small = page.evaluate(
            "Array.from(document.querySelectorAll('main button, main .btn')).filter(one => one.offsetHeight"
            " && !one.classList.contains('link') && one.offsetHeight < 24).length"
        )
        assert small == 0, path
    desk.close()
    assert page.is_closed()
