"""The journey of a worker, on a telephone, in both languages: posted, a case, dispatched, told, paid, heard, closed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from sqlalchemy import func, select

from tests.console.conftest import served
from tests.counter.conftest import opened_page
from tests.counter.phones import looked_at, phone
from tests.scenarios.journey import BEGINS, WORKER, Journey
from tests.scenarios.town import Town, moment
from warehouse.engine import Warehouse
from warehouse.models import ComplaintFileRow, MoneyQuestionRow

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_form_to_the_money_and_the_word_that_it_came(
    browser: Browser, store: Warehouse, tmp_path: Path, language: str
) -> None:
    heard: list[str] = []
    names: list[str] = []

    def seen(tab: Tab, name: str) -> None:
        names.append(name)
        if tab.url.startswith(f"http://127.0.0.1:{page.port}"):
            looked_at(tab, f"{name}-{language}")
        elif folder := os.environ.get("KEEP_PICTURES"):
            tab.screenshot(path=Path(folder) / f"{name}-{language}.png")

    town = Town(store, tmp_path, BEGINS)
    with opened_page(tmp_path, moment(BEGINS)) as page:
        town.use_page(page)
        with served(store, town.settings, town.clock) as console, phone(browser, page, language, heard) as hand:
            journey = Journey(browser, hand, page, console, town, language, seen)
            journey.walk()
    town.close()
    assert heard == []
    assert len(names) == len(set(names)) == 9
    assert all(WORKER not in text for text in journey.texts), "a message names nobody"
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(ComplaintFileRow)) == 3
        assert list(session.scalars(select(MoneyQuestionRow.came))) == [True]
    for suffix, file in (("", "journey-of-a-worker.zh-CN.md"), ("-en", "journey-of-a-worker.md")):
        words = (DOCS / file).read_text("utf-8")
        assert [name for name in names if f"images/{name}{suffix}.png" not in words] == []
