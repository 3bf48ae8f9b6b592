"""The forms of a case beside it, in a real browser: what they cost in clicks and keys; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from console.words import LANGUAGES
from tests.console.conftest import Person
from tests.console.forms import send
from tests.console.test_browser import Desk
from tests.console.test_sparing_pages import ready, signed
from tests.console.test_work import lead_of
from warehouse.engine import Warehouse
from warehouse.models import ComplaintRow, OutcomeRow, PaymentRow, VisitRow

pytestmark = pytest.mark.browser

LogIn = Callable[[str], Person]
INSIDE = "document.querySelector('#drawer').contains(document.activeElement)"


@pytest.fixture
def case(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    """A small case in hand: its address, and the login of who has it."""
    address, _ = signed(morning, log_in)
    return address, lead_of(morning, address.rpartition("/")[2])


@pytest.fixture
def corrected(morning: Warehouse, log_in: LogIn) -> tuple[str, str]:
    """A case of which everything but the outcome is recorded."""
    address, officer = signed(morning, log_in)
    ready(address, officer)
    path = f"{address}/educate"
    send(officer, officer.get(path), path, way="summons", whom="法人代表", said="讲明工资支付规定")
    return address, lead_of(morning, address.rpartition("/")[2])


def outcomes(store: Warehouse) -> list[tuple[str, str]]:
    with store.read() as session:
        return [(row.exit, row.state) for row in session.scalars(select(OutcomeRow))]


def opened(page: Page) -> None:
    """The drawer is there with its form, and the focus is inside."""
    page.wait_for_selector("#drawer #act")
    page.wait_for_selector("#drawer :focus")


@pytest.mark.parametrize("height", [610, 768])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exemption_is_recorded_within_five_clicks(
    browser: Browser, console: str, morning: Warehouse, corrected: tuple[str, str], language: str, height: int
) -> None:
    case, login = corrected
    desk = Desk(browser, console, login, language)
    desk.page.set_viewport_size({"width": 1366, "height": height})
    page, clicks = desk.page, 0
    page.goto(console + case)
    page.click("[data-acts] [data-key='KeyO']")
    clicks += 1
    opened(page)
    boxes = page.locator("#drawer input[name='confirmed']")
    assert not [box for box in boxes.all() if box.is_checked()], "nothing legal is ticked in advance"
    assert page.input_value("#drawer [name='scale-1']"), "the row of the guideline stands there"
    assert page.locator("#drawer #counted").count() == 1
    assert "9,000.00" in page.input_value("#drawer [name='note']")
    alone = page.locator("#drawer input[name='confirmed']:not([data-of-line])")
    for box in alone.all():
        box.click()
        clicks += 1
    page.click("#drawer [data-tick-line='7']")
    clicks += 1
    of_line = page.locator("#drawer input[data-of-line='7']")
    assert [box.get_attribute("value") for box in of_line.all()] == ["not_listed", "no_red_flag"]
    assert all(box.is_checked() for box in boxes.all()), "each of the line by itself, in one click"
    foot = page.locator("#drawer button.primary").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= height, "the button stands on the screen, however long the form"
    with page.expect_navigation():
        page.click("#drawer button.primary")
        clicks += 1
    assert clicks <= 5, clicks
    assert outcomes(morning) == [("exempt_first_offence", "submitted")]
    desk.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_condition_of_a_line_is_answered_by_itself(
    browser: Browser, console: str, morning: Warehouse, corrected: tuple[str, str], language: str
) -> None:
    case, login = corrected
    desk = Desk(browser, console, login, language)
    page = desk.page
    page.goto(console + case)
    page.click("[data-acts] [data-key='KeyO']")
    opened(page)
    for box in page.locator("#drawer input[name='confirmed']").all():
        box.click()
    page.fill("#drawer [name='evidence-no_red_flag']", "走访笔录2份")
    page.click("#drawer input[value='not_listed']")
    page.click("#drawer button.primary")
    page.wait_for_selector("#drawer #errors")
    wrong = page.locator("#drawer li.by-hand.wrong input[name='confirmed']")
    assert [one.get_attribute("value") for one in wrong.all()] == ["not_listed"], "the other one is answered"
    assert page.is_checked("#drawer input[value='no_red_flag']")
    assert page.input_value("#drawer [name='evidence-no_red_flag']") == "走访笔录2份"
    assert outcomes(morning) == []
    with page.expect_navigation():
        page.click("#drawer input[value='not_listed']")
        page.click("#drawer button.primary")
    with morning.read() as session:
        (row,) = session.scalars(select(OutcomeRow))
        kept = {one["key"]: (one["checked_by"] != "", one["evidence"]) for one in row.conditions if one["by_person"]}
    assert kept["no_red_flag"] == (True, "走访笔录2份")
    assert kept["not_listed"] == (True, "")
    desk.complaints.clear()  # the browser tells of the answer 422
    desk.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exemption_is_recorded_by_keys_alone(
    browser: Browser, console: str, morning: Warehouse, corrected: tuple[str, str], language: str
) -> None:
    case, login = corrected
    desk = Desk(browser, console, login, language)
    page = desk.page
    page.goto(console + case)
    page.keyboard.press("o")
    opened(page)
    page.keyboard.press("4")
    page.wait_for_selector("#drawer input[name='exit'][value='penalty']", state="attached")
    page.keyboard.press("1")
    page.wait_for_selector("#drawer input[name='exit'][value='exempt_first_offence']", state="attached")
    page.wait_for_selector("#drawer :focus")
    many = page.locator("#drawer input[name='confirmed']").count()
    presses = ticked = 0
    while ticked < many:
        page.keyboard.press("Tab")
        presses += 1
        assert presses < 40, "the ticks are near"
        if page.evaluate("document.activeElement.name") == "confirmed":
            page.keyboard.press("Space")
            ticked += 1
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert outcomes(morning) == [("exempt_first_offence", "submitted")]
    desk.close()


def test_a_refused_outcome_says_what_is_missing_and_can_be_kept_for_later(
    browser: Browser, console: str, morning: Warehouse, case: tuple[str, str]
) -> None:
    address, login = case
    desk = Desk(browser, console, login)
    page = desk.page
    page.goto(console + address)
    page.keyboard.press("o")
    opened(page)
    page.fill("#drawer [name='note']", "短期困难，正在筹款")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#drawer #errors")
    page.wait_for_selector("#drawer #errors:focus")
    assert page.input_value("#drawer [name='note']") == "短期困难，正在筹款"
    page.locator("#drawer #errors a[href='#field-condition-slight_harm']").click()
    assert page.evaluate("document.activeElement.value") == "slight_harm"
    with page.expect_navigation():
        page.click("#drawer #keep-draft")
    assert outcomes(morning) == [("exempt_first_offence", "draft")]
    refused = [said for said in desk.complaints if "422" not in said]
    desk.complaints[:] = refused
    desk.close()


def test_a_visit_is_recorded_by_keys_alone_and_what_was_typed_survives_escape(
    browser: Browser, console: str, morning: Warehouse, case: tuple[str, str]
) -> None:
    address, login = case
    desk = Desk(browser, console, login)
    page = desk.page
    page.goto(console + address)
    page.keyboard.press("v")
    opened(page)
    both = page.locator("#drawer input[name='officer_ids']:checked").count()
    assert both == 2, "the two officers of the case are filled in"
    page.fill("#drawer [name='place']", "")
    page.focus("#drawer [name='place']")
    page.keyboard.insert_text("鳌山卫街道滨海公路88号")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer", state="detached")
    assert page.evaluate("document.activeElement.dataset.key") == "KeyV", "the focus is back where it was"
    page.keyboard.press("v")
    opened(page)
    assert page.input_value("#drawer [name='place']") == "鳌山卫街道滨海公路88号"
    page.focus("#drawer [name='findings']")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(INSIDE), "the focus stays in the drawer"
    page.focus("#drawer [name='place']")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    with morning.read() as session:
        assert session.scalars(select(VisitRow)).one().place == "鳌山卫街道滨海公路88号"
    desk.close()


def test_a_pasted_roster_is_weighed_while_typed_and_need_not_be_added_up(
    browser: Browser, console: str, morning: Warehouse, log_in: LogIn, case: tuple[str, str]
) -> None:
    address, login = case
    officer = log_in(login)
    send(officer, officer.get(f"{address}/verify"), f"{address}/verify", amount="9000")
    desk = Desk(browser, console, login)
    page = desk.page
    page.goto(console + address)
    page.keyboard.press("w")
    opened(page)
    page.select_option("#drawer [name='proof']", "bank_voucher")
    page.focus("#drawer [name='lines']")
    page.keyboard.insert_text(
        "序号\t姓名\t身份证号\t金额\n1\t工人甲\t370282199001011234\t4,000.00\n2\t工人乙\t\t6000\n合计\t\t\t10000"
    )
    page.keyboard.press("End")
    page.wait_for_selector("#weighed b:text('10,000.00')")
    told = page.inner_text("#weighed")
    assert "超过核实金额" in told
    assert "工人甲" in told
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#drawer .notice.green")
    with morning.read() as session:
        paid = session.scalars(select(PaymentRow)).one()
        assert (paid.workers, paid.amount_fen) == (2, 1_000_000)
    desk.close()


def test_a_paper_is_chosen_by_its_digit(browser: Browser, console: str, case: tuple[str, str]) -> None:
    address, login = case
    desk = Desk(browser, console, login)
    page = desk.page
    page.goto(console + address)
    page.keyboard.press("d")
    opened(page)
    page.keyboard.press("3")
    page.wait_for_selector("#drawer [name='kind']")
    assert page.input_value("#drawer [name='kind']") == "prior_notice"
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer", state="detached")
    desk.close()


def test_a_walk_in_is_taken_down_by_keys_alone_beside_the_open_cases_like_it(
    browser: Browser, console: str, morning: Warehouse
) -> None:
    desk = Desk(browser, console, "desk")
    page = desk.page
    with morning.read() as session:
        before = session.scalar(select(func.count()).select_from(ComplaintRow)) or 0
    for _ in range(2):
        page.wait_for_load_state()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("g")
        page.keyboard.press("i")
        page.wait_for_selector("#field-complainant_name")
        page.focus("#field-complainant_name")
        page.keyboard.insert_text("孙守业")
        page.keyboard.press("Tab")
        page.keyboard.type("13912345678")
        page.keyboard.press("Tab")
        page.keyboard.insert_text("澜田")
        page.keyboard.press("End")
        page.wait_for_selector("#similar a[href^='/cases/']")
        again = page.inner_text("#similar")
        page.focus("#field-narrative")
        page.keyboard.insert_text("三个月没发工资了")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    assert "可能是同一件" in again, "the same phone came today already"
    with morning.read() as session:
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == before + 2
    desk.close()
