"""The page on a telephone: it reads well in both languages, keeps a draft over a lost connection, shows progress."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload

from casework.progress import Facts, as_told, progress
from casework.receipt_number import typed
from tests.counter.conftest import GOOD
from tests.counter.conftest import Page as Served
from tests.counter.phones import VOICE, looked_at, phone, picture

SENT = {"zh": "已收到", "en": "We have it"}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_worker_posts_over_a_lost_connection_and_asks_for_progress(
    page: Served, browser: Browser, language: str
) -> None:
    heard: list[str] = []
    with phone(browser, page, language, heard) as hand:
        looked_at(hand, f"form-{language}")
        for name, value in (("who", "self"), ("work", "site")):
            hand.check(f"input[name={name}][value={value}]")
        for name in ("story", "employer", "owed", "phone"):
            hand.fill(f"[name={name}]", GOOD[name])
        chosen: list[FilePayload] = [
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()},
            {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": picture()},
            {"name": "v.amr", "mimeType": "audio/amr", "buffer": VOICE},
        ]
        hand.set_input_files("#files", chosen[:2])
        hand.wait_for_selector("#chosen li:nth-child(2)")
        hand.set_input_files("#files", chosen[2:])
        hand.wait_for_selector("#chosen li:nth-child(3)")
        hand.context.set_offline(True)
        hand.click("button[type=submit]")
        hand.wait_for_selector("#draft-said:not([hidden])")
        hand.wait_for_selector("button[type=submit]:not([disabled])")
        looked_at(hand, f"lost-{language}")
        lost = [said for said in heard if "ERR_INTERNET_DISCONNECTED" not in said]
        hand.context.set_offline(False)
        hand.reload()
        hand.wait_for_selector("#chosen li:nth-child(3)")
        assert hand.input_value("[name=story]") == GOOD["story"]
        assert hand.is_checked("input[name=who][value=self]")
        hand.click("button[type=submit]")
        hand.wait_for_selector("#receipt")
        assert hand.title() == SENT[language]
        hand.wait_for_selector("#draft-cleared:not([hidden])")
        looked_at(hand, f"done-{language}")
        number = hand.inner_text("#receipt")[-14:]
        assert hand.get_attribute("a.go", "href") == f"/progress#{number}", "it need not be typed again"
        assert hand.evaluate("localStorage.length") == 0
        found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", hand.inner_text("#receipt"))
        assert found
        receipt = found[0]
        day = date(2026, 11, 20)
        facts = Facts(
            received_on=day, accepted_on=day, assigned_on=day + timedelta(days=1), decide_by=day + timedelta(days=60),
            answers=[(day, "您反映的问题已受理，事项编号 JM2026-000123。")],
        )  # fmt: skip
        page.office.tell(typed(receipt) or "", "0001", as_told(progress(facts)), at=page.now)
        hand.goto(f"http://127.0.0.1:{page.port}/progress#{receipt}。")  # as a telephone reads the end of a sentence
        assert hand.input_value("#asked") == receipt
        looked_at(hand, f"ask-{language}")
        hand.fill("#four", "0001")
        hand.click("button[type=submit]")
        hand.wait_for_selector(".steps")
        looked_at(hand, f"shown-{language}")
        hand.goto(f"http://127.0.0.1:{page.port}/privacy")
        looked_at(hand, f"privacy-{language}")
    (raw,) = page.office.pull(None, now=page.now)
    files = page.office.attachments(raw)
    assert [b"".join(page.office.fetch(raw, one)) for one in files] == [picture(), picture(), VOICE]
    assert [said for said in heard if "ERR_INTERNET_DISCONNECTED" not in said] == lost == []


def test_what_is_wrong_is_said_at_its_field_and_files_are_added_one_by_one(page: Served, browser: Browser) -> None:
    heard: list[str] = []
    with phone(browser, page, "en", heard) as hand:
        hand.set_input_files("#files", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
        hand.set_input_files("#files", {"name": "v.amr", "mimeType": "audio/amr", "buffer": VOICE})
        hand.wait_for_selector("#chosen li:nth-child(2)")
        hand.set_input_files("#files", {"name": "v.amr", "mimeType": "audio/amr", "buffer": VOICE + VOICE})
        hand.wait_for_selector("#chosen li:nth-child(3)")
        hand.click("#chosen li:nth-child(2) button")
        hand.wait_for_selector("#chosen li:nth-child(3)", state="detached")
        hand.fill("[name=owed]", "twelve")
        hand.click("button[type=submit]")
        hand.wait_for_selector("#field-who .wrong")
        above = hand.inner_text("#draft-said")
        assert "Whose wages are they? Please choose one." in above
        assert "Please write the sum in figures only" in above
        assert "choose the files again" not in above, "they lie in the form as they did"
        assert hand.get_attribute("#owed", "aria-describedby") == "wrong-owed"
        assert hand.input_value("#owed") == "twelve"
        looked_at(hand, "wrong-en")
        for name, value in (("who", "others"), ("work", "other")):
            hand.check(f"input[name={name}][value={value}]")
        hand.fill("[name=owed]", "12000")
        hand.click("button[type=submit]")
        hand.wait_for_selector("#receipt")
    (raw,) = page.office.pull(None, now=page.now)
    files = page.office.attachments(raw)
    assert [b"".join(page.office.fetch(raw, one)) for one in files] == [picture(), VOICE + VOICE]


def test_it_works_without_any_script(page: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en-GB")
    hand = context.new_page()
    hand.goto(f"http://127.0.0.1:{page.port}/")
    hand.fill("[name=story]", "x")
    with hand.expect_navigation():
        hand.click("button[type=submit]")
    assert "Please choose one." in hand.inner_text("main")
    assert hand.input_value("[name=story]") == "x"
    for name, value in (("who", "others"), ("work", "other")):
        hand.check(f"input[name={name}][value={value}]")
    with hand.expect_navigation():
        hand.click("button[type=submit]")
    assert hand.is_visible("#receipt")
    assert not hand.is_visible("#draft-cleared"), "nothing is said of a draft where there was none"
    context.close()


def test_a_film_that_is_too_large_is_said_before_it_is_sent(page: Served, browser: Browser, tmp_path: Path) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(2 * 1024**3)
    heard: list[str] = []
    with phone(browser, page, "en", heard) as hand:
        hand.set_input_files("#files", large)
        hand.click("button[type=submit]")
        hand.wait_for_selector("#draft-said:has-text('File 1 is too large')")
    assert list(page.office.pull(None, now=page.now)) == []
