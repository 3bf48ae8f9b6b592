"""The morning in a real browser: an empty queue in two clicks, a doubtful pair in two keys, keys that stay home."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from console.words import LANGUAGES, words
from tests.conftest import NOW
from tests.console.doubts import SEA_AND_ROADS, TUOLING, ask_about
from tests.console.morning import PASSWORD
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseRow, JudgementRow

pytestmark = pytest.mark.browser
HEIGHTS = (610, 768)
READY = {610: 4, 768: 7}
"""How many ready rows stand on a screen of that height beside a group to check first (console.md, section 6)."""


class Hands:
    """One person at the desk, whose clicks and keys are counted."""

    def __init__(self, browser: Browser, address: str, *, language: str = "zh_CN", height: int = 610) -> None:
        self.address, self.clicks, self.keys = address, 0, 0
        self.context = browser.new_context(
            viewport={"width": 1366, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.context.add_cookies([{"name": "arrears_language", "value": language, "url": address}])
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def click(self, what: str) -> None:
        self.clicks += 1
        self.page.click(what)

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key)

    def log_in(self) -> None:
        """The name and password are typed (the browser keeps them); the button is the one click."""
        self.page.goto(f"{self.address}/login")
        self.page.fill("#field-login", "desk")
        self.page.fill("#field-password", PASSWORD)
        self.click("button.primary")
        self.page.wait_for_selector("[data-row].current")

    def close(self) -> None:
        """Nothing may have been complained of: no policy report, no error, no dialog."""
        self.context.close()
        assert self.complaints == []


def waiting(store: Warehouse) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(CaseRow).where(CaseRow.status == "to_dispatch")) or 0


def said(store: Warehouse) -> list[str]:
    """What people said of pairs, which stands."""
    with store.read() as session:
        rows = select(JudgementRow.verdict).where(JudgementRow.by_person, JudgementRow.newest)
        return sorted(session.scalars(rows))


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_dispatched_within_two_clicks_after_login(
    browser: Browser, console: str, morning: Warehouse, language: str, height: int
) -> None:
    with morning.write() as session:
        for row in session.scalars(select(CaseRow).where(CaseRow.needs_supplement)):
            row.needs_supplement = False  # an ordinary day: nothing is doubtful
    desk = Hands(browser, console, language=language, height=height)
    desk.log_in()
    page = desk.page
    count = waiting(morning)
    button = page.inner_text(".go button.primary")
    assert "".join(char for char in button if char.isdigit()) == str(count)
    desk.click(".go button.primary")
    page.wait_for_selector(".notice.green")
    assert waiting(morning) == 0
    assert desk.clicks - 1 <= 2
    assert desk.clicks == 2, "the button of the login and the one click"
    assert desk.keys == 0
    assert page.locator(".empty b").count() == 1
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(AssignmentRow)) == count
    desk.press("z")
    page.wait_for_selector(".notice.amber")
    assert waiting(morning) == count
    desk.close()


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubtful_pair_costs_one_key_on_the_queue(
    browser: Browser, console: str, morning: Warehouse, language: str, height: int
) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk = Hands(browser, console, language=language, height=height)
    desk.log_in()
    before = waiting(morning)
    with desk.page.expect_navigation():
        desk.press("n")
    assert said(morning) == ["different"]
    assert desk.keys == 1
    assert waiting(morning) == before
    assert desk.page.locator("[data-key=KeyY]").count() == 0
    with desk.page.expect_navigation():
        desk.press("z")
    assert said(morning) == []
    assert desk.page.locator("tr [data-key=KeyY]").count() == 2
    desk.close()


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_doubtful_pair_costs_one_key_on_its_page_and_the_next_one_follows(
    browser: Browser, console: str, morning: Warehouse, language: str, height: int
) -> None:
    ask_about(morning, TUOLING, at=NOW)
    ask_about(morning, SEA_AND_ROADS, at=NOW)
    desk = Hands(browser, console, language=language, height=height)
    desk.log_in()
    page = desk.page
    with page.expect_navigation():
        desk.press("g")
        desk.press("d")
    page.wait_for_selector("[data-pair]")
    first = page.inner_text("[data-pair] thead")
    box = page.locator(".decide").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= height
    told = page.locator(".pair tbody tr").last.bounding_box()
    assert told is not None
    assert told["y"] + told["height"] <= box["y"] + 1, "the whole pair is seen above its four buttons"
    desk.keys = 0
    with page.expect_navigation():
        desk.press("y")
    assert desk.keys <= 2
    assert said(morning) == ["same"]
    assert page.inner_text("[data-pair] thead") != first
    with page.expect_navigation():
        desk.press("u")
    assert said(morning) == ["same", "unsure"]
    assert page.locator("[data-pair]").count() == 0
    with page.expect_navigation():
        page.locator(".timeline li", has_text=words(language).say("Unsure")).locator(".link").click()
    assert said(morning) == ["same"]
    desk.close()


def test_keys_outside_the_list_send_nothing(browser: Browser, console: str, morning: Warehouse) -> None:
    ask_about(morning, TUOLING, at=NOW)
    desk = Hands(browser, console)
    desk.log_in()
    page, before = desk.page, waiting(morning)
    for place in ("document.activeElement.blur()", "document.querySelector('.strip a').focus()"):
        page.evaluate(place)
        page.keyboard.type("ppPyynnjjpp"[:9])
        page.wait_for_timeout(200)
        assert waiting(morning) == before
        assert said(morning) == []
    page.evaluate("document.activeElement.blur()")
    for letter in "ppx":
        page.keyboard.press(letter)
    page.keyboard.press("/")
    page.keyboard.type("jjpp")
    assert page.input_value("#find") == "jjpp"
    page.focus("[data-list]")
    composing = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', %s))"
    page.evaluate(composing % "{code: 'KeyN', key: 'Process', isComposing: true, bubbles: true}")
    page.evaluate(composing % "{code: 'KeyN', key: 'Process', keyCode: 229, bubbles: true}")
    page.wait_for_timeout(200)
    assert said(morning) == []
    assert waiting(morning) == before
    desk.close()


def test_keys_that_are_switched_off_do_nothing(browser: Browser, console: str, morning: Warehouse) -> None:
    desk = Hands(browser, console)
    desk.log_in()
    page, before = desk.page, waiting(morning)
    page.keyboard.press("?")
    assert page.locator("dialog.keys[open]").count() == 1
    page.click("dialog.keys a")
    with page.expect_navigation():
        page.click("button[name=keys]")
    page.goto(f"{console}/queue")
    page.focus("[data-list]")
    for key in ("p", "Shift+P", "j", "x"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert waiting(morning) == before
    assert page.locator("[data-tick]:checked").count() == 0
    desk.close()


def test_sending_one_goes_on_to_the_next(browser: Browser, console: str, morning: Warehouse) -> None:
    desk = Hands(browser, console)
    desk.log_in()
    page, before = desk.page, waiting(morning)
    for _ in range(page.locator("tr.group ~ tr .tag.amber").count()):
        page.keyboard.press("j")
    following = page.evaluate(
        "(() => { const all = Array.from(document.querySelectorAll('[data-row]'));"
        " return all[all.indexOf(document.querySelector('[data-row].current')) + 1].id; })()"
    )
    with page.expect_navigation():
        page.keyboard.press("p")
    page.wait_for_selector("[data-row].current")
    assert page.get_attribute("[data-row].current", "id") == following
    with page.expect_navigation():
        page.keyboard.press("p")
    assert waiting(morning) == before - 2
    desk.close()


def test_ticked_cases_are_merged_by_keys_after_a_look(browser: Browser, console: str, morning: Warehouse) -> None:
    desk = Hands(browser, console)
    desk.log_in()
    page, before = desk.page, waiting(morning)
    for key in ("j", "j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("[data-tick]:checked").count() == 2
    with page.expect_navigation():
        page.keyboard.press("m")
    assert waiting(morning) == before
    with page.expect_navigation():
        page.click("main button.primary")
    assert waiting(morning) == before - 1
    desk.close()


def test_another_inspector_is_looked_for_with_arrows_and_kept_with_enter(
    browser: Browser, console: str, morning: Warehouse
) -> None:
    desk = Hands(browser, console)
    desk.log_in()
    page = desk.page
    for _ in range(3):
        page.keyboard.press("j")
    number = page.get_attribute("[data-row].current", "id")
    page.keyboard.press("r")
    was = page.evaluate("document.activeElement.value")
    page.evaluate(
        "(() => { const box = document.activeElement; box.dispatchEvent(new KeyboardEvent('keydown',"
        " {code: 'ArrowDown', key: 'ArrowDown', bubbles: true}));"
        " box.value = Array.from(box.options).find(one => one.value !== box.value && !one.disabled).value;"
        " box.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("document.activeElement.value") != was, "looking has sent nothing"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    with morning.read() as session:
        row = session.scalars(select(CaseRow).where(CaseRow.matter_no == number)).one()
        assert row.suggested_lead_id != was
        assert row.suggested_why == ["chosen"]
    assert page.get_attribute("[data-row].current", "id") == number
    desk.close()


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_desk_needs_is_on_the_screen(browser: Browser, console: str, language: str, height: int) -> None:
    desk = Hands(browser, console, language=language, height=height)
    desk.log_in()
    seen = desk.page.evaluate(
        """() => {
          const fits = (one) => one.getBoundingClientRect().bottom <= window.innerHeight;
          const rows = Array.from(document.querySelectorAll('tr.row'));
          return {
            bar: fits(document.querySelector('.go button.primary')),
            check: rows.filter((one) => one.querySelector('[data-key=KeyE]')).filter(fits).length,
            ready: rows.filter((one) => one.querySelector('[data-key=KeyP]')).filter(fits).length,
            foot: fits(document.querySelector('#pane footer .btn')),
            wide: document.documentElement.scrollWidth,
          };
        }"""
    )
    assert seen["bar"]
    assert seen["foot"]
    assert seen["wide"] <= 1366
    assert seen["check"] == 2
    assert seen["ready"] >= READY[height], seen
    desk.close()


def test_the_case_page_goes_on_within_the_narrowed_list(browser: Browser, console: str) -> None:
    desk = Hands(browser, console)
    desk.log_in()
    page = desk.page
    page.goto(f"{console}/queue?tick=construction")
    inside = page.eval_on_selector_all("[data-row]", "rows => rows.map(row => row.id)")
    page.goto(f"{console}/cases/{inside[0]}")
    for number in inside[1:]:
        with page.expect_navigation():
            page.keyboard.press("BracketRight")
        assert page.url.endswith(number)
    page.keyboard.press("BracketRight")
    page.wait_for_timeout(150)
    assert page.url.endswith(inside[-1])
    with page.expect_navigation():
        page.keyboard.press("BracketLeft")
    assert page.url.endswith(inside[-2])
    desk.close()
