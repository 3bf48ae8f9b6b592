"""The journey of a worker: from a form on a telephone to the money, and to the word that it came.

Everything is the real thing but the town around it: the page for workers by HTTP in a browser of 390 by 844 points, its
sealed inbox, the seven pulls, the console's click, the gateway for text messages of the sandbox.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, FilePayload, ViewportSize
from playwright.sync_api import Page as Tab

from casework.blanks import typed
from casework.handling import PaidWorker
from casework.people import Actor
from services.cases import handling
from services.messaging.running import one_round
from services.office.running import connector_of
from services.replying.hearing_money import hear_workers
from services.replying.replies import send_due
from services.replying.telling_progress import tell_progress
from tests.counter.conftest import Page
from tests.counter.phones import VOICE
from tests.scenarios.by_browser import ByBrowser
from tests.scenarios.by_services import ByServices
from tests.scenarios.hands import order_id, paper
from tests.scenarios.town import Town, moment
from tests.services.work import C2

BEGINS = "2026-11-20 08:40"
SCREEN: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
LANGUAGES = {"zh": "zh_CN", "en": "en"}
PUBLIC = "https://page.test"
"""What the office calls its page; the proxy that would stand there is left out."""
WORKER, NUMBER = "孙立国", "13900007431"
FIRM, SITE, OWED = "青岛恒泰建筑劳务有限公司", "滨海花园二期", Decimal(12_600)
STORY = {
    "zh": "在滨海花园二期做木工，8月到10月的工资一分没发，班组长说总包没拨钱。一共12600元。",
    "en": "I did carpentry at Binhai Garden, phase two. Not paid a yuan for August to October, 12,600 in all.",
}


def photograph(words: str, seed: int) -> bytes:
    """A picture such as a telephone takes of a sheet of paper: a time sheet of figures, with a word in its corner."""
    chance = random.Random(seed)
    image = Image.new("RGB", (480, 640), (228, 224, 214))
    pen = ImageDraw.Draw(image)
    pen.text((24, 20), words, fill=(40, 40, 60))
    for row in range(14):
        pen.line((20, 60 + 38 * row, 460, 60 + 38 * row), fill=(120, 120, 130))
        for column in range(6):
            pen.text((30 + 72 * column, 70 + 38 * row), f"{chance.randint(0, 12):>2} h", fill=(50, 50, 120))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


class Journey:
    """One worker's way in one language. `seen` is shown each page that a person has before them, by its name."""

    def __init__(
        self, browser: Browser, hand: Tab, page: Page, console: str, town: Town, language: str,
        seen: Callable[[Tab, str], None],
    ) -> None:  # fmt: skip
        self.browser, self.hand, self.page, self.console, self.town = browser, hand, page, console, town
        self.language, self.seen = language, seen
        self.office = ByServices(town)
        self.receipt = ""
        self.texts: list[str] = []

    def walk(self) -> None:
        """All of it, in order."""
        self.the_office_is_ready()
        self.the_worker_posts()
        self.it_becomes_a_case_and_goes_out_by_one_click()
        self.the_worker_is_told_and_looks()
        self.the_inspector_brings_the_money_in()
        self.did_the_money_come()
        self.the_file_is_closed()

    def at(self, text: str) -> None:
        """The clock of the office and of the page."""
        self.town.now = self.page.now = moment(text)

    def the_schedule(self) -> None:
        """What the clock does by itself: hear, answer, tell progress, write and send messages."""
        town, connectors = self.town, connector_of(self.town.settings)
        self.heard = hear_workers(town.store, connectors, actor=Actor.system("page"), at=town.now)
        send_due(town.store, connector_of=connectors, actor=Actor.system("reply"), at=town.now, clock=town.clock)
        one_round(town.store, town.settings, actor=Actor.system("messages"), clock=town.clock)
        tell_progress(town.store, connectors, actor=Actor.system("reply"), at=town.now)
        self.texts = [one.text for one in town.running.sms.taken if one.to == NUMBER]

    def the_office_is_ready(self) -> None:
        """The office knows the address of its page, and in which language workers are written to."""
        self.town.the_office_answers(
            "即墨区人社局 2026年第4次局长办公会",
            message__link__workers=PUBLIC,
            message__workers__language=LANGUAGES[self.language],
        )
        self.the_schedule()

    def the_worker_posts(self) -> None:
        """A form, two pictures and a voice note; a receipt number."""
        hand = self.hand
        for name, value in (("who", "self"), ("work", "site")):
            hand.check(f"input[name={name}][value={value}]")
        said = {"story": STORY[self.language], "employer": FIRM, "site": SITE, "owed": "12600", "name": WORKER,
                "phone": NUMBER, "since": "2026-08", "until": "2026-10", "workers": "1"}  # fmt: skip
        for name, value in said.items():
            hand.fill(f"[name={name}]", value)
        chosen: list[FilePayload] = [
            {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photograph("2026-09", 9)},
            {"name": "2.jpg", "mimeType": "image/jpeg", "buffer": photograph("2026-10", 10)},
            {"name": "v.amr", "mimeType": "audio/amr", "buffer": VOICE},
        ]
        hand.set_input_files("#files", chosen)
        hand.wait_for_selector("#chosen li:nth-child(3)")
        self.seen(hand, "journey-form")
        hand.click("button[type=submit]")
        hand.wait_for_selector("#receipt")
        hand.wait_for_selector("#draft-cleared:not([hidden])")
        self.seen(hand, "journey-receipt")
        found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", hand.inner_text("#receipt"))
        assert found
        self.receipt = found[0]

    def it_becomes_a_case_and_goes_out_by_one_click(self) -> None:
        """Pulled with its three files; the desk's one click sends it; its inspector sees them on a telephone."""
        self.at("2026-11-20 09:00")
        assert self.town.pull() == 1
        (case,) = self.town.cases()
        self.office.case_id = case.id
        desk = self._console("desk")
        desk.get("/queue")
        self.seen(desk.tab, "journey-queue")
        desk.send("/queue/dispatch", {})
        assert self.town.cases()[0].status == "dispatched"
        desk.close()
        self.lead, self.other = self.town.pair(case.id)
        inspector = self._console(self.lead, PHONE)
        inspector.get(f"/cases/{case.matter_no}?tab=complaints")
        files = inspector.tab.locator(f'a[href^="/cases/{case.matter_no}/files/"]')
        assert (files.count(), files.locator("img").count()) == (3, 2)
        files.first.scroll_into_view_if_needed()
        self.seen(inspector.tab, "journey-case")
        inspector.close()

    def the_worker_is_told_and_looks(self) -> None:
        """Accepted: a message with a link, which leads to the own progress."""
        self.at("2026-11-20 09:20")
        self.office.do(self.lead, "sign-for")
        self.office.do(self.lead, "accept")
        self.at("2026-11-20 09:40")
        self.the_schedule()
        assert [self.receipt in text for text in self.texts] == [True]
        self._opens_the_link()
        self.seen(self.hand, "journey-progress")

    def the_inspector_brings_the_money_in(self) -> None:
        """Visited, ordered to pay, paid into the worker's account, pledged; spared by a head, and served."""
        office, lead, day = self.office, self.lead, moment("2026-11-23 10:00").date()
        self.at("2026-11-23 10:00")
        office.do(lead, "visit", visited_at=self.town.now, place=SITE)
        handling.verify_amount(self.town.store, **office._common(lead), amount=OWED)
        due = day + timedelta(days=7)
        office.do(lead, "order", demand="支付8月至10月工资", law="423 §26", issued_on=day, due_on=due)
        self.at("2026-11-26 15:00")
        paid_on = self.town.now.date()
        office.do(
            lead, "payment", paid_on=paid_on, workers=1, amount=OWED, proof="bank_voucher",
            lines=[PaidWorker(WORKER, OWED)],
        )  # fmt: skip
        office.do(lead, "correction", order_id=order_id(office), corrected_on=paid_on)
        pledged = {"signed_by": "刘经理", "signed_on": paid_on, "obligations": "按月足额支付工资"}
        office.do(lead, "pledge", **pledged, due_on=paid_on + timedelta(days=35))
        office.do(lead, "educate", educated_on=paid_on, way="on_site", whom="刘经理", said="按月足额支付工资")
        office.propose(lead, C2.exit, confirmed=C2.confirmed, waivers=C2.waivers)
        office.do("desk", "legal-review", passed=True, opinion="程序合法")
        office.decide("head")
        decision = paper(office, "exemption_decision")
        missing = [one for one in typed(decision.kind) if one.required and not decision.body.get(one.key)]
        office.fill(
            lead, decision.kind, **{one.key: f"{paid_on}" if one.form == "day" else "已查明" for one in missing}
        )
        office.do(lead, "serve", document_id=decision.id, served_on=paid_on, served_how="direct")

    def did_the_money_come(self) -> None:
        """The question comes as a message; its link leads to it, and the worker says yes."""
        self.at("2026-11-26 15:30")
        self.the_schedule()
        assert len(self.texts) == 2, "one message for both: it was decided, and did the money come?"
        self._opens_the_link()
        hand = self.hand
        hand.wait_for_selector("#money")
        self.seen(hand, "journey-question")
        hand.check("input[name=came][value=yes]")
        hand.click("#money button")
        hand.wait_for_selector("#money [role=status]")
        self.seen(hand, "journey-answered")

    def the_file_is_closed(self) -> None:
        """The answer is heard, the head closes the file, and the worker reads so."""
        self.at("2026-11-26 16:00")
        self.the_schedule()
        assert (self.heard.heard, self.heard.refused) == (1, 0)
        head = self._console("head")
        (case,) = self.town.cases()
        head.get("/money")
        self.seen(head.tab, "journey-money")
        path = f"/cases/{case.matter_no}"
        head.get(path)
        if not head.tab.locator(f'form[action="{path}/close"]').count():
            head.get(f"{path}/close")
        head.send(f"{path}/close", {})
        head.close()
        assert self.town.cases()[0].status == "closed"
        self.at("2026-11-26 16:20")
        self.the_schedule()
        self._opens_the_link()
        self.seen(self.hand, "journey-closed")

    def _console(self, login: str, size: ViewportSize = SCREEN) -> ByBrowser:
        """Somebody of the office, logged in at their screen."""
        return ByBrowser(self.browser, self.console, login, language=LANGUAGES[self.language], size=size)

    def _opens_the_link(self) -> None:
        """The worker presses the link of the last message and types the four digits."""
        found = re.search(rf"{PUBLIC}(/\S+?#[0-9A-Z-]{{14}})", self.texts[-1])
        assert found, self.texts[-1]
        self.hand.goto("about:blank")
        self.hand.goto(f"http://127.0.0.1:{self.page.port}{found[1]}")
        assert self.hand.input_value("#asked") == self.receipt
        self.hand.fill("#four", NUMBER[-4:])
        self.hand.click("button[type=submit]")
        self.hand.wait_for_selector(".steps")
