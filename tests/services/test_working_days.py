"""The calendar in force: the published years, a loaded notice, and the deadlines it moves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from casework.calendar import SpecialDay
from casework.clocks import ACCEPT, DECIDE, INVESTIGATE, due_day
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Actor, Role
from services.cases import handling
from services.dispatch.assignments import deliver_notices
from services.office.previewing_notice import preview_notice
from services.office.working_days import calendar_in_force, load_notice, published, recount_deadlines
from tests.services.office import Office
from tests.services.work import Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, ChannelRow, ClockEventRow, ClockRow, ComplaintRow, HolidayNoticeRow, NoticeRow
from warehouse.queries.holidays import moved_days, notices_loaded
from warehouse.queries.notices import notices
from warehouse.store.clocks import cancel_clock, meet_clock, start_clock, start_fixed_clock

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


def test_two_notices_loaded_at_once_are_two_versions(store: Warehouse, now: datetime) -> None:
    both = Barrier(2)

    def load(source: str) -> None:
        both.wait(timeout=30)
        load_notice(store, year=2027, days=SPRING, source=source, actor=ADMIN, at=now)

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(load, ("first", "second")))
    with store.read() as session:
        assert sorted(session.scalars(select(HolidayNoticeRow.version))) == ["2027.01", "2027.02"]


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
        assert sorted(kinds) == ["met", "started"], "each once"


def provisional_clock(store: Warehouse, now: datetime) -> ClockRow:
    file_complaint(store, now)
    with store.write() as session:
        calendar = calendar_in_force(session)
        clock = start_clock(
            session, DECIDE, started_on=date(2026, 12, 21), calendar=calendar, by="acc_1", at=now, complaint_id="cp_1"
        )
        session.expunge(clock)
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 11), True)
    return clock


def test_a_notice_that_corrects_a_known_year_moves_what_was_certain(store: Warehouse, now: datetime) -> None:
    file_complaint(store, now)
    with store.write() as session:
        calendar = calendar_in_force(session)
        clock = start_clock(
            session, ACCEPT, started_on=date(2026, 11, 20), calendar=calendar, by="acc_1", at=now, complaint_id="cp_1"
        )
        assert (clock.due_on, clock.provisional) == (date(2026, 11, 27), False)
        earlier = start_clock(
            session, ACCEPT, started_on=date(2025, 11, 20), calendar=calendar, by="acc_1", at=now, complaint_id="cp_1"
        )
        named = start_fixed_clock(
            session,
            "reply",
            started_on=date(2026, 11, 20),
            due_on=date(2026, 11, 24),
            source="the channel",
            by="acc_1",
            at=now,
            complaint_id="cp_1",
        )
        ids = clock.id, earlier.id, named.id
    extra = {date(2026, 11, 24): SpecialDay(works=False, name="临时放假")}
    loaded = load_notice(store, year=2026, days=extra, source="临时通知", actor=ADMIN, at=now)
    assert loaded.moved == 1
    with store.read() as session:
        dues = [session.get_one(ClockRow, one).due_on for one in ids]
        noted = session.scalars(select(ClockEventRow.clock_id).where(ClockEventRow.kind == "recomputed")).all()
    assert dues == [date(2026, 11, 30), date(2025, 11, 27), date(2026, 11, 24)]
    assert noted == [ids[0]]


def test_what_a_notice_moved_is_listed_from_day_to_day(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    work = Work(office, channels=("hotline_12345",))
    work.do(handling.accept_case)
    case = office.look(work.id)
    loaded = load_notice(store, year=2027, days=SPRING, source="国办发明电", actor=ADMIN, at=now)
    with store.read() as session:
        moved = moved_days(session, office.head, loaded.notice_id)
        calendar = calendar_in_force(session)
        notice = notices_loaded(session)[0]
        # Neither another place nor an administrator learns which cases there are.
        assert moved_days(session, ADMIN, loaded.notice_id) == []
    after = due_day(date(2026, 11, 20), 60, "working", calendar).due_on
    assert [(one.matter_no, one.complaint_no, one.kind, one.before, one.after) for one in moved] == [
        (case.matter_no, None, "investigate", date(2027, 2, 12), after)
    ]
    assert (notice.moved, notice.version, notice.source) == (1, "2027.01", "国办发明电")


def test_a_notice_that_moves_nothing_still_makes_the_day_certain(store: Warehouse, now: datetime) -> None:
    before = provisional_clock(store, now)
    loaded = load_notice(store, year=2027, days=SPRING, source="国办发明电", actor=ADMIN, at=now)
    assert loaded.moved == 0
    with store.read() as session:
        after = session.get_one(ClockRow, before.id)
        assert (after.due_on, after.provisional) == (before.due_on, False)


def test_the_december_before_belongs_to_the_notice(store: Warehouse, now: datetime) -> None:
    before = provisional_clock(store, now)
    eve = {date(2026, 12, 31): SpecialDay(works=False, name="元旦"), date(2027, 1, 1): SpecialDay(False, "元旦")}
    assert load_notice(store, year=2027, days=eve, source="国办发明电", actor=ADMIN, at=now).moved == 1
    with store.read() as session:
        calendar = calendar_in_force(session)
        assert not calendar.works(date(2026, 12, 31))
        assert not calendar.works(date(2026, 10, 1))
        assert session.get_one(ClockRow, before.id).due_on == date(2027, 1, 13)
    with pytest.raises(BadInput, match="December before"):
        load_notice(
            store, year=2027, days={date(2026, 11, 30): SpecialDay(False, "x")}, source="x", actor=ADMIN, at=now
        )


def test_a_notice_names_its_source(store: Warehouse, now: datetime) -> None:
    with pytest.raises(BadInput, match="where the notice comes from"):
        load_notice(store, year=2027, days=SPRING, source=" ", actor=ADMIN, at=now)


def test_no_paper_names_a_day_that_is_only_a_guess(store: Warehouse, now: datetime) -> None:
    office = Office(store, datetime(2026, 12, 28, 1, 0, tzinfo=UTC))
    work = Work(office, received_at=office.at)
    issued = date(2026, 12, 28)
    with pytest.raises(NotAllowed, match="name the day yourself"):
        work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=issued)
    with pytest.raises(NotAllowed, match="name the day yourself"):
        work.do(handling.refer, body="housing", reason="转包", referred_on=issued)
    work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=issued, due_on=date(2027, 1, 8))
    work.do(handling.refer, body="housing", reason="转包", referred_on=issued, due_on=date(2027, 1, 18))
    load_notice(store, year=2027, days=SPRING, source="国办发明电", actor=ADMIN, at=office.at)
    work.do(handling.order_correction, demand="支付工资", law="423 §26", issued_on=issued)
    work.do(handling.refer, body="housing", reason="转包", referred_on=issued)


def test_a_year_that_a_newer_package_knows_is_counted_again_once(store: Warehouse, now: datetime) -> None:
    guess = provisional_clock(store, now)
    with store.write() as session:
        older = session.get_one(ClockRow, guess.id)
        older.started_on, older.due_on, older.calendar_version = date(2026, 9, 25), date(2026, 10, 16), "cc1.0"
    assert recount_deadlines(store, actor=ADMIN, at=now) == 1
    with store.read() as session:
        clock = session.get_one(ClockRow, guess.id)
        assert (clock.due_on, clock.provisional) == (date(2026, 10, 22), False)
        events = session.scalars(select(ClockEventRow.reason).where(ClockEventRow.kind == "recomputed")).all()
        assert list(events) == [published().version]
    assert recount_deadlines(store, actor=ADMIN, at=now) == 0
    with store.read() as session:
        noted = session.execute(select(AuditRow.by, AuditRow.details).where(AuditRow.act == "recount_deadlines"))
        assert noted.tuples().all() == [(ADMIN.id, {"calendar": published().version, "moved": 1})]


def test_what_stays_a_guess_is_not_written_again_and_again(store: Warehouse, now: datetime) -> None:
    guess = provisional_clock(store, now)
    with store.write() as session:
        session.get_one(ClockRow, guess.id).calendar_version = "cc1.0"
    for _ in range(3):
        assert recount_deadlines(store, actor=ADMIN, at=now) == 0
    with store.read() as session:
        assert session.scalars(select(ClockEventRow.kind)).all() == ["started"]
        assert session.get_one(ClockRow, guess.id).calendar_version == published().version


def test_a_preview_writes_nothing_and_says_what_loading_then_does(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    work = Work(office)
    work.do(handling.accept_case)
    head = Actor("acc_both", frozenset({Role.SYSTEM_ADMIN, Role.HEAD}), ("370215",))
    found = preview_notice(store, year=2027, days=SPRING, actor=head)
    assert not found.known
    assert [one.day for one in found.days] == [day for day in sorted(SPRING) if day.weekday() < 5]
    assert not any(one.works for one in found.days)
    with store.read() as session:
        assert notices_loaded(session) == []
        assert calendar_in_force(session).version == found.calendar
    loaded = load_notice(store, year=2027, days=SPRING, source="x", actor=ADMIN, at=now, seen=found.calendar)
    assert loaded.moved == found.total > 0
    with store.read() as session:
        moved = {
            (one.matter_no, one.kind, one.before, one.after) for one in moved_days(session, head, loaded.notice_id)
        }
        told = session.scalars(select(NoticeRow.account_id).where(NoticeRow.kind == "deadline_moved")).all()
    assert moved == {(one.matter_no, one.kind, one.before, one.after) for one in found.moving}
    assert sorted(told) == sorted([work.lead.id, work.other.id])
    again = preview_notice(store, year=2027, days=SPRING, actor=ADMIN)
    assert (again.known, again.days, again.total) == (True, (), 0)
    with pytest.raises(Conflict, match="meanwhile"):
        load_notice(store, year=2027, days=SPRING, source="x", actor=ADMIN, at=now, seen=found.calendar)
    with pytest.raises(NotAllowed, match="administrator"):
        preview_notice(store, year=2027, days=SPRING, actor=office.head)


def test_each_officer_hears_once_of_a_case_and_in_full(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    work = Work(office)
    work.do(handling.accept_case)
    load_notice(store, year=2027, days=SPRING, source="国办发明电", actor=ADMIN, at=now)
    deliver_notices(store, at=now + timedelta(minutes=11))
    with store.read() as session:
        (one,) = [line for line in notices(session, work.lead) if line.kind == "deadline_moved"]
        shown = {(move.kind, move.before, move.after, move.why) for move in one.moved}
        wanted = session.execute(
            select(ClockRow.kind, ClockEventRow.due_before, ClockEventRow.due_after)
            .join(ClockRow, ClockRow.id == ClockEventRow.clock_id)
            .where(ClockEventRow.kind == "recomputed", ClockEventRow.due_before != ClockEventRow.due_after)
        )
        assert shown == {(*row, "国办发明电") for row in wanted}
        assert not [line for line in notices(session, office.inspectors[2]) if line.kind == "deadline_moved"]
