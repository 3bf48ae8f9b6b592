"""The calendar in force: the published years, a loaded notice, and the deadlines it moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from casework.calendar import SpecialDay
from casework.clocks import ACCEPT, INVESTIGATE, due_day
from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from services.working_days import calendar_in_force, load_notice, published
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, ClockEventRow, ClockRow, ComplaintRow
from warehouse.store.clocks import cancel_clock, meet_clock, start_clock

ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
SPRING = {date(2027, 2, 5) + timedelta(days=n): SpecialDay(works=False, name="春节") for n in range(8)}


def file_complaint(store: Warehouse, now: datetime) -> None:
    with store.write() as session:
        session.add(ChannelRow(name="walk_in"))
        session.flush()
        session.add(
            ComplaintRow(id="cp_1", complaint_no="1", channel="walk_in", source_key="1", received_at=now, filed_at=now)
        )


def test_the_published_years_are_known_and_next_year_is_not() -> None:
    assert published().known_from == date(2004, 1, 1)
    assert published().known_until == date(2026, 12, 31)
    assert published().works(date(2026, 2, 14))
    assert not published().works(date(2026, 2, 20))


def test_a_loaded_notice_moves_provisional_deadlines_visibly(store: Warehouse, now: datetime) -> None:
    file_complaint(store, now)
    with store.write() as session:
        calendar = calendar_in_force(session)
        clock = start_clock(
            session,
            INVESTIGATE,
            started_on=date(2026, 11, 20),
            calendar=calendar,
            by="acc_1",
            at=now,
            complaint_id="cp_1",
        )
        assert clock.provisional
        before = clock.due_on
    assert load_notice(store, year=2027, days=SPRING, source="国办发明电", actor=ADMIN, at=now).moved == 1
    with store.read() as session:
        calendar = calendar_in_force(session)
        assert calendar.known_until == date(2027, 12, 31)
        moved = session.scalars(select(ClockRow)).one()
        assert not moved.provisional
        assert moved.due_on == due_day(date(2026, 11, 20), 60, "working", calendar).due_on > before
        event = session.scalars(select(ClockEventRow).where(ClockEventRow.kind == "recomputed")).one()
        assert (event.due_before, event.due_after) == (before, moved.due_on)


def test_a_second_notice_of_a_year_replaces_the_first(store: Warehouse, now: datetime) -> None:
    load_notice(store, year=2027, days=SPRING, source="first", actor=ADMIN, at=now)
    shorter = {date(2027, 2, 5): SpecialDay(works=False, name="春节")}
    load_notice(store, year=2027, days=shorter, source="second", actor=ADMIN, at=now)
    with store.read() as session:
        calendar = calendar_in_force(session)
    assert calendar.works(date(2027, 2, 8))
    assert not calendar.works(date(2027, 2, 5))
    assert calendar.version.endswith("+2027.02")


def test_only_an_administrator_loads_a_notice_and_only_of_one_year(store: Warehouse, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="administrator"):
        load_notice(store, year=2027, days=SPRING, source="", actor=Actor("acc_1"), at=now)
    with pytest.raises(BadInput, match="2028"):
        load_notice(store, year=2028, days=SPRING, source="", actor=ADMIN, at=now)


def test_a_clock_is_met_once_and_the_first_time_counts(store: Warehouse, now: datetime) -> None:
    file_complaint(store, now)
    with store.write() as session:
        clock = start_clock(
            session,
            ACCEPT,
            started_on=date(2026, 11, 20),
            calendar=calendar_in_force(session),
            by="acc_1",
            at=now,
            complaint_id="cp_1",
        )
        assert clock.due_on == date(2026, 11, 27)
        meet_clock(session, clock, met_on=date(2026, 11, 23), by="acc_1", at=now)
        meet_clock(session, clock, met_on=date(2026, 11, 30), by="acc_1", at=datetime(2026, 11, 30, tzinfo=UTC))
        cancel_clock(session, clock, reason="late", by="acc_1", at=now)
        assert (clock.state, clock.met_on) == ("met", date(2026, 11, 23))
        kinds = session.scalars(select(ClockEventRow.kind)).all()
        assert list(kinds) == ["started", "met"]
