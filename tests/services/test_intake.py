"""Intake: pulled twice nothing is written, changes become versions, what cannot be read waits and harms nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from casework.complaint import Complaint
from casework.errors import ChannelChanged, ChannelUnavailable, CursorRefused, LeaseLost, NotAllowed, Unreadable
from casework.people import Actor
from casework.record import Cursor, RawRecord
from services.arriving.intake import collect_channel, discard, file_landed, mend_and_replay, record_walk_in
from tests.dumps import dump
from tests.notebook import Notebook, notebook
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import (
    ChannelRow,
    ClockRow,
    ComplaintRow,
    ComplaintVersionRow,
    EmployerRow,
    LandedRow,
    PullCertificateRow,
    WorkerRow,
)
from warehouse.queries.channels import channel_lines
from warehouse.queries.quarantine import quarantine_lines, quarantine_record
from warehouse.store.leases import acquire, renew

SYSTEM = Actor.system("test")
PHONE = "13800001111"


@pytest.fixture
def book(tmp_path: Path) -> Notebook:
    return notebook(tmp_path)


def tell(book: Notebook, key: str, at: datetime, **more: str) -> None:
    facts = {"text": "拖欠工资三个月", "employer": "青岛蓝天海产加工有限公司", "phone": PHONE, **more}
    book.write(key=key, at=at.isoformat(), **facts)


def collect(store: Warehouse, book: Notebook, now: datetime, run: str = "run_1") -> object:
    return collect_channel(store, book, run_id=run, clock=lambda: now, actor=SYSTEM)


def count(store: Warehouse, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_what_is_pulled_is_landed_and_filed(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(5):
        tell(book, f"a{number}", now - timedelta(hours=number), name=f"王{number}", amount="8000")
    found = collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)
    assert (found.seen, found.new, found.filed, found.quarantined, found.verdict) == (5, 5, 5, 0, "complete")
    with store.read() as session:
        row = session.get_one(ChannelRow, "notebook")
        assert row.answers
        assert row.last_success_at == now
        assert row.failures == 0
        cursor = Cursor.loads(row.cursor, "notebook")
        assert cursor is not None
        assert cursor.position.endswith("|a0")
        kinds = session.execute(select(ClockRow.kind, func.count()).group_by(ClockRow.kind)).all()
        assert {tuple(one) for one in kinds} == {("accept", 5), ("reply", 5)}
        numbers = session.scalars(select(ComplaintRow.complaint_no).order_by(ComplaintRow.complaint_no)).all()
        assert numbers == [f"XS2026-{number:05d}" for number in range(1, 6)]
        assert session.scalar(select(func.count()).select_from(EmployerRow)) == 1
        assert audit.verify(session).broken_at is None
    assert sorted(book.settled) == [f"a{number}" for number in range(5)]


def test_the_second_pull_writes_nothing(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(7):
        tell(book, f"a{number}", now - timedelta(minutes=number))
    collect(store, book, now)
    before = dump(store, without={"audit", "pull_certificate", "channel", "lease", "run"})
    found = collect_channel(store, book, run_id="r2", clock=lambda: now, actor=SYSTEM)
    assert (found.new, found.versions, found.unchanged, found.filed) == (0, 0, 7, 0)
    assert dump(store, without={"audit", "pull_certificate", "channel", "lease", "run"}) == before


def test_a_changed_record_is_a_further_version(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "a", now, amount="8000")
    collect(store, book, now)
    tell(book, "a", now, amount="9000")
    collect(store, book, now, "r2")
    tell(book, "a", now, amount="8000")
    collect(store, book, now, "r3")
    with store.read() as session:
        versions = session.execute(
            select(
                ComplaintVersionRow.version, ComplaintVersionRow.amount_claimed_fen, ComplaintVersionRow.newest
            ).order_by(ComplaintVersionRow.version)
        ).all()
        assert [tuple(one) for one in versions] == [(1, 800000, False), (2, 900000, False), (3, 800000, True)]
        assert session.scalar(select(func.count()).select_from(ComplaintRow)) == 1
        assert session.scalar(select(func.count()).select_from(ClockRow)) == 2


def test_a_late_record_within_the_overlap_is_not_missed(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "new", now)
    collect(store, book, now)
    tell(book, "late", now - timedelta(minutes=20))
    collect(store, book, now, "r2")
    assert count(store, ComplaintRow) == 2


def test_records_of_one_moment_are_all_landed_across_batches(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(450):
        book.write(key=f"k{number:04d}", at=now.isoformat(), text="欠薪")
    found = collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)
    assert found.filed == 450
    assert count(store, ComplaintRow) == 450


def test_one_unreadable_record_harms_only_itself(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "good-1", now)
    tell(book, "bad", now, amount="很多钱")
    book.write(key="broken", at=now.isoformat(), broken=True)
    tell(book, "good-2", now)
    found = collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)
    assert (found.filed, found.quarantined) == (2, 2)
    with store.read() as session:
        lines = quarantine_lines(session)
        assert sorted((line.channel, line.reason_code or "") for line in lines) == [
            ("notebook", "amount_unreadable"),
            ("notebook", "not_well_formed"),
        ]
        assert {line.reason_field for line in lines} == {"amount", None}
        assert "很多钱" not in "".join(line.reason_words or "" for line in lines)
        well = {quarantine_record(session, line.id).well_formed for line in lines}
        assert well == {True, False}


def test_a_mended_record_is_filed_exactly_once(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "bad", now, amount="很多钱")
    collect(store, book, now)
    with store.read() as session:
        (line,) = quarantine_lines(session)
    with pytest.raises(Unreadable):
        mend_and_replay(store, landed_id=line.id, mended={"amount": "更多"}, connector=book, actor=SYSTEM, at=now)
    state = mend_and_replay(store, landed_id=line.id, mended={"amount": "800"}, connector=book, actor=SYSTEM, at=now)
    assert state == "filed"
    with pytest.raises(NotAllowed):
        mend_and_replay(store, landed_id=line.id, mended={"amount": "900"}, connector=book, actor=SYSTEM, at=now)
    collect(store, book, now, "r2")
    file_landed(store, book, actor=SYSTEM, at=now)
    with store.read() as session:
        assert session.scalars(select(ComplaintVersionRow.amount_claimed_fen)).all() == [80000]
        assert session.get_one(LandedRow, line.id).payload["amount"] == "很多钱"


def test_a_newer_version_takes_an_older_one_out_of_quarantine(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "a", now, amount="很多钱")
    collect(store, book, now)
    tell(book, "a", now, amount="800")
    collect(store, book, now, "r2")
    with store.read() as session:
        states = session.execute(select(LandedRow.version, LandedRow.state).order_by(LandedRow.version)).all()
        assert [tuple(one) for one in states] == [(1, "superseded"), (2, "filed")]


def test_a_discarded_record_says_who_and_why(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "bad", now, amount="很多钱")
    collect(store, book, now)
    with store.read() as session:
        (line,) = quarantine_lines(session)
    discard(store, landed_id=line.id, reason="a test entry", actor=SYSTEM, at=now)
    with store.read() as session:
        assert quarantine_lines(session) == []
        assert quarantine_record(session, line.id).settled_reason == "a test entry"


def test_what_came_before_a_cut_is_landed_and_filed(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(6):
        tell(book, f"a{number}", now - timedelta(minutes=10 - number))
    book.trouble = "cut"
    with pytest.raises(ChannelUnavailable):
        collect(store, book, now)
    assert count(store, ComplaintRow) == 3
    with store.read() as session:
        (line,) = channel_lines(session, since=now - timedelta(days=1))
        assert (line.state, line.failures, line.error_code) == ("failing", 1, "channel_unavailable")
        pull = session.scalars(select(PullCertificateRow)).one()
        assert (pull.verdict, pull.landed_new, pull.filed) == ("failed", 3, 3)
    book.trouble = None
    collect(store, book, now, "r2")
    assert count(store, ComplaintRow) == 6
    with store.read() as session:
        assert channel_lines(session, since=now)[0].failures == 0


def test_a_promised_field_that_is_gone_stops_the_run(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "a", now)
    tell(book, "b", now)
    book.trouble = "drift"
    with pytest.raises(ChannelChanged):
        collect(store, book, now)
    assert count(store, LandedRow) == 0


@pytest.mark.parametrize("cursor", ["{", '{"channel": "other", "format": 1, "position": "x"}', "null", '"2999"'])
def test_a_damaged_cursor_is_refused_and_said(store: Warehouse, book: Notebook, now: datetime, cursor: str) -> None:
    with store.write() as session:
        session.add(ChannelRow(name="notebook", cursor=cursor, failures=0, answers=True))
    with pytest.raises(CursorRefused):
        collect(store, book, now)
    with store.read() as session:
        row = session.get_one(ChannelRow, "notebook")
        assert (row.error_code, row.cursor) == ("cursor_refused", cursor)


def test_an_empty_answer_on_a_working_day_is_an_alarm(store: Warehouse, book: Notebook, now: datetime) -> None:
    tell(book, "a", now)
    collect(store, book, now)
    collect(store, book, now, "r1")
    book.trouble = "empty"
    for run in ("r2", "r3"):
        assert collect_channel(store, book, run_id=run, clock=lambda: now, actor=SYSTEM).verdict == "empty_alarm"
    saturday = now + timedelta(days=1)
    assert collect_channel(store, book, run_id="r4", clock=lambda: saturday, actor=SYSTEM).verdict == "complete"


def test_two_runs_never_work_on_one_channel(store: Warehouse, book: Notebook, now: datetime) -> None:
    with store.write() as session:
        lease = acquire(session, "collect:notebook", holder="other", at=now)
    with pytest.raises(LeaseLost):
        collect(store, book, now)
    later = now + timedelta(minutes=6)
    collect(store, book, later)
    with pytest.raises(LeaseLost), store.write() as session:
        renew(session, lease, at=later)


def test_a_run_that_lost_its_lease_writes_nothing_more(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(250):
        book.write(key=f"k{number:04d}", at=now.isoformat(), text="欠薪")
    moments = iter([now, now, now])
    unturned = Warehouse(store.engine)  # this run holds the turn, and would wait for itself

    def clock() -> datetime:
        at = next(moments, None)
        if at is None:
            with unturned.write() as session:
                acquire(session, "collect:notebook", holder="other", at=now + timedelta(hours=1))
            return now
        return at

    with pytest.raises(LeaseLost):
        collect_channel(store, book, run_id="slow", clock=clock, actor=SYSTEM)
    assert count(store, LandedRow) == 200


class Watch:
    """A clock that is moved by hand, and somebody who waits for a lease to run out."""

    def __init__(self, store: Warehouse, at: datetime) -> None:
        self.store = store
        self.at = at

    def now(self) -> datetime:
        return self.at

    def take(self) -> None:
        with self.store.write() as session:
            acquire(session, "collect:notebook", holder="other", at=self.at)


class SlowReader(Notebook):
    """Needs two seconds a record; every fiftieth somebody tries to take over, and may from `patience` records on."""

    watch: Watch
    patience: int
    records = 0
    kept_out = 0

    def read(self, raw: RawRecord) -> Complaint:
        self.records += 1
        self.watch.at += timedelta(seconds=2)
        if self.records == self.patience + 1:
            self.watch.at += timedelta(hours=1)
            self.watch.take()
        elif self.records <= self.patience and self.records % 50 == 0:
            with pytest.raises(LeaseLost):
                self.watch.take()
            self.kept_out += 1
        return super().read(raw)


def test_a_long_filing_keeps_its_lease(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(350):
        book.write(key=f"k{number:04d}", at=now.isoformat(), text="欠薪")
    watch, slow = Watch(store, now), SlowReader(book.lines, book.answers)
    slow.watch, slow.patience = watch, 350
    found = collect_channel(store, slow, run_id="slow", clock=watch.now, actor=SYSTEM)
    assert (found.filed, found.verdict, slow.kept_out) == (350, "complete", 7)
    assert watch.at - now > timedelta(minutes=10)


def test_a_run_that_lost_its_lease_files_nothing_more(store: Warehouse, book: Notebook, now: datetime) -> None:
    for number in range(250):
        book.write(key=f"k{number:04d}", at=now.isoformat(), text="欠薪")
    watch, slow = Watch(store, now), SlowReader(book.lines, book.answers)
    slow.watch, slow.patience = watch, 150
    with pytest.raises(LeaseLost):
        collect_channel(store, slow, run_id="slow", clock=watch.now, actor=SYSTEM)
    assert 100 <= count(store, ComplaintRow) <= slow.patience


def test_a_paused_channel_is_not_asked(store: Warehouse, book: Notebook, now: datetime) -> None:
    with store.write() as session:
        session.add(ChannelRow(name="notebook", failures=0, answers=True, paused_by="acc_1"))
    with pytest.raises(NotAllowed):
        collect(store, book, now)


def test_a_run_that_was_cut_off_is_said_to_be(store: Warehouse, book: Notebook, now: datetime) -> None:
    with store.write() as session:
        session.add(ChannelRow(name="notebook", failures=0, answers=True))
        session.flush()
        session.add(
            PullCertificateRow(id="pull_x", channel="notebook", run_id="dead", started_at=now, verdict="running")
        )
    tell(book, "a", now)
    collect(store, book, now)
    with store.read() as session:
        assert session.get_one(PullCertificateRow, "pull_x").error_code == "cut_off"


def test_text_that_is_no_text_is_put_aside(store: Warehouse, book: Notebook, now: datetime) -> None:
    book.write(key="half", at=now.isoformat(), text="half a pair: \ud800")
    book.write(key="k" * 300, at=now.isoformat(), text="欠薪")
    tell(book, "good", now)
    found = collect_channel(store, book, run_id="r", clock=lambda: now, actor=SYSTEM)
    assert (found.filed, found.quarantined) == (2, 1)


def test_a_walk_in_is_filed_with_its_people(store: Warehouse, now: datetime) -> None:
    complaint = Complaint(
        channel="walk_in",
        source_key="w1",
        version=1,
        received_at=now,
        narrative="老板不发工资",
        complainant_name="王某某",
        complainant_phone=PHONE,
    )
    complaint_id = record_walk_in(store, complaint=complaint, actor=SYSTEM, at=now)
    with store.read() as session:
        assert session.get_one(ComplaintRow, complaint_id).channel == "walk_in"
        (worker,) = session.scalars(select(WorkerRow)).all()
        assert worker.phone == PHONE
        assert worker.phone_blind
        assert worker.name_blind is None


def test_personal_fields_are_not_readable_in_the_file(
    store: Warehouse, store_url: str, book: Notebook, now: datetime
) -> None:
    tell(book, "a", now, name="欧阳测试", id_no="370215199001011234")
    collect(store, book, now)
    if not store_url.startswith("sqlite"):
        return
    path = Path(store_url.removeprefix("sqlite:///"))
    store.close()
    content = b"".join(one.read_bytes() for one in path.parent.glob("arrears.db*"))
    for canary in (PHONE, "欧阳测试", "370215199001011234", "拖欠工资三个月"):
        assert canary.encode() not in content


def test_a_batch_is_looked_up_by_its_ids_however_much_waits(store: Warehouse, book: Notebook, now: datetime) -> None:
    """Asked for what is in its state as well, SQLite would walk over all that waits, for each batch anew."""
    if store.engine.dialect.name == "postgresql":
        pytest.skip("it chooses its ways by what it has counted")
    for number in range(3):
        tell(book, f"a{number}", now - timedelta(minutes=number))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "FROM landed" in statement or "UPDATE landed" in statement:
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    collect(store, book, now)
    event.remove(store.engine, "before_cursor_execute", note)
    with store.engine.connect() as connection:
        plans = [(said, connection.exec_driver_sql("EXPLAIN QUERY PLAN " + said, given)) for said, given in asked]
        by_state = [said for said, plan in plans if any("ix_landed_state_channel" in row[-1] for row in plan)]
    assert len(asked) >= 6
    assert all("ORDER BY landed.landed_at" in said and "LIMIT" in said for said in by_state)
    assert len(by_state) == 2, "the order of what waits, and that nothing is left"
