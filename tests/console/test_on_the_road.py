"""An inspector with a telephone: their pages at 390 by 844, touched and not pointed at, and the sheet on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page
from sqlalchemy import func, select

from casework.people import Actor, Role
from console.words import LANGUAGES
from services.office.rules import change_setting
from tests.console import later
from tests.console.conftest import Person, served
from tests.console.reading import ENGINE, RUN, TAGS, VENDOR
from tests.console.test_print import _SEEN, A4
from tests.console.warned import warn
from tests.photographs import SECRET, located, shot
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import AttachmentRow, CaseRow, ComplaintVersionRow, PaymentRow, VisitRow

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
SHOTS = os.environ.get("ROAD_SHOTS")
SMALL = """() => {
  const seen = one => one.getClientRects().length > 0 && getComputedStyle(one).visibility === 'visible' &&
    !one.closest('.hidden') && one.offsetWidth > 2;
  const box = one => (one.closest('label') && /checkbox|radio/.test(one.type) ? one.closest('label') : one)
    .getBoundingClientRect();
  const name = one => one.tagName + '.' + one.className + ' ' + (one.name || one.textContent.trim()).slice(0, 40) +
    ' ' + Math.round(box(one).width) + 'x' + Math.round(box(one).height);
  const touched = 'main button, main .btn, main input:not([type=hidden]), main select, main summary, .side a, ' +
    '.top button, .top .tool, .tabs a, #drawer button, #drawer .btn, #drawer input:not([type=hidden]), #drawer select';
  return Array.from(document.querySelectorAll(touched)).filter(seen)
    .filter(one => box(one).height < 43.5 || box(one).width < 43.5).map(name).slice(0, 8);
}"""
ROLLS = """() => Array.from(document.querySelectorAll('body *')).filter(one =>
  /auto|scroll/.test(getComputedStyle(one).overflowX) && one.clientWidth > 0 && one.tagName !== 'TEXTAREA' &&
  one.scrollWidth > one.clientWidth + 1).map(one => one.tagName + '.' + one.className).slice(0, 5)"""


@dataclass
class Phone:
    """A telephone, the numbers of two cases, and who leads each."""

    page: Page
    address: str
    store: Warehouse
    fled: str
    sent: str
    leads: tuple[str, str]
    found: list[str]
    language: str

    def open(self, path: str) -> None:
        """A page as it is drawn for a telephone: nothing beside it, nothing too small for a thumb, no fault."""
        self.page.goto(self.address + path)
        self.look(path)

    def look(self, name: str) -> None:
        """The page that stands there."""
        page = self.page
        if SHOTS:
            page.screenshot(
                path=f"{SHOTS}/{self.language}{name.replace('/', '_').replace('?', '_')}.png", full_page=True
            )
        wide = page.evaluate("document.documentElement.scrollWidth")
        told: dict[str, Any] = page.evaluate(RUN, [TAGS, None])
        self.found += [f"{name}: is {wide} wide"] if wide > PHONE["width"] else []
        self.found += [f"{name}: rolls to the side: {one}" for one in page.evaluate(ROLLS)]
        self.found += [f"{name}: is small to touch: {one}" for one in page.evaluate(SMALL)]
        self.found += [f"{name}: {one['rule']}: {one['at']}" for one in told["violations"]]
        assert told["checked"] > 5

    def give(self, login: str) -> None:
        """The telephone of somebody else."""
        person, context = Person(self.address), self.page.context
        person.log_in(login)
        context.clear_cookies()
        given = {one.name: one.value or "" for one in person.client.cookies.jar} | {"arrears_language": self.language}
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in given.items()])
        person.client.close()


@pytest.fixture
def later_store(later_template: Template, tmp_path: Path) -> Iterator[Warehouse]:
    with later_template.store(tmp_path / "arrears.db") as store:
        yield store


@pytest.fixture(params=LANGUAGES)
def phone(request: pytest.FixtureRequest, browser: Browser, later_store: Warehouse, tmp_path: Path) -> Iterator[Phone]:
    office = later.Office(later_store, tmp_path)
    office.now = later.LATER
    fled, sent = (later.case_of(office.store, name) for name in (later.FLED, later.SENT))
    leads = office.pair(fled.id)[0], office.pair(sent.id)[0]
    with served(office.store, office.settings, lambda: office.now) as address:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, device_scale_factor=1, is_mobile=True, has_touch=True,
            locale="zh-CN", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        context.add_init_script(path=VENDOR / ENGINE)
        context.set_default_timeout(20_000)
        page = context.new_page()
        one = Phone(page, address, office.store, fled.matter_no, sent.matter_no, leads, [], request.param)
        page.on("console", lambda said: one.found.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: one.found.append(str(error)))
        one.give(leads[0])
        yield one
        context.close()


def choose(page: Page, selector: str, *files: tuple[str, str, bytes]) -> None:
    """Files are chosen in a field."""
    chosen: list[FilePayload] = [{"name": one, "mimeType": kind, "buffer": body} for one, kind, body in files]
    page.set_input_files(selector, chosen)


def sent(page: Page) -> None:
    """The form of the page is sent, and another page comes."""
    with page.expect_navigation():
        page.click("#act button.primary")


def test_an_inspector_signs_visits_takes_the_roster_and_the_proof_on_a_telephone(phone: Phone) -> None:
    page, case, other = phone.page, f"/cases/{phone.sent}", f"/cases/{phone.fled}"
    for path in ("/mine", "/mine/sheet", other, f"{other}?tab=handling", f"{other}?tab=papers", f"{other}/ledger"):
        phone.open(path)
    phone.give(phone.leads[1])
    page.goto(f"{phone.address}/mine")
    with page.expect_navigation():
        page.click(f"form[action='{case}/sign-for'] button")
    phone.open(f"{case}/visit")
    page.fill("[name=place]", "厂区东门")
    page.fill("[name=problems_found]", "1")
    page.fill("[name=problems_corrected]", "0")
    choose(page, "[name=photos][multiple]", ("a.jpg", "image/jpeg", located()), ("b.png", "image/png", shot("PNG")))
    camera = page.locator("[name=photos][capture]")
    assert camera.count() == 1
    choose(page, "[name=photos][data-again]", ("now.jpg", "image/jpeg", shot(shade=40)))
    assert camera.count() == 2, "when a picture was taken there is a field for the next"
    sent(page)
    phone.look(f"{case}?tab=handling")
    addresses = page.locator(".photos img").evaluate_all("all => all.map(one => one.src)")
    assert len(addresses) == 3
    for address in addresses:
        assert SECRET not in page.request.get(address.replace("/small", "/whole")).body()
    phone.open(addresses[0].removeprefix(phone.address).replace("/small", ""))
    phone.open(f"{case}/roster")
    crew = "姓名,手机,月份,金额\n工人甲,13800000001,2026-09,3000\n工人乙,13800000002,2026-09,4000"
    choose(page, "[name=file]", ("crew.csv", "text/csv", crew.encode()))
    sent(page)
    phone.look(f"{case}/roster told")
    phone.open(f"{case}/pay-workers")
    page.fill("[name=amounts]", "")
    choose(page, "[name=file]", ("paid.csv", "text/csv", "姓名,实发金额\n外人,10".encode()))
    page.select_option("[name=proof]", index=1)
    page.select_option("[name=rest]", "listed")
    sent(page)
    phone.look(f"{case}/pay-workers refused")
    assert {"zh_CN": "支付明细第 2 行", "en": "Lines 2 of the payment list"}[phone.language] in page.inner_text(
        "#errors"
    )
    page.fill("[name=amounts]", "")
    choose(page, "[name=file]", ("paid.csv", "text/csv", "姓名,实发金额\n工人甲,3000\n工人乙,1000".encode()))
    sent(page)
    with phone.store.read() as session:
        number = select(CaseRow.id).where(CaseRow.matter_no == phone.sent).scalar_subquery()
        paid = session.scalars(select(PaymentRow.amount_fen).where(PaymentRow.case_id == number)).all()
        assert list(paid) == [400_000]
        assert session.scalar(select(func.count()).select_from(VisitRow).where(VisitRow.case_id == number)) == 1
    phone.open(f"{case}/photos")
    page.select_option("[name=visit_id]", index=page.locator("[name=visit_id] option").count() - 1)
    choose(page, "[name=photos][capture]", ("slip.jpg", "image/jpeg", shot(shade=77)))
    sent(page)
    phone.look(f"{case}?tab=handling with a proof")
    with phone.store.read() as session:
        proof = session.scalars(select(AttachmentRow).where(AttachmentRow.payment_id.is_not(None))).one()
        proof_id = proof.id
        assert (proof.origin, proof.visit_id) == ("payment", None)
    phone.open(f"{case}/photos/{proof_id}")
    assert {"zh_CN": "支付的凭证", "en": "proof of the payment"}[phone.language] in page.inner_text(".head")
    phone.open(f"{case}/payment")
    assert page.locator("[name=photos][capture]").count() == 1
    phone.open("/mine/sheet")
    sheet = page.inner_text("main")
    with phone.store.read() as session:
        told = session.scalars(select(ComplaintVersionRow.complainant_name)).all()
    assert not [name for name in (*told, "工人甲", "工人乙") if name and name in sheet]
    page.set_viewport_size({"width": A4[0], "height": A4[1]})
    page.emulate_media(media="print")
    seen = page.evaluate(_SEEN, [A4[0]])
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{phone.language}_paper.png", full_page=True)
    assert seen == {"menu": [], "wide": [], "cut": [], "spilt": [], "dark": [], "ground": "rgb(255, 255, 255)"}
    own = [one for one in phone.found if "status of 422" not in one]
    assert not own, "\n".join(own)


def test_employers_and_warnings_stand_line_by_line_on_a_telephone(phone: Phone) -> None:
    page = phone.page
    with phone.store.write() as session:
        firm = session.scalars(select(CaseRow.employer_id).where(CaseRow.matter_no == phone.fled)).one()
        warn(session, "complaints_30d", "red", later.LATER, employer_id=firm)
        warn(session, "growth", "yellow", later.LATER, employer_id=firm)
    for path, first in (("/warnings", "a[href^='/warnings/']"), ("/employers", ".list a[href^='/employers/']")):
        phone.open(path)
        lines = page.locator(".list [data-row]")
        assert lines.count(), path
        column = lines.first.locator("td >> nth=1").evaluate("one => getComputedStyle(one, '::before').content")
        assert column not in ("none", '""'), "each value says which column it is of"
        phone.open(str(page.locator(first).first.get_attribute("href")))
    assert not phone.found, "\n".join(phone.found)


@pytest.mark.parametrize("phone", ["zh_CN"], indirect=True)
def test_the_words_of_a_visit_outlive_the_line_and_the_page_and_go_with_the_visit_or_the_login(phone: Phone) -> None:
    page, form = phone.page, f"{phone.address}/cases/{phone.fled}/visit"
    kept = "Object.keys(localStorage).filter(key => key.startsWith('arrears-visit:')).length"
    page.goto(form)
    page.fill("[name=findings]", "不留")
    assert page.evaluate(kept) == 0, "off until the office switches it on"
    admin = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("",))
    given: dict[str, Any] = {"name": "draft.visit.on_device", "value": True, "source": "局务会", "actor": admin}
    change_setting(phone.store, **given, at=later.LATER)
    page.goto(form)
    with page.expect_navigation():
        page.click("[form=drop-draft]")
    page.goto(form)
    page.fill("[name=findings]", "机器停着，工人在门口")
    page.context.set_offline(True)
    page.click("#act button.primary")
    page.wait_for_selector("[data-down]:visible")
    page.context.set_offline(False)
    page.goto(f"{phone.address}/mine")
    page.goto(form)
    assert page.input_value("[name=findings]") == "机器停着，工人在门口"
    page.wait_for_selector("[data-draft-back]:visible")
    page.fill("[name=place]", "项目部")
    page.fill("[name=problems_found]", "0")
    page.fill("[name=problems_corrected]", "0")
    page.click("#act button.primary")
    page.wait_for_url("**tab=handling")
    assert page.evaluate(kept) == 0
    page.goto(form)
    page.fill("[name=findings]", "第二次")
    assert page.evaluate(kept) == 1
    page.click("form[action='/logout'] button")
    page.wait_for_url("**/login**")
    assert page.evaluate(kept) == 0
