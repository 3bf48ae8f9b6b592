"""The page of channels proves that nothing is missing: certificates, what the night found, and the canary."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks import serving
from casework.people import Actor
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline
from services.arriving.canaries import pass_canaries, place_canaries
from services.arriving.intake import collect_channel
from services.arriving.reconciling import reconcile_channel
from services.linkage.linking import link_complaints
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.test_browser import Desk
from tests.promises.drifting import told
from warehouse.engine import Warehouse

SYSTEM = Actor.system("collect")
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the page, for whoever wants to look at it."""


@pytest.fixture
def proven(morning: Warehouse, tmp_path: Path) -> Iterator[str]:
    """The console over a morning on which a canary came through and the night found two rows of the hotline."""
    (tmp_path / "platform").mkdir()
    platform = Hotline(tmp_path / "platform")
    lines = [f'{name} = "{value}"' for name, value in platform.settings.items()]
    (tmp_path / "channels.toml").write_text("\n".join(["[hotline_12345]", *lines]), "utf-8")
    settings = Settings(data_dir=tmp_path)
    connector = connect("hotline_12345", platform.settings)
    begin = NOW - timedelta(minutes=14)  # a quarter past eight: no canary is placed before
    first, night, placed, second, linked = (begin + timedelta(minutes=n) for n in (0, 1, 2, 6, 11))

    try:
        platform.add_all(told(number, "hotline_12345", NOW - timedelta(hours=1)) for number in range(4))
        collect_channel(morning, connector, run_id="r1", clock=lambda: first, actor=SYSTEM)
        for number in (4, 5):
            platform.add(told(number, "hotline_12345", NOW - timedelta(hours=30)))
        reconcile_channel(morning, connector, run_id="n1", days=7, clock=lambda: night, actor=SYSTEM)
        place_canaries(morning, settings, actor=SYSTEM, at=placed)
        collect_channel(morning, connector, run_id="r2", clock=lambda: second, actor=SYSTEM)
        link_complaints(morning, actor=SYSTEM, at=linked)
        pass_canaries(morning, settings, actor=SYSTEM, at=linked)
        with serving.served(morning, settings, lambda: NOW) as address:
            yield address
    finally:
        platform.stop()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh_CN",
            ("完整性证明", "漏收 2 条，已补收", "已走通。", "从来源到队列用时", "自检件未启用", "同类工作日常量"),
        ),
        (
            "en",
            (
                "Proof of completeness",
                "2 had been missed by the pulls and are landed now",
                "It came through.",
                "from source to queue in",
                "canary off",
                "Usual on such a day",
            ),
        ),
    ],
)
def test_the_page_says_what_was_compared_and_what_came_through(
    browser: Browser, proven: str, language: str, words: tuple[str, ...]
) -> None:
    desk = Desk(browser, proven, "system", language)
    page = desk.page
    page.goto(f"{proven}/channels")
    page.click("#proof-hotline_12345 summary")
    page.wait_for_selector("#proof-hotline_12345[open] table")
    said = page.inner_text("#proof")
    for one in words:
        assert one in said, (one, said)
    assert page.locator("#proof-hotline_12345 table").first.locator("tbody tr").count() >= 3
    assert page.locator("#proof-petition").inner_text().count("ARREARS-CANARY") == 0
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/proof_{language}.png", full_page=True)
    desk.close()
