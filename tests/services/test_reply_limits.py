"""Every complaint owes its own channel an answer, on that channel's clock, whatever case it is in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from casework.complaint import Complaint
from casework.errors import BadInput
from casework.people import Actor, Role
from casework.record import Json
from connectors.registry import channels
from services.arriving.filing import filing_of, keep_complaint
from services.office.rules import change_setting
from services.office.working_days import load_notice
from tests.services.test_working_days import SPRING
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, ClockRow

ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
BY_NAME = {channel.name: channel for channel in channels()}
NAMES = ("hotline_12345", "petition", "national_clue", "message_board")


@pytest.fixture
def told(store: Warehouse, now: datetime) -> dict[str, Complaint]:
    """One complaint by each of four channels, of one dispute."""
    with store.write() as session:
        session.add_all(ChannelRow(name=name) for name in NAMES)
    return {
        name: Complaint(
            channel=name,
            source_key="1",
            version=1,
            received_at=now,
            narrative="工资没有发",
            employer_name="青岛蓝天海产加工有限公司",
            wants_reply=True,
        )
        for name in NAMES
    }


def keep(store: Warehouse, complaint: Complaint, now: datetime) -> ClockRow | None:
    """File it as its connector's run does. Returns its reply clock."""
    with store.write() as session:
        filing = filing_of(session, BY_NAME[complaint.channel], by="system:test", at=now)
        keep_complaint(session, complaint, filing)
        asked = select(ClockRow).where(ClockRow.complaint_id == complaint.id, ClockRow.kind == "reply")
        clock = session.scalars(asked).one_or_none()
        if clock is not None:
            session.expunge(clock)
        return clock


def test_each_channel_has_its_own_clock_with_its_source(
    store: Warehouse, told: dict[str, Complaint], now: datetime
) -> None:
    found = {name: keep(store, complaint, now) for name, complaint in told.items()}
    assert {name: (clock.length, clock.unit, clock.due_on) for name, clock in found.items() if clock} == {
        "hotline_12345": (5, "working", date(2026, 11, 27)),
        "petition": (15, "calendar", date(2026, 12, 7)),
        "national_clue": (15, "working", date(2026, 12, 11)),
        "message_board": (10, "working", date(2026, 12, 4)),
    }
    assert len(found) == 4
    assert all(clock is not None and clock.source for clock in found.values())


def test_the_day_a_record_names_itself_prevails_and_is_never_counted_again(
    store: Warehouse, told: dict[str, Complaint], now: datetime
) -> None:
    named = keep(store, replace(told["petition"], reply_due_on=date(2027, 2, 9)), now)
    assert named is not None
    assert (named.due_on, named.provisional, named.calendar_version) == (date(2027, 2, 9), False, "named")
    load_notice(store, year=2027, days=SPRING, source="国办发明电", actor=ADMIN, at=now)
    with store.read() as session:
        assert session.get_one(ClockRow, named.id).due_on == date(2027, 2, 9)


def test_who_wants_no_reply_is_owed_none(store: Warehouse, told: dict[str, Complaint], now: datetime) -> None:
    assert keep(store, replace(told["petition"], wants_reply=False), now) is None


def test_the_office_knows_better_than_the_channels_file(
    store: Warehouse, told: dict[str, Complaint], now: datetime
) -> None:
    limits: dict[str, Json] = {"hotline_12345": {"days": 7, "unit": "working"}}
    change_setting(store, name="clock.reply.limits", value=limits, source="青岛市12345办理办法", actor=ADMIN, at=now)
    hotline, petition = keep(store, told["hotline_12345"], now), keep(store, told["petition"], now)
    assert hotline is not None
    assert petition is not None
    assert (hotline.length, hotline.due_on, hotline.source) == (7, date(2026, 12, 1), "青岛市12345办理办法")
    assert petition.length == 15


@pytest.mark.parametrize("said", [7, {"days": 0, "unit": "working"}, {"days": 7}, {"days": 7, "unit": "weeks"}])
def test_a_limit_that_says_nothing_is_refused_aloud(
    store: Warehouse, told: dict[str, Complaint], now: datetime, said: Json
) -> None:
    limits: dict[str, Json] = {"petition": said}
    change_setting(store, name="clock.reply.limits", value=limits, source="x", actor=ADMIN, at=now)
    with pytest.raises(BadInput, match="working or calendar"):
        keep(store, told["petition"], now)
