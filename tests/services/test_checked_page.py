"""The doctor looks at the page for workers from the office's side of the inbox."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from casework.people import Actor
from connectors.base import Connector
from connectors.registry import connect
from connectors.sealing import load_lock, make_keys
from counter.__main__ import give_signs, open_inbox, set_up
from counter.inbox import Inbox
from counter.settings import CounterSettings
from services.arriving.intake import collect_channel
from services.office.checked_page import judged_page, workers_page
from services.office.findings import Finding, Health
from services.office.settings import Settings
from services.replying.telling_progress import tell_progress
from warehouse.engine import Warehouse

TOLD = {"work": "site", "who": "self", "story": "没发工资。", "employer": "某公司", "phone": "13900000001"}
LATER = timedelta(hours=2)


class Between:
    """The page's inbox and the office."""

    def __init__(self, store: Warehouse, folder: Path, now: datetime) -> None:
        self.store, self.now, self.folder = store, now, folder
        self.settings = CounterSettings(folder=folder / "counter")
        self.key_file = folder / "inbox.key.json"
        set_up(self.settings, self.key_file)
        self.inbox: Inbox = open_inbox(self.settings)

    def connector(self) -> Connector:
        """As the office builds it."""
        url = self.settings.inbox
        return connect("self_report", {"url": url, "answer_url": url, "key_file": str(self.key_file)})

    def found(self) -> Finding:
        """What the doctor says, while the page lives."""
        self.inbox.give_sign(self.now)
        return judged_page(self.store, self.connector, at=self.now)

    def pull(self) -> None:
        """The office's part: pull, and tell."""
        collect_channel(
            self.store, self.connector(), run_id="run_1", actor=Actor.system("collect"), clock=lambda: self.now
        )
        tell_progress(self.store, lambda _: self.connector(), actor=Actor.system("reply"), at=self.now)


@pytest.fixture
def between(store: Warehouse, tmp_path: Path, now: datetime) -> Between:
    return Between(store, tmp_path, now)


def test_a_page_that_lives_and_whose_postings_are_carried_over_is_well(between: Between) -> None:
    assert between.found().health is Health.WELL
    between.inbox.take("t" * 24, TOLD, [], at=between.now)
    between.now += LATER
    late = between.found()
    assert (late.health, "postings lie in the inbox" in late.words) == (Health.LOOK, True)
    between.pull()
    assert between.found().health is Health.WELL


def test_a_page_that_gives_no_sign_is_broken(between: Between) -> None:
    never = judged_page(between.store, between.connector, at=between.now)
    assert (never.health, "no sign of life yet" in never.words) == (Health.BROKEN, True)
    assert between.found().health is Health.WELL
    gone = judged_page(between.store, between.connector, at=between.now + LATER)
    assert (gone.health, "2026-11-20 00:30 UTC" in gone.words) == (Health.BROKEN, True)
    assert "arrears-counter" in gone.do


def test_what_was_closed_for_another_key_is_told(between: Between) -> None:
    other = make_keys(between.folder / "other.json", between.folder / "other.lock.json")
    assert other == load_lock(between.folder / "other.lock.json")
    elsewhere = Inbox(between.settings.inbox, other, most_bytes=10**9)
    elsewhere.take("u" * 24, TOLD, [], at=between.now)
    elsewhere.say("2" * 12, "0001", "mny_1", {"came": True, "part_fen": None, "words": ""}, at=between.now)
    elsewhere.close()
    found = between.found()
    assert (found.health, "2 postings or answers" in found.words) == (Health.BROKEN, True)


def test_answers_that_nobody_heard_are_told(between: Between) -> None:
    between.inbox.say("2" * 12, "0001", "mny_1", {"came": True, "part_fen": None, "words": ""}, at=between.now)
    between.now += LATER
    assert "answers about the money lie in the inbox" in between.found().words


def test_an_inbox_that_is_away_is_told_and_an_office_without_a_page_hears_nothing(
    between: Between, tmp_path: Path
) -> None:
    Path(between.settings.folder, "inbox.db").rename(tmp_path / "away.db")
    found = judged_page(between.store, between.connector, at=between.now)
    assert (found.health, "cannot be looked into" in found.words) == (Health.BROKEN, True)
    assert workers_page(Settings(data_dir=tmp_path), between.store, at=between.now) is None


def test_the_page_gives_a_sign_until_it_is_over(between: Between) -> None:
    over = threading.Event()
    signs = threading.Thread(target=give_signs, args=(between.inbox, over), kwargs={"seconds": 0.01})
    signs.start()
    over.wait(0.05)
    over.set()
    signs.join(5)
    state = between.connector().state(now=between.now)  # type: ignore[attr-defined]
    assert state.page_seen_at is not None
