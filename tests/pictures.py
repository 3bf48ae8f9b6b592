"""The main pages of the demonstration's world as pictures, in both languages, for the documents.

    python -m tests.pictures [--into docs/images]

The world, its seed and the clock are fixed; ids are drawn by chance, so who is suggested among equals may differ. Queue
and pairs are as the desk finds them; the other pages are of a little later, when the list was dispatched and the first
case was looked at.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright
from sqlalchemy import select

from benchmarks.serving import served
from casework.dispatch import list_version
from casework.people import Actor
from connectors.registry import CHANNELS
from console.words import LANGUAGES
from pipelines.demo.people import enter, make_accounts
from sandbox.serve import serve
from sandbox.world import make_world
from services.cases.handling import accept_case, record_payment, record_visit, verify_amount
from services.dispatch.dispatching import dispatch_list, sign_for, suggest_inspectors
from services.linkage.linking import link_complaints
from services.office.running import collect_now
from services.office.settings import Settings
from services.warnings.raising import raise_warnings
from tests.chromium import ARGUMENTS, CHROMIUM
from warehouse import crypto
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AssignmentRow, CaseMembershipRow, CaseRow
from warehouse.queries import morning as tables
from warehouse.schema import upgrade

MORNING = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # a Friday, 08:30 in Shanghai
LATER = MORNING + timedelta(minutes=25)
SEED, COMPLAINTS, DAYS = 7, 120, 5
"""Those of the demonstration."""
PASSWORD = "Jimo-2026-pictures!"
SIZE: ViewportSize = {"width": 1366, "height": 768}
LARGEST = 200_000
EARLY = (("queue", "desk", "/queue"), ("review", "desk", "/review"))
LATE = (
    ("case", "{lead}", "/cases/{case}"),
    ("dashboard", "head", "/dashboard?period=month"),
    ("statistics", "head", "/statistics"),
    ("cross", "head", "/statistics/cross"),
    ("warnings", "head", "/warnings"),
)


def main(arguments: list[str] | None = None) -> int:
    """Make the world, walk through it, write the pictures. Fails where one is too large for a document."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, default=Path("docs", "images"))
    asked = parser.parse_args(arguments)
    asked.into.mkdir(parents=True, exist_ok=True)
    crypto.use(crypto.make_keyring())
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as (store, settings):
        written = pictures(store, settings, asked.into)
    for path in written:
        sys.stdout.write(f"{path.name:>20}: {path.stat().st_size:,} bytes\n")
    return 1 if any(path.stat().st_size > LARGEST for path in written) else 0


@contextmanager
def world(folder: Path) -> Iterator[tuple[Warehouse, Settings]]:
    """The demonstration's morning: six platforms pulled, linked, inspectors suggested, warnings raised."""
    settings = Settings(data_dir=folder, channels_file=folder / "channels.toml")
    store = open_warehouse(f"sqlite:///{folder / 'arrears.db'}")
    upgrade(store.engine)
    make_accounts(store, settings, password=PASSWORD, at=MORNING - timedelta(days=30))
    running = serve(make_world(SEED, complaints=COMPLAINTS, until=MORNING, days=DAYS), folder / "sandbox", broken=3)
    running.write_channels_toml(folder / "channels.toml")
    for channel in CHANNELS:
        collect_now(store, settings, channel, clock=lambda: MORNING, actor=Actor.system("collect"), forced=True)
    running.stop()
    link_complaints(store, actor=Actor.system("link"), at=MORNING)
    suggest_inspectors(store, actor=Actor.system("dispatch"), at=MORNING)
    raise_warnings(store, actor=Actor.system("warn"), at=MORNING)
    yield store, settings
    store.close()


def pictures(store: Warehouse, settings: Settings, into: Path) -> list[Path]:
    """Every picture, in each language."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        written = [
            one
            for language in LANGUAGES
            for one in _taken(browser, store, settings, MORNING, EARLY, language, into, {})
        ]
        names = work(store, settings)
        written += [
            one
            for language in LANGUAGES
            for one in _taken(browser, store, settings, LATER, LATE, language, into, names)
        ]
        browser.close()
    return written


def work(store: Warehouse, settings: Settings) -> dict[str, str]:
    """The one click; then everybody signs for their cases, and the largest is filed, visited and paid in part.

    Returns what the pictures are of.
    """
    desk = enter(store, "desk", password=PASSWORD, at=MORNING).actor
    with store.read() as session:
        ready = tables.ready_to_send(session)
    dispatch_list(
        store, case_versions=ready, list_version=list_version(ready), key="pictures", actor=desk, at=MORNING,
        grace=settings.recall_grace,
    )  # fmt: skip
    at = MORNING + timedelta(minutes=20)
    with store.read() as session:
        waiting = [
            (case_id, version, tables.login_of(session, lead)) for case_id, version, lead in tables.sent_to(session)
        ]
        told = select(CaseMembershipRow.case_id).where(CaseMembershipRow.valid_to.is_(None))
        counts = [one for one in session.scalars(told) if one in {case for case, _, _ in waiting}]
    largest = max(sorted(set(counts)), key=counts.count)
    actors = {login: enter(store, login, password=PASSWORD, at=at).actor for _, _, login in waiting}
    for case_id, version, login in waiting:
        sign_for(store, case_id=case_id, version=version, actor=actors[login], at=at)
        if case_id == largest:
            names = {"lead": login, "case": _look_at(store, case_id, actors[login], at=at)}
    return names


def _look_at(store: Warehouse, case_id: str, actor: Actor, *, at: datetime) -> str:
    """One case is filed, visited and verified, and a first part is paid. Returns its number."""
    with store.read() as session:
        held = session.scalars(select(AssignmentRow).where(AssignmentRow.case_id == case_id)).one()
        two = [held.lead_id, held.assisting_id]

    def common() -> dict[str, Any]:
        with store.read() as session:
            version = session.get_one(CaseRow, case_id).version
        return {"case_id": case_id, "version": version, "actor": actor, "at": at}

    accept_case(store, **common())
    record_visit(store, **common(), visited_at=at, place="工地项目部", officer_ids=two)
    with store.read() as session:
        claimed = Decimal(session.get_one(CaseRow, case_id).amount_claimed_fen or 0) / 100
    verify_amount(store, **common(), amount=claimed)
    paid: dict[str, Any] = {
        "paid_on": at.date(),
        "workers": 3,
        "amount": (claimed / 3).quantize(Decimal(100)),
        "proof": "bank_voucher",
    }
    record_payment(store, **common(), **paid)
    with store.read() as session:
        return session.get_one(CaseRow, case_id).matter_no


def _taken(
    browser: Browser, store: Warehouse, settings: Settings, at: datetime, which: tuple[tuple[str, str, str], ...],
    language: str, into: Path, names: dict[str, str],
) -> Iterator[Path]:  # fmt: skip
    """The pictures of one hour in one language."""
    with served(store, settings, lambda: at) as address:
        for name, login, path in which:
            context = browser.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai")
            context.add_cookies([{"name": "arrears_language", "value": language, "url": address}])
            page = context.new_page()
            page.goto(f"{address}/login")
            page.fill("#field-login", login.format_map(names))
            page.fill("#field-password", PASSWORD)
            page.click("button.primary")
            page.goto(address + path.format_map(names))
            page.evaluate("document.activeElement.blur(); document.fonts.ready")
            page.wait_for_timeout(600)
            target = into / (f"{name}.png" if language == "zh_CN" else f"{name}-{language}.png")
            Image.open(BytesIO(page.screenshot())).quantize(256).save(target, optimize=True)
            yield target
            context.close()


if __name__ == "__main__":
    raise SystemExit(main())
