"""What is said before anybody complains as pictures, in both languages: a prevention notice, its answer, a bulletin.

    python -m tests.ahead_pictures [--into docs/images]

The world is that of `tests.pictures`; the notice goes out on its Friday, and the bulletin is made on the Monday after.
For docs/prevention-notices.md and docs/bulletin.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from benchmarks.serving import served
from casework.bulletins import Kind
from casework.people import Actor
from casework.settings_of_messages import ADDRESS_OF_PAGE
from console.words import LANGUAGES
from pipelines.demo.ahead import first_notice
from pipelines.demo.people import enter
from services.bulletins.making import Over, draft, issue, last_over
from services.office.settings import Settings
from services.prevention.exchanging import exchange_notices
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.counter.conftest import Page, opened_page, tokens
from tests.photographs import shot
from tests.pictures import LARGEST, MORNING, PASSWORD, SIZE, world
from warehouse import crypto
from warehouse.engine import Warehouse
from warehouse.models import BulletinRow, PreventionNoticeRow
from warehouse.store.settings import set_setting

MONDAY = MORNING + timedelta(days=3)
TALL = 1_240
ANSWER = {"words": "十月工资已于今日补发，银行回单见附件。", "name": "赵会计", "capacity": "staff", "phone": ""}


def main(arguments: list[str] | None = None) -> int:
    """Make the world, send, answer, print, look. Fails where a picture is too large for a document."""
    parser = argparse.ArgumentParser(prog="python -m tests.ahead_pictures", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--into", type=Path, default=Path("docs", "images"))
    asked = parser.parse_args(arguments)
    asked.into.mkdir(parents=True, exist_ok=True)
    crypto.use(crypto.make_keyring())
    with (
        tempfile.TemporaryDirectory() as folder,
        world(Path(folder)) as (store, settings),
        opened_page(Path(folder), MORNING) as page,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        written = pictures(browser, store, settings, page, asked.into)
        browser.close()
    for path in written:
        sys.stdout.write(f"{path.name:>24}: {path.stat().st_size:,} bytes\n")
    return 1 if any(path.stat().st_size > LARGEST for path in written) else 0


def pictures(browser: Browser, store: Warehouse, settings: Settings, page: Page, into: Path) -> list[Path]:
    """The employer's page in each language; after the answer the officer's page; then the bulletin."""
    with store.write() as session:
        set_setting(session, ADDRESS_OF_PAGE, "https://page.test", source="the pictures", by="test", at=MORNING)
    desk = enter(store, "desk", password=PASSWORD, at=MORNING).actor
    notice_id, code = first_notice(store, desk, at=MORNING) or ("", "")
    _exchange(store, page)
    link, written = f"http://127.0.0.1:{page.port}/n/{code}", []
    for language in LANGUAGES:
        context = browser.new_context(viewport={"width": 390, "height": TALL}, is_mobile=True, has_touch=True)
        tab = context.new_page()
        tab.goto(f"{link}?lang={'zh' if language == 'zh_CN' else 'en'}")
        written.append(_kept(tab, "notice", language, into))
        context.close()
    with httpx.Client(base_url=link.partition("/n/")[0], trust_env=False) as boss:
        form = tokens(boss, f"/n/{code}")
        files = [("files", ("p.jpg", shot(), "image/jpeg"))]
        boss.post(f"/n/{code}", data={**form, **ANSWER}, files=files)
    _exchange(store, page)
    with store.read() as session:
        assert session.get_one(PreventionNoticeRow, notice_id).state == "answered"
    written += _console(browser, store, settings, "notice-answer", f"/preventions/{notice_id}", into)
    name = last_over(Kind.WEEKLY, MONDAY).name
    over = Over(settings.district, settings.district_name)
    made = draft(store, name=name, over=over, actor=desk, at=MONDAY)
    with store.read() as session:
        version = session.get_one(BulletinRow, made).version
    head = enter(store, "head", password=PASSWORD, at=MONDAY).actor
    issue(store, bulletin_id=made, version=version, actor=head, at=MONDAY)
    return written + _console(browser, store, settings, "bulletin", f"/bulletins/{made}", into)


def _exchange(store: Warehouse, page: Page) -> None:
    exchange_notices(store, lambda _: page.office, actor=Actor.system("reply"), clock=lambda: page.now)


def _console(browser: Browser, store: Warehouse, settings: Settings, name: str, path: str, into: Path) -> list[Path]:
    """One page of the console in each language, as the head sees it."""
    written = []
    with served(store, settings, lambda: MONDAY) as address:
        for language in LANGUAGES:
            context = browser.new_context(viewport={**SIZE, "height": 960})
            context.add_cookies([{"name": "arrears_language", "value": language, "url": address}])
            tab = context.new_page()
            tab.goto(f"{address}/login")
            tab.fill("#field-login", "head")
            tab.fill("#field-password", PASSWORD)
            tab.click("button.primary")
            tab.goto(address + path)
            written.append(_kept(tab, name, language, into))
            context.close()
    return written


def _kept(tab: Tab, name: str, language: str, into: Path) -> Path:
    target = into / (f"{name}.png" if language == "zh_CN" else f"{name}-{language}.png")
    tab.evaluate("document.activeElement.blur(); document.fonts.ready")
    tab.wait_for_timeout(400)
    Image.open(BytesIO(tab.screenshot())).quantize(128).save(target, optimize=True)
    return target


if __name__ == "__main__":
    raise SystemExit(main())
