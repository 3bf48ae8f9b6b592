"""Certificates of pulls: they balance, and know what such a weekday brings: nothing, where something should, is red."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.people import Actor
from services.arriving.intake import collect_channel
from services.arriving.pausing import forget_position
from tests.notebook import FACTS, Notebook, notebook
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, LandedRow, PullCertificateRow, new_id
from warehouse.queries.channels import channel_lines
from warehouse.queries.completeness import proof_of

SYSTEM = Actor.system("collect")


@pytest.fixture
def book(tmp_path: Path) -> Notebook:
    """A channel whose facts say nothing of how much it brings."""
    made = notebook(tmp_path)
    made.channel = replace(FACTS, least_per_run=0)
    return made


def history(store: Warehouse, before: datetime, brought: list[int], *, days: int = 7) -> None:
    """One pull of each of so many weeks before, with what it brought."""
    with store.write() as session:
        if session.get(ChannelRow, "notebook") is None:
            session.add(ChannelRow(name="notebook", failures=0, answers=True))
            session.flush()
        for weeks, landed in enumerate(brought, start=1):
            at = before - timedelta(days=days * weeks)
            session.add(
                PullCertificateRow(
                    id=new_id("pull"),
                    channel="notebook",
                    run_id=f"r{at}",
                    started_at=at,
                    ended_at=at,
                    seen=landed,
                    landed_new=landed,
                    verdict="complete",
                )
            )


def verdict(store: Warehouse, book: Notebook, at: datetime) -> tuple[str, int | None]:
    """One pull: how it ended, and what such a day brings."""
    run = collect_channel(store, book, run_id=f"r{at}", clock=lambda: at, actor=SYSTEM).verdict
    with store.read() as session:
        return run, proof_of(session, "notebook").pulls[0].expected


def test_a_certificate_balances_and_says_from_where_to_where(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(4):
        book.write(key=f"k{number}", at=(now - timedelta(minutes=9 - number)).isoformat(), text="欠薪")
    book.write(key="bad", at=now.isoformat(), text="欠薪", amount="两三万吧")
    collect_channel(store, book, run_id="r1", clock=lambda: now, actor=SYSTEM)
    book.write(key="k1", at=now.isoformat(), text="欠薪四个月")
    later = now + timedelta(minutes=15)
    collect_channel(store, book, run_id="r2", clock=lambda: later, actor=SYSTEM)
    with store.read() as session:
        second, first = proof_of(session, "notebook").pulls
    assert (first.seen, first.new, first.filed, first.refused, first.unchanged) == (5, 5, 4, 1, 0)
    assert (second.seen, second.new, second.versions, second.unchanged, second.filed) == (5, 0, 1, 4, 1)
    assert first.balances
    assert second.balances
    assert first.cursor_from is None
    assert second.cursor_from == first.cursor_to == "2026-11-20T00:30:00+00:00"
    assert not replace(second, unchanged=3).balances
    assert not replace(first, filed=3).balances


def test_such_a_weekday_brings_the_median_of_those_before(store: Warehouse, book: Notebook, now: datetime) -> None:
    history(store, now, [3, 9])
    assert verdict(store, book, now) == ("complete", None)
    history(store, now - timedelta(days=14), [5, 100, 4])
    assert verdict(store, book, now + timedelta(minutes=15)) == ("empty_alarm", 5)


def test_the_fridays_of_a_holiday_are_no_measure(store: Warehouse, book: Notebook, now: datetime) -> None:
    history(store, now, [4, 4, 4, 4, 4, 4, 90])  # seven weeks before is the second of October
    assert verdict(store, book, now)[1] == 4
    with store.write() as session:
        for row in session.scalars(select(PullCertificateRow).where(PullCertificateRow.landed_new == 4)):
            row.verdict, row.landed_new = "complete", 0
    assert verdict(store, book, now + timedelta(minutes=15)) == ("complete", 0)


def test_an_empty_answer_is_red_within_one_cycle_and_an_alarm(store: Warehouse, book: Notebook, now: datetime) -> None:
    history(store, now, [2, 3, 2])
    book.write(key="a", at=(now - timedelta(days=1)).isoformat(), text="欠薪")
    assert verdict(store, book, now - timedelta(days=1)) == ("complete", None)
    book.trouble = "empty"
    assert verdict(store, book, now) == ("complete", 2)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(LandedRow)) == 1
    assert verdict(store, book, now + timedelta(days=3)) == ("complete", None)  # a Monday: nothing is known of Mondays
    friday = now + timedelta(days=7)
    assert verdict(store, book, friday) == ("empty_alarm", 2)
    with store.read() as session:
        (line,) = channel_lines(session, since=friday)
    assert (line.state, line.error_code) == ("empty", "empty_alarm")
    book.trouble = None
    book.write(key="b", at=friday.isoformat(), text="欠薪")
    assert verdict(store, book, friday + timedelta(minutes=15)) == ("complete", 2)


@pytest.mark.parametrize("day", ["2026-11-22", "2026-10-01", "2026-10-04"])
def test_a_quiet_sunday_and_the_national_holiday_are_no_alarm(store: Warehouse, book: Notebook, day: str) -> None:
    at = datetime.fromisoformat(f"{day}T02:00:00+00:00")
    history(store, at, [7, 7, 7, 7, 7, 7])
    book.trouble = "empty"
    assert verdict(store, book, at)[0] == "complete"


def test_a_position_that_is_forgotten_is_read_anew_and_nothing_doubles(
    store: Warehouse, book: Notebook, now: datetime
) -> None:
    with store.write() as session:
        session.add(ChannelRow(name="petition", cursor="{", failures=3, answers=True))
    forget_position(store, channel="petition", actor=SYSTEM, at=now)
    with store.read() as session:
        assert session.get_one(ChannelRow, "petition").cursor is None
