"""The inspector's guide, followed word by word in a real browser: from login to a closed and archived case.

What is pressed is named by the words that the guide quotes, and by nothing else; the Chinese guide quotes the same
words at the same places, so one story follows both.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from casework.leniency import Exit
from console.words import LANGUAGES
from services.dispatch.dispatching import suggest_inspectors
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console import later
from tests.console.conftest import served
from tests.console.morning import PASSWORD, SYSTEM
from tests.console.reading import Reader
from tests.console.test_work import lead_of
from tests.console.walks import fill_in
from tests.house.test_guides import GUIDES, ROOT, quoted
from warehouse.engine import Warehouse

pytestmark = pytest.mark.browser
_FIND = """([root, words]) => Array.from(document.querySelectorAll(root)).find(one => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll('kbd, .count, .hidden').forEach(part => part.remove());
  const text = copy.textContent.replace(/\\s+/g, ' ').trim();
  const plain = text.replace(/[:：]? *\\d+$/, '');
  return [text, plain, text.replace(/\\d+/g, 'N')].includes(words);
})"""


class Newcomer:
    """Somebody who presses what the guide names."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page = reader, reader.page
        texts = [quoted((ROOT / page).read_text("utf-8"), words) for page, _, words in GUIDES]
        place = [language for _, language, _ in GUIDES].index(reader.language)
        self.words = dict(zip(texts[0], texts[place], strict=True))
        self.case = ""

    def find(self, words: str, where: str = "a, button, summary") -> Locator:
        """What is called so on the screen; folded acts are unfolded first."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = self.page.evaluate_handle(_FIND, [where, self.words[words]]).as_element()
        assert found is not None, f"the guide says {self.words[words]} and {self.page.url} has no such button"
        self.page.evaluate("document.querySelectorAll('[data-found]').forEach(one => delete one.dataset.found)")
        found.evaluate("one => one.setAttribute('data-found', '')")
        return self.page.locator("[data-found]")

    def press(self, words: str, where: str = "a, button, summary") -> None:
        """One press that leads on."""
        found = self.find(words, where)
        self.page.evaluate("document.documentElement.dataset.here = 'yes'")
        found.evaluate("one => one.click()")
        self.come("html:not([data-here]), #drawer #act")

    def come(self, selector: str) -> None:
        """Something is there, on this page or the next; looked for with every frame, and not twice a second."""
        self.page.wait_for_function("where => document.querySelector(where)", arg=selector)
        self.page.wait_for_load_state()

    def log_in(self, login: str) -> None:
        """Chapter 1."""
        self.reader.give(None)
        self.reader.open("/login")
        self.page.get_by_label(self.words["Account"], exact=True).fill(login)
        self.page.get_by_label(self.words["Password"], exact=True).fill(PASSWORD)
        with self.page.expect_navigation():
            self.press("Log in")

    def write(self, act: str, at: str = "", **typed: str | None) -> None:
        """An act of the case with a form: opened by its name, filled in and sent."""
        self.reader.open(f"/cases/{self.case}{at}")
        self.press(act, "main a")
        form = self.page.locator("#drawer form, #act form").last
        form.wait_for()
        fill_in(form, typed, {})
        self.send(form)

    def send(self, form: Locator) -> None:
        """The form's one blue button; another page comes, or the form says what came of it. Nothing is refused."""
        self.page.evaluate("document.documentElement.dataset.here = 'yes'")
        form.locator("button.primary").click()
        self.come("html:not([data-here]), .drawer .notice.green, .drawer #errors")
        assert self.page.locator("#errors").count() == 0, self.page.inner_text("#errors")

    def do(self, act: str, at: str = "") -> None:
        """An act without a form."""
        self.reader.open(f"/cases/{self.case}{at}")
        with self.page.expect_navigation():
            self.press(act, "main button")

    def fill_paper(self) -> None:
        """Chapter 6: the paper that is not served yet is looked at, and its blanks are filled in."""
        self.reader.open(f"/cases/{self.case}")
        self.press("Papers", "main .tabs a")
        form = self.page.locator("form[action$='/fill']")
        links = "all => all.map(one => one.getAttribute('href'))"
        for path in self.page.locator("main a[href*='/papers/']").evaluate_all(links):
            self.reader.open(path)
            if form.count():
                break
        self.find("Fill in the blanks", "h2")
        for field in form.locator("input:not([type=hidden]), textarea").all():
            if not field.input_value():
                field.fill("2026-12-31" if field.get_attribute("type") == "date" else "已查明")
        self.send(form)

    def serve(self) -> None:
        self.write("Served", served_how="direct")


def dispatched(who: Newcomer, store: Warehouse) -> str:
    """Chapter 2: the desk looks and clicks once. Returns who leads the case."""
    who.log_in("desk")
    with who.page.expect_navigation():
        who.press("Dispatch N cases")
    return lead_of(store, who.case)


def filed(who: Newcomer, lead: str) -> None:
    """Chapter 4."""
    who.log_in(lead)
    who.find("To sign for", "h2, h3, td, b, span, a")
    who.do("Sign for")
    who.find("Next step", "h2")
    who.do("Accept and file")


def investigated(who: Newcomer) -> None:
    """Chapters 5 and 6."""
    who.write("Visit", place="厂区", findings="机器停着")
    who.write("Take in a roster", "/ledger", lines=later.roster("林芳", "13412340003", 6).decode())
    who.write("Verify worker by worker", "/ledger", rest="all")
    who.write("Order to correct", demand="支付工资", due_on="2026-11-27", workers="6", amount="54000")
    who.fill_paper()
    who.serve()
    who.write("Record a payment to workers", "/ledger", rest="all", proof="bank_voucher", proof_ref="正卷第3页")
    who.write("Correction")


def ended(who: Newcomer) -> None:
    """Chapters 7 and 8, up to the submission."""
    who.write("Pledge", signed_by="法人", obligations="依法用工", due_on="2026-12-31", scan_ref="正卷第5页")
    who.write("Education", way="summons", whom="法人", said="讲明工资支付规定")
    who.do("Search earlier offences")
    who.do("End the investigation")
    who.reader.open(f"/cases/{who.case}")
    who.press("Outcome", "main a")
    who.page.wait_for_selector("#drawer #act")
    who.find("Which outcome", "h3")
    who.page.locator(f"#drawer a[href$='exit={Exit.EXEMPT_FIRST_OFFENCE.value}']").first.wait_for()
    for box in who.page.locator("#drawer [name=confirmed]").all():
        box.check()
    with who.page.expect_navigation():
        who.press("Submit for approval", "#drawer button")
    assert who.page.locator("#errors").count() == 0, who.page.inner_text("#errors")


def decided(who: Newcomer, lead: str) -> None:
    """Chapter 8: the legal review by the desk, the approval by the head; chapter 9: the decision and its service."""
    who.log_in("desk")
    who.reader.open("/queue")
    who.press("Pending answers")
    who.find("Outcomes that wait for the legal review", "h2")
    who.write("Legal review", passed="yes", opinion="程序合法")
    who.log_in("head")
    who.reader.open("/mine")
    who.find("To approve", "h2, h3, td, b, span, a")
    who.reader.open(f"/cases/{who.case}")
    who.press("To the decision", "main a")
    with who.page.expect_navigation():
        who.press("Approve", "main button")
    who.log_in(lead)
    who.reader.open(f"/cases/{who.case}")
    who.fill_paper()
    who.serve()


def heard(who: Newcomer) -> int:
    """Chapter 9: the case waits for what its workers say of the money; they call the desk, which writes it down."""
    who.log_in("desk")
    who.reader.open(f"/cases/{who.case}")
    waits = "Wait for what the workers say of the money, or until their days are over; then close the case."
    who.find(waits, "#next b")
    for answers in count():
        who.press("Did the money come?", ".side a")
        who.page.wait_for_selector("main tbody tr")
        if who.words["asked, may still answer"] not in who.page.inner_text("main tbody"):
            return answers
        who.press("Record an answer", "main a")
        form = who.page.locator("form[action^='/money/']")
        form.wait_for()
        fill_in(form, {"came": "yes", "way": "telephone"}, {})
        with who.page.expect_navigation():
            who.press("Record the answer", "main button")
        assert who.page.url.endswith("/money"), who.page.inner_text("main")
    raise AssertionError


def closed(who: Newcomer) -> None:
    """Chapter 9: closed by the head, called back and archived by the desk."""
    assert heard(who) > 0, "the closing waits for nobody"
    who.log_in("head")
    who.do("Close the case")
    who.fill_paper()
    who.log_in("desk")
    who.press("Call-backs", ".side a")
    who.page.wait_for_selector("main a[href^='/callbacks/']")
    who.press("Call", "main a")
    form = who.page.locator("form[action^='/callbacks/']")
    form.wait_for()
    fill_in(form, {"answered": "yes", "money_received": "yes", "satisfied": "yes"}, {})
    with who.page.expect_navigation():
        who.press("Record the call-back", "main button")
    who.write("Archive", note="正卷一册")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_newcomer_follows_the_guide_from_login_to_the_archive(
    browser: Browser, morning: Warehouse, settings: Settings, language: str, tmp_path: Path
) -> None:
    suggest_inspectors(morning, actor=SYSTEM, at=NOW)
    with served(morning, settings) as address:
        reader = Reader(browser, address, language)
        who = Newcomer(reader)
        who.case = later.case_of(morning, later.SPARED).matter_no
        lead = dispatched(who, morning)
        filed(who, lead)
        investigated(who)
        ended(who)
        decided(who, lead)
        closed(who)
        assert later.case_of(morning, later.SPARED).legal_status == "archived"
        reader.context.close()
    assert reader.found == []
