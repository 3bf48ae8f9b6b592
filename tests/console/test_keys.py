"""Each key of the `?` sheet does what the sheet says of it; none acts while somebody types or composes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from services.office.settings import Settings
from tests.conftest import NOW
from tests.console import later
from tests.console.conftest import Person, served
from tests.console.doubts import TUOLING, ask_about
from tests.console.reading import Reader
from tests.console.test_work import lead_of
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, EmployerRow, EmployerWatchRow, JudgementRow, VisitRow

pytestmark = pytest.mark.browser


class Keyboard:
    """Somebody whose hands are on the keyboard only."""

    def __init__(self, reader: Reader, store: Warehouse) -> None:
        self.reader, self.store, self.page = reader, store, reader.page

    def sit(self, login: str, path: str) -> Page:
        """Somebody logs in and stands on a page."""
        person = Person(self.reader.address)
        person.log_in(login)
        self.page.goto("about:blank")  # a page that asks whether its list changed would ask between two people
        self.reader.give(person)
        person.client.close()
        self.reader.open(path)
        return self.page

    def leads(self, *keys: str) -> str:
        """Where some keys lead to."""
        with self.page.expect_navigation():
            for key in keys:
                self.page.keyboard.press(key)
        return self.page.url.removeprefix(self.reader.address)

    def focus(self, where: str) -> None:
        self.page.wait_for_selector(where)
        self.page.focus(where)

    def waiting(self) -> int:
        with self.store.read() as session:
            question = select(func.count()).select_from(CaseRow).where(CaseRow.status == "to_dispatch")
            return session.scalar(question) or 0

    def verdicts(self) -> list[str]:
        with self.store.read() as session:
            rows = select(JudgementRow.verdict).where(JudgementRow.by_person, JudgementRow.newest)
            return sorted(session.scalars(rows))

    def current(self) -> str:
        return self.page.get_attribute("[data-row].current", "id") or ""

    def row(self, needs: str) -> None:
        """The current row is the first with something in it."""
        self.sit("desk", "/queue")
        self.focus("[data-list]")
        place = self.page.locator("tr.row").evaluate_all(
            "(rows, needs) => rows.findIndex(one => one.querySelector(needs))", needs
        )
        now = self.page.locator("tr.row").evaluate_all("rows => rows.findIndex(one => one.matches('.current'))")
        for _ in range(place - now):
            self.page.keyboard.press("j")

    @property
    def number(self) -> str:
        """The case that its inspector holds."""
        return later.case_of(self.store, later.SPARED).matter_no

    def mine(self) -> str:
        """Its inspector goes down the list of their own to it."""
        self.sit(lead_of(self.store, self.number), "/mine")
        self.focus("[data-list]")
        place = self.page.locator("[data-row]").evaluate_all(
            "(rows, path) => rows.findIndex(one => one.dataset.open === path)", f"/cases/{self.number}"
        )
        for _ in range(place):
            self.page.keyboard.press("j")
        assert self.page.get_attribute("[data-row].current", "data-open") == f"/cases/{self.number}"
        return self.number

    def on_case(self) -> Page:
        """Its inspector stands on it."""
        return self.sit(lead_of(self.store, self.number), f"/cases/{self.number}")


def search(hands: Keyboard) -> None:
    hands.sit("desk", "/account").keyboard.press("/")
    assert hands.page.evaluate("document.activeElement.id") == "find"


def jumps(letter: str, path: str, login: str = "desk") -> Callable[[Keyboard], None]:
    """G and a letter lead to a page of the menu."""

    def act(hands: Keyboard) -> None:
        hands.sit(login, "/account")
        assert hands.leads("g", letter) == path

    return act


def moves(hands: Keyboard) -> None:
    hands.sit("desk", "/queue")
    hands.focus("[data-list]")
    first = hands.current()
    for down, up in (("j", "k"), ("ArrowDown", "ArrowUp")):
        hands.page.keyboard.press(down)
        assert hands.current() != first
        hands.page.keyboard.press(up)
        assert hands.current() == first


def opens(hands: Keyboard) -> None:
    hands.row("[data-key=KeyP]")
    number = hands.current()
    assert hands.leads("Enter") == f"/cases/{number}"


def ticks(hands: Keyboard) -> None:
    hands.row("[data-key=KeyP]")
    hands.page.keyboard.press("x")
    assert hands.page.locator("[data-tick]:checked").count() == 1


def merges(hands: Keyboard) -> None:
    ticks(hands)
    hands.page.keyboard.press("j")
    hands.page.keyboard.press("x")
    assert hands.leads("m").startswith("/queue/merge?case=")


def another(hands: Keyboard) -> None:
    hands.row("[data-key=KeyP]")
    hands.page.keyboard.press("r")
    assert hands.page.evaluate("document.activeElement.name") == "lead_id"


def picks(hands: Keyboard) -> None:
    hands.row("[data-key=KeyE]")
    hands.page.wait_for_selector(f"#pane[data-of='{hands.current()}']")
    hands.page.keyboard.press("e")
    hands.page.wait_for_selector("#pane button:focus, form[action$='/pick-employer']")


def compares(hands: Keyboard) -> None:
    hands.row("[data-key=KeyC]")
    assert hands.leads("c").startswith("/review?left=")


def judges(hands: Keyboard) -> None:
    for key, verdict in (("n", "different"), ("l", "linked"), ("u", "unsure"), ("y", "same")):
        hands.sit("desk", "/review")
        hands.leads(key)
        assert hands.verdicts() == [verdict]
        hands.sit("desk", "/review")
        with hands.page.expect_navigation():
            hands.page.locator("[action^='/review/take-back'] button").first.click()
        assert hands.verdicts() == []


def takes_back(hands: Keyboard) -> None:
    hands.row("[data-key=KeyN]")
    hands.leads("n")
    assert hands.verdicts() == ["different"]
    hands.leads("z")
    assert hands.verdicts() == []


def sends_one(hands: Keyboard) -> None:
    hands.row("[data-key=KeyP]")
    before = hands.waiting()
    hands.leads("p")
    assert hands.waiting() == before - 1


def sends_all(hands: Keyboard) -> None:
    hands.sit("desk", "/queue")
    hands.focus("[data-list]")
    ready = hands.page.locator("[data-list] [data-key=KeyP]").count()
    before = hands.waiting()
    hands.leads("Shift+P")
    assert hands.waiting() == before - ready


def signs(hands: Keyboard) -> None:
    hands.mine()
    hands.leads("a")
    assert later.case_of(hands.store, later.SPARED).status == "in_progress"


def sends_back(hands: Keyboard) -> None:
    number = hands.mine()
    hands.page.keyboard.press("b")
    hands.page.wait_for_selector(f"form[action='/cases/{number}/send-back']")


def forms(hands: Keyboard) -> None:
    hands.on_case()
    for key, path in (("v", "visit"), ("w", "payment"), ("o", "outcome")):
        hands.page.keyboard.press(key)
        hands.page.wait_for_selector(f"#drawer form[action$='/{path}']")
        closes(hands)
    hands.page.keyboard.press("d")
    hands.page.wait_for_selector("#drawer .choices")
    closes(hands)


def closes(hands: Keyboard) -> None:
    hands.page.keyboard.press("Escape")
    hands.page.wait_for_selector("#drawer", state="detached")


def closes_a_form(hands: Keyboard) -> None:
    hands.on_case().keyboard.press("v")
    hands.page.wait_for_selector("#drawer #act")
    closes(hands)


def digits(hands: Keyboard) -> None:
    hands.on_case().keyboard.press("d")
    hands.page.wait_for_selector("#drawer .choices :focus")
    for chord in ("Control+3", "Alt+3"):
        hands.page.keyboard.press(chord)
    assert hands.page.locator("#drawer .choices").count() == 1, "with Ctrl or Alt a digit is the browser's"
    hands.page.keyboard.press("3")
    hands.page.wait_for_selector("#drawer [name='kind']")
    closes(hands)


def sends(hands: Keyboard) -> None:
    hands.on_case().keyboard.press("v")
    hands.page.wait_for_selector("#drawer [name='place']")
    hands.page.fill("#drawer [name='place']", "厂区")
    hands.leads("Control+Enter")
    with hands.store.read() as session:
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 1


def periods(hands: Keyboard) -> None:
    hands.sit("head", "/dashboard")
    before = hands.page.url
    for chord in ("Control+6", "Alt+6"):
        hands.page.keyboard.press(chord)
    assert hands.page.url == before, "with Ctrl or Alt a digit is the browser's"
    for digit in "165432":
        hands.leads(digit)
        assert hands.page.locator(f"[data-period='{digit}'][aria-current]").count() == 1


def goes_on(hands: Keyboard) -> None:
    hands.sit("desk", "/queue")
    first, second, *_ = hands.page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.id)")
    hands.reader.open(f"/cases/{first}")
    assert hands.leads("BracketRight") == f"/cases/{second}"
    assert hands.leads("BracketLeft") == f"/cases/{first}"


def splits(hands: Keyboard) -> None:
    sea = later.case_of(hands.store, later.ASKED).matter_no
    hands.sit("desk", f"/cases/{sea}")
    box = hands.page.locator("[data-members] input[type=checkbox]").first
    box.check()
    box.focus()
    before = hands.waiting()
    hands.leads("s")
    assert hands.waiting() == before + 1


def watches(hands: Keyboard) -> None:
    with hands.store.read() as session:
        firm = session.scalars(select(EmployerRow.id).where(EmployerRow.name == later.FLED)).one()
    for count in (1, 0):
        hands.sit("desk", f"/employers/{firm}")
        hands.focus("[data-list]")
        hands.leads("w")
        with hands.store.read() as session:
            live = select(func.count()).select_from(EmployerWatchRow).where(EmployerWatchRow.ended_at.is_(None))
            assert session.scalar(live) == count


SHEET: dict[str, Callable[[Keyboard], None]] = {
    "/": search,
    "G Q": jumps("q", "/queue"),
    "G M": jumps("m", "/mine", "head"),
    "G D": jumps("d", "/review"),
    "G E": jumps("e", "/employers"),
    "G S": jumps("s", "/statistics"),
    "G W": jumps("w", "/warnings"),
    "G I": jumps("i", "/walk-in"),
    "J K ↑ ↓": moves,
    "Enter": opens,
    "X": ticks,
    "M": merges,
    "R": another,
    "E": picks,
    "C": compares,
    "Y N L U": judges,
    "Z": takes_back,
    "S": splits,
    "W": watches,
    "1 – 6": periods,
    "[ ]": goes_on,
    "P": sends_one,
    "Shift P": sends_all,
    "B": sends_back,
    "A": signs,
    "V D W O": forms,
    "Esc": closes_a_form,
    "1–9": digits,
    "Ctrl Enter": sends,
}
"""What stands on the sheet, in the order of a morning: the later ones change it."""


@pytest.fixture
def hands(browser: Browser, morning: Warehouse, settings: Settings) -> Iterator[Keyboard]:
    """A keyboard before a morning with two doubtful pairs."""
    ask_about(morning, TUOLING, at=NOW)
    with served(morning, settings) as address:
        reader = Reader(browser, address, "en", height=610)
        yield Keyboard(reader, morning)
        reader.context.close()
    assert reader.found == []


def test_each_key_of_the_sheet_does_what_it_says(hands: Keyboard) -> None:
    hands.sit("desk", "/queue")
    hands.page.keyboard.press("?")
    rows = hands.page.locator("dialog.keys dt").evaluate_all(
        "all => all.map(one => one.textContent.trim().replace(/\\\\s+/g, ' '))"
    )
    assert sorted(rows) == sorted(SHEET), "the sheet says each key once, and no other"
    for key, act in SHEET.items():
        try:
            act(hands)
        except Exception as failed:
            raise AssertionError(f"the key {key}: {failed}") from failed


def test_no_key_acts_while_somebody_types_or_composes(hands: Keyboard) -> None:
    hands.sit("desk", "/queue")
    before, start = hands.waiting(), hands.page.url
    hands.focus("#find")
    letters = "qmdesijkpPrxmyncluzazwvob123[]"
    hands.page.keyboard.type(letters)
    assert hands.page.input_value("#find") == letters
    composing = "(code, more) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', more))"
    for place in ("[data-list]", "body"):
        hands.page.evaluate("where => (document.querySelector(where).focus(), 0)", place)
        for letter in "PYNLUZXMRECABG":
            for more in ({"isComposing": True}, {"keyCode": 229}):
                given = {"code": f"Key{letter}", "key": "Process", "bubbles": True, **more}
                hands.page.evaluate(f"more => ({composing})(0, more)", given)
    hands.page.wait_for_timeout(200)
    assert (hands.waiting(), hands.page.url, hands.verdicts()) == (before, start, [])
    assert hands.page.locator("[data-tick]:checked").count() == 0


def test_the_workbook_of_the_month_is_two_clicks_away(hands: Keyboard) -> None:
    page = hands.sit("desk", "/queue")
    page.click(".side a[href='/statistics']")
    page.fill("#field-purpose", "月报")
    with page.expect_download() as taken:
        page.click("form[action='/statistics/export'] button")
    assert Path(taken.value.suggested_filename).suffix == ".xlsx"
