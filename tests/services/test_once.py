"""The keys of clicks: kept for two days, taken over from a request that died, never shared by two people."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from casework.errors import BadInput, Conflict, NotAllowed
from services.cases import once
from services.cases.once import Answer, UsedOtherwise
from tests.services.office import SYSTEM, Office
from warehouse.engine import Warehouse
from warehouse.models import ActKeyRow, ChannelRow

TOLD = Answer(303, (("location", "/cases/JM2026-00001"),), "")


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def test_a_click_is_answered_as_its_first_request_was_and_other_words_are_refused(office: Office) -> None:
    first = once.click_of("k", {"amount": "1"}, actor=office.desk, at=office.at)
    assert once.told_before(office.store, first) is None
    once.keep(office.store, first, TOLD)
    assert once.told_before(office.store, first) == TOLD
    with pytest.raises(UsedOtherwise):
        once.told_before(office.store, once.click_of("k", {"amount": "2"}, actor=office.desk, at=office.at))
    own = once.click_of("k", {"amount": "2"}, actor=office.head, at=office.at)
    assert once.told_before(office.store, own) is None, "the keys of two people never meet"
    with pytest.raises(BadInput):
        once.click_of("k" * 256, {}, actor=office.desk, at=office.at)


def test_a_refused_click_leaves_nothing_and_a_refusing_store_takes_nothing(office: Office) -> None:
    click = once.click_of("k", {}, actor=office.desk, at=office.at)
    assert once.told_before(office.store, click) is None
    once.let_go(office.store, click)
    assert once.told_before(office.store, click) is None
    with pytest.raises(NotAllowed), once.refusing(office.store).write() as session:
        session.add(ChannelRow(name="never"))
    with office.store.read() as session:
        assert session.get(ChannelRow, "never") is None


def test_whether_the_act_stands_is_written_with_it(office: Office) -> None:
    click = once.click_of("k", {}, actor=office.desk, at=office.at)
    assert once.told_before(office.store, click) is None
    acting = once.noting(office.store, click)
    with acting.write() as session:
        session.add(ChannelRow(name="broken"))
        session.flush()
        session.rollback()
    assert not once.was_written(office.store, click)
    with acting.write() as session:
        session.add(ChannelRow(name="done"))
    assert once.was_written(office.store, click)


def test_the_key_of_a_request_that_died_is_taken_over_only_when_it_wrote_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, wrote in (("died", False), ("wrote", True)):
        dead = once.click_of(key, {}, actor=office.desk, at=office.at)
        assert once.told_before(office.store, dead) is None
        if wrote:
            with once.noting(office.store, dead).write() as session:
                session.add(ChannelRow(name=key))
    later = office.at + timedelta(minutes=6)
    assert once.told_before(office.store, once.click_of("died", {}, actor=office.desk, at=later)) is None
    monkeypatch.setattr(once, "PATIENCE", 0.1)
    with pytest.raises(Conflict):
        once.told_before(office.store, once.click_of("wrote", {}, actor=office.desk, at=later))


def test_keys_are_swept_after_two_days_and_not_before(office: Office) -> None:
    click = once.click_of("k", {}, actor=office.desk, at=office.at)
    once.told_before(office.store, click)
    once.keep(office.store, click, TOLD)
    assert once.sweep_clicks(office.store, actor=SYSTEM, at=office.at + timedelta(hours=47)) == 0
    assert once.sweep_clicks(office.store, actor=SYSTEM, at=office.at + timedelta(hours=49)) == 1
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(ActKeyRow)) == 0


def test_a_look_is_of_one_moment(office: Office) -> None:
    count = select(func.count()).select_from(ChannelRow)
    with office.store.read() as session:
        before = session.scalar(count)
        with office.store.write() as other:
            other.add(ChannelRow(name="meanwhile"))
        assert session.scalar(count) == before
